/** Runs the steps of a job in order, like the runner. */
import { ASSUMPTION } from '../decisions.ts'
import { expressionsOf } from '../expression.ts'
import type { JobResult } from '../findings.ts'
import { present } from '../present.ts'
import { runScript, type Script, type ScriptWorld } from '../script-outcome.ts'
import { startsNolapseIdly } from '../shell/script.ts'
import {
  type CompositeAction,
  type Entry,
  type Expression,
  entry,
  type RunStep,
  readCommand,
  roleOf,
  type Step,
  type StepsJob,
  type UsesStep,
  usedName,
  type Workflow,
} from '../workflow.ts'
import { runAllsGreen } from './alls-green.ts'
import { JobEnvironment, type Layer } from './environment.ts'
import { EvaluationError, evaluate, evaluateFlag, evaluateScalar, type Scope } from './evaluate.ts'
import { type Frame, failed, NO_OUTPUT, type StepResult, unknownOutput } from './frame.ts'
import { runGate } from './gate.ts'
import { isAllsGreen, isSummary, type Planned, planOfComposite, planOfJob } from './plan.ts'
import { scriptWorld } from './script-world.ts'
import { scopeOf } from './step-scope.ts'
import { isTrue, Names, nothing, text, type Value } from './value.ts'
import type { World } from './world.ts'

/** What steps see of their job. */
export interface Around {
  world: World
  workflow: Workflow
  /** The job and its leg, in keys and for display. */
  path: string
  /** The scope of expressions in the job, without `steps`. */
  scope: Scope
  /** A job that this job needs. */
  needed(id: string): { is(result: JobResult): boolean }
}

export interface StepsRun {
  status: 'success' | 'failure'
  ranNolapse: boolean
  /** Each start of nolapse, in order. */
  starts: NolapseStart[]
  gatePassed: boolean
  outputs(declared: Entry): Value
}

export interface NolapseStart {
  step: Step
  hasToken(): boolean
  /** A gate of the same job has passed. */
  afterGate: boolean
}

/** Whether a checkout puts the files of another repository into the workspace. */
function isForeign(step: UsesStep): boolean {
  const repository = entry(step.with, 'repository')?.value
  const path = entry(step.with, 'path')?.value
  return (
    repository !== undefined && !/^github\./.test(repository.expression?.text ?? '') && path === undefined
  )
}

/** An action that is pinned to a commit, with the beginning of the commit only. */
const shortened = (uses: string): string => uses.replace(/@([0-9a-f]{7})[0-9a-f]{33}$/, '@$1')

export const isOrdinary = (job: StepsJob): boolean => planOfJob(job).ordinary

export function runSteps(around: Around, job: StepsJob): StepsRun {
  return new StepsRunner(around, job).run()
}

class StepsRunner {
  readonly #around: Around
  readonly #job: StepsJob
  readonly #starts: NolapseStart[] = []
  #gatePassed = false
  readonly #environment: JobEnvironment
  /** The files of another repository are where those of this one were. */
  #foreign = false

  constructor(around: Around, job: StepsJob) {
    this.#around = around
    this.#job = job
    this.#environment = new JobEnvironment(around.world, around.path, job)
  }

