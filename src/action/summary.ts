/** The job summary of a run that did not pass. */
import { summary } from '@actions/core'
import { linkTo, type Message } from '../messages/message.ts'
import type { Rejection } from './report.ts'
import { isFile } from './runner-file.ts'

/** Outcome and remedy first, details folded. If it cannot be written, the annotation has said everything. */
export async function writeSummary(
  { verdict, attempts, elapsed }: Rejection,
  message: Message,
  host: string,
  tolerated: boolean,
): Promise<void> {
  if (!isFile(process.env.GITHUB_STEP_SUMMARY)) return
  const requestId = 'requestId' in verdict ? verdict.requestId : ''
  const details = [
    ['Reason', `<code>${verdict.reason}</code>`],
    ['Platform', plain(host) || '–'],
    ['Attempts', String(attempts)],
    ['Time', `${(elapsed / 1000).toFixed(1)} s`],
    ['Request ID', requestId ? `<code>${plain(requestId)}</code>` : '–'],
  ]
  const [icon, outcome] = tolerated ? ['⚠️', `${verdict.reason} (tolerated)`] : ['❌', verdict.reason]
  const html = [
    `<h3>${icon} nolapse token: ${outcome}</h3>`,
    `<p>${plain(message.what).replace(/\n/g, '<br>')}</p>`,
    `<p><strong>What to do:</strong> ${plain(message.remedy)}</p>`,
    ...listed(message.causes),
    `<p><a href="${linkTo(verdict.reason)}">More about <code>${verdict.reason}</code></a></p>`,
    '<details><summary>Details</summary>',
    `<table>${details.map(([name, value]) => `<tr><th>${name}</th><td>${value}</td></tr>`).join('')}</table>`,
    '</details>',
  ]
  await summary
    .addRaw(`${html.join('\n')}\n`)
    .write()
    .catch(() => undefined)
}

const listed = (causes: string[]): string[] =>
  causes.length > 0
    ? ['<p>Likely causes:</p>', `<ul>${causes.map(cause => `<li>${plain(cause)}</li>`).join('')}</ul>`]
    : []

/** For HTML inside Markdown, where asterisks and underscores between tags would count as well; `code` stays code. */
const plain = (text: string): string =>
  text
    .replace(/[&<>"'*_~[\]|\\@#]/g, character => `&#${character.charCodeAt(0)};`)
    .replace(/`([^`]*)`/g, '<code>$1</code>')
    .replace(/`/g, '&#96;')
