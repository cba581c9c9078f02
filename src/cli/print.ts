/** The two streams of a command: results on standard output, everything for people on standard error. */

type Colour = 'red' | 'yellow' | 'dim'

/** Own codes, since `styleText` came to Node 20 only in 20.12. */
const CODES: Record<Colour, [on: number, off: number]> = {
  red: [31, 39],
  yellow: [33, 39],
  dim: [2, 22],
}

/** Colours a text where it goes to a terminal that shows colours, and nowhere else (https://no-color.org). */
export function paint(text: string, colour: Colour, stream: NodeJS.WriteStream): string {
  if (process.env.NO_COLOR || !stream.isTTY || !stream.hasColors()) return text
  const [on, off] = CODES[colour]
  return `\u001b[${on}m${text}\u001b[${off}m`
}

/** A line, or several, of the command's result. */
export const print = (text: string): void => {
  process.stdout.write(`${text}\n`)
}

/** A line, or several, for people. */
export const say = (text: string): void => {
  process.stderr.write(`${text}\n`)
}

/** What stops a command: a headline, then what is wrong and what to do. */
export const complain = (headline: string, text: string): void =>
  say(`${paint(headline, 'red', process.stderr)}\n${text}`)

/** What does not stop it. */
export const warn = (headline: string, text: string): void =>
  say(`${paint(headline, 'yellow', process.stderr)}\n${text}`)
