/** The proof for the actual repository: with the checks that it requires, and with its merge queue. */
import { checksOf } from '../checks.ts'
import type { MergeEvent, WorkflowVerdict } from '../findings.ts'
import { type ProofOptions, proveWorkflow } from '../prove.ts'
import type { Workflow } from '../workflow.ts'
import { mayBeActions, type RepositoryFacts, type RequiredCheck } from './facts.ts'
import { nameOf } from './repository.ts'

/** The file's path from the repository's root, as GitHub knows it. */
export const pathOf = ({ file }: Workflow): string =>
  `.github/workflows/${file.slice(file.lastIndexOf('/') + 1)}`

/** Whether a ruleset requires this file's workflow to pass, in the version on a protected branch. */
export const isRequiredWorkflow = (workflow: Workflow, { workflows }: RepositoryFacts): boolean =>
  workflows.found.some(({ own, path }) => own && path === pathOf(workflow))

/** The required checks that this workflow's jobs report for an event. */
export function requiredOf(
  workflow: Workflow,
  event: MergeEvent,
  { repository, checks }: RepositoryFacts,
): RequiredCheck[] {
  const reported = checksOf(workflow)
  return checks.found.filter(
    check => mayBeActions(repository, check) && reported.some(({ matches }) => matches(check.name, event)),
  )
}

/** The repository's own required checks, plus those the user names where GitHub shows none. */
export const requiredNames = (
  { repository, checks }: RepositoryFacts,
  named: readonly string[] | null,
): string[] => [
  ...new Set([
    ...checks.found.filter(check => mayBeActions(repository, check)).map(({ name }) => name),
    ...(checks.unseen.length > 0 ? (named ?? []) : []),
  ]),
]

export function proveRequired(
  workflow: Workflow,
  facts: RepositoryFacts,
  given: ProofOptions,
): WorkflowVerdict[] {
  const options = { repository: nameOf(facts.repository), ...given }
  if (workflow.platform !== 'github') return proveWorkflow(workflow, options)
  const names = requiredNames(facts, options.required)
  const reported = checksOf(workflow)
  const own = (event: MergeEvent) =>
    names.filter(name => reported.some(({ matches }) => matches(name, event)))
  const wholeRun = isRequiredWorkflow(workflow, facts)
  const verdicts = proveWorkflow(workflow, { ...options, wholeRun, required: names }).map(verdict => ({
    ...verdict,
    required: own(verdict.event),
  }))
  const pulled = verdicts.find(({ event }) => event === 'pull_request')
  const queued = verdicts.find(({ event }) => event === 'merge_group')
  const hasQueue = queueState(facts)
  // Without this event, a required check never reports in the queue, so nothing is merged.
  const queue = queued ? queued.holds : own('merge_group').length > 0
  if (pulled && hasQueue === true)
    return verdicts.map(verdict => seen(together(verdict, pulled.holds, queue)))
  // Without a queue, this event never occurs.
  if (pulled && hasQueue === false) return [seen(pulled)]
  if (pulled && queue !== false && pulled.holds === false)
    return verdicts.map(verdict =>
      verdict === pulled ? seen(assuming(pulled, 'the branch has no merge queue')) : seen(verdict),
    )
  return verdicts.map(seen)

  /** Whether it holds if the right checks are required. */
  function mayHold(event: MergeEvent): boolean {
    const best = proveWorkflow(workflow, { ...options, required: null })
    return best.some(verdict => verdict.event === event && verdict.holds !== false)
  }

  /** The case may be stopped by a required check or workflow that was not visible. */
  function seen(verdict: WorkflowVerdict): WorkflowVerdict {
    const unseen = [...facts.checks.unseen, ...facts.workflows.unseen]
    return verdict.holds === false && unseen.length > 0 && mayHold(verdict.event)
      ? assuming(verdict, 'nothing that could not be seen requires a check of this workflow')
      : verdict
  }
}

const queueState = ({ queue }: RepositoryFacts): boolean | undefined =>
  queue.found.length > 0 ? true : queue.unseen.length > 0 ? undefined : false

/** In a repository with a queue, a pull request passes both: one proof is enough. */
function together(verdict: WorkflowVerdict, pulled: boolean | null, queued: boolean | null): WorkflowVerdict {
  if (pulled === true || queued === true) return { ...verdict, holds: true, counterexample: null }
  return pulled === null || queued === null ? { ...verdict, holds: null } : verdict
}

function assuming(verdict: WorkflowVerdict, what: string): WorkflowVerdict {
  const { counterexample } = verdict
  return {
    ...verdict,
    holds: null,
    counterexample: counterexample && {
      ...counterexample,
      assumes: [...counterexample.assumes, what],
    },
  }
}
