/** How a process ends: what was written has arrived, and a result that has not arrived does not count. */

let lost = false
let result = true

/** A broken pipe is no crash. A write that must know at once has a callback; `end` knows in any case. */
export function surviveBrokenPipes(): void {
  process.stderr.on('error', () => undefined)
  process.stdout.on('error', () => {
    lost = true
  })
}

/** Standard output carries no result of this run, so it does not matter whether it arrives. */
export function ignoreBrokenOutput(): void {
  result = false
}

/**
 * Ends the process as soon as all of standard output is written, so that a hung proxy's socket cannot hold it. (A name
 * look-up can: Node waits for its thread.) If standard output is broken, the verdict is lost, and success becomes `broken`.
 *
 * @param broken 1 is the action's. The command line never exits with 1
 */
export function end(code: number, broken = 1): void {
  process.stdout.write('', failed => process.exit(result && (failed || lost) ? code || broken : code))
}
