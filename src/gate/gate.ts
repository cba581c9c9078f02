/** The whole story on one page: is this token good for what is to be done with it, and if not, why? */
import { askUntilAnswered, type Retry } from '../api/retry.ts'
import { type Ask, askPlatform } from '../api/validate.ts'
import { type Clock, realClock } from '../process/clock.ts'
import { secretsOf } from './environment.ts'
import type { Problem, Settings } from './settings.ts'
import { examine } from './token.ts'
import { judge, type Verdict } from './verdict.ts'

export interface Surroundings {
  ask: Ask
  clock: Clock
  /** Told before each wait. */
  onRetry: (retry: Retry) => void | Promise<void>
}

/** A verdict, and what it took to reach it. */
export interface Ruling {
  verdict: Verdict
  /** Requests sent. */
  attempts: number
  /** In milliseconds. */
  elapsed: number
}

/** Validates a value as a nolapse token. Decides in the order of `REASONS`, and sends nothing that is not well-formed. */
export async function gate(
  value: string | undefined,
  settings: Settings | Problem[],
  { ask, clock, onRetry }: Surroundings,
): Promise<Ruling> {
  const start = clock.now()
  const rule = (verdict: Verdict, attempts = 0): Ruling => ({
    verdict,
    attempts,
    elapsed: clock.now() - start,
  })

  if (Array.isArray(settings)) return rule({ reason: 'misconfigured', problems: settings })
  const examined = examine(value)
  if (examined.form === 'absent') return rule({ reason: 'missing', absence: examined.absence })
  if (examined.form === 'malformed')
    return rule({ reason: 'malformed', flaw: examined.flaw, length: examined.length })

  const { token } = examined
  const { finding, attempts } = await askUntilAnswered(
    limit => ask(token, settings.api, limit),
    settings.timeout,
    clock,
    onRetry,
  )
  return rule(judge(finding, settings), attempts)
}

/** The gate before a real platform, by a real clock. */
export const surroundings = (onRetry: Surroundings['onRetry']): Surroundings => ({
  ask: (token, api, limit) => askPlatform(token, api, limit, secretsOf(process.env)),
  clock: realClock,
  onRetry,
})
