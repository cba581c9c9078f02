/** The load of a herd second by second, as an SVG for light and dark pages. */
import { runHerd, type Scenario } from './herd.ts'
import { POLICIES, type PolicyName } from './policies.ts'

/** A limit that lets one request a second pass, and answers all others with `Retry-After: 1`. */
const SCENARIO: Scenario = { gates: 1000, perMinute: 60, kind: 'bucket', outage: 0, timeout: 90_000 }
const SHOWN: PolicyName[] = ['the gate', 'even jitter', 'no jitter']
const SECONDS = 94
const BAR = 7
const HEIGHT = 120
const LEFT = 50
const PANEL = HEIGHT + 40

/** Draws the same scenario for the gate and for what it is compared with, one panel each, on one scale. */
export async function plot(): Promise<string> {
  const runs = await Promise.all(
    SHOWN.map(async name => ({ name, ...(await runHerd(SCENARIO, POLICIES[name], 1)) })),
  )
  const top = Math.ceil(Math.max(...runs.flatMap(({ load }) => load)) / 100) * 100
  const width = LEFT + SECONDS * BAR + 20
  const height = runs.length * PANEL + 30
  const panels = runs.map(({ name, load, requests, passed }, index) => {
    const base = index * PANEL + PANEL
    const y = (value: number) => base - (value / top) * HEIGHT
    const bars = load
      .slice(0, SECONDS)
      .flatMap((count, second) =>
        count > 0
          ? [
              `<rect x="${LEFT + second * BAR}" y="${y(count).toFixed(1)}" width="${BAR - 2}" height="${(base - y(count)).toFixed(1)}"/>`,
            ]
          : [],
      )
    const lines = [0, top / 2, top].map(
      value =>
        `<line x1="${LEFT}" x2="${width - 20}" y1="${y(value)}" y2="${y(value)}"/><text x="${LEFT - 8}" y="${y(value) + 4}" text-anchor="end">${value}</text>`,
    )
    return `<g>
${lines.join('\n')}
<text x="${LEFT}" y="${y(top) - 9}" class="name">${name}: ${passed} of ${SCENARIO.gates} pass, ${(requests / SCENARIO.gates).toFixed(1)} requests each</text>
<g class="bars">
${bars.join('\n')}
</g>
</g>`
  })
  const ticks = Array.from({ length: Math.floor(SECONDS / 10) + 1 }, (_, tick) => {
    const x = LEFT + tick * 10 * BAR
    return `<text x="${x}" y="${runs.length * PANEL + 18}" text-anchor="middle">${tick * 10} s</text>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="Requests in each second, by policy">
<style>
text { font: 12px system-ui, sans-serif; fill: #7d8590 }
.name { font-weight: 600 }
line { stroke: #7d8590; stroke-opacity: .3 }
.bars { fill: #2f81f7 }
</style>
${panels.join('\n')}
${ticks.join('\n')}
</svg>
`
}
