/**
 * Generated workflows, run by act and simulated by lint: both say the same of every job. Many workflows share one run of
 * act, because most of its time is its start: their jobs need only jobs of the same workflow.
 *
 * act does three things otherwise than GitHub, so these are not generated: a job's `continue-on-error`
 * (https://github.com/actions/runner/issues/1161 says what GitHub does), a called workflow that fails, and anything that
 * is cancelled, which act has no way to do to one job.
 *
 * LINT_ORACLE_RUNS raises how many workflows are generated, LINT_ORACLE_SEED makes other ones.
 */
import { afterAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { Decisions } from '../../src/lint/decisions.ts'
import { circumstancesOf } from '../../src/lint/prove.ts'
import { isRejection, readWorkflow } from '../../src/lint/read-workflow.ts'
import { WorkflowRun } from '../../src/lint/simulation/run.ts'
import { World } from '../../src/lint/simulation/world.ts'
import { removeReleased, runWorkflow } from '../support/act.ts'
import { type GeneratedJob, generatedWorkflow, yamlOf } from '../support/generated-workflow.ts'

const RUNS = Number(process.env.LINT_ORACLE_RUNS ?? 300)
const SEED = Number(process.env.LINT_ORACLE_SEED ?? 20_260_725)
/** How many workflows one run of act takes. */
const BATCH = 60

afterAll(removeReleased)

/** What act makes of workflows, by the number of the workflow and the id of the job. */
async function byAct(workflows: GeneratedJob[][]): Promise<Record<string, string>[]> {
  const { jobs } = await runWorkflow({ workflow: yamlOf(workflows), event: 'push' })
  return workflows.map((workflow, number) =>
    Object.fromEntries(
      workflow.map(({ id }) => {
        const results = Object.entries(jobs)
          .filter(([name]) => new RegExp(`^w${number}_${id}( \\(|$)`).test(name))
          .map(([, result]) => result)
        const result = results.length === 0 ? 'skipped' : results.includes('failure') ? 'failure' : 'success'
        return [id, result]
      }),
    ),
  )
}

/** What lint makes of them if everything takes its usual course. */
async function byLint(workflows: GeneratedJob[][]): Promise<Record<string, string>[]> {
  const source = { file: 'tested.yml', text: yamlOf(workflows), platform: 'github' } as const
  const workflow = await readWorkflow(source, () => undefined)
  if (isRejection(workflow)) throw new Error(`${workflow.message} (line ${workflow.line})`)
  const run = new WorkflowRun(
    new World(circumstancesOf(workflow, 'push', undefined), new Decisions()),
    workflow,
  )
  return workflows.map((jobs, number) =>
    Object.fromEntries(jobs.map(({ id }) => [id, run.job(`w${number}_${id}`).result()])),
  )
}

const batches = Array.from({ length: Math.ceil(RUNS / BATCH) }, (_, number) => number)

test.each(batches)(
  `the engine and the simulation agree on every job (batch %i of ${batches.length}, ${BATCH} workflows each)`,
  async number => {
    const seed = SEED + number
    const workflows = fc.sample(generatedWorkflow, { numRuns: Math.min(BATCH, RUNS - number * BATCH), seed })
    const [act, lint] = await Promise.all([byAct(workflows), byLint(workflows)])
    const apart = workflows.findIndex(
      (_, index) => JSON.stringify(act[index]) !== JSON.stringify(lint[index]),
    )
    if (apart === -1) return
    // The same workflow once more, and smaller and smaller ones after it.
    const agrees = fc.asyncProperty(generatedWorkflow, async workflow => {
      const [said, simulated] = await Promise.all([byAct([workflow]), byLint([workflow])])
      expect({ workflow: yamlOf([workflow]), jobs: simulated[0] }).toEqual({
        workflow: yamlOf([workflow]),
        jobs: said[0],
      })
    })
    await fc.assert(agrees, { seed, path: String(apart) })
  },
  300_000,
)
