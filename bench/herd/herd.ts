/** A herd of gates before a limited platform, on a simulated clock. */

import { judgeAnswer } from '../../src/api/answer.ts'
import type { Clock } from '../../src/process/clock.ts'
import { median } from '../statistics.ts'
import { fixedWindow, type Kind, type Limit, tokenBucket, unlimited } from './limits.ts'
import type { Policy } from './policies.ts'
import { randomFrom, Simulation } from './simulation.ts'

export interface Scenario {
  gates: number
  /** Requests a minute; Infinity for no limit. */
  perMinute: number
  kind: Kind
  /** How long the platform answers no request, from the start, in milliseconds. */
  outage: number
  /** The gates' deadline, in milliseconds. */
  timeout: number
  /** How long before the first gate a window of the limit began, in milliseconds; if unset, each run has its own. */
  phase?: number
}

export interface Outcome {
  passed: number
  /** The most gates that could have passed with perfect timing. */
  most: number
  requests: number
  /** How long each gate that passed took, in milliseconds. */
  waits: number[]
  /** Requests that arrived in each second from the start. */
  load: number[]
}

/** The jobs of a matrix don't start at once: within this time, in milliseconds. */
const STARTS_WITHIN = 3_000
/** The round trip to the platform, in milliseconds. */
const ROUND_TRIP = 50
const EPOCH = Date.UTC(2030, 0)
const TOKEN_OF_NOBODY = `nlp_${'0'.repeat(40)}`
const GRANTED = Buffer.from('{"valid":true,"org_id":"org_abc123","scopes":["execute"]}')

const limitOf = ({ perMinute, kind }: Scenario, start: number): Limit => {
  if (perMinute === Number.POSITIVE_INFINITY) return unlimited
  return kind === 'window' ? fixedWindow(perMinute, start) : tokenBucket(perMinute)
}

/** How many constant requests the limit lets through until the last deadline. */
export function mostPossible(scenario: Scenario, start: number): number {
  const limit = limitOf(scenario, start)
  let passed = 0
  for (let now = scenario.outage; now < scenario.timeout + STARTS_WITHIN && passed < scenario.gates; )
    if (limit.take(now) === 0) passed++
    else now += 10
  return passed
}

/** Runs one herd to its end. The same seed gives the same run. */
export async function runHerd(scenario: Scenario, policy: Policy, seed: number): Promise<Outcome> {
  const simulation = new Simulation()
  const random = randomFrom(seed)
  const start = -(scenario.phase ?? 0)
  const limit = limitOf(scenario, start)
  const load: number[] = []
  let requests = 0
  const waits: number[] = []

  const clock: Clock = {
    now: () => simulation.now,
    date: () => EPOCH + simulation.now,
    random,
    sleep: milliseconds => simulation.sleep(milliseconds),
  }
  const ask = async () => {
    await simulation.sleep(ROUND_TRIP / 2)
    const second = Math.floor(simulation.now / 1000)
    load[second] = (load[second] ?? 0) + 1
    requests++
    const down = simulation.now < scenario.outage
    const wait = down ? 0 : limit.take(simulation.now)
    await simulation.sleep(ROUND_TRIP / 2)
    if (down)
      return judgeAnswer({ kind: 'fault', fault: 'unreachable', code: 'ECONNREFUSED' }, TOKEN_OF_NOBODY)
    return judgeAnswer(
      wait > 0
        ? { kind: 'answer', status: 429, headers: { 'retry-after': String(wait) }, body: undefined }
        : { kind: 'answer', status: 200, headers: {}, body: GRANTED },
      TOKEN_OF_NOBODY,
    )
  }
  for (let gate = 0; gate < scenario.gates; gate++)
    simulation.at(random() * STARTS_WITHIN, async () => {
      const started = simulation.now
      if (await policy(ask, scenario.timeout, clock)) waits.push(simulation.now - started)
    })
  await simulation.run()
  return {
    passed: waits.length,
    most: mostPossible(scenario, start),
    requests,
    waits,
    load: Array.from(load, count => count ?? 0),
  }
}

export interface Summary {
  /** The share of the possible passes that happened; NaN if none was possible. */
  share: number
  passed: number
  most: number
  /** Means over the runs. */
  requestsPerGate: number
  /** How long the gates that passed took, over all runs, in milliseconds. */
  wait: { median: number; longest: number }
  /** The most requests in a second after all gates have started and the platform answers: the load of the retries. */
  peak: number
  /** Requests in each second, as a mean over the runs. */
  load: number[]
}

/** Several runs of the same scenario, each with its own random numbers. */
export async function summarise(scenario: Scenario, policy: Policy, runs: number): Promise<Summary> {
  const outcomes: Outcome[] = []
  for (let run = 0; run < runs; run++)
    outcomes.push(await runHerd({ phase: ((run + 0.5) / runs) * 60_000, ...scenario }, policy, run))
  const mean = (value: (outcome: Outcome) => number) =>
    outcomes.reduce((sum, outcome) => sum + value(outcome), 0) / runs
  const passed = mean(outcome => outcome.passed)
  const most = mean(outcome => outcome.most)
  const waits = outcomes.flatMap(outcome => outcome.waits)
  const allStarted = Math.max(scenario.outage, STARTS_WITHIN + 1_000) / 1000
  const seconds = Math.max(...outcomes.map(({ load }) => load.length))
  return {
    share: passed / most,
    passed,
    most,
    requestsPerGate: mean(({ requests }) => requests) / scenario.gates,
    wait: { median: waits.length > 0 ? median(waits) : 0, longest: Math.max(0, ...waits) },
    peak: mean(({ load }) => Math.max(0, ...load.slice(allStarted))),
    load: Array.from({ length: seconds }, (_, second) => mean(({ load }) => load[second] ?? 0)),
  }
}
