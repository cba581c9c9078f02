import { search } from '../decisions.ts'
import { type Finding, finding } from '../findings.ts'
import { circumstancesOf, jobRunsNolapse, type ProofOptions } from '../prove.ts'
import type { Rule } from '../rule.ts'
import { type JobRun, type LegRun, WorkflowRun } from '../simulation/run.ts'
import { type RunEvent, World } from '../simulation/world.ts'
import type { Step, Workflow } from '../workflow.ts'

/** nolapse itself would reject a bad token, but later and with a less helpful message. */
export const nolapseBeforeGate: Rule = {
  ids: ['nolapse-before-gate'],
  check: ({ workflows, options }) => workflows.flatMap(workflow => checkWorkflow(workflow, options)),
}

/** The time limit for the search, in milliseconds. What it does not find in time is not reported. */
const LIMIT = 1000

const EVENTS: readonly RunEvent[] = ['pull_request', 'merge_group', 'push']

function checkWorkflow(
  workflow: Workflow,
  { repository, now = () => performance.now() }: ProofOptions,
): Finding[] {
  if (!workflow.jobs.some(jobRunsNolapse)) return []
  const event = EVENTS.find(one => workflow.events.has(one)) ?? 'push'
  const circumstances = circumstancesOf(workflow, event, repository)
  /** Each such step, with its file. */
  const found = new Map<Step, string>()
  search(
    decisions => {
      const run = new WorkflowRun(new World(circumstances, decisions), workflow)
      for (const [step, file] of ungated(run, found)) found.set(step, file)
      return undefined
    },
    { deadline: now() + LIMIT, now },
  )
  return [...found].map(([step, file]) =>
    finding(
      'nolapse-before-gate',
      file,
      step.at,
      'nolapse runs with the token here, but no gate has passed before it.',
      "Put `uses: nolapse/token-action@v1` before this step, or let the job need the gate's job and its `valid == 'true'`.",
    ),
  )
}

/** The steps that start nolapse with the token before any gate has passed. */
function* ungated(run: WorkflowRun, found: ReadonlyMap<Step, unknown>): Generator<[Step, string]> {
  for (const job of run.jobs.values()) {
    if (!jobRunsNolapse(job.job) || job.skipped || job.broken) continue
    for (const leg of job.legs) {
      if (leg.called) yield* ungated(leg.called, found)
      else
        for (const { step, hasToken, afterGate } of leg.steps.starts)
          if (!found.has(step) && !afterGate && hasToken() && !gatedBefore(leg, job))
            yield [step, run.workflow.file]
    }
  }
}

/** Whether a gate passed in an earlier job, or before the job that calls this workflow. */
function gatedBefore(leg: LegRun, job: JobRun): boolean {
  if (job.ancestors.some(one => one.gatePassed())) return true
  const { caller } = leg.run
  return caller !== undefined && gatedBefore(caller, caller.run.job(caller.job.id))
}
