/** Finds the steps of a job that can matter to the proof, once per job. */
import { ContextAccess, FunctionCall } from '@actions/expressions/ast'
import { expressionsOf, hasStatusFunction, pathsOf, reads } from '../expression.ts'
import { type Entry, entry, roleOf, type Scalar, type Step, type StepsJob, usedName } from '../workflow.ts'

export interface Plan {
  steps: Planned[]
  /** Nothing in the job matters to the proof: it just succeeds, fails or is cancelled. */
  ordinary: boolean
}

export interface Planned {
  step: Step
  /** The step is followed: a gate, nolapse, a script that can be read, … */
  followed: boolean
  /**
   * How a step that is not followed can end. 'case' and 'unknown': its failure is visible, and the word says who
   * decides it.
   * Undefined: its failure is like any other failure of the job.
   */
  fails: 'case' | 'unknown' | undefined
}

/** Actions that only set up a job. They cannot sum up other jobs. */
const HARMLESS =
  /^(actions\/(checkout|cache|upload-artifact|download-artifact|setup-[\w-]+)|step-security\/harden-runner)$/

export const isAllsGreen = (step: Step): boolean =>
  step.kind === 'uses' &&
  usedName(step.uses) === 're-actors/alls-green' &&
  isWholeNeeds(entry(step.with, 'jobs'))

/** `${{ toJSON(needs) }}` */
export function isWholeNeeds(given: Entry | undefined): boolean {
  const tree = given?.value.expression?.tree
  return (
    tree instanceof FunctionCall &&
    tree.functionName.lexeme.toLowerCase() === 'tojson' &&
    tree.args[0] instanceof ContextAccess &&
    tree.args[0].name.lexeme.toLowerCase() === 'needs'
  )
}

const scalarsOf = (step: Step): Scalar[] => [
  ...(step.condition ? [step.condition] : []),
  ...step.env.map(({ value }) => value),
  ...(step.kind === 'run' ? [step.run] : step.with.map(({ value }) => value)),
]

/** A job that runs even if others failed, checks their results, and does nothing else that matters to the proof. */
export const isSummary = (job: StepsJob): boolean =>
  job.steps.every(step => roleOf(step) === 'other') &&
  job.condition !== undefined &&
  expressionsOf(job.condition).some(hasStatusFunction) &&
  [...job.env.map(({ value }) => value), ...job.steps.flatMap(scalarsOf)].some(scalar =>
    reads(scalar, 'needs'),
  )

function isFollowed(step: Step): boolean {
  if (roleOf(step) !== 'other' || isAllsGreen(step)) return true
  if (step.kind === 'run') return !step.script.opaque
  const { composite } = step
  return composite !== undefined && composite !== 'unreadable' && composite.steps.some(isFollowed)
}

function planSteps(steps: readonly Step[], summary: boolean, extra: readonly Scalar[]): Planned[] {
  const followed = steps.map(isFollowed)
  /** Ids of steps whose `outcome` or `conclusion` is read somewhere. */
  const watched = new Set(
    [...steps.flatMap(scalarsOf), ...extra]
      .flatMap(expressionsOf)
      .flatMap(({ tree }) => [...pathsOf(tree)])
      .filter(([root, , what]) => root === 'steps' && (what === undefined || what !== 'outputs'))
      .map(([, id]) => id),
  )
  let between = false
  return steps.map((step, index) => {
    if (followed[index]) {
      between = false
      return { step, followed: true, fails: undefined }
    }
    if (summary && !(step.kind === 'uses' && HARMLESS.test(usedName(step.uses))))
      return { step, followed: false, fails: 'unknown' }
    const later = steps.filter((_, other) => other > index && followed[other])
    const earlier = followed.some((one, other) => one && other < index)
    const shows =
      step.id !== undefined &&
      (watched.has(step.id.toLowerCase()) || watched.has('*') || watched.has(undefined))
    // A failure that is tolerated and that nothing looks at changes nothing.
    if (!shows && step.continueOnError?.text === 'true') return { step, followed: false, fails: undefined }
    // Several in a row count as one step that may fail.
    const first = !between
    between = true
    const matters =
      first && later.length > 0 && (earlier || later.some(one => one.condition && hasStatusFunction(one.if)))
    return { step, followed: false, fails: shows || matters ? 'case' : undefined }
  })
}

const plans = new WeakMap<object, Plan>()

function remembered(key: object, outputs: readonly Scalar[], make: () => Planned[]): Plan {
  const before = plans.get(key)
  if (before) return before
  const steps = make()
  // How its steps end can show only in its outputs, if nothing in it is followed.
  const hidden = outputs.length === 0
  const ordinary = steps.every(
    ({ followed, fails }) => !followed && (fails === undefined || (hidden && fails === 'case')),
  )
  const plan = { steps, ordinary }
  plans.set(key, plan)
  return plan
}

const valuesOf = (entries: readonly Entry[]): Scalar[] => entries.map(({ value }) => value)

export const planOfJob = (job: StepsJob): Plan => {
  const outputs = valuesOf(job.outputs)
  return remembered(job, outputs, () => planSteps(job.steps, isSummary(job), outputs))
}

export const planOfComposite = (action: { steps: Step[]; outputs: Entry[] }, summary: boolean): Plan => {
  const outputs = valuesOf(action.outputs)
  return remembered(action, outputs, () => planSteps(action.steps, summary, outputs))
}
