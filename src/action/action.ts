/** The interface to GitHub: inputs → mask → gate → outputs → annotation and summary. */
import { info, setSecret } from '@actions/core'
import { gate, type Ruling, surroundings } from '../gate/gate.ts'
import type { Problem, Settings } from '../gate/settings.ts'
import { fateOf } from '../gate/verdict.ts'
import { isForgejoOrGitea } from '../messages/causes/server.ts'
import { linkTo, sentence } from '../messages/message.ts'
import { passed } from '../messages/passed.ts'
import { defectOf } from '../process/defect.ts'
import { annotate } from './annotate.ts'
import { readInputs, settingsFrom } from './inputs.ts'
import { deliver, obstacleToOutputs } from './outputs.ts'

/**
 * Runs the step and returns its exit code.
 *
 * @param crash rejects if an uncaught error has ended the run: no answer that comes after it counts
 */
export async function action(crash: Promise<never> = new Promise(() => {})): Promise<0 | 1> {
  const { raw, token, wrong, secrets } = readInputs()
  for (const secret of secrets) setSecret(secret)

  const obstacle = obstacleToOutputs()
  if (obstacle) return reportUndelivered(`${obstacle}. Nothing was sent to the platform`)
  if (token.input && token.environment && token.input !== token.environment)
    annotate(
      'warning',
      'nolapse token: two tokens',
      'The input `token` and NOLAPSE_TOKEN in the environment differ. The input is checked, but later steps, such as ' +
        'nolapse, use the one in the environment. What to do: Pass the token in one place only.',
    )
  // There, a runner passes the inputs of a composite action on to the actions inside it.
  const tolerant = isForgejoOrGitea(process.env)
  if (tolerant)
    for (const { subject, says } of wrong)
      annotate('warning', 'nolapse token: unknown input', sentence(`${subject} ${says}`))

  const settings = settingsFrom(raw, tolerant ? [] : wrong)
  const host = hostOf(settings)
  const ruling = await Promise.race([
    gate(
      token.input || token.environment,
      settings,
      surroundings(async retry => {
        const { retrying } = await import('../messages/retrying.ts')
        info(retrying(retry, host))
      }),
    ),
    crash,
  ])
  return report(ruling, settings)
}

/** The last resort: a defect of ours is a verdict too. */
export async function reportDefect(error: unknown): Promise<1> {
  await report(
    { verdict: { reason: 'internal-error', defect: defectOf(error) }, attempts: 0, elapsed: 0 },
    [],
  )
  return 1
}

const hostOf = (settings: Settings | Problem[]): string => (Array.isArray(settings) ? '' : settings.api.host)

function reportUndelivered(why: string): 1 {
  annotate(
    'error',
    'nolapse token: no outputs',
    `The step's outputs cannot be written: ${why}. ` +
      'What to do: Run this action on a runner, and make sure that its disk is not full.',
  )
  return 1
}

async function report(ruling: Ruling, settings: Settings | Problem[]): Promise<0 | 1> {
  const { verdict, elapsed } = ruling
  const obstacle = deliver(verdict)
  if (obstacle) return reportUndelivered(obstacle)
  if (verdict.reason === 'ok') {
    info(passed(verdict.orgId, verdict.scopes, hostOf(settings), elapsed))
    return 0
  }
  const tolerated = fateOf(verdict, settings) === 'tolerated'
  try {
    // Only a run that did not pass needs its words. They are loaded after the outputs are written.
    const { tell } = await loadReport()
    await tell({ ...ruling, verdict }, settings, tolerated)
  } catch {
    annotate(
      tolerated ? 'warning' : 'error',
      `nolapse token: ${verdict.reason}`,
      `The step ${tolerated ? 'passed' : 'failed'}. The reason is ${verdict.reason}, but the file that explains it cannot be loaded. ` +
        `What to do: See ${linkTo(verdict.reason)}.`,
    )
  }
  return tolerated ? 0 : 1
}

/** A function of its own, because a bundled import does not reject but throws at once if its file is missing. */
const loadReport = async () => import('./report.ts')
