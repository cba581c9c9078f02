/** What the commands on `/v1/tokens` share: a session with a platform, and how what stops a command is told. */

import type { Access } from '../api/tokens.ts'
import { explain } from '../messages/explain.ts'
import { type Situation, situationOf, textOf } from '../messages/message.ts'
import { retrying } from '../messages/progress.ts'
import { Interruption } from '../process/interruption.ts'
import { type Lines, linesFor } from './command-lines.ts'
import { EXIT } from './exit-codes.ts'
import { Failure } from './failure.ts'
import { optionNames, type PlatformOptions, settingsOf } from './options.ts'
import { complain, paint, say } from './print.ts'

export interface Session {
  access: Access
  situation: Situation
  lines: Lines
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
      timeout: settings.timeout,
      clock: interruption.clock,
      onRetry: retry => progress(retrying(retry, situation.host)),
    }
    return await command({ access, situation, lines: linesFor(options, settings), interruption })
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

/** What is being done, and why it takes a while. */
export const progress = (text: string): void => say(paint(text, 'dim', process.stderr))

export const HEADLINES: Record<number, string> = {
  [EXIT.rejected]: 'nolapse-token: rejected',
  [EXIT.usage]: 'nolapse-token: wrong usage',
  [EXIT.failed]: 'nolapse-token: failed',
  [EXIT.leftover]: 'nolapse-token: something is left',
}

function sessionToken(value: string): string {
  const remedy =
    '\nWhat to do: sign in to nolapse and give the session, or the service token of a platform of your own, as ' +
    'NOLAPSE_SESSION_TOKEN in the environment. NOLAPSE_TOKEN is not one.'
  if (value.trim() === '')
    throw new Failure(EXIT.usage, `There is no session: NOLAPSE_SESSION_TOKEN is not set, or empty.${remedy}`)
  // More than a header can carry.
  if (!/^[\x21-\x7e]+$/.test(value))
    throw new Failure(
      EXIT.usage,
      `NOLAPSE_SESSION_TOKEN has white space, a line break, or characters that are not of ASCII in it.${remedy}`,
    )
  if (value.length < SHORTEST_SESSION)
    throw new Failure(
      EXIT.usage,
      `NOLAPSE_SESSION_TOKEN has fewer than ${SHORTEST_SESSION} characters: it is not a session.${remedy}`,
    )
  return value
}

/** Anything shorter could stand in other texts by chance, and could not be kept out of them. */
const SHORTEST_SESSION = 8
