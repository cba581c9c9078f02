/** What a run that did not pass tells its user: an annotation, on Forgejo and Gitea also plain lines, and a summary. */
import { info } from '@actions/core'
import type { Ruling } from '../gate/gate.ts'
import { DEFAULTS, type Problem, type Settings } from '../gate/settings.ts'
import type { NotOk } from '../gate/verdict.ts'
import { advise } from '../messages/advise.ts'
import { isForgejoOrGitea } from '../messages/causes/server.ts'
import { situationOf, textOf } from '../messages/message.ts'
import { annotate } from './annotate.ts'
import { likelyCauses } from './likely-causes.ts'
import { writeSummary } from './summary.ts'

export interface Rejection extends Ruling {
  verdict: NotOk
}

export async function tell(
  rejection: Rejection,
  settings: Settings | Problem[],
  tolerated: boolean,
): Promise<void> {
  const { verdict } = rejection
  const { reason } = verdict
  const outcome = tolerated
    ? `The step passed without a validated token: \`tolerate\` allows \`${reason}\`. The output \`valid\` is \`false\`.`
    : undefined
  const situation = situationOf(settings, inputName)
  const message = advise(verdict, situation, await likelyCauses(verdict), outcome)
  const title = `nolapse token: ${reason}${tolerated ? ' (tolerated)' : ''}`
  const text = textOf(message, reason)
  if (isForgejoOrGitea(process.env)) {
    // Everything that a JavaScript action prints is in a group, which Gitea shows closed.
    info('::endgroup::')
    info(`${title}\n${text}`)
  }
  annotate(tolerated ? 'warning' : 'error', title, isForgejoOrGitea(process.env) ? message.what : text)
  await writeSummary(rejection, message, situation.host, tolerated)
}

const inputName = (name: string): string => (name in DEFAULTS ? `the input \`${name}\`` : name)
