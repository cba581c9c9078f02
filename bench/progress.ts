/** The progress of a bench, on standard error, so that standard output has only the results. */

/** On a terminal, one line that counts up; elsewhere, a line for each tenth. */
export function startProgress(
  what: string,
  total: number,
  stream: Pick<NodeJS.WriteStream, 'write' | 'isTTY'> = process.stderr,
): { step(): void } {
  let done = 0
  return {
    step() {
      done++
      const line = `${what}: ${done} of ${total}`
      if (stream.isTTY) stream.write(`\r${line}${done === total ? '\n' : ''}`)
      else if (Math.floor((done * 10) / total) > Math.floor(((done - 1) * 10) / total))
        stream.write(`${line}\n`)
    },
  }
}
