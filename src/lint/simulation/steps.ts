/** Runs the steps of a job in order, like the runner. */
import { ASSUMPTION } from '../decisions.ts'
import { pathsOf } from '../expression.ts'
import type { JobResult } from '../findings.ts'
import { present } from '../present.ts'
import { runScript, type Script, type ScriptWorld, type Text, type UnknownText } from '../script-outcome.ts'
import { startsNolapseIdly } from '../shell/script.ts'
import {
  type CompositeAction,
  type Entry,
  entry,
  type RunStep,
  readCommand,
  roleOf,
  type Scalar,
  type Step,
  type StepsJob,
  textsIn,
  type UsesStep,
  usedName,
  WHOLE_ENV,
  type Workflow,
} from '../workflow.ts'
import { EvaluationError, evaluate, evaluateFlag, evaluateScalar, type Scope } from './evaluate.ts'
import { runGate } from './gate.ts'
import { githubContext, RUNNER_VARIABLES } from './github-context.ts'
import { isAllsGreen, isSummary, isWholeNeeds, type Planned, planOfComposite, planOfJob } from './plan.ts'
import { asText, handedOn, isTrue, member, Names, nothing, text, Unsettled, type Value } from './value.ts'
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

interface StepResult {
  outcome: 'success' | 'failure' | 'skipped'
  conclusion: 'success' | 'failure' | 'skipped'
  output(name: string): Value
}

/** The steps of a job, or those of a composite action in it. */
interface Frame {
  /** The prefix of step numbers, in keys. */
  path: string
  results: Map<string, StepResult>
  status: 'success' | 'failure'
  /** The scope of expressions, without `steps`. */
  outer: (name: string) => Value | undefined
  /** The `env:` blocks around the steps, innermost first. */
  env: Layer[]
}

/** One `env:`, with the scope in which its values are evaluated. */
interface Layer {
  entries: Entry[]
  scope: () => Scope
  /** The step's own, which nothing overrides. */
  ofStep: boolean
}

/** The value of a variable in one `env:`, if it is there. */
function valueIn(
  { entries, scope }: Layer,
  name: string,
  isMeant: (entry: Entry) => boolean,
): Value | undefined {
  const found = entries.find(isMeant)
  if (found) return evaluateScalar(found.value, scope())
  const whole = entries.find(one => one.name === WHOLE_ENV)?.value.expression
  const value = whole && member(evaluate(whole, scope()), name)
  return value && handedOn(value)
}

/** What bash reads before a script: a file to run, its options, and functions. */
const SHELL_VARIABLE = /^(BASH_ENV|SHELLOPTS|BASHOPTS|BASH_FUNC_.*)$/
const SHELL_VARIABLE_IN_TEXT = /\b(BASH_ENV|SHELLOPTS|BASHOPTS|BASH_FUNC_)/

/** Variables that the images of GitHub's runners set. */
const OF_THE_IMAGE =
  /^(Image\w+|ACCEPT_EULA|AGENT_\w+|ANDROID_\w+|ANT_HOME|AZURE_\w+|BOOTSTRAP_\w+|CHROME\w*|CONDA|DEBIAN_FRONTEND|DEPLOYMENT_BASEPATH|DOTNET_\w+|EDGEWEBDRIVER|ENABLE_RUNNER_TRACING|GECKOWEBDRIVER|GHCUP_\w+|GOROOT_\w+|GRADLE_HOME|HOMEBREW_\w+|INVOCATION_ID|JAVA_HOME\w*|JOURNAL_STREAM|LC_\w+|LOGNAME|MEMORY_\w+|NVM_DIR|OLDPWD|PIPX_\w+|PSModulePath|RUNNERS?_\w+|SELENIUM_\w+|SGX_\w+|SWIFT_PATH|SYSTEMD_\w+|TERM|VCPKG_\w+|XDG_\w+|AGENT_TOOLSDIRECTORY)$/

