import { checksOf, type JobChecks, jobChecksOf } from '../checks.ts'
import { type Finding, finding } from '../findings.ts'
import { concernsGateOnGitHub } from '../gating.ts'
import { mayBeActions, type RepositoryFacts } from '../github/facts.ts'
import type { Rule } from '../rule.ts'
import type { Workflow } from '../workflow.ts'
import { reportsForPullRequest } from './ambiguous-check.ts'

/** A required check that no run reports blocks every pull request. Its name has changed, or was never correct. */
export const requiredCheckAbsent: Rule = {
  ids: ['required-check-absent'],
  check: ({ workflows, facts }) =>
    facts
      ? namesIn(facts).flatMap(name => {
          const found = checkName(name, workflows, facts)
          return found ? [found] : []
        })
      : [],
}

const namesIn = ({ repository, checks }: RepositoryFacts): string[] => [
  ...new Set(checks.found.filter(check => mayBeActions(repository, check)).map(({ name }) => name)),
]

function checkName(
  name: string,
  workflows: readonly Workflow[],
  { branch, queue }: RepositoryFacts,
): Finding | undefined {
  const reporters = workflows.filter(workflow =>
    checksOf(workflow).some(({ matches }) => matches(name, 'pull_request')),
  )
  const own = reporters.find(concernsGateOnGitHub)
  if (own && !reporters.some(reportsForPullRequest))
    return finding(
      'required-check-absent',
      own.file,
      own.eventsAt,
      `\`${name}\` is required on \`${branch}\`, but its workflow does not run on \`pull_request\`: no pull request can be merged.`,
      'Add `pull_request` to `on:`.',
    )
  if (own && queue.found.length > 0 && !reporters.some(({ events }) => events.has('merge_group')))
    return finding(
      'required-check-absent',
      own.file,
      own.eventsAt,
      `\`${name}\` is required on \`${branch}\`, which has a merge queue, but its workflow does not run on \`merge_group\`: the queue merges nothing.`,
      'Add `merge_group:` to `on:`.',
    )
  if (reporters.length > 0) return undefined
  for (const workflow of workflows.filter(concernsGateOnGitHub))
    for (const unit of jobChecksOf(workflow)) {
      const meant = meantBy(name, unit)
      if (meant)
        return finding(
          'required-check-absent',
          workflow.file,
          unit.path.includes(' / ') ? workflow.eventsAt : unit.job.at,
          `\`${name}\` is required on \`${branch}\`, but no job reports a check of that name: no pull request can be merged.`,
          `Require ${meant.map(one => `\`${one}\``).join(' and ')} instead: that is how GitHub reports the job \`${unit.path}\`.`,
        )
    }
  return undefined
}

/** Ignores case and blanks. Names that differ only in these were meant to be the same. */
const fold = (name: string): string => name.toLowerCase().replace(/\s/g, '')

/** The names to require, if the required name differs from this job's only in case, blanks, caller or legs. */
function meantBy(name: string, { path, job, checks }: JobChecks): string[] | undefined {
  // GitHub's own pages show "Workflow / job (event)".
  const wanted = fold(name.replace(/\s*\((?:pull_request|push|merge_group)\)$/, ''))
  const own = job.name?.text ?? job.id
  const known = [...checks.map(check => check.name), own, path, job.id].map(fold)
  const isMeant = known.some(
    one => wanted === one || one.endsWith(`/${wanted}`) || wanted.endsWith(`/${one}`),
  )
  return isMeant ? [...new Set(checks.map(check => check.name))] : undefined
}
