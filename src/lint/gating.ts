/** Which workflows are about the gate. */
import { MERGE_EVENTS } from './findings.ts'
import { jobRunsNolapse } from './prove.ts'
import { isGateCall, type Job, roleOf, type Step, type Workflow } from './workflow.ts'

/** Whether a merge on GitHub depends on this workflow: it runs nolapse for an event that decides about one. */
export const decides = ({ platform, events, jobs }: Workflow): boolean =>
  platform === 'github' && MERGE_EVENTS.some(event => events.has(event)) && jobs.some(jobRunsNolapse)

const stepHasRole = (step: Step): boolean =>
  roleOf(step) !== 'other' ||
  (step.kind === 'uses' && typeof step.composite === 'object' && step.composite.steps.some(stepHasRole))

const jobHasRole = (job: Job): boolean =>
  isGateCall(job) ||
  (job.kind === 'steps'
    ? job.steps.some(stepHasRole)
    : typeof job.called === 'object' && job.called.jobs.some(jobHasRole))

/** Whether the workflow contains a gate or nolapse. */
export const concernsGate = ({ jobs }: Workflow): boolean => jobs.some(jobHasRole)

/** The same, for the rules about GitHub's settings: they do not apply to a workflow of Forgejo or Gitea. */
export const concernsGateOnGitHub = (workflow: Workflow): boolean =>
  workflow.platform === 'github' && concernsGate(workflow)