/** Whether a checkout puts the files of another repository into the workspace. */
function isForeign(step: UsesStep): boolean {
  const repository = entry(step.with, 'repository')?.value
  const path = entry(step.with, 'path')?.value
  return (
    repository !== undefined && !/^github\./.test(repository.expression?.text ?? '') && path === undefined
  )
}

/** Whether a script writes more to GITHUB_ENV than lines with a name that is in the script. */
const setsAny = (text: string): boolean =>
  text
    .split('\n')
    .some(
      line =>
        line.includes('GITHUB_ENV') &&
        (!/^\s*(echo\s|printf\s|\}|done\b|cat\s*(>>\s*\S+\s*)?<<)/.test(line) || /\$\{?\w+\}?=/.test(line)),
    )

const failed = (output: (name: string) => Value): StepResult => ({
  outcome: 'failure',
  conclusion: 'failure',
  output,
})

const NO_OUTPUT = () => nothing()

export const isOrdinary = (job: StepsJob): boolean => planOfJob(job).ordinary

export function runSteps(around: Around, job: StepsJob): StepsRun {
  return new StepsRunner(around, job).run()
}

class StepsRunner {
  readonly #around: Around
  readonly #job: StepsJob
  readonly #starts: NolapseStart[] = []
  #gatePassed = false
  /** Something that is not followed has run. It may have set variables for later steps. */
  #unfollowed = false
  /** The scripts so far that write to GITHUB_ENV. */
  readonly #setters: string[] = []
  /** The files of another repository are where those of this one were. */
  #foreign = false

  constructor(around: Around, job: StepsJob) {
    this.#around = around
    this.#job = job
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
      this.#unfollowed = true
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
    if (/GITHUB_ENV|\bset-env\b/.test(text)) this.#setters.push(text)
  }

