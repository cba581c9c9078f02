import { jobChecksOf } from '../checks.ts'
import { type Finding, finding, MERGE_EVENTS } from '../findings.ts'
import { concernsGateOnGitHub } from '../gating.ts'
import type { RepositoryFacts } from '../github/facts.ts'
import { requiredOf } from '../github/prove-required.ts'
import type { Rule } from '../rule.ts'
import type { Workflow } from '../workflow.ts'

/** A status is just a name and a verdict. GitHub accepts it from anyone, unless the rule names an app. */
export const checkFromAnySource: Rule = {
  ids: ['check-from-any-source'],
  check: ({ workflows, facts }) =>
    facts ? workflows.filter(concernsGateOnGitHub).flatMap(workflow => checkWorkflow(workflow, facts)) : [],
}

function checkWorkflow(workflow: Workflow, facts: RepositoryFacts): Finding[] {
  const required = MERGE_EVENTS.flatMap(event => requiredOf(workflow, event, facts))
  // Two rules may name the same check: the stricter one holds.
  const strict = new Set(required.filter(({ app }) => app !== undefined).map(({ name }) => name))
  const open = new Map(required.filter(({ name }) => !strict.has(name)).map(check => [check.name, check]))
  return [...open.values()].flatMap(({ name, source }) =>
    jobChecksOf(workflow)
      .filter(({ checks }) => checks.some(({ matches }) => MERGE_EVENTS.some(event => matches(name, event))))
      .slice(0, 1)
      .map(({ path, job }) =>
        finding(
          'check-from-any-source',
          workflow.file,
          // The position of a called job is in another file.
          path.includes(' / ') ? workflow.eventsAt : job.at,
          `The required check \`${name}\` may come from any source: anyone who can write commit statuses can post it, without a run.`,
          `Choose "GitHub Actions" as its source, in ${source}.`,
        ),
      ),
  )
}
