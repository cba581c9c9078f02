/** Steps that run in order, and what each of them has left. */
import type { Step } from '../workflow.ts'
import type { Layer } from './environment.ts'
import { nothing, type Value } from './value.ts'
import type { World } from './world.ts'

export interface StepResult {
  outcome: 'success' | 'failure' | 'skipped'
  conclusion: 'success' | 'failure' | 'skipped'
  output(name: string): Value
}

/** The steps of a job, or those of a composite action in it. */
export interface Frame {
  /** The prefix of step numbers, in keys. */
  path: string
  results: Map<string, StepResult>
  status: 'success' | 'failure'
  /** The scope of expressions, without `steps`. */
  outer: (name: string) => Value | undefined
  /** The `env:` blocks around the steps, innermost first. */
  env: Layer[]
}

export const failed = (output: (name: string) => Value): StepResult => ({
  outcome: 'failure',
  conclusion: 'failure',
  output,
})

export const NO_OUTPUT = () => nothing()

const outputLabel = ({ id }: Step, { path }: Frame, name: string): string =>
  `steps.${id}.outputs.${name} in ${path}`

export const unknownOutput =
  (world: World, step: Step, frame: Frame) =>
  (name: string): Value =>
    world.open(outputLabel(step, frame, name), { source: 'unknown' })
