import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Finding, Unavailable } from '../../src/api/answer.ts'
import { askUntilAnswered, type Retry, retryAfterOf } from '../../src/api/retry.ts'
import { type Clock, realClock } from '../../src/process/clock.ts'

const GRANTED: Finding = { kind: 'granted', orgId: 'org_abc123', scopes: ['execute'], requestId: '' }

/** An attempt that took `took` milliseconds and had no answer. */
interface Failure extends Partial<Unavailable> {
  took?: number
}
const down = (status: number, more: Failure = {}): Failure => ({ cause: { kind: 'status', status }, ...more })

/** A clock that moves only during sleeps and attempts; `random` is always the same. */
function scene(random = 0.5, noon = Date.UTC(2025, 0, 1, 12)) {
  let time = 1_000_000
  const slept: number[] = []
  const limits: number[] = []
  const retries: Retry[] = []
  const clock: Clock = {
    now: () => time,
    date: () => noon + time - 1_000_000,
    random: () => random,
    sleep: async wait => {
      slept.push(wait)
      time += wait
    },
  }
  const run = (timeout: number, script: (Failure | Finding)[]) =>
    askUntilAnswered(
      async limit => {
        limits.push(limit)
        const next = script[Math.min(limits.length, script.length) - 1] as Failure | Finding
        if (next.kind && next.kind !== 'unavailable') return next as Finding
        const { took = 0, ...rest } = next as Failure
        time += Math.min(took, limit)
        const finding = { kind: 'unavailable', requestId: '', retry: true, ...rest } as Unavailable
        return took >= limit
          ? { ...finding, timedOut: true, cause: { kind: 'fault', fault: 'timed-out', limit } }
          : finding
      },
      timeout,
      clock,
      retry => void retries.push(retry),
    )
  return { run, slept, limits, retries, elapsed: () => time - 1_000_000 }
}

test('an answer ends the attempts, and no wait is announced', async () => {
  const { run, slept, retries } = scene()
  expect(await run(90_000, [GRANTED])).toEqual({ finding: GRANTED, attempts: 1 })
  expect([slept, retries]).toEqual([[], []])
})

test('a wait begins when its announcement is done', async () => {
  const order: string[] = []
  const clock = { now: () => 0, date: () => 0, random: () => 0.5, sleep: async () => void order.push('wait') }
  const answers = [{ kind: 'unavailable', requestId: '', retry: true, cause: { kind: 'fault' } }, GRANTED]
  await askUntilAnswered(
    async () => answers.shift() as Finding,
    90_000,
    clock,
    async () => {
      await null
      order.push('announced')
    },
  )
  expect(order).toEqual(['announced', 'wait'])
})

test('waits double from 1 s to 10 s at most, each a random part of that, and are announced', async () => {
  const { run, slept, retries } = scene(0.5)
  expect((await run(90_000, [...Array(6).fill(down(503)), GRANTED])).attempts).toBe(7)
  expect(slept).toEqual([500, 1000, 2000, 4000, 5000, 5000])
  expect(retries.map(({ wait }) => wait)).toEqual(slept)
  expect(retries.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5, 6])
  expect(retries[0]?.unavailable.cause).toEqual({ kind: 'status', status: 503 })
})

test('a wait is at least 0.1 s', async () => {
  const { run, slept } = scene(0)
  await run(90_000, [down(503), GRANTED])
  expect(slept).toEqual([100])
})

test('an attempt has 15 s, or what the deadline leaves', async () => {
  const { run, limits, slept } = scene(0.5)
  const { finding, attempts } = await run(20_000, [down(503, { took: 60_000 })])
  expect(limits).toEqual([15_000, 4_500])
  expect(slept).toEqual([500])
  expect(attempts).toBe(2)
  expect(finding).toMatchObject({ cause: { fault: 'timed-out', limit: 15_000 } })
})

test('the reported cause is the last one that was not the deadline', async () => {
  const { run } = scene()
  const { finding } = await run(5_000, [down(502), down(503), down(500, { took: 60_000 })])
  expect(finding).toMatchObject({ cause: { kind: 'status', status: 503 } })
})

test('if the deadline is the only cause, it is reported', async () => {
  const { run } = scene()
  const { finding, attempts } = await run(5_000, [down(500, { took: 60_000 })])
  expect(attempts).toBe(1)
  expect(finding).toMatchObject({ cause: { fault: 'timed-out', limit: 5_000 } })
})

test('attempts go on as long as a second is left for one', async () => {
  const { run, slept, limits, elapsed } = scene(0.999_999)
  const { attempts } = await run(3_000, [down(503)])
  expect(attempts).toBe(3)
  expect(slept[1]).toBeCloseTo(1000, 0)
  expect(limits.at(-1)).toBe(1000)
  expect(elapsed()).toBe(2000)
})

