/** Checks the model against reality: processes of the built action with the local platform, and the same herd in the model. */
import { startPlatform } from '../../harness/platform.ts'
import { startAction } from '../../harness/runner.ts'
import { startProgress } from '../progress.ts'
import { table } from '../statistics.ts'
import { runHerd, type Scenario } from './herd.ts'
import { POLICIES } from './policies.ts'

/** Half of what the free plan allows, so that not every gate can pass. The local platform's window starts with the first request. */
const SCENARIO: Scenario = {
  gates: 100,
  perMinute: 30,
  kind: 'window',
  outage: 0,
  timeout: 90_000,
  phase: 0,
}
/** Load is compared in spans of so many seconds. */
const SPAN = 10

interface Herd {
  passed: number
  requests: number
  /** Requests in each span. */
  load: number[]
}

async function inReality(): Promise<Herd> {
  const platform = await startPlatform({ rateLimit: SCENARIO.perMinute })
  try {
    const { secret } = await platform.createToken()
    const herd: Herd = { passed: 0, requests: 0, load: [] }
    let start: number | undefined
    const progress = startProgress('gates ended', SCENARIO.gates)
    const asked = () => {
      // Measured from the first answer: that many processes take seconds to start.
      start ??= performance.now()
      const span = Math.floor((performance.now() - start) / 1000 / SPAN)
      herd.load[span] = (herd.load[span] ?? 0) + 1
      herd.requests++
    }
    const gates = Array.from({ length: SCENARIO.gates }, () => {
      const { child, done } = startAction({
        inputs: { 'api-url': platform.url, 'timeout-seconds': String(SCENARIO.timeout / 1000) },
        env: { NOLAPSE_TOKEN: secret },
      })
      // Each answer is one line: a retry, the verdict, or the error.
      child.stdout?.on('data', (chunk: string) => {
        for (const _ of chunk.matchAll(/^(Attempt \d+:|nolapse token is valid|::error )/gm)) asked()
      })
      return done.finally(progress.step)
    })
    for (const { outputs } of await Promise.all(gates)) {
      if (outputs.valid === 'true') herd.passed++
      else if (outputs.reason !== 'unavailable') throw new Error(`a gate ended as ${outputs.reason}`)
    }
    return herd
  } finally {
    await platform.close()
  }
}

async function inTheModel(): Promise<Herd> {
  const { passed, requests, load } = await runHerd(SCENARIO, POLICIES['the gate'], 1)
  const spans = Array.from({ length: Math.ceil(load.length / SPAN) }, (_, span) =>
    load.slice(span * SPAN, (span + 1) * SPAN).reduce((sum, count) => sum + count, 0),
  )
  return { passed, requests, load: spans }
}

/** Runs both and returns a table that compares them. Takes as long as the gates wait: about 70 s. */
export async function compareWithReality(): Promise<string> {
  const [real, model] = [await inReality(), await inTheModel()]
  const spans = Array.from({ length: Math.max(real.load.length, model.load.length) }, (_, span) => span)
  const row = (name: string, { passed, requests, load }: Herd) => [
    name,
    String(passed),
    String(requests),
    ...spans.map(span => String(load[span] ?? 0)),
  ]
  return table(
    ['herd', 'passed', 'requests', ...spans.map(span => `${span * SPAN}–${(span + 1) * SPAN} s`)],
    [row('100 processes', real), row('model', model)],
  )
}
