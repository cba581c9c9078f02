import type { Counterexample, Finding, WorkflowVerdict } from '../findings.ts'
import { finding } from '../findings.ts'
import { present } from '../present.ts'
import { jobRunsNolapse, proveWorkflow } from '../prove.ts'
import type { Rule, Subject } from '../rule.ts'
import type { Workflow } from '../workflow.ts'

/** Reports the result of the proof as findings. */
export const bypass: Rule = {
  ids: ['bypass', 'unproven'],
  check: subject =>
    subject.verdicts.flatMap(verdict => {
      const workflow = subject.workflows.find(({ file }) => file === verdict.file)
      return workflow && verdict.holds !== true
        ? [{ ...findingOf(verdict, workflow, subject), ofProof: true as const }]
        : []
    }),
}

const WHO = {
  own: 'on a branch of the repository',
  fork: 'from a fork',
  dependabot: 'from Dependabot',
  queue: 'in the merge queue',
}

const NOLAPSE = { 'not-run': 'nolapse does not run', failed: 'nolapse fails', passed: 'nolapse passes' }

/** `gate failure, coverage skipped` */
const jobsSaid = (jobs: Counterexample['jobs']): string =>
  Object.entries(jobs)
    .map(([id, result]) => `${id} ${result}`)
    .join(', ')

function caseSaid({ who, token, nolapse, jobs, assumes }: Counterexample): string {
  const assumed = assumes.length > 0 ? ` Assumed: ${assumes.join('; ')}.` : ''
  return `The case: a pull request ${WHO[who]}, token ${token}, ${NOLAPSE[nolapse]}; jobs: ${jobsSaid(jobs)}.${assumed}`
}

function findingOf(verdict: WorkflowVerdict, workflow: Workflow, subject: Subject): Finding {
  const { holds, counterexample, timedOut, file } = verdict
  const { at } = present(workflow.jobs.find(jobRunsNolapse))
  const remedy = remedyOf(verdict, workflow, subject)
  if (holds === false)
    return finding(
      'bypass',
      file,
      at,
      `A pull request can be merged without a nolapse run that passed. ${caseSaid(counterexample as Counterexample)}`,
      remedy,
    )
  const message = timedOut
    ? `Time ran out before all cases were checked. None of the ${verdict.cases} checked so far shows a way around nolapse.`
    : `It may be possible to merge a pull request without a nolapse run that passed. ${caseSaid(counterexample as Counterexample)}`
  return finding('unproven', file, at, message, timedOut ? TOO_MANY : remedy)
}

const TOO_MANY =
  'Let the job that sums up the others compare each `needs.<job>.result` with `success`, and require only that job.'

function remedyOf({ required, event }: WorkflowVerdict, workflow: Workflow, { options }: Subject): string {
  const [better] =
    required === null
      ? []
      : proveWorkflow(workflow, { ...options, required: null }).filter(
          one => one.event === event && one.holds,
        )
  if (better?.require) return `Require ${better.require.map(name => `\`${name}\``).join(' and ')} instead.`
  return (
    'Add a last job with `if: ${{ always() }}` that needs the others and fails unless nolapse’s job ended with `success`, ' +
    'and require that job.'
  )
}
