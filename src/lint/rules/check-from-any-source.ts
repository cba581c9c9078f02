import { checksOf } from '../checks.ts'
import { finding } from '../findings.ts'
import { concernsGate } from '../gating.ts'
import { requiredOf } from '../github/prove-required.ts'
import type { Rule } from '../rule.ts'

/** A status is no more than a name and a verdict: GitHub takes it from anyone unless an app is named. */
export const checkFromAnySource: Rule = {
  ids: ['check-from-any-source'],
  check: ({ workflows, facts }) =>
    facts
      ? workflows.filter(concernsGate).flatMap(workflow => {
          const required = (['pull_request', 'merge_group'] as const).flatMap(event =>
            requiredOf(workflow, event, facts),
          )
          const open = required.filter(({ app }) => app === undefined)
          // Two rules may name the same check: the stricter one holds.
          const names = new Set(open.map(({ name }) => name))
          for (const { name, app } of required) if (app !== undefined) names.delete(name)
          return [...names].map(name => {
            const unit = checksOf(workflow).find(({ checks }) =>
              checks.some(({ matches }) => matches(name, 'pull_request')),
            )
            return finding(
              'check-from-any-source',
              workflow.file,
              unit?.path.includes(' / ') ? workflow.eventsAt : (unit?.job.at ?? workflow.eventsAt),
              `The required check \`${name}\` may come from any source: anyone who can write commit statuses can post it, without a run.`,
              `Choose "GitHub Actions" as its source, in ${open.find(check => check.name === name)?.source ?? 'the rule'}.`,
            )
          })
        })
      : [],
}
