/** The job summary of a run that did not pass. */
import { summary } from '@actions/core'
import type { Ruling } from '../gate/gate.ts'
import { linkTo, type Message } from '../messages/message.ts'
import { isNoFile } from './runner-file.ts'

/** One small table and the remedy. A hint as well: where it can't be written, the annotation has told everything. */
export async function writeSummary(ruling: Ruling, message: Message, host: string): Promise<void> {
  if (isNoFile(process.env.GITHUB_STEP_SUMMARY)) return
  const { verdict, attempts, elapsed } = ruling
  const requestId = 'requestId' in verdict ? verdict.requestId : ''
  const row = (name: string, value: string) => [{ data: name, header: true }, value]
  await summary
    .addHeading('nolapse token', 3)
    .addTable([
      row('Reason', `<code>${verdict.reason}</code>`),
      row('Platform', plain(host) || '–'),
      row('Attempts', String(attempts)),
      row('Time', `${(elapsed / 1000).toFixed(1)} s`),
      row('Request id', requestId ? `<code>${plain(requestId)}</code>` : '–'),
    ])
    .addRaw(`<p>${plain(message.what).replaceAll('\n', '<br>')}</p>\n`)
    .addRaw(message.causes.length > 0 ? `<p>Likely causes:</p>\n` : '')
    .addList(message.causes.map(plain))
    .addRaw(`<p><strong>What to do:</strong> ${plain(message.remedy)}</p>\n`)
    .addRaw(`<p><a href="${linkTo(verdict.reason)}">More about <code>${verdict.reason}</code></a></p>\n`)
    .write()
    .catch(() => undefined)
}

/** For HTML inside of Markdown, where asterisks and underscores between tags would count as well; `code` stays code. */
const plain = (text: string): string =>
  text
    .replace(/[&<>"'*_~[\]|\\@#]/g, character => `&#${character.charCodeAt(0)};`)
    .replace(/`([^`]*)`/g, '<code>$1</code>')
    .replaceAll('`', '&#96;')
