/**
 * What happens when many gates start at once: the gate's own code on a simulated clock, with a model of the platform's
 * rate limit and of an outage, side by side with simpler policies. Progress goes to standard error.
 */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { type Scenario, type Summary, summarise } from './herd/herd.ts'
import { plot } from './herd/plot.ts'
import { POLICIES, type PolicyName } from './herd/policies.ts'
import { compareWithReality } from './herd/real.ts'
import { startProgress } from './progress.ts'
import { table } from './statistics.ts'

const HELP = `Shows what happens when many gates ask the platform at once.

Usage: npm run bench:herd -- [options]

  --runs N       simulate each case N times (default: 4)
  --json         print JSON, with the requests of each second
  --plot FILE    draw the load of one case as an SVG
  --real         start 100 processes of dist/ before the local platform, and compare them with the model
  --help         show this help
`

const { values: options } = parseArgs({
  options: {
    runs: { type: 'string', default: '4' },
    json: { type: 'boolean', default: false },
    plot: { type: 'string' },
    real: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

const LIMITS: Pick<Scenario, 'perMinute' | 'kind'>[] = [
  { perMinute: Number.POSITIVE_INFINITY, kind: 'window' },
  { perMinute: 60, kind: 'window' },
  { perMinute: 60, kind: 'bucket' },
  { perMinute: 600, kind: 'window' },
  { perMinute: 600, kind: 'bucket' },
]
const HERDS = [10, 100, 1000]
/** Each with the deadline: 90 s is the default, 600 s the most. */
const OUTAGES: Pick<Scenario, 'outage' | 'timeout'>[] = [
  { outage: 0, timeout: 90_000 },
  { outage: 0, timeout: 600_000 },
  { outage: 5_000, timeout: 90_000 },
  { outage: 30_000, timeout: 90_000 },
  { outage: 300_000, timeout: 600_000 },
]

const scenarios: Scenario[] = OUTAGES.flatMap(outage =>
  LIMITS.flatMap(limit => HERDS.map(gates => ({ gates, ...limit, ...outage }))),
)
const policies = Object.keys(POLICIES) as PolicyName[]

const nameOf = ({ perMinute, kind }: Scenario) =>
  perMinute === Number.POSITIVE_INFINITY ? 'none' : `${perMinute}/min, ${kind}`
const waitOf = ({ wait }: Summary) =>
  [wait.median, wait.longest].map(time => `${(time / 1000).toFixed(0)} s`).join(', ')
const cell = ({ share, requestsPerGate, peak }: Summary) =>
  `${Math.round(share * 100)} % · ${requestsPerGate.toFixed(1)} · ${Math.round(peak)}`

async function simulate() {
  const results: (Scenario & { policies: Record<string, Summary> })[] = []
  const progress = startProgress('cases', scenarios.length)
  for (const scenario of scenarios) {
    const summaries: Record<string, Summary> = {}
    for (const name of policies)
      summaries[name] = await summarise(scenario, POLICIES[name], Number(options.runs))
    results.push({ ...scenario, policies: summaries })
    progress.step()
  }
  return results
}

if (options.help) console.log(HELP)
else if (options.real) console.log(await compareWithReality())
else if (options.plot) writeFileSync(options.plot, await plot())
else {
  const results = await simulate()
  if (options.json) console.log(JSON.stringify(results))
  else {
    console.log(
      table(
        ['limit', 'gates', 'outage', 'deadline', 'most', 'wait', ...policies],
        results.map(result => [
          nameOf(result),
          String(result.gates),
          `${result.outage / 1000} s`,
          `${result.timeout / 1000} s`,
          Math.round(result.policies['the gate']?.most ?? 0).toString(),
          waitOf(result.policies['the gate'] as Summary),
          ...policies.map(name => cell(result.policies[name] as Summary)),
        ]),
      ),
    )
    console.log(`
most: what the limit could let pass by the deadline. wait: until a gate passes, median and longest.
For each policy: its share of that · requests per gate · the most requests in a second of those that come back.`)
  }
}
