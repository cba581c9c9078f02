/** What is known about an output: it is followed through steps, jobs, called workflows and composite actions. */
import type { Expr } from '@actions/expressions'
import { Binary, FunctionCall, Grouping, Logical, Unary } from '@actions/expressions/ast'
import { pathOf } from './expression.ts'
import { present } from './present.ts'
import { isAllsGreen } from './simulation/plan.ts'
import {
  entry,
  GATE_CALL_OUTPUTS,
  GATE_OUTPUTS,
  isGateCall,
  type Job,
  RUN_OUTPUTS,
  roleOf,
  type Scalar,
  type Step,
  type Workflow,
} from './workflow.ts'

/** The kinds of text that an output can have. */
export type Origin =
  /** `true` or `false`. */
  | 'boolean'
  /** Never empty: a gate's reason, or its scopes. */
  | 'never-empty'
  | 'other'

interface Place {
  workflow: Workflow
  steps: readonly Step[]
}

export const stepWithId = (steps: readonly Step[], id: string): Step | undefined =>
  steps.find(step => step.id?.toLowerCase() === id)

export const jobWithId = (workflow: Workflow, id: string): Job | undefined =>
  workflow.jobs.find(job => job.id.toLowerCase() === id)

/** The outputs that a step can have; undefined if that cannot be known. */
export function outputsOfStep(step: Step): readonly string[] | undefined {
  const role = roleOf(step)
  if (role === 'gate') return GATE_OUTPUTS
  if (role === 'gate-and-nolapse') return RUN_OUTPUTS
  if (isAllsGreen(step)) return ['result', 'success', 'failure']
  return step.kind === 'uses' && typeof step.composite === 'object'
    ? step.composite.outputs.map(({ name }) => name)
    : undefined
}

/** The outputs that a job can have; undefined if that cannot be known. */
export function outputsOfJob(job: Job): readonly string[] | undefined {
  if (isGateCall(job)) return GATE_CALL_OUTPUTS
  if (job.kind === 'steps') return job.outputs.map(({ name }) => name)
  return typeof job.called === 'object' ? job.called.call?.outputs.map(({ name }) => name) : undefined
}

/** What kind of text the value at a path of an expression is. */
export function originOf(path: readonly string[], place: Place): Origin {
  const [root, id, what, name] = path
  if (what !== 'outputs' || id === undefined || name === undefined) return 'other'
  if (root === 'steps') return ofStep(stepWithId(place.steps, id), name, place)
  const job = root === 'needs' || root === 'jobs' ? jobWithId(place.workflow, id) : undefined
  if (!job) return 'other'
  if (job.kind === 'steps') return ofValue(entry(job.outputs, name)?.value, { ...place, steps: job.steps })
  const called = typeof job.called === 'object' ? job.called : undefined
  return called
    ? ofValue(entry(present(called.call).outputs, name)?.value, { workflow: called, steps: [] })
    : 'other'
}

function ofStep(step: Step | undefined, name: string, place: Place): Origin {
  if (!step) return 'other'
  const role = roleOf(step)
  if (role === 'gate' || role === 'gate-and-nolapse') {
    if (name === 'valid') return 'boolean'
    return name === 'reason' || name === 'scopes' ? 'never-empty' : 'other'
  }
  if (isAllsGreen(step)) return name === 'result' ? 'never-empty' : 'boolean'
  if (step.kind !== 'uses' || typeof step.composite !== 'object') return 'other'
  const { outputs, steps } = step.composite
  return ofValue(entry(outputs, name)?.value, { ...place, steps })
}

function ofValue(value: Scalar | undefined, place: Place): Origin {
  if (value?.text === 'true' || value?.text === 'false') return 'boolean'
  return ofTree(value?.expression?.tree, place)
}

const BOOLEAN_FUNCTIONS = ['contains', 'startswith', 'endswith', 'success', 'failure', 'cancelled', 'always']

function ofTree(tree: Expr | undefined, place: Place): Origin {
  if (tree instanceof Grouping) return ofTree(tree.group, place)
  if (tree instanceof Binary || tree instanceof Unary) return 'boolean'
  if (tree instanceof FunctionCall)
    return BOOLEAN_FUNCTIONS.includes(tree.functionName.lexeme.toLowerCase()) ? 'boolean' : 'other'
  if (tree instanceof Logical) {
    const origins = tree.args.map(argument => ofTree(argument, place))
    return origins.every(one => one === 'boolean') ? 'boolean' : 'other'
  }
  const path = tree && pathOf(tree)
  return path ? originOf(path, place) : 'other'
}
