/** How a process ends, so that what was written has arrived, and what has not counts. */

let lost = false
let result = true

/** Lets a broken pipe be no crash. Whoever must know at once writes with a callback; `end` knows in any case. */
export function surviveBrokenPipes(): void {
  process.stderr.on('error', () => undefined)
  process.stdout.on('error', () => {
    lost = true
  })
}

/** Standard output carries no result of this run: whether it arrives does not count. */
export function ignoreBrokenOutput(): void {
  result = false
}

/**
 * Ends at once when all of standard output is written: a hung proxy's socket must not hold the process. (A look-up of
 * a name does: Node waits for its thread.) A verdict that nobody could be told of is none, so where standard output is
 * broken, success becomes `broken`.
 */
export function end(code: number, broken = 1): void {
  process.stdout.write('', failed => process.exit(result && (failed || lost) ? code || broken : code))
}
