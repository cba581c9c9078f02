/** How a process ends: what was written has arrived, and a result that has not arrived does not count. */

let broken: NodeJS.ErrnoException | undefined
let carriesResult = true

/** A broken pipe is no crash. A write that must know at once has a callback; `end` knows in any case. */
export function surviveBrokenPipes(): void {
  process.stderr.on('error', () => undefined)
  process.stdout.on('error', error => {
    broken = error
  })
}

/** Standard output carries no result of this run, so it does not matter whether it arrives. */
export function ignoreBrokenOutput(): void {
  carriesResult = false
}

/**
 * Ends the process as soon as all of standard output is written, so that a hung proxy's socket cannot hold it. (A name
 * look-up can: Node waits for its thread.) If standard output is broken, the verdict is lost, and success becomes `lost`.
 *
 * @param lost 1 is the action's. The command line never exits with 1
 * @param onLost told why the result is lost
 */
export function end(code: number, lost = 1, onLost?: (error: NodeJS.ErrnoException) => void): void {
  process.stdout.write('', failed => {
    const error = carriesResult ? (failed ?? broken) : undefined
    if (error) onLost?.(error)
    process.exit(error ? code || lost : code)
  })
}
