import { test } from '@jest/globals'
import fc from 'fast-check'
import type { Finding } from '../../src/api/answer.ts'
import { ATTEMPT, askUntilAnswered, type Retry, retryAfterOf } from '../../src/api/retry.ts'
import type { Clock } from '../../src/process/clock.ts'
import { atMost, PATIENCE, runs, same } from './bounds.ts'

/** What one attempt does: how much of its time it takes, and how it ends. */
const attempts = fc.array(
  fc.record({
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    ends: fc.constantFrom('failure', 'failure', 'failure', 'timed-out', 'unknown-host', 'final', 'answer'),
    retryAfter: fc.oneof(
      fc.constant(undefined),
      fc.constant(undefined),
      fc.nat(30).map(String),
      fc.nat().map(String),
      fc.constantFrom('-1', '1e3', 'soon', '9'.repeat(400)),
      fc.integer({ min: -100, max: 1000 }).map(s => new Date(DAY_ZERO + s * 1000).toUTCString()),
    ),
    date: fc.option(
      fc.integer({ min: -1000, max: 1000 }).map(s => new Date(DAY_ZERO + s * 1000).toUTCString()),
      { nil: undefined },
    ),
  }),
  { minLength: 1, maxLength: 30 },
)
const DAY_ZERO = Date.UTC(2030, 0, 1)

const randoms = fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), {
  minLength: 1,
  maxLength: 10,
})
const timeouts = fc.integer({ min: 1, max: 600 }).map(seconds => seconds * 1000)

/** What a date in a Retry-After counts from. */
const momentOf = (date: string | undefined, now: number) =>
  date === undefined ? DAY_ZERO + now : Date.parse(date)

interface Told {
  limits: { at: number; limit: number }[]
  retries: (Retry & { at: number })[]
  end: number
  finding: Finding
  attempts: number
}

/** Plays a script against a clock that moves only when told to. */
async function play(
  script: { share: number; ends: string; retryAfter: string | undefined; date?: string | undefined }[],
  chances: number[],
  timeout: number,
  late = 0,
): Promise<Told> {
  let now = 0
  let drawn = 0
  const told: Pick<Told, 'limits' | 'retries'> = { limits: [], retries: [] }
  const clock: Clock = {
    now: () => now,
    date: () => DAY_ZERO + now,
    random: () => chances[drawn++ % chances.length] as number,
    sleep: async wait => {
      now += wait + late
    },
  }
  const ask = async (limit: number): Promise<Finding> => {
    const step = script[Math.min(told.limits.length, script.length - 1)] as (typeof script)[number]
    told.limits.push({ at: now, limit })
    const timedOut = step.ends === 'timed-out'
    now += timedOut ? Math.max(0, limit) : step.share * Math.max(0, limit)
    if (step.ends === 'answer') return { kind: 'refused', said: '', requestId: '' }
    return {
      kind: 'unavailable',
      cause: timedOut
        ? { kind: 'fault', fault: 'timed-out', limit }
        : { kind: 'status', status: 500 + (told.limits.length % 100) },
      requestId: '',
      retry: step.ends !== 'final',
      retryAfter: step.retryAfter,
      date: step.date,
      timedOut,
      unknownHost: step.ends === 'unknown-host',
    }
  }
  const result = await askUntilAnswered(ask, timeout, clock, retry => {
    told.retries.push({ ...retry, at: now })
  })
  return { ...told, ...result, end: now }
}

test(
  'no attempt and no wait ever goes past the deadline',
  async () => {
    await fc.assert(
      fc.asyncProperty(attempts, randoms, timeouts, async (script, chances, timeout) => {
        const { limits, retries, end, attempts: counted } = await play(script, chances, timeout)
        const inTime = timeout + 1e-6
        atMost(end, inTime)
        for (const { at, limit } of limits) {
          atMost(limit, ATTEMPT)
          atMost(at + limit, inTime)
        }
        // A second is left for each attempt after the first.
        for (const { at } of limits.slice(1)) atMost(1000 - 1e-6, timeout - at)
        for (const { at, wait } of retries) {
          atMost(100, wait)
          atMost(at + wait, timeout - 1000 + 1e-6)
        }
        same(counted, limits.length)
        same(retries.length, counted - 1)
      }),
      runs(2_000),
    )
  },
  PATIENCE,
)