  /** Whether an earlier script may have set a variable. It then overrides the `env:` of job and workflow. */
  #maySet(name: string): boolean {
    return this.#setters.some(text => setsAny(text) || text.toLowerCase().includes(name.toLowerCase()))
  }

  /** A script or action that is not followed: it may succeed or fail. */
  #other(step: Step, path: string, fails: Planned['fails'], output: (name: string) => Value): StepResult {
    this.#unfollowed = true
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
    if (isAllsGreen(step)) return this.#allsGreen(step, frame)
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
      const world = this.#scriptWorld({ step, inline: [] }, path, frame, gate.valid)
      // Without a call of nolapse, it is another command that starts it: `make coverage`.
      if (!command.callsNolapse && !startsNolapseIdly(command)) world.succeeds = () => world.nolapse('')
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
    const value = this.#variable('NOLAPSE_TOKEN', frame)
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

  /** What the author of the pull request writes with an expression. Other expressions are not evaluated here. */
  #authored(expression: NonNullable<Scalar['expression']>, frame: Frame): string | undefined {
    const roots = [...pathsOf(expression.tree)].map(([root]) => root)
    if (!roots.some(root => root === 'github' || root === 'env' || root === 'inputs')) return undefined
    const value = evaluate(expression, this.#scope(frame))
    if (!(value instanceof Unsettled) || value.source !== 'author') return undefined
    const written = asScriptText(value)
    return typeof written === 'object' && written.byAuthor && !written.harmless ? written.what : undefined
  }

  #runScript(script: Script, world: ScriptWorld, path: string, frame: Frame): boolean {
    const changing = this.#shellVariable(frame)
    if (changing !== undefined && world.either(`$${changing} changes what the script does`))
      return this.#succeeds(path, 'a script', true)
    return runScript(script, world).exit === 'success'
  }

  /** A variable that makes the shell read other commands first, or ignore the script. */
  #shellVariable(frame: Frame): string | undefined {
    const wholes = frame.env.flatMap(({ entries, scope }) =>
      entries.flatMap(({ name, value: { expression } }) =>
        name === WHOLE_ENV && expression ? [evaluate(expression, scope())] : [],
      ),
    )
    if (wholes.some(value => value instanceof Unsettled)) return 'BASH_ENV'
    const names = frame.env.flatMap(({ entries }) => entries.map(({ name }) => name))
    const text = this.#setters.join('\n')
    return names.find(name => SHELL_VARIABLE.test(name)) ?? SHELL_VARIABLE_IN_TEXT.exec(text)?.[0]
  }

  #scriptWorld(
    { step, inline }: { step: Step; inline: NonNullable<Scalar['expression']>[] },
    path: string,
    frame: Frame,
    hasToken: boolean | undefined,
  ): ScriptWorld {
    const summary = isSummary(this.#job)
    let asked = 0
    return {
      variable: name => {
        const value = this.#variable(name, frame)
        return value && asScriptText(value)
      },
      inline: index => {
        const expression = inline[index]
        return asScriptText(evaluate(present(expression), this.#scope(frame)))
      },
      authored: index => this.#authored(present(inline[index]), frame),
      // The source of every open text in a script.
      equals: (value, other) => (value as OpenText).value.equals(text(other)),
      either: question => {
        const source = /\bgithub\.(event|head_ref|base_ref|ref)\b/.test(question) ? 'author' : 'unknown'
        const cost = source === 'unknown' ? ASSUMPTION : 1
        const options = [
          { says: `not so: ${question}`, cost },
          { says: question, cost },
        ]
        return this.#world.decisions.choose(question, source, options) === 1
      },
      succeeds: command => this.#succeeds(`${path} command ${asked++}`, command, summary),
      nolapse: () => {
        this.#start(step, () => hasToken ?? this.#hasToken(frame))
        return this.#world.nolapsePasses()
      },
    }
  }

  /** An environment variable for a script; undefined if it is not set. */
  #variable(name: string, frame: Frame): Value | undefined {
    const open = () => this.#world.open(`$${name} in ${this.#around.path}`, { source: 'unknown' })
    // The runner's own value wins over an `env:` of that name.
    const github = RUNNER_VARIABLES[name]
    if (github !== undefined) return member(githubContext(this.#world), github)
    for (const layer of frame.env) {
      const found = valueIn(layer, name, one => one.name === name)
      if (found) return !layer.ofStep && this.#maySet(name) ? open() : found
    }
    if (name === 'CI' || name === 'GITHUB_ACTIONS') return text('true')
    const fromRunner = /^(GITHUB|RUNNER|ACTIONS|INPUT)_|^(HOME|PATH|PWD|USER|SHELL|LANG|TMPDIR)$/.test(name)
    return fromRunner || this.#unfollowed || this.#mayBeOutside(name) ? open() : undefined
  }

  /** A variable of the runner's or container's image, or one that a script before has set. */
  #mayBeOutside(name: string): boolean {
    const { inContainer, runsOn } = this.#job
    const isOwn = runsOn !== undefined && textsIn(runsOn).some(label => /^self-hosted$/i.test(label))
    return this.#setters.length > 0 || inContainer || isOwn || OF_THE_IMAGE.test(name)
  }

  /** re-actors/alls-green: every needed job must succeed, unless its failure or skip is allowed. */
  #allsGreen(step: UsesStep, frame: Frame): StepResult {
    const scope = this.#scope(frame)
    const list = (name: string): readonly string[] | undefined => {
      const found = entry(step.with, name)
      if (isWholeNeeds(found)) return this.#job.needs.map(({ id }) => id)
      const value = found ? asText(evaluateScalar(found.value, scope)) : ''
      return typeof value === 'string' ? namesIn(value) : undefined
    }
    const [failures, skips] = [list('allowed-failures'), list('allowed-skips')]
    if (!failures || !skips) return this.#other(step, `${frame.path} alls-green`, 'unknown', NO_OUTPUT)
    const green = this.#job.needs.every(({ id }) => {
      if (failures.includes(id)) return true
      const job = this.#around.needed(id)
      return job.is('success') || (skips.includes(id) && job.is('skipped'))
    })
    const output = (name: string): Value => {
      if (name === 'result') return text(green ? 'success' : 'failure')
      return name === 'success' || name === 'failure'
        ? text(String(green === (name === 'success')))
        : nothing()
    }
    return green ? { outcome: 'success', conclusion: 'success', output } : failed(output)
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
    return {
      context: name => {
        if (name === 'steps') return this.#stepsContext(frame)
        if (name === 'env') return this.#environment(frame)
        if (name === 'job') return this.#jobContext(frame)
        return frame.outer(name)
      },
      // Cancellation is handled by the job, not by its steps: the job ends as cancelled in any case.
      status: {
        success: () => frame.status === 'success',
        failure: () => frame.status === 'failure',
        cancelled: () => false,
        always: () => true,
      },
      open: (label, options) => this.#world.open(label, options),
    }
  }

  #stepsContext({ results }: Frame): Value {
    return new Names('steps', [...results.keys()], id => {
      const result = present(results.get(id))
      return new Names(`steps.${id}`, ['outputs', 'outcome', 'conclusion'], part => {
        if (part === 'outputs') return new StepOutputs(`steps.${id}.outputs`, result.output)
        return text(part === 'outcome' ? result.outcome : result.conclusion)
      })
    })
  }

  #environment(frame: Frame): Value {
    const names = frame.env.flatMap(({ entries }) => entries.map(({ name }) => name))
    const get = (name: string): Value | undefined => {
      const open = () => this.#world.open(`env.${name} in ${this.#around.path}`, { source: 'unknown' })
      for (const layer of frame.env) {
        const found = valueIn(layer, name, one => one.name.toLowerCase() === name.toLowerCase())
        if (found) return !layer.ofStep && this.#maySet(name) ? open() : found
      }
      return this.#unfollowed || this.#setters.length > 0 ? open() : undefined
    }
    return new Environment('env', [...new Set(names)], get)
  }

  #jobContext(frame: Frame): Value {
    const outer = frame.outer('job')
    return new Environment('job', ['status'], name =>
      name.toLowerCase() === 'status' ? text(frame.status) : member(outer, name),
    )
  }
}

