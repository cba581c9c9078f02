/** Visits every step of a workflow, with its surroundings. */
import { type Entry, isGateCall, type Job, type Step, type StepsJob, type Workflow } from './workflow.ts'

export interface Place {
  /** The file that contains the step. For a step of a composite action, the file of the action. */
  file: string
  workflow: Workflow
  job: StepsJob
  step: Step
  /** The `env:` blocks that apply to the step, its own last. */
  env: Entry[][]
  /** The earlier steps of its job. In a composite action, the action's own earlier steps follow. */
  before: Step[]
  /** In a composite action, whose inputs come from its caller. */
  inComposite: boolean
}

export interface JobPlace {
  file: string
  workflow: Workflow
  job: Job
}

/** Every job, including those of called workflows, but not those of the gate's own reusable workflow. */
export function* jobsOf(workflow: Workflow): Generator<JobPlace> {
  for (const job of workflow.jobs) {
    yield { file: workflow.file, workflow, job }
    if (job.kind === 'call' && typeof job.called === 'object' && !isGateCall(job)) yield* jobsOf(job.called)
  }
}

export function* stepsOf(workflow: Workflow): Generator<Place> {
  for (const { file, workflow: inner, job } of jobsOf(workflow))
    if (job.kind === 'steps')
      yield* within(job.steps, {
        file,
        workflow: inner,
        job,
        env: [inner.env, job.env],
        before: [],
        inComposite: false,
      })
}

function* within(steps: readonly Step[], around: Omit<Place, 'step'>): Generator<Place> {
  const before = [...around.before]
  for (const step of steps) {
    const env = [...around.env, step.env]
    yield { ...around, step, env, before: [...before] }
    if (step.kind === 'uses' && typeof step.composite === 'object')
      yield* within(step.composite.steps, {
        ...around,
        file: step.composite.file,
        env,
        before: [...before],
        inComposite: true,
      })
    before.push(step)
  }
}
