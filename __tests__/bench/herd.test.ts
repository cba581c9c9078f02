import { describe, expect, test } from '@jest/globals'
import { runHerd, type Scenario, summarise } from '../../bench/herd/herd.ts'
import { fixedWindow, type Limit, tokenBucket } from '../../bench/herd/limits.ts'
import { POLICIES } from '../../bench/herd/policies.ts'
import { randomFrom, Simulation } from '../../bench/herd/simulation.ts'

const scenario = (changes: Partial<Scenario> = {}): Scenario => ({
  gates: 200,
  perMinute: 60,
  kind: 'window',
  outage: 0,
  timeout: 90_000,
  ...changes,
})

/** How many of so many requests at once pass. */
const passing = (limit: Limit, now: number, requests = 200) =>
  Array.from({ length: requests }, () => limit.take(now)).filter(wait => wait === 0).length

describe('the model of time', () => {
  test('planned events happen in order, and what they wake runs before any later event', async () => {
    const simulation = new Simulation()
    const told: string[] = []
    simulation.at(2_000, () => told.push('late'))
    simulation.at(1_000, async () => {
      told.push('early')
      await Promise.resolve()
      told.push('early, after a promise')
      await simulation.sleep(500)
      told.push(`woken at ${simulation.now}`)
    })
    await simulation.run()
    expect(told).toEqual(['early', 'early, after a promise', 'woken at 1500', 'late'])
  })

  test('the same seed gives the same numbers, from 0 to less than 1', () => {
    const numbers = (seed: number) => Array.from({ length: 1000 }, randomFrom(seed))
    expect(numbers(1)).toEqual(numbers(1))
    expect(numbers(1)).not.toEqual(numbers(2))
    expect(numbers(1).every(number => number >= 0 && number < 1)).toBe(true)
  })
})

describe('the models of the limit', () => {
  test('a window lets its limit pass, says when it ends, and starts afresh', () => {
    const limit = fixedWindow(60, -20_000)
    expect(passing(limit, 0)).toBe(60)
    expect(limit.take(0)).toBe(40)
    expect(limit.take(39_500)).toBe(1)
    expect(passing(limit, 40_000)).toBe(60)
  })

  test('a bucket lets its store pass, then only what flows in', () => {
    const limit = tokenBucket(60)
    expect(passing(limit, 0)).toBe(60)
    expect(limit.take(0)).toBe(1)
    expect(passing(limit, 5_000)).toBe(5)
    expect(passing(limit, 1_000_000)).toBe(60)
  })
})

describe('a herd of gates', () => {
  test.each([
    ['a window of 60 a minute', scenario()],
    ['a bucket of 60 a minute', scenario({ kind: 'bucket' })],
    ['a window of 60 a minute, after an outage of 30 s', scenario({ outage: 30_000 })],
    ['a bucket of 60 a minute, after an outage of 5 s', scenario({ kind: 'bucket', outage: 5_000 })],
    ['a window of 600 a minute, with 1,000 gates', scenario({ gates: 1000, perMinute: 600 })],
    ['no limit, after an outage of 30 s', scenario({ perMinute: Number.POSITIVE_INFINITY, outage: 30_000 })],
  ])('gets at least 95 % of what could pass through %s', async (_name, herd) => {
    const { share, most } = await summarise(herd, POLICIES['the gate'], 3)
    expect(most).toBeGreaterThan(60)
    expect(share).toBeGreaterThanOrEqual(0.95)
    expect(share).toBeLessThanOrEqual(1)
  })

  test('sends one request each if nothing fails', async () => {
    const { passed, requests } = await runHerd(
      scenario({ perMinute: Number.POSITIVE_INFINITY }),
      POLICIES['the gate'],
      1,
    )
    expect({ passed, requests }).toEqual({ passed: 200, requests: 200 })
  })

  test('does not return all at once when a window ends, as it does without jitter', async () => {
    const herd = scenario({ gates: 500, phase: 30_000 })
    const [gate, without] = await Promise.all(
      (['the gate', 'no jitter'] as const).map(policy => summarise(herd, POLICIES[policy], 2)),
    )
    expect(gate?.peak).toBeLessThan((without?.peak as number) / 2)
  })

  test('asks a platform that always says 1 less than half as often as with an even jitter, and as many pass', async () => {
    const herd = scenario({ kind: 'bucket', gates: 500 })
    const [gate, even] = await Promise.all(
      (['the gate', 'even jitter'] as const).map(policy => summarise(herd, POLICIES[policy], 2)),
    )
    expect(gate?.requestsPerGate).toBeLessThan((even?.requestsPerGate as number) / 2)
    expect(gate?.share).toBeGreaterThanOrEqual((even?.share as number) - 0.01)
  })

  test('of 1,000 asks at most 16 times each if one a second can pass, and they do not all come back at the deadline', async () => {
    const herd = scenario({ kind: 'bucket', gates: 1000, outage: 30_000 })
    const calm = await summarise({ ...herd, outage: 0 }, POLICIES['the gate'], 4)
    expect(calm.requestsPerGate).toBeLessThanOrEqual(16)
    expect(calm.share).toBeGreaterThanOrEqual(0.99)
    const { load } = await summarise(herd, POLICIES['the gate'], 4)
    expect(Math.max(...load.slice(80))).toBeLessThan(Math.max(...load.slice(40, 80)) * 1.5)
  })

  test('gives up without a retry if the limit resets only after the deadline', async () => {
    const herd = scenario({ phase: 0, timeout: 30_000 })
    const { passed, most, requests } = await runHerd(herd, POLICIES['the gate'], 1)
    expect({ passed, most, requests }).toEqual({ passed: 60, most: 60, requests: 200 })
  })

  test('passes after an outage of 5 minutes only if the deadline is longer', async () => {
    const outage = { outage: 300_000, perMinute: Number.POSITIVE_INFINITY, gates: 20 }
    const short = await runHerd(scenario(outage), POLICIES['the gate'], 1)
    const long = await runHerd(scenario({ ...outage, timeout: 600_000 }), POLICIES['the gate'], 1)
    expect([short.passed, short.most]).toEqual([0, 0])
    expect([long.passed, long.most]).toEqual([20, 20])
  })
})
