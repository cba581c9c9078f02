import { checksOf } from '../checks.ts'
import { type Finding, finding, MERGE_EVENTS } from '../findings.ts'
import { decides } from '../gating.ts'
import { mayBeActions, type RepositoryFacts } from '../github/facts.ts'
import { isRequiredWorkflow, requiredOf } from '../github/prove-required.ts'
import { type ProofOptions, proveWorkflow } from '../prove.ts'
import type { Rule } from '../rule.ts'
import type { Workflow } from '../workflow.ts'

/** Without a required check, the gate is only advice. */
export const notRequired: Rule = {
  ids: ['not-required'],
  check: ({ workflows, facts, options, named }) =>
    facts && facts.checks.unseen.length === 0 && facts.workflows.unseen.length === 0
      ? workflows
          .filter(decides)
          .flatMap(workflow =>
            isRequired(workflow, facts)
              ? ofNamed(workflow, facts, named)
              : [findingOf(workflow, facts, options)],
          )
      : [],
}

/** --required-check names checks that the repository does not require. */
function ofNamed(workflow: Workflow, facts: RepositoryFacts, named: readonly string[]): Finding[] {
  const reported = checksOf(workflow)
  return named
    .filter(name => !facts.checks.found.some(check => check.name === name))
    .filter(name => reported.some(({ matches }) => matches(name, 'pull_request')))
    .map(name =>
      finding(
        'not-required',
        workflow.file,
        workflow.eventsAt,
        `The check \`${name}\`, which --required-check names, is not required on \`${facts.branch}\`.`,
        'Require it, or leave out --required-check: with --github, GitHub says what is required.',
      ),
    )
}

/** Whether a check of the workflow is required, for either event. */
export const isRequired = (workflow: Workflow, facts: RepositoryFacts): boolean =>
  isRequiredWorkflow(workflow, facts) ||
  MERGE_EVENTS.some(event => requiredOf(workflow, event, facts).length > 0)

function findingOf(workflow: Workflow, facts: RepositoryFacts, options: ProofOptions): Finding {
  const { repository, branch, unprotectable } = facts
  const best = proveWorkflow(workflow, { ...options, required: null })
  const names = best.find(({ holds }) => holds)?.require ?? []
  const require =
    names.length > 0 ? names.map(name => `\`${name}\``).join(' and ') : 'a check of this workflow'
  return finding(
    'not-required',
    workflow.file,
    workflow.eventsAt,
    `No check of this workflow is required on \`${branch}\`: a pull request can be merged even if the gate fails.${byOther(workflow, facts)}`,
    unprotectable
      ? 'GitHub has no rulesets for a private repository on this plan: upgrade it, or make the repository public.'
      : `Require ${require}, from GitHub Actions: https://${repository.host}/${repository.owner}/${repository.name}/settings/rules.`,
  )
}

/** A required check has the right name, but only another app can post it. */
function byOther(workflow: Workflow, { repository, checks }: RepositoryFacts): string {
  const reported = checksOf(workflow)
  const other = checks.found.find(
    check =>
      !mayBeActions(repository, check) && reported.some(({ matches }) => matches(check.name, 'pull_request')),
  )
  return other ? ` The required check \`${other.name}\` must come from an app other than GitHub Actions.` : ''
}
