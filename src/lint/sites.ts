/** Every place of a workflow that can hold an expression, with what the expression can refer to. */
import { expressionsOf } from './expression.ts'
import type { Expression, Job, Scalar, Step, Tree, Workflow } from './workflow.ts'

export interface Site {
  file: string
  expression: Expression
  /** The expression decides whether a job or step runs. */
  isCondition: boolean
  workflow: Workflow
  job: Job | undefined
  /** The steps that it can refer to: those of the job or composite action that contains it. */
  steps: readonly Step[]
}

type Around = Omit<Site, 'expression' | 'isCondition'>

function* values(scalars: Iterable<Scalar | undefined>, around: Around): Generator<Site> {
  for (const scalar of scalars)
    for (const expression of expressionsOf(scalar)) yield { ...around, expression, isCondition: false }
}

function* condition(scalar: Scalar | undefined, around: Around): Generator<Site> {
  if (scalar?.expression) yield { ...around, expression: scalar.expression, isCondition: true }
}

function* scalarsIn(tree: Tree | undefined): Generator<Scalar> {
  if (tree === undefined) return
  if (tree instanceof Map || Array.isArray(tree)) for (const one of tree.values()) yield* scalarsIn(one)
  else yield tree
}

const valuesOf = (entries: Iterable<{ value: Scalar }>) => [...entries].map(({ value }) => value)

export function* sitesOf(workflow: Workflow): Generator<Site> {
  const around: Around = { file: workflow.file, workflow, job: undefined, steps: [] }
  yield* values([workflow.name, ...valuesOf(workflow.env), ...valuesOf(workflow.call?.outputs ?? [])], around)
  for (const job of workflow.jobs) yield* sitesOfJob(job, { ...around, job })
}

function* sitesOfJob(job: Job, around: Around): Generator<Site> {
  yield* condition(job.condition, around)
  yield* values([job.name, ...scalarsIn(job.matrix)], around)
  if (job.kind === 'call') {
    yield* values(
      [...valuesOf(job.with), ...(job.secrets === 'inherit' ? [] : valuesOf(job.secrets))],
      around,
    )
    return
  }
  const inside = { ...around, steps: job.steps }
  yield* values([...valuesOf(job.env), job.continueOnError, ...scalarsIn(job.runsOn)], around)
  yield* values([...valuesOf(job.outputs), ...scalarsIn(job.environment)], inside)
  yield* sitesOfSteps(job.steps, inside)
}

function* sitesOfSteps(steps: readonly Step[], around: Around): Generator<Site> {
  for (const step of steps) {
    yield* condition(step.condition, around)
    const own = step.kind === 'run' ? [step.run] : valuesOf(step.with)
    yield* values([step.name, step.continueOnError, ...valuesOf(step.env), ...own], around)
    if (step.kind !== 'uses' || typeof step.composite !== 'object') continue
    const { composite } = step
    const inside = { ...around, file: composite.file, steps: composite.steps }
    yield* values(valuesOf(composite.outputs), inside)
    yield* sitesOfSteps(composite.steps, inside)
  }
}
