/**
 * Ends at once when all is written: a hung proxy's socket must not hold the process open. What nobody could be told
 * of has not passed, so a broken standard output turns success into `broken`.
 */
export function end(code: number, broken = 1): void {
  process.stderr.write('', () => {
    process.stdout.write('', failed => process.exit(failed ? code || broken : code))
  })
}
