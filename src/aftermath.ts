/** What only a run that did not pass needs on GitHub: why it is likely to have failed here, and the job summary. */
import { statSync } from 'node:fs'
import { summary } from '@actions/core'
import { causesOnGitHub } from './causes/github.ts'
import type { Ruling } from './gate.ts'
import { linkTo, type Message } from './messages.ts'
import type { Verdict } from './verdict.ts'

export async function likelyCauses(verdict: Verdict): Promise<string[]> {
  if (verdict.reason !== 'missing' || isNoFile(process.env.GITHUB_EVENT_PATH))
    return causesOnGitHub(verdict.reason)
  try {
    // Read only where it can tell why there is no token: it parses the whole event. Taken apart in the same breath, so
    // that the bundler leaves Octokit out, which would fail behind a proxy (bundle/undici.cjs).
    const { context } = await import('@actions/github')
    return causesOnGitHub(verdict.reason, context)
  } catch {
    // Without an event the usual causes are left.
    return causesOnGitHub(verdict.reason)
  }
}

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

/** Whether something else is in the file's place: a pipe would be waited for, and a device read, past every deadline. */
function isNoFile(path = ''): boolean {
  try {
    return !statSync(path).isFile()
  } catch {
    return false
  }
}

/** For HTML inside of Markdown, where asterisks and underscores between tags would count as well; `code` stays code. */
const plain = (text: string): string =>
  text
    .replace(/[&<>"'*_~[\]|\\@#]/g, character => `&#${character.charCodeAt(0)};`)
    .replace(/`([^`]*)`/g, '<code>$1</code>')
    .replaceAll('`', '&#96;')
