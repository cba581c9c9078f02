/** The real gate, and the policies that it is compared with. */

import type { Finding } from '../../src/api/answer.ts'
import { ATTEMPT, retryAfterOf } from '../../src/api/retry.ts'
import { gate } from '../../src/gate/gate.ts'
import type { Clock } from '../../src/process/clock.ts'

/** Whether a gate passes within `timeout` milliseconds. `ask` is one attempt, bounded by the limit it is given. */
export type Policy = (
  ask: (limit: number) => Promise<Finding>,
  timeout: number,
  clock: Clock,
) => Promise<boolean>

/** Plainly fake, but well-formed: nothing is sent anywhere. */
const TOKEN = `nlp_${'0123456789abcdef'.repeat(3).slice(0, 40)}`
const API = new URL('http://localhost')

const theGate: Policy = async (ask, timeout, clock) => {
  const settings = { api: API, requiredScopes: [], expectedOrgId: undefined, tolerate: [], timeout }
  const { verdict } = await gate(TOKEN, settings, {
    ask: (_token, _api, limit) => ask(limit),
    clock,
    onRetry: () => {},
  })
  return verdict.reason === 'ok'
}

/** Retries after `wait` milliseconds, as long as that leaves a second for the attempt. */
const retrying =
  (wait: (attempt: number, retryAfter: number, random: () => number) => number): Policy =>
  async (ask, timeout, clock) => {
    const start = clock.now()
    for (let attempt = 1; ; attempt++) {
      const finding = await ask(Math.min(ATTEMPT, timeout - (clock.now() - start)))
      if (finding.kind !== 'unavailable') return finding.kind === 'granted'
      const pause = wait(attempt, retryAfterOf(finding.retryAfter, clock.date()), clock.random)
      if (clock.now() - start + pause > timeout - 1_000) return false
      await clock.sleep(pause)
    }
  }

const backoff = (attempt: number) => Math.min(10_000, 1_000 * 2 ** (attempt - 1))

export const POLICIES = {
  'the gate': theGate,
  // The jitter after a Retry-After is at most the Retry-After itself, however often the platform says the same.
  'even jitter': retrying((attempt, retryAfter, random) =>
    retryAfter > 0
      ? retryAfter + random() * Math.min(retryAfter, 10_000)
      : Math.max(100, random() * backoff(attempt)),
  ),
  'no jitter': retrying((attempt, retryAfter) => retryAfter || backoff(attempt)),
  'every 5 s': retrying(() => 5_000),
} satisfies Record<string, Policy>

export type PolicyName = keyof typeof POLICIES
