/**
 * The search asks only for what it needs. Here it is made to ask for everything before it looks at the merge: on small
 * workflows it must find a bypass exactly if the lazy search does.
 */
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type Check, jobChecksOf, passes } from '../../src/lint/checks.ts'
import { type Decisions, search } from '../../src/lint/decisions.ts'
import { circumstancesOf, jobRunsNolapse, proveWorkflow } from '../../src/lint/prove.ts'
import { WorkflowRun } from '../../src/lint/simulation/run.ts'
import { World } from '../../src/lint/simulation/world.ts'
import type { Workflow } from '../../src/lint/workflow.ts'
import { workflowOf } from '../support/lint.ts'

const ENDS = ['success', 'failure', 'cancelled'] as const

/** Settles every open question of a run. */
function decideAll(world: World, run: WorkflowRun): void {
  world.isFork()
  world.isDependabot()
  world.tokenIs('valid')
  world.tokenIs('missing')
  world.tokenIs('unavailable')
  world.nolapsePasses()
  for (const job of run.jobs.values()) {
    if (job.skipped || job.broken) continue
    for (const leg of job.legs) {
      for (const end of ENDS) leg.ends(end)
      leg.ranNolapse()
      leg.gatePassed()
      if (leg.job.kind === 'steps') for (const { name } of leg.job.outputs) leg.output(name)
    }
  }
}

function fullSearch(workflow: Workflow, required: readonly Check[]): { bypass: boolean; cases: number } {
  const circumstances = circumstancesOf(workflow, 'pull_request', undefined)
  let bypass = false
  const { cases } = search(
    (decisions: Decisions) => {
      const world = new World(circumstances, decisions)
      const run = new WorkflowRun(world, workflow)
      decideAll(world, run)
      const merges = required.every(check => passes(run, check))
      const ran = [...run.jobs.values()]
        .filter(({ job }) => jobRunsNolapse(job))
        .some(job => job.ranNolapse())
      bypass ||= merges && !(ran && world.nolapsePasses())
      return undefined
    },
    { deadline: Number.POSITIVE_INFINITY, now: () => 0 },
  )
  return { bypass, cases }
}

const FORK = 'github.event.pull_request.head.repo.full_name != github.repository'

const gateJob = (tolerate: string) => `
  gate:
    runs-on: ubuntu-latest
    outputs: {valid: '\${{ steps.gate.outputs.valid }}', reason: '\${{ steps.gate.outputs.reason }}'}
    steps:
      - id: gate
        uses: nolapse/token-action@v1
        with: {token: '\${{ secrets.NOLAPSE_TOKEN }}', tolerate: "${tolerate}"}
`

const CONDITIONS = [
  "needs.gate.outputs.valid == 'true'",
  'needs.gate.outputs.valid',
  "always() && needs.gate.outputs.valid == 'true'",
  "always() && needs.gate.result != 'failure'",
  "needs.gate.outputs.reason != 'missing'",
  "github.actor != 'dependabot[bot]'",
  FORK,
  'success()',
  'failure()',
  'always()',
]

const SUMMARIES = [
  "needs.coverage.result != 'success'",
  "contains(needs.*.result, 'failure') || contains(needs.*.result, 'cancelled')",
  "contains(needs.*.result, 'failure') || contains(needs.*.result, 'cancelled') || contains(needs.*.result, 'skipped')",
  "!(needs.gate.result == 'success' && needs.coverage.result == 'success')",
  "needs.gate.outputs.valid != 'true'",
  "contains(join(needs.*.result, ','), 'failure')",
]

const text = fc
  .record({
    tolerate: fc.constantFrom('', 'missing', 'missing,unavailable', `\${{ ${FORK} && 'missing' || '' }}`),
    needs: fc.boolean(),
    condition: fc.option(fc.constantFrom(...CONDITIONS), { nil: undefined }),
    hidden: fc.boolean(),
    tolerant: fc.boolean(),
    own: fc.constantFrom('always()', 'failure()', 'success()', "needs.coverage.result != 'skipped'"),
    summary: fc.constantFrom(...SUMMARIES),
    other: fc.boolean(),
  })
  .map(({ tolerate, needs, condition, hidden, tolerant, own, summary, other }) => {
    const uses = needs || condition?.includes('needs.gate')
    return `on: pull_request
jobs:
${gateJob(tolerate)}
${other ? '  other:\n    runs-on: ubuntu-latest\n    steps: [{run: ./other}]\n' : ''}
  coverage:
    ${uses ? 'needs: gate' : ''}
    ${condition === undefined ? '' : `if: \${{ ${condition} }}`}
    ${tolerant ? 'continue-on-error: true' : ''}
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - run: nolapse run
        ${hidden ? 'continue-on-error: true' : ''}
  verdict:
    needs: [gate, coverage${other ? ', other' : ''}]
    if: \${{ ${own} }}
    runs-on: ubuntu-latest
    steps:
      - if: \${{ ${summary} }}
        run: exit 1
`
  })

test('the lazy search finds a bypass exactly if one is among all cases', async () => {
  await fc.assert(
    fc.asyncProperty(text, fc.constantFrom('gate', 'coverage', 'verdict'), async (yaml, name) => {
      const workflow = await workflowOf(yaml)
      const required = jobChecksOf(workflow)
        .flatMap(({ checks }) => checks)
        .filter(check => check.matches(name, 'pull_request'))
      const full = fullSearch(workflow, required)
      const [lazy] = proveWorkflow(workflow, { required: [name] })
      expect({ yaml, holds: lazy?.holds }).toEqual({ yaml, holds: !full.bypass })
      expect(lazy?.cases).toBeLessThanOrEqual(full.cases)
    }),
    { numRuns: 40 },
  )
})
