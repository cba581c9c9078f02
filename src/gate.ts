/** The whole story on one page: is this token good for what is to be done with it, and if not, why? */
import { type Finding, judgeAnswer, MAX_ANSWER } from './answer.ts'
import { askUntilAnswered, type Clock, type Retry, realClock } from './retry.ts'
import type { Problem, Settings } from './settings.ts'
import { examine } from './token.ts'
import { exchange } from './transport.ts'
import { judge, type Verdict } from './verdict.ts'

/** One attempt at `POST /v1/auth/validate`, which ends within `limit` milliseconds. */
export type Ask = (token: string, api: URL, limit: number) => Promise<Finding>

export interface Surroundings {
  ask: Ask
  clock: Clock
  /** Told before each wait. */
  onRetry: (retry: Retry) => void
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

/** The URL of a path of the API, below whatever path the platform lives at. */
export const endpoint = (api: URL, path: string): URL => new URL(api.href.replace(/\/$/, '') + path)

/** Asks the platform itself. */
export const askPlatform: Ask = async (token, api, limit) => {
  const outcome = await exchange({
    method: 'POST',
    url: endpoint(api, '/v1/auth/validate'),
    body: { token },
    limit,
    maxBytes: MAX_ANSWER,
    bodyDecides: [200, 401],
  })
  return judgeAnswer(outcome, token)
}

/** The gate before a real platform, by a real clock. */
export const surroundings = (onRetry: Surroundings['onRetry']): Surroundings => ({
  ask: askPlatform,
  clock: realClock,
  onRetry,
})
