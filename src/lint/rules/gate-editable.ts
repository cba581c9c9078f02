import { type Finding, finding } from '../findings.ts'
import { decides } from '../gating.ts'
import { ownersOf } from '../github/codeowners.ts'
import type { RepositoryFacts } from '../github/facts.ts'
import { isRequiredWorkflow, pathOf } from '../github/prove-required.ts'
import type { Rule } from '../rule.ts'
import { isGateCall, type Step, type Workflow } from '../workflow.ts'

/** A pull request runs its own workflow files, so their reviewers decide whether there is a gate. */
export const gateEditable: Rule = {
  ids: ['gate-editable'],
  check: ({ workflows, facts }) =>
    facts
      ? workflows.filter(decides).flatMap(workflow => {
          const gap = gapOf(workflow, facts)
          return gap === undefined || gap === 'unknown' ? [] : [findingOf(workflow, gap)]
        })
      : [],
}

interface Gap {
  why: string
  remedy: string
}

/** Another workflow file could report a check of the same name. */
const ANOTHER = '.github/workflows/another.yml'

/** The folder's own files that the workflow runs. */
const filesOf = ({ jobs }: Workflow): string[] =>
  jobs.flatMap(job =>
    job.kind === 'steps'
      ? compositesOf(job.steps)
      : typeof job.called === 'object' && !isGateCall(job)
        ? [pathOf(job.called), ...filesOf(job.called)]
        : [],
  )

const compositesOf = (steps: readonly Step[]): string[] =>
  steps.flatMap(step =>
    step.kind === 'uses' && typeof step.composite === 'object'
      ? [step.composite.file, ...compositesOf(step.composite.steps)]
      : [],
  )

/** What lets a pull request change the gate without its owner; `unknown` if that depends on something not visible. */
export function gapOf(workflow: Workflow, facts: RepositoryFacts): Gap | undefined | 'unknown' {
  const { workflows, ownerReviews, codeowners, branch } = facts
  if (isRequiredWorkflow(workflow, facts)) return undefined
  const [file] = codeowners.found
  if (ownerReviews.found.length > 0 && file) {
    const open = [pathOf(workflow), ...filesOf(workflow), ANOTHER].find(
      path => ownersOf(file.text, path).length === 0,
    )
    if (open === undefined) return undefined
    if (workflows.unseen.length > 0) return 'unknown'
    return {
      why: `${file.path} names no owner for ${open === ANOTHER ? 'other files in .github/workflows' : open}`,
      remedy: `Add \`/.github/ @OWNER\` as the last line of ${file.path}.`,
    }
  }
  if ([ownerReviews, codeowners, workflows].some(({ unseen }) => unseen.length > 0)) return 'unknown'
  return ownerReviews.found.length > 0
    ? {
        why: 'there is no CODEOWNERS file',
        remedy: 'Add `.github/CODEOWNERS` with the line `/.github/ @OWNER`.',
      }
    : {
        why: `no rule of \`${branch}\` requires a code owner's review`,
        remedy:
          'Add `/.github/ @OWNER` to `.github/CODEOWNERS`, and turn on "Require review from Code Owners".',
      }
}

const findingOf = ({ file, eventsAt }: Workflow, { why, remedy }: Gap): Finding =>
  finding(
    'gate-editable',
    file,
    eventsAt,
    `A pull request can remove the gate: it runs its own workflow files, and ${why}.`,
    remedy,
  )