  get #world() {
    return this.#around.world
  }

  run(): StepsRun {
    const { scope, workflow, path } = this.#around
    const workflowLayer: Layer = { entries: workflow.env, scope: () => scope, ofStep: false }
    const frame: Frame = {
      path,
      results: new Map(),
      status: 'success',
      outer: name => scope.context(name),
      env: [],
    }
    const jobLayer: Layer = {
      entries: this.#job.env,
      scope: () => this.#scope({ ...frame, env: [workflowLayer] }),
      ofStep: false,
    }
    frame.env = [jobLayer, workflowLayer]
    this.#steps(planOfJob(this.#job).steps, frame)
    return {
      status: frame.status,
      ranNolapse: this.#starts.length > 0,
      starts: this.#starts,
      gatePassed: this.#gatePassed,
      outputs: ({ value }) => this.#safely(() => evaluateScalar(value, this.#scope(frame))) ?? text(''),
    }
  }

  /** Undefined if the evaluation fails. */
  #safely<T>(evaluation: () => T): T | undefined {
    try {
      return evaluation()
    } catch (error) {
      if (error instanceof EvaluationError) return undefined
      throw error
    }
  }

  #steps(steps: readonly Planned[], frame: Frame): void {
    steps.forEach((planned, index) => {
      const result = this.#step(planned, `${frame.path} step ${index + 1}`, frame)
      if (planned.step.id !== undefined) frame.results.set(planned.step.id.toLowerCase(), result)
      if (result.conclusion === 'failure') frame.status = 'failure'
    })
  }

  #step({ step, followed, fails }: Planned, path: string, frame: Frame): StepResult {
    const inner: Frame = {
      ...frame,
      env: [{ entries: step.env, scope: () => this.#scope(frame), ofStep: true }, ...frame.env],
    }
    const unknown = unknownOutput(this.#world, step, frame)
    if (!followed && fails === undefined) {
      this.#environment.ranUnfollowed()
      this.#notice(step)
      return { outcome: 'success', conclusion: 'success', output: unknown }
    }
    const runs = this.#safely(() => isTrue(evaluate(step.if, this.#scope(inner))))
    if (runs === undefined) return failed(NO_OUTPUT)
    if (!runs) return { outcome: 'skipped', conclusion: 'skipped', output: NO_OUTPUT }
    const result =
      this.#safely(() =>
        followed ? this.#followed(step, path, inner) : this.#other(step, path, fails, unknown),
      ) ?? failed(NO_OUTPUT)
    this.#notice(step)
    if (result.outcome === 'failure' && step.continueOnError) {
      const { continueOnError } = step
      if (this.#safely(() => isTrue(evaluateFlag(continueOnError, this.#scope(inner)))))
        return { ...result, conclusion: 'success' }
    }
    return result
  }

  /** What a step leaves behind for later ones: variables, or other files. */
  #notice(step: Step): void {
    if (step.kind === 'uses') {
      this.#foreign ||= usedName(step.uses) === 'actions/checkout' && isForeign(step)
      return
    }
    const text = step.run.parts.map(part => (typeof part === 'string' ? part : '')).join(' ')
    this.#environment.ran(text)
  }

  /** A script or action that is not followed: it may succeed or fail. */
  #other(step: Step, path: string, fails: Planned['fails'], output: (name: string) => Value): StepResult {
    this.#environment.ranUnfollowed()
    const what = step.kind === 'uses' ? shortened(present(step.uses.text)) : 'a script'
    const succeeds = this.#succeeds(path, what, fails === 'unknown')
    return succeeds ? { outcome: 'success', conclusion: 'success', output } : failed(output)
  }

  #succeeds(key: string, what: string, unknown: boolean): boolean {
    const cost = unknown ? ASSUMPTION : 0
    return (
      this.#world.decisions.choose(`${key} succeeds`, unknown ? 'unknown' : 'case', [
        { says: `\`${what}\` in ${this.#around.path} succeeds`, cost },
        { says: `\`${what}\` in ${this.#around.path} fails`, cost: unknown ? ASSUMPTION : 1 },
      ]) === 0
    )
  }

  #followed(step: Step, path: string, frame: Frame): StepResult {
    if (step.kind === 'run') return this.#script(step, path, frame)
    if (isAllsGreen(step))
      return (
        runAllsGreen(step, this.#job, this.#scope(frame), id => this.#around.needed(id)) ??
        this.#other(step, `${frame.path} alls-green`, 'unknown', NO_OUTPUT)
      )
    const role = roleOf(step)
    if (role === 'other')
      return this.#foreign
        ? this.#other(step, path, 'unknown', unknownOutput(this.#world, step, frame))
        : this.#composite(step, path, frame)
    if (role === 'nolapse') {
      const token = entry(step.with, 'nolapse-token')
      this.#start(step, () =>
        token ? isTrue(evaluateScalar(token.value, this.#scope(frame))) : this.#hasToken(frame),
      )
      const passes = this.#world.nolapsePasses()
      return passes ? { outcome: 'success', conclusion: 'success', output: NO_OUTPUT } : failed(NO_OUTPUT)
    }
    const gate = runGate(step, path, this.#scope(frame), this.#world)
    if (gate.passes) this.#gatePassed = true
    if (role === 'gate' || !gate.passes)
      return gate.passes
        ? { outcome: 'success', conclusion: 'success', output: gate.output }
        : failed(name => (name === 'exit_code' ? text('') : gate.output(name)))
    return this.#runAction(step, path, frame, gate)
  }

  /** Runs nolapse after the gate has passed, with the token if it is valid. */
  #runAction(step: UsesStep, path: string, frame: Frame, gate: ReturnType<typeof runGate>): StepResult {
    const command = readCommand(step)
    let passes: boolean
    if (command) {
      const inline = expressionsOf(entry(step.with, 'command')?.value)
      const world = this.#scriptWorld({ step, inline }, path, frame, gate.valid)
      const byAuthor = inline.some((_, index) => world.authored(index) !== undefined)
      // Without a call of nolapse, it is another command that starts it: `make coverage`.
      if (!command.callsNolapse && !startsNolapseIdly(command) && !byAuthor)
        world.succeeds = () => world.nolapse('')
      passes = this.#runScript(command, world, path, frame)
    } else {
      this.#start(step, () => gate.valid)
      passes = this.#world.nolapsePasses()
    }
    const code = passes
      ? text('0')
      : this.#world.open(`the exit code of nolapse in ${path}`, {
          source: 'case',
          not: [text('0')],
          truthy: true,
          harmless: true,
        })
    const output = (name: string) => (name === 'exit_code' ? code : gate.output(name))
    return passes ? { outcome: 'success', conclusion: 'success', output } : failed(output)
  }

  #start(step: Step, hasToken: () => boolean): void {
    this.#starts.push({ step, hasToken, afterGate: this.#gatePassed })
  }

  #hasToken(frame: Frame): boolean {
    const value = this.#environment.variable('NOLAPSE_TOKEN', frame.env)
    return value !== undefined && isTrue(value)
  }

  #script(step: RunStep, path: string, frame: Frame): StepResult {
    const inline = step.run.parts.filter(part => typeof part !== 'string')
    const world = this.#scriptWorld({ step, inline }, path, frame, undefined)
    const succeeds = this.#runScript(step.script, world, path, frame)
    // It may have written outputs, too.
    const output = unknownOutput(this.#world, step, frame)
    return succeeds ? { outcome: 'success', conclusion: 'success', output } : failed(output)
  }

  #runScript(script: Script, world: ScriptWorld, path: string, frame: Frame): boolean {
    const changing = this.#environment.shellVariable(frame.env)
    if (changing !== undefined && world.either(`$${changing} changes what the script does`))
      return this.#succeeds(path, 'a script', true)
    return runScript(script, world).exit === 'success'
  }

  #scriptWorld(
    { step, inline }: { step: Step; inline: Expression[] },
    path: string,
    frame: Frame,
    hasToken: boolean | undefined,
  ): ScriptWorld {
    const summary = isSummary(this.#job)
    let asked = 0
    return scriptWorld(inline, {
      world: this.#world,
      scope: this.#scope(frame),
      variable: name => this.#environment.variable(name, frame.env),
      succeeds: command => this.#succeeds(`${path} command ${asked++}`, command, summary),
      nolapse: () => {
        this.#start(step, () => hasToken ?? this.#hasToken(frame))
        return this.#world.nolapsePasses()
      },
    })
  }

  #composite(step: UsesStep, path: string, frame: Frame): StepResult {
    const action = step.composite as CompositeAction
    const outerScope = this.#scope(frame)
    const inputs = new Names(
      `inputs of ${path}`,
      action.inputs.map(({ name }) => name),
      name => {
        const given = entry(step.with, name)
        if (given) return evaluateScalar(given.value, outerScope)
        const fallback = action.inputs.find(one => one.name === name)?.default
        return fallback ? evaluateScalar(fallback, outerScope) : text('')
      },
    )
    const inner: Frame = {
      path,
      results: new Map(),
      status: 'success',
      outer: name => (name === 'inputs' ? inputs : frame.outer(name)),
      env: frame.env,
    }
    this.#steps(planOfComposite(action, isSummary(this.#job)).steps, inner)
    const output = (name: string): Value => {
      const declared = entry(action.outputs, name)
      return declared
        ? (this.#safely(() => evaluateScalar(declared.value, this.#scope(inner))) ?? text(''))
        : nothing()
    }
    return inner.status === 'success' ? { outcome: 'success', conclusion: 'success', output } : failed(output)
  }

  #scope(frame: Frame): Scope {
    return scopeOf(frame, this.#environment, this.#world)
  }
}
