/** The log of a job as a user sees it: with the runner's commands handled and masks applied. */
import { unescaped } from '../harness/runner.ts'

const colours = process.stdout.isTTY && !process.env.NO_COLOR
const paint = (code: number) => (text: string) => (colours ? `\u001b[${code}m${text}\u001b[0m` : text)

export const bold = paint(1)
export const dim = paint(2)
export const red = paint(31)
export const green = paint(32)

const LEVELS: Record<string, string> = { error: 'Error: ', warning: 'Warning: ', notice: 'Notice: ' }

/** One job's log. A mask applies to every later step, as in the runner. */
export class JobLog {
  readonly #masks: string[] = []

  /** What a step printed, as its log shows it. */
  render(stdout: string): string {
    const shown: string[] = []
    for (const line of stdout.trimEnd().split(/\r?\n/)) {
      const [, command = '', data = ''] = /^::([\w-]+)(?: [^:]*)?::(.*)$/.exec(line) ?? []
      if (command === 'add-mask') this.#masks.push(unescaped(data))
      else if (command in LEVELS) shown.push(`${LEVELS[command]}${unescaped(data)}`)
      else shown.push(line)
    }
    return this.#masks.reduce((text, mask) => text.replaceAll(mask, '***'), shown.join('\n'))
  }
}

/** Wraps each line at words. A line that begins with a bullet keeps its text below the text. */
export function wrapped(text: string, width: number): string {
  return text
    .split('\n')
    .flatMap(line => {
      const hang = /^- /.test(line) ? '  ' : ''
      const lines = ['']
      for (const word of line.split(' ')) {
        const last = lines.at(-1) as string
        if (last.trim() !== '' && last.length + 1 + word.length > width) lines.push(`${hang}${word}`)
        else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`
      }
      return lines
    })
    .join('\n')
}
