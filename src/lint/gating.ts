/** Which workflows are about the gate. */
import { jobRunsNolapse } from './prove.ts'
import { isGateCall, type Job, roleOf, type Step, type Workflow } from './workflow.ts'

/** Whether the proof covers this workflow: it runs nolapse for an event that decides about a merge. */
export const decides = ({ platform, events, jobs }: Workflow): boolean =>
  platform === 'github' &&
  (events.has('pull_request') || events.has('merge_group')) &&
  jobs.some(jobRunsNolapse)

const stepIsGate = (step: Step): boolean =>
  roleOf(step) !== 'other' ||
  (step.kind === 'uses' && typeof step.composite === 'object' && step.composite.steps.some(stepIsGate))

const jobIsGate = (job: Job): boolean =>
  isGateCall(job) ||
  (job.kind === 'steps'
    ? job.steps.some(stepIsGate)
    : typeof job.called === 'object' && job.called.jobs.some(jobIsGate))

/** Whether the workflow contains a gate or nolapse. */
export const concernsGate = ({ platform, jobs }: Workflow): boolean =>
  platform === 'github' && jobs.some(jobIsGate)
