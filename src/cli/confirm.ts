/** Asks a person. */
import { createInterface } from 'node:readline'

/** Whether there is a person to ask: a terminal to read from, and one to ask on. */
export const canAsk = (): boolean => Boolean(process.stdin.isTTY && process.stderr.isTTY)

/** Asks on the terminal. Only a clear yes counts. */
export function confirm(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  return new Promise(resolve => {
    terminal.on('close', () => resolve(false))
    // readline intercepts Ctrl-C, so turn it into a signal again.
    terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'))
    terminal.question(`${question} [y/N] `, answer => {
      resolve(/^y(es)?$/i.test(answer.trim()))
      terminal.close()
    })
  })
}