test(
  'a wait is the Retry-After plus jitter, or else within the exponential bounds',
  async () => {
    await fc.assert(
      fc.asyncProperty(attempts, randoms, timeouts, async (script, chances, timeout) => {
        const { retries } = await play(script, chances, timeout)
        for (const { attempt, wait, unavailable, at } of retries) {
          const asked = retryAfterOf(unavailable.retryAfter, momentOf(unavailable.date, at))
          const backoff = Math.min(1000 * 2 ** (attempt - 1), 10_000)
          if (asked > 0) {
            atMost(asked, wait)
            atMost(wait, asked + Math.min(Math.max(asked, backoff), 10_000))
          } else atMost(wait, Math.max(100, backoff))
        }
      }),
      runs(1_000),
    )
  },
  PATIENCE,
)

test(
  'a run ends with an answer, a fault that no retry can fix, or the deadline: never sooner, never later',
  async () => {
    await fc.assert(
      fc.asyncProperty(attempts, randoms, timeouts, async (script, chances, timeout) => {
        const { end, finding, limits, attempts: counted } = await play(script, chances, timeout)
        const last = script[Math.min(counted, script.length) - 1] as (typeof script)[number]
        same(finding.kind === 'refused', last.ends === 'answer')
        if (last.ends === 'answer' || last.ends === 'final') return
        const left = (last.ends === 'unknown-host' ? Math.min(timeout, 10_000) : timeout) - end
        const asked = retryAfterOf(last.retryAfter, momentOf(last.date, end))
        same(left - 1000 < Math.max(asked, 100), true)
        atMost(limits.length, timeout / 100 + 1)
      }),
      runs(1_000),
    )
  },
  PATIENCE,
)

test(
  'the reported cause is the last one other than the deadline cutting an attempt short',
  async () => {
    await fc.assert(
      fc.asyncProperty(attempts, randoms, timeouts, async (script, chances, timeout) => {
        const { finding, limits } = await play(script, chances, timeout)
        if (finding.kind !== 'unavailable') return
        const causes = limits.map(({ limit }, index) => {
          const { ends } = script[Math.min(index, script.length - 1)] as (typeof script)[number]
          return ends === 'timed-out'
            ? limit === ATTEMPT
              ? `waited ${limit}`
              : 'cut short'
            : 500 + ((index + 1) % 100)
        })
        const expected = causes.filter(cause => cause !== 'cut short').at(-1) ?? 'cut short'
        const { cause } = finding
        if (cause.kind === 'status') same(cause.status, expected)
        else same(/^(waited|cut short)/.test(String(expected)), true)
      }),
      runs(1_000),
    )
  },
  PATIENCE,
)

test(
  'a clock that wakes late never makes a run endless or gives an attempt more than the time left',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        attempts,
        randoms,
        timeouts,
        fc.nat(100_000),
        async (script, chances, timeout, late) => {
          const { limits, end } = await play(script, chances, timeout, late)
          atMost(end, timeout + late + 1e-6)
          for (const { at, limit } of limits) atMost(limit, timeout - at + 1e-6)
        },
      ),
      runs(1_000),
    )
  },
  PATIENCE,
)

test('attempts to reach a host that does not exist end within ten seconds, for any deadline', async () => {
  await fc.assert(
    fc.asyncProperty(randoms, timeouts, async (chances, timeout) => {
      const { end, limits } = await play(
        [{ share: 0, ends: 'unknown-host', retryAfter: undefined }],
        chances,
        timeout,
      )
      atMost(end, 10_000)
      same(timeout < 2_000 || limits.length > 1, true)
    }),
    runs(300),
  )
})
