import { type Check, jobChecksOf, named } from '../checks.ts'
import { search } from '../decisions.ts'
import { type Finding, finding, type MergeEvent } from '../findings.ts'
import { present } from '../present.ts'
import { circumstancesOf, type ProofOptions, proveCheck } from '../prove.ts'
import type { Rule } from '../rule.ts'
import { WorkflowRun } from '../simulation/run.ts'
import { World } from '../simulation/world.ts'
import type { EventFilter, Job, Workflow } from '../workflow.ts'

/** GitHub identifies a check only by its name. If two jobs report it, chance decides which one counts. */
export const ambiguousCheck: Rule = {
  ids: ['ambiguous-check'],
  check: ({ workflows, verdicts, options }) => {
    const wanted = verdicts.flatMap(({ required, require }) => required ?? require ?? [])
    return [...new Set([...wanted, ...(options.required ?? [])])].flatMap(name =>
      checkName(name, workflows, options),
    )
  },
}

interface Reporter {
  workflow: Workflow
  job: Job
  check: Check
}

/** The time limit for comparing two events, in milliseconds. */
const LIMIT = 2000

function checkName(name: string, workflows: readonly Workflow[], options: ProofOptions): Finding[] {
  const all = workflows.flatMap(workflow =>
    jobChecksOf(workflow).flatMap(({ job, checks }) => checks.map(check => ({ workflow, job, check }))),
  )
  const reporters = named(all, name, 'pull_request')
  const [first, second] = reporters.filter(({ workflow }) => reportsForPullRequest(workflow))
  if (first && second) return [ofTwoJobs(name, first, second, 'pull_request')]
  const [one, other] = reporters.filter(({ workflow }) => workflow.events.has('merge_group'))
  if (one && other) return [ofTwoJobs(name, one, other, 'merge_group')]
  if (!first) return []
  const others = OTHERS.filter(other => reportsTwice(first.workflow, other))
  const skipping = others.find(other => differsOn(other, first, options))
  if (skipping) return [ofTwoEvents(name, first, skipping, SKIPPED)]
  const passing = others.find(other => passesOnlyFor(other, first, options))
  return passing ? [ofTwoEvents(name, first, passing, `for \`${passing}\` it can pass without nolapse`)] : []
}

const SKIPPED = 'a job that decides about it can be skipped for only one of them'

const reportsTwice = ({ events }: Workflow, other: Other): boolean =>
  events.has('pull_request') && (other === 'push' ? reportsForPush(events.get('push')) : events.has(other))

export const reportsForPullRequest = ({ events }: Workflow): boolean =>
  [...events.keys()].some(event => /^pull_request(_target|_review|_review_comment)?$/.test(event)) ||
  reportsForPush(events.get('push'))

/** Whether a push to the branch of a pull request starts it. A filter without wildcards is taken to name protected branches. */
function reportsForPush(push: EventFilter | undefined): boolean {
  if (!push) return false
  if (push.branches) return push.branches.some(branch => /[*?+[]/.test(branch))
  return !push.tags || push['branches-ignore'] !== undefined
}

/**
 * Other events whose checks belong to the same commit. Anyone can review a pull request, its author too, and anyone
 * with write access can dispatch a workflow on a branch.
 */
const OTHERS = [
  'push',
  'pull_request_target',
  'pull_request_review',
  'pull_request_review_comment',
  'workflow_dispatch',
] as const

type Other = (typeof OTHERS)[number]

/**
 * Whether a job is skipped for another event but not for a pull request, all else being equal. For a push, also the
 * other way round.
 */
function differsOn(
  other: Other,
  { workflow, check }: Reporter,
  { repository, now = () => performance.now() }: ProofOptions,
): boolean {
  let differs = false
  search(
    decisions => {
      const skippedOn = (event: 'pull_request' | Other) =>
        skipped(
          new WorkflowRun(new World(circumstancesOf(workflow, event, repository), decisions), workflow),
          check,
        )
      const [pulled, others] = [skippedOn('pull_request'), skippedOn(other)]
      differs ||= others.some(path => !pulled.includes(path))
      if (other === 'push') differs ||= pulled.some(path => !others.includes(path))
      return differs ? 'enough' : undefined
    },
    { deadline: now() + LIMIT, now },
  )
  return differs
}

/** Whether the check needs nolapse in a run for a pull request, but not in one for the other event. */
function passesOnlyFor(other: Other, { workflow, check }: Reporter, options: ProofOptions): boolean {
  const status = (event: 'pull_request' | Other) =>
    proveCheck(workflow, event, check, { ...options, limit: LIMIT })
  return status('pull_request') === 'holds' && status(other) === 'bypass'
}

/** The skipped jobs among those that lead to a check: its own job, its callers, and the jobs they need. */
function skipped(run: WorkflowRun, { places }: Check): string[] {
  const job = run.job(present(places[0]).job.id)
  const before = [job, ...job.ancestors].filter(one => one.skipped).map(({ path }) => path)
  return isSkipped(run, places) ? [...before, 'the job of the check'] : before
}

function isSkipped(run: WorkflowRun, places: Check['places']): boolean {
  const [place, ...inside] = places
  const { job: wanted, leg } = present(place)
  const job = run.job(wanted.id)
  if (job.skipped || job.broken) return job.skipped
  const { called } = present(job.legs[leg])
  return called !== undefined && isSkipped(called, inside)
}

const place = ({ workflow, job }: Reporter): string => `the job \`${job.id}\` of ${workflow.file}`

function ofTwoJobs(name: string, first: Reporter, second: Reporter, event: MergeEvent): Finding {
  return finding(
    'ambiguous-check',
    second.workflow.file,
    second.job.at,
    `Two jobs report the check \`${name}\` for one commit (${event}): ${place(first)} and ${place(second)}. If one passes, it can hide a failure of the other.`,
    'Give one of the two jobs another `name`.',
  )
}

const OF_REVIEWS = 'Move what a review starts into a workflow of its own, or let it run the same jobs.'

const REMEDIES: Record<Other, string> = {
  push: 'Limit `push` to the protected branches: `branches: [main]`.',
  pull_request_target: 'Move what `pull_request_target` starts into a workflow of its own.',
  pull_request_review: OF_REVIEWS,
  pull_request_review_comment: OF_REVIEWS,
  workflow_dispatch:
    'Move what `workflow_dispatch` starts into a workflow of its own, or let it run the same jobs.',
}

function ofTwoEvents(name: string, reporter: Reporter, event: Other, why: string): Finding {
  return finding(
    'ambiguous-check',
    reporter.workflow.file,
    reporter.job.at,
    `${place(reporter).replace('the', 'The')} reports the check \`${name}\` twice for one commit, for \`${event}\` and for \`pull_request\`, and ${why}.`,
    REMEDIES[event],
  )
}