test('an attempt that used all of its own time counts as a cause, after any other', async () => {
  const { run } = scene()
  const { finding } = await run(20_000, [down(503), down(500, { took: 15_000 }), down(500, { took: 60_000 })])
  expect(finding).toMatchObject({ cause: { fault: 'timed-out', limit: 15_000 } })
})

test('a wait that leaves just a second for the next attempt still fits', async () => {
  const asked = scene()
  await asked.run(3_000, [down(429, { retryAfter: '2' }), GRANTED])
  expect(asked.slept).toEqual([2000])
  const shortest = scene()
  await shortest.run(1_100, [down(503), GRANTED])
  expect(shortest.slept).toEqual([100])
})

test('a deadline of one second has room for one attempt', async () => {
  expect((await scene().run(1_000, [down(503)])).attempts).toBe(1)
})

test('a fault that a retry cannot fix is not retried', async () => {
  const { run } = scene()
  expect((await run(90_000, [down(407, { retry: false })])).attempts).toBe(1)
})

test('a Retry-After replaces the backoff, with jitter of up to the same time added', async () => {
  const { run, slept } = scene(0.5)
  await run(90_000, [down(429, { retryAfter: '4' }), GRANTED])
  expect(slept).toEqual([6000])
})

test('the jitter after a short Retry-After grows with each attempt as the backoff does, to 10 s', async () => {
  const { run, slept } = scene(0.5)
  await run(600_000, [...Array(6).fill(down(429, { retryAfter: '1' })), GRANTED])
  expect(slept).toEqual([1500, 2000, 3000, 5000, 6000, 6000])
})

test('the jitter after a Retry-After is never shorter than the Retry-After itself allows', async () => {
  const { run, slept } = scene(0.5)
  await run(600_000, [...Array(4).fill(down(429, { retryAfter: '6' })), GRANTED])
  expect(slept).toEqual([9000, 9000, 9000, 10_000])
})

test('the jitter after Retry-After is 10 s at most', async () => {
  const { run, slept } = scene(0.5)
  await run(90_000, [down(429, { retryAfter: '60' }), GRANTED])
  expect(slept).toEqual([65_000])
})

test('the jitter after Retry-After leaves a second for the attempt', async () => {
  const { run, slept, limits } = scene(1)
  await run(10_000, [down(429, { retryAfter: '8' }), GRANTED])
  expect(slept).toEqual([9000])
  expect(limits[1]).toBe(1000)
})

test('if a platform asks for a short wait again and again, a chosen wait that does not fit ends the run', async () => {
  const { run, slept } = scene(0.999)
  const { attempts, finding } = await run(36_000, [down(429, { retryAfter: '1' })])
  expect(slept.map(Math.round)).toEqual([1999, 2998, 4996, 8992, 10_990])
  expect(attempts).toBe(6)
  expect(finding).toMatchObject({ cause: { status: 429 } })
  expect(finding).not.toHaveProperty('askedToWait')
})

test.each([
  ['before the backoff has reached its maximum', [down(429, { retryAfter: '1' })], 12_000, 11_000],
  [
    'if the platform asks for a wait as long as the longest backoff',
    [...Array(4).fill(down(429, { retryAfter: '1' })), down(429, { retryAfter: '10' })],
    31_000,
    30_000,
  ],
  ['after answers without a Retry-After', [down(503)], 30_000, 29_000],
])('a chosen wait that does not fit is cut short %s', async (_case, script, timeout, last) => {
  const { run, elapsed, limits } = scene(0.999)
  await run(timeout, script)
  expect(limits.at(-1)).toBe(1000)
  expect(elapsed()).toBe(last)
})

test('a Retry-After that does not fit into the deadline ends the run at once', async () => {
  const { run, slept, elapsed } = scene()
  const { attempts, finding } = await run(10_000, [down(429, { retryAfter: '10' })])
  expect([attempts, slept, elapsed()]).toEqual([1, [], 0])
  expect(finding).toMatchObject({ cause: { status: 429 } })
})

test('if a Retry-After does not fit, the requested wait is reported', async () => {
  const later = await scene(0).run(20_000, [down(503), down(429, { retryAfter: '3600' })])
  expect(later.finding).toMatchObject({ cause: { status: 429 }, askedToWait: 3_600_000 })
  const endless = await scene().run(20_000, [down(429, { retryAfter: '9'.repeat(400) })])
  expect(endless.finding).toMatchObject({ askedToWait: Number.MAX_SAFE_INTEGER })
})

test.each([
  ['there was none', [down(503)]],
  ['each was honoured', [down(429, { retryAfter: '1' }), down(503)]],
  ['it was not what ended the run', [down(429, { retryAfter: '3600', retry: false })]],
])('no requested wait is reported if %s', async (_case, script) => {
  const { finding } = await scene().run(5_000, script)
  expect(finding).not.toHaveProperty('askedToWait')
})

