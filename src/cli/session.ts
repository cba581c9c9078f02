/** What the commands on `/v1/tokens` share: a session with the platform, and how failures are reported. */

import { holdsToken, REVEALING } from '../api/secrets.ts'
import type { Access } from '../api/tokens.ts'
import { secretsOf } from '../gate/environment.ts'
import { examine, type Flaw } from '../gate/token.ts'
import { explain } from '../messages/explain.ts'
import { type Situation, situationOf, textOf } from '../messages/message.ts'
import { retrying } from '../messages/retrying.ts'
import { Interruption } from '../process/interruption.ts'
import { type CommandLines, commandLinesFor } from './command-lines.ts'
import { EXIT } from './exit-codes.ts'
import { Failure } from './failure.ts'
import { optionNames, type PlatformOptions, settingsOf } from './options.ts'
import { complain, paint, say } from './print.ts'

/** How long after a signal a command waits for a call that changes something, in milliseconds. */
export const PATIENCE = 3_000

export interface Session {
  access: Access
  situation: Situation
  lines: CommandLines
  interruption: Interruption
}

/** Runs a command in the session that the environment holds, and returns its exit code. */
export async function inSession(
  options: PlatformOptions,
  command: (session: Session) => Promise<number>,
): Promise<number> {
  const settings = settingsOf(options)
  const situation = situationOf(settings, optionNames(options))
  if (Array.isArray(settings)) {
    const verdict = { reason: 'misconfigured', problems: settings } as const
    complain('nolapse-token: misconfigured', textOf(explain(verdict, situation), verdict.reason))
    return EXIT.usage
  }
  const interruption = new Interruption()
  try {
    const access: Access = {
      api: settings.api,
      session: sessionToken(process.env.NOLAPSE_SESSION_TOKEN ?? ''),
      secrets: secretsOf(process.env),
      timeout: settings.timeout,
      clock: interruption.clock,
      onRetry: retry => progress(retrying(retry, situation.host)),
    }
    return await command({ access, situation, lines: commandLinesFor(options, settings), interruption })
  } catch (error) {
    if (error instanceof Failure) {
      complain(HEADLINES[error.code] as string, error.message)
      return error.code
    }
    throw error
  } finally {
    interruption.stopListening()
  }
}

/** Tells the user what the run is doing, and why it takes a while. */
export const progress = (text: string): void => say(paint(text, 'dim', process.stderr))

export const HEADLINES: Record<number, string> = {
  [EXIT.rejected]: 'nolapse-token: rejected',
  [EXIT.usage]: 'nolapse-token: wrong usage',
  [EXIT.failed]: 'nolapse-token: failed',
  [EXIT.leftover]: 'nolapse-token: something is left',
}

const REMEDY =
  'What to do: Sign in to nolapse and set NOLAPSE_SESSION_TOKEN to the session. ' +
  'Neither a nolapse token nor the SERVICE_TOKEN of a self-hosted platform is a session.'

/** What a session cannot be, by the flaw that a token would have. The platform would only call it expired. */
const FLAWS: Partial<Record<Flaw, string>> = {
  masked: 'holds asterisks: what a log shows instead of a secret',
  quotes: 'has quotes around its value',
  expression: 'holds a workflow expression that was not evaluated',
}

/** @throws Failure if the value cannot be a session */
function sessionToken(value: string): string {
  const examined = examine(value)
  if (examined.form === 'absent' && examined.absence !== 'unexpanded')
    throw new Failure(
      EXIT.usage,
      `There is no session: NOLAPSE_SESSION_TOKEN is not set, or empty.\n${REMEDY}`,
    )
  const flaw = flawOf(value, examined)
  if (flaw) throw new Failure(EXIT.usage, `NOLAPSE_SESSION_TOKEN is not a session: it ${flaw}.\n${REMEDY}`)
  return value
}

function flawOf(value: string, examined: ReturnType<typeof examine>): string | undefined {
  if (examined.form === 'absent') return 'holds the name of a variable that was not expanded, like $NAME'
  if (holdsToken(value)) return 'holds a nolapse token'
  if (examined.form === 'malformed' && FLAWS[examined.flaw]) return FLAWS[examined.flaw]
  // An HTTP header cannot carry more.
  if (!/^[\x21-\x7e]+$/.test(value)) return 'has white space, a line break or non-ASCII characters'
  if (value.length < REVEALING) return `has fewer than ${REVEALING} characters`
  return undefined
}
