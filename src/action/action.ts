/** The GitHub face of the gate: inputs → mask → gate → outputs → annotation and summary. */

import { closeSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs'
import * as core from '@actions/core'
import { tokensIn } from '../api/secrets.ts'
import { checkEnvironment } from '../gate/environment.ts'
import { gate, type Ruling, surroundings } from '../gate/gate.ts'
import { masksOf } from '../gate/masks.ts'
import { DEFAULTS, type Problem, type RawSettings, readSettings, type Settings } from '../gate/settings.ts'
import { fateOf, outputsOf, type Verdict } from '../gate/verdict.ts'
import { linkTo, type Situation, situationOf } from '../messages/message.ts'
import { passed, retrying } from '../messages/progress.ts'
import { defectOf } from '../process/defect.ts'

/**
 * Runs the step and returns its exit code.
 *
 * @param crash rejects where an error nobody caught has ended the run: no answer that comes after it counts
 */
export async function action(crash: Promise<never> = new Promise(() => {})): Promise<0 | 1> {
  const raw: RawSettings = Object.fromEntries(Object.keys(DEFAULTS).map(name => [name, core.getInput(name)]))
  const tokens = {
    input: core.getInput('token', { trimWhitespace: false }),
    environment: process.env.NOLAPSE_TOKEN ?? '',
    sibling: core.getInput('nolapse-token', { trimWhitespace: false }),
  }
  for (const secret of new Set([
    ...Object.values(tokens).flatMap(masksOf),
    ...Object.values(raw).flatMap(tokensIn),
  ]))
    core.setSecret(secret)

  const obstacle = obstacleTo(trial)
  if (obstacle) return reportUndelivered(`${obstacle}. Nothing was sent to the platform`)
  if (tokens.input && tokens.environment && tokens.input !== tokens.environment)
    core.warning(
      'The input `token` and NOLAPSE_TOKEN in the environment differ. The input is what is checked; later steps, nolapse ' +
        'among them, will use the one in the environment. What to do: give the token in one place.',
      { title: 'nolapse token: two tokens' },
    )

  const settings = checkEnvironment(readSettings(raw))
  const situation = situationOf(settings, inputName)
  const ruling = await Promise.race([
    gate(
      tokens.input || tokens.environment,
      tokens.sibling ? withSibling(settings) : settings,
      surroundings(retry => core.info(retrying(retry, situation.host))),
    ),
    crash,
  ])
  return report(ruling, settings, situation)
}

/** The last resort: a defect of ours is a verdict too. */
export async function reportDefect(error: unknown): Promise<1> {
  await report(
    { verdict: { reason: 'internal-error', defect: defectOf(error) }, attempts: 0, elapsed: 0 },
    [],
    situationOf([], inputName),
  )
  return 1
}

const inputName = (name: string): string =>
  name in DEFAULTS || name === 'nolapse-token' ? `the input \`${name}\`` : name

/** nolapse/nolapse-action calls its token input so; whoever takes that name along would else hear that there is no token. */
const withSibling = (settings: Settings | Problem[]): Problem[] => [
  ...(Array.isArray(settings) ? settings : []),
  { subject: 'nolapse-token', says: "is nolapse-action's name for it. Here the input is called `token`." },
]

/** Why outputs can't be written, if so. Without GITHUB_OUTPUT, core would print them as commands of old. */
function obstacleTo(write: (path: string) => void): string | undefined {
  const path = process.env.GITHUB_OUTPUT
  if (!path) return 'GITHUB_OUTPUT is not set'
  try {
    write(path)
    return undefined
  } catch (error) {
    // core's own error, without a code, is for a file that is not there.
    return `the file that GITHUB_OUTPUT names is not writable (${(error as NodeJS.ErrnoException).code ?? 'ENOENT'})`
  }
}

/** Writes one byte, since a full disk shows no sooner, and takes it back, as not every engine skips an empty line. */
function trial(path: string): void {
  const file = openSync(path, 'r+')
  try {
    const { size } = fstatSync(file)
    writeSync(file, '\n', size)
    ftruncateSync(file, size)
  } finally {
    closeSync(file)
  }
}

function reportUndelivered(why: string): 1 {
  core.error(
    `The step's outputs can't be delivered: ${why}. ` +
      'What to do: run this action in a GitHub Actions runner, with room on its disk.',
    { title: 'nolapse token: no outputs' },
  )
  return 1
}

async function report(ruling: Ruling, settings: Settings | Problem[], situation: Situation): Promise<0 | 1> {
  const { verdict } = ruling
  // The file was writable when the run began, which says nothing of now.
  const obstacle = obstacleTo(() => deliver(verdict))
  if (obstacle) return reportUndelivered(obstacle)
  if (verdict.reason === 'ok') {
    core.info(passed(verdict.orgId, verdict.scopes, situation.host, ruling.elapsed))
    return 0
  }
  const tolerated = fateOf(verdict, settings) === 'tolerated'
  // What only a failed run needs is loaded only then, and after the outputs are written. So if it can't be loaded, the
  // run fails all the same, and says less.
  const aftermath = await loadAftermath().catch(() => undefined)
  const message = await aftermath?.explainHere(verdict, situation)
  const text = (message && aftermath?.textOf(message, verdict.reason)) ?? unexplained(verdict.reason)
  if (tolerated)
    core.warning(
      `Tolerated, as \`tolerate\` asks: the step passes, and its output valid is false.\n${text}`,
      {
        title: `nolapse token: ${verdict.reason} (tolerated)`,
      },
    )
  else core.error(text, { title: `nolapse token: ${verdict.reason}` })
  if (message) await aftermath?.writeSummary(ruling, message, situation.host)
  return tolerated ? 0 : 1
}

const unexplained = (reason: string): string =>
  `The gate ended as ${reason}, and its own file that explains that can't be loaded: see ${linkTo(reason)}.`

/** A function of its own, since a bundled import does not reject but throws at once where its file is not there. */
const loadAftermath = async () => import('./aftermath.ts')

/**
 * `valid` comes last: whatever stops the writing half-way, a workflow that asks for valid == 'true' has all that
 * goes with it.
 */
function deliver(verdict: Verdict): void {
  const { valid, ...rest } = outputsOf(verdict)
  for (const [name, value] of Object.entries(rest)) core.setOutput(name, value)
  core.setOutput('valid', valid)
}