const SEVEN_PAST = 'Wed, 01 Jan 2025 12:00:07 GMT'

test.each([
  ['now, if the answer has no Date', undefined, 7000],
  ["the answer's own Date, if this machine's clock is ahead", 'Wed, 01 Jan 2025 11:59:50 GMT', 17_000],
  ["the answer's own Date, if this machine's clock is behind", 'Wed, 01 Jan 2025 12:00:05 GMT', 2000],
  ['now, if the Date is not legal', '2025-01-01T11:59:50Z', 7000],
])('a date as Retry-After counts from %s', async (_from, date, wait) => {
  const { run, slept } = scene(0)
  await run(90_000, [down(503, { retryAfter: SEVEN_PAST, date }), GRANTED])
  expect(slept).toEqual([wait])
})

test("seconds as Retry-After do not depend on the answer's Date", async () => {
  const { run, slept } = scene(0)
  await run(90_000, [down(503, { retryAfter: '7', date: 'Wed, 01 Jan 2020 00:00:00 GMT' }), GRANTED])
  expect(slept).toEqual([7000])
})

test('attempts to reach a host that does not exist end 10 s after the start', async () => {
  const { run, elapsed } = scene(0.999)
  const unknown: Failure = {
    unknownHost: true,
    cause: { kind: 'fault', fault: 'unreachable', code: 'ENOTFOUND' },
  }
  const { finding } = await run(90_000, [unknown])
  expect(finding).toMatchObject({ unknownHost: true })
  expect(elapsed()).toBeLessThanOrEqual(10_000)
  expect(elapsed()).toBeGreaterThan(5_000)
})

test('for all faults and random numbers, the deadline holds and waits are within their bounds', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      fc.integer({ min: 1, max: 600 }),
      fc.array(
        fc.record({
          took: fc.integer({ min: 1, max: 20_000 }),
          retryAfter: fc.option(fc.integer({ min: 0, max: 700 }).map(String), { nil: undefined }),
        }),
        { minLength: 1, maxLength: 20 },
      ),
      async (random, seconds, failures) => {
        const { run, slept, limits, elapsed } = scene(random)
        await run(seconds * 1000, [...failures.map(failure => down(503, failure)), GRANTED])
        expect(elapsed()).toBeLessThanOrEqual(seconds * 1000)
        for (const wait of slept) expect(wait).toBeGreaterThanOrEqual(100)
        for (const limit of limits) {
          expect(limit).toBeLessThanOrEqual(15_000)
          // Slightly less if the last wait was a fraction of a millisecond.
          expect(limit).toBeGreaterThan(999.99)
        }
      },
    ),
  )
})

const NOON = Date.UTC(1994, 10, 6, 8, 49, 30)

test.each([
  [undefined, 0],
  ['', 0],
  ['7', 7000],
  [' 7 ', 7000],
  ['0', 0],
  ['-1', 0],
  ['1.5', 0],
  ['soon', 0],
  ['Sun, 06 Nov 1994 08:49:37 GMT', 7000],
  ['Sunday, 06-Nov-94 08:49:37 GMT', 7000],
  ['Sun Nov  6 08:49:37 1994', 7000],
  ['Sun Nov 06 08:49:37 1994', 7000],
  // Date.parse accepts a word before and a comment after any of them.
  ['on Sun, 06 Nov 1994 08:49:37 GMT', 0],
  ['Sun, 06 Nov 1994 08:49:37 GMT (soon)', 0],
  ['on Sunday, 06-Nov-94 08:49:37 GMT', 0],
  ['Sunday, 06-Nov-94 08:49:37 GMT (soon)', 0],
  ['on Sun Nov  6 08:49:37 1994', 0],
  ['Sun Nov  6 08:49:37 1994 (soon)', 0],
  ['Sun, 06 Nov 1994 08:49:00 GMT', 0],
  ['Sun, 99 Nov 1994 08:49:37 GMT', 0],
  ['1994-11-06T08:49:37Z', 0],
])('Retry-After %j is %d ms', (value, milliseconds) => {
  expect(retryAfterOf(value, NOON)).toBe(milliseconds)
})

test('the real clock runs, and sleeps', async () => {
  const start = realClock.now()
  let sooner = false
  setTimeout(() => {
    sooner = true
  }, 1)
  await realClock.sleep(20)
  expect(sooner).toBe(true)
  expect(realClock.now()).toBeGreaterThan(start + 10)
  expect(Math.abs(realClock.date() - Date.now())).toBeLessThan(60_000)
  const random = realClock.random()
  expect(random >= 0 && random < 1).toBe(true)
})
