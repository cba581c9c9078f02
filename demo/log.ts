/** The log of a step as a user sees it: what the runner makes of commands, with masks applied. */

const colours = process.stdout.isTTY && !process.env.NO_COLOR
const paint = (code: number) => (text: string) => (colours ? `\u001b[${code}m${text}\u001b[0m` : text)

export const bold = paint(1)
export const dim = paint(2)
export const red = paint(31)
export const green = paint(32)
export const yellow = paint(33)

const unescaped = (data: string): string =>
  data.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%')

const LEVELS: Record<string, (text: string) => string> = {
  error: text => red(`Error: ${text}`),
  warning: text => yellow(`Warning: ${text}`),
  notice: text => `Notice: ${text}`,
}

export function renderLog(stdout: string): string {
  const masks: string[] = []
  const shown: string[] = []
  for (const line of stdout.trimEnd().split(/\r?\n/)) {
    const [, command = '', data = ''] = /^::([\w-]+)(?: [^:]*)?::(.*)$/.exec(line) ?? []
    if (command === 'add-mask') masks.push(unescaped(data))
    else shown.push(LEVELS[command]?.(unescaped(data)) ?? line)
  }
  const log = shown.join('\n')
  return masks.reduce((text, mask) => text.replaceAll(mask, '***'), log)
}

/** The job summary as plain text: GitHub renders it as a table and paragraphs. */
export function renderSummary(html: string): string {
  return html
    .replace(/<tr>|<li>/g, '\n')
    .replace(/<\/th>/g, ': ')
    .replace(/<\/(h\d|p|table|ul)>|<br>/g, '\n')
    .replace(/<[^>]+>/g, '')
    .replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
    .replace(/\n{2,}/g, '\n')
    .trim()
}

export const indented = (text: string): string => text.replace(/^/gm, '    ')