/** Names that also resolve names outside their list. */
class Environment extends Names {
  readonly #get: (name: string) => Value | undefined

  constructor(label: string, names: readonly string[], get: (name: string) => Value | undefined) {
    super(label, names, get)
    this.#get = get
  }

  override get(name: string): Value | undefined {
    return this.#get(name)
  }
}

class StepOutputs extends Environment {
  constructor(label: string, output: (name: string) => Value) {
    super(label, [], name => output(name.toLowerCase()))
  }

  /** The output of a step can be anything. */
  override settle(): undefined {
    return undefined
  }
}

class OpenText implements UnknownText {
  readonly value: Unsettled

  constructor(value: Unsettled) {
    this.value = value
  }

  get what(): string {
    return this.value.label
  }

  get harmless(): boolean {
    return this.value.harmless
  }

  /** Someone with write access has created the base branch. */
  get byAuthor(): boolean {
    return this.value.source === 'author' && !/\bgithub\.base_ref\b/.test(this.value.label)
  }
}

function asScriptText(value: Value): Text {
  const written = asText(value)
  return typeof written === 'string' ? written : new OpenText(written)
}

const outputLabel = ({ id }: Step, { path }: Frame, name: string): string =>
  `steps.${id}.outputs.${name} in ${path}`

const unknownOutput =
  (world: World, step: Step, frame: Frame) =>
  (name: string): Value =>
    world.open(outputLabel(step, frame, name), { source: 'unknown' })

/** An action that is pinned to a commit, with the beginning of the commit only. */
const shortened = (uses: string): string => uses.replace(/@([0-9a-f]{7})[0-9a-f]{33}$/, '@$1')

/** A list for alls-green: JSON, of which an object counts as its keys, or comma-separated names. */
function namesIn(value: string): string[] {
  try {
    const parsed: unknown = JSON.parse(value)
    if (Array.isArray(parsed)) return parsed.map(String)
    if (typeof parsed === 'object' && parsed !== null) return Object.keys(parsed)
  } catch {
    // Not JSON, so split at commas.
  }
  return value.split(',').map(name => name.trim())
}
