/**
 * A run of a workflow by GitHub's rules: which jobs run, how each one ends, and what other jobs see. Everything is
 * computed on demand, and only once.
 */
import type { JobResult } from '../findings.ts'
import { present } from '../present.ts'
import {
  type CallJob,
  type Entry,
  entry,
  type Job,
  type Scalar,
  type StepsJob,
  type Workflow,
} from '../workflow.ts'
import { EvaluationError, evaluate, evaluateFlag, evaluateScalar, type Scope } from './evaluate.ts'
import { githubContext } from './github-context.ts'
import { type Leg, legsOf } from './matrix.ts'
import { isOrdinary, runSteps, type StepsRun } from './steps.ts'
import { treeValue } from './tree-value.ts'
import { isTrue, Names, nothing, OneOf, text, type Value } from './value.ts'
import type { World } from './world.ts'

/** The value of a job's output, by the requested name. */
type Outputs = (name: string) => Value

/** The outputs of the workflow that a job calls; undefined if the workflow is not in the folder. */
const declaredBy = ({ called }: CallJob): Entry[] | undefined =>
  typeof called === 'object' ? present(called.call).outputs : undefined

/** For places where GitHub allows no status function. */
const withoutStatus = (context: Scope['context'], world: Pick<World, 'open'>): Scope => ({
  context,
  status: {},
  open: (label, options) => world.open(label, options),
})

/** A running workflow: started by the event, or called by a job. */
export class WorkflowRun {
  readonly world: World
  readonly workflow: Workflow
  /** The job that calls it, with the leg. */
  readonly caller: LegRun | undefined
  readonly jobs: ReadonlyMap<string, JobRun>

  constructor(world: World, workflow: Workflow, caller?: LegRun) {
    this.world = world
    this.workflow = workflow
    this.caller = caller
    this.jobs = new Map(workflow.jobs.map(job => [job.id, new JobRun(this, job)]))
  }

  /** The prefix of its job ids, in keys and for display. */
  get prefix(): string {
    return this.caller ? `${this.caller.path} / ` : ''
  }

  job(id: string): JobRun {
    return present(this.jobs.get(id))
  }

  /** The scope of every expression in the workflow. */
  context(name: string): Value | undefined {
    if (name === 'github') return githubContext(this.world)
    if (name === 'vars')
      return this.world.open('vars', {
        source: 'unknown',
        truthy: true,
        // GitHub stores their names, and those of secrets, in upper case.
        // The owners of the repository set them, so their values are safe in scripts.
        child: variable =>
          this.world.open(`vars.${variable.toUpperCase()}`, { source: 'unknown', harmless: true }),
      })
    if (name === 'inputs') return this.#inputs()
    return name === 'secrets' ? this.#secrets() : undefined
  }

  #inputs(): Value {
    const { caller, workflow, world } = this
    if (!caller && world.circumstances.event === 'workflow_dispatch')
      return world.open('inputs', { source: 'author', truthy: true })
    if (caller?.job.kind !== 'call') return nothing()
    const passed = caller.job.with
    const { inputs } = present(workflow.call)
    return new Names(
      'inputs',
      inputs.map(({ name }) => name),
      name => {
        const given = entry(passed, name)
        if (given) return typedValue(given.value, caller.scope)
        const fallback = inputs.find(one => one.name === name)?.default
        return fallback
          ? typedValue(
              fallback,
              withoutStatus(other => (other === 'inputs' ? undefined : this.context(other)), this.world),
            )
          : text('')
      },
    )
  }

  #secrets(): Value | undefined {
    const { caller } = this
    if (caller?.job.kind !== 'call' || caller.job.secrets === 'inherit')
      return caller ? caller.run.context('secrets') : secretsOf(this.world)
    const passed = caller.job.secrets
    return new Names(
      'secrets',
      passed.map(({ name }) => name),
      name => {
        const given = entry(passed, name)
        return given && evaluateScalar(given.value, caller.scope)
      },
    )
  }

  /** An output of the workflow, for the job that calls it. */
  output(name: string): Value {
    const found = present(entry(present(this.workflow.call).outputs, name))
    const jobs = new Names('jobs', [...this.jobs.keys()], id => this.job(id).asNeeded())
    return evaluateScalar(
      found.value,
      withoutStatus(context => (context === 'jobs' ? jobs : this.context(context)), this.world),
    )
  }
}

/** The value of a workflow input, which can be a boolean or a number. */
const typedValue = (scalar: Scalar, scope: Scope): Value =>
  scalar.expression ? evaluate(scalar.expression, scope) : treeValue(scalar)

/** The token's secret is empty for a fork, or if it is missing. The values of other secrets are not known. */
function secretsOf(world: World): Value {
  const names = world.open('secrets', {
    source: 'unknown',
    truthy: true,
    child: name => {
      const label = `secrets.${name.toUpperCase()}`
      if (/^github_token$/i.test(name))
        return world.open(label, { source: 'case', truthy: true, harmless: true })
      if (world.circumstances.tokenSecrets.has(name.toLowerCase()))
        return world.tokenIs('missing') ? text('') : world.open(label, { source: 'unknown', truthy: true })
      return world.isFork() ? text('') : world.open(label, { source: 'unknown' })
    },
  })
  return names
}

/** What can happen to a job apart from its steps. */
interface Disruption {
  /** True: before any step that matters, such as a lost runner or an earlier step. False: after all of them. */
  early: boolean
  result: 'failure' | 'cancelled' | undefined
}

const DISRUPTIONS: readonly Disruption[] = [
  { early: false, result: undefined },
  { early: true, result: 'failure' },
  { early: true, result: 'cancelled' },
  { early: false, result: 'failure' },
  { early: false, result: 'cancelled' },
]

/** One leg of a job, or a whole job without a matrix. */
export class LegRun {
  readonly run: WorkflowRun
  readonly job: Job
  readonly leg: Leg | undefined
  readonly path: string
  #disruptions = DISRUPTIONS
  #steps: StepsRun | undefined
  #called: WorkflowRun | undefined

  constructor(run: WorkflowRun, job: Job, leg: Leg | undefined, number: number) {
    this.run = run
    this.job = job
    this.leg = leg
    this.path = `${run.prefix}${job.id}${leg ? (leg.suffixes[0] ?? ` (leg ${number + 1})`) : ''}`
  }

  get world(): World {
    return this.run.world
  }

  get workflow(): Workflow {
    return this.run.workflow
  }

  /** The scope of expressions in the job, without `steps`. */
  get scope(): Scope {
    return this.#scope
  }

  needed(id: string): JobRun {
    return this.run.job(id)
  }

  readonly #scope: Scope = withoutStatus(
    name => {
      if (name === 'matrix') return this.#matrix()
      if (name === 'strategy' || name === 'job' || name === 'runner')
        return this.run.world.open(`${name} of ${this.path}`, {
          source: 'unknown',
          truthy: true,
          harmless: true,
          child: part =>
            this.run.world.open(`${name}.${part.toLowerCase()} of ${this.path}`, {
              source: 'unknown',
              harmless: true,
            }),
        })
      if (name === 'needs') return this.run.job(this.job.id).needs()
      return this.run.context(name)
    },
    // Read lazily: fields are initialised before the constructor sets it.
    { open: (label, options) => this.run.world.open(label, options) },
  )

  #matrix(): Value {
    const { leg } = this
    if (!leg) return nothing()
    if (leg.computed)
      return this.run.world.open(`matrix of ${this.path}`, { source: 'unknown', truthy: true })
    return new Names('matrix', [...leg.values.keys()], name => {
      const tree = leg.values.get(name)
      return tree && treeValue(tree)
    })
  }

  /** The called workflow, if it is in the folder. */
  get called(): WorkflowRun | undefined {
    const { job } = this
    if (job.kind !== 'call' || job.called === undefined || job.called === 'unreadable') return undefined
    this.#called ??= new WorkflowRun(this.run.world, job.called, this)
    return this.#called
  }

  /** The result of the job's steps if nothing disrupts them. */
  get steps(): StepsRun {
    this.#steps ??= runSteps(this, this.job as StepsJob)
    return this.#steps
  }

  #hasContent(): boolean {
    return this.job.kind === 'steps' && !isOrdinary(this.job)
  }

  /** Whether the job's disruption, if any, matches a question. Decides no more than the answer needs. */
  #happened(question: string, test: (disruption: Disruption) => boolean): boolean {
    const yes = this.#disruptions.filter(test)
    if (yes.length === 0) return false
    const no = this.#disruptions.filter(one => !test(one))
    if (no.length === 0) return true
    const usual = this.#disruptions[0]
    const [first, second] = yes.some(one => one === usual) ? [yes, no] : [no, yes]
    const answer = this.run.world.decisions.choose(
      `${this.path}: ${question} of ${this.#disruptions.map(one => DISRUPTIONS.indexOf(one)).join('')}`,
      'case',
      [
        { says: '', cost: 0 },
        { says: '', cost: usual === DISRUPTIONS[0] ? 1 : 0 },
      ],
    )
    this.#disruptions = answer === 0 ? first : second
    return this.#disruptions === yes
  }

  /** The result before the job's `continue-on-error` applies. */
  ends(result: 'success' | 'failure' | 'cancelled'): boolean {
    const { called, job } = this
    if (called) return this.#calledEnds(called, result)
    // What its steps do does not matter to whether it is cancelled.
    if (result === 'cancelled') return this.#happened(result, one => one.result === result)
    if (job.kind === 'call') return this.#happened(result, one => (one.result ?? 'success') === result)
    const status = this.#hasContent() ? this.steps.status : 'success'
    return this.#happened(result, one => (one.result ?? status) === result)
  }

  /** `failure` takes precedence over `cancelled`, and `cancelled` over `success`. */
  #calledEnds(called: WorkflowRun, result: 'success' | 'failure' | 'cancelled'): boolean {
    const jobs = [...called.jobs.values()]
    const failed = jobs.some(job => job.is('failure'))
    if (failed || result === 'failure') return failed === (result === 'failure')
    const cancelled = jobs.some(job => job.is('cancelled'))
    return cancelled === (result === 'cancelled')
  }

  /** The result for other jobs: with `continue-on-error`, a failure counts as a success. */
  is(result: 'success' | 'failure' | 'cancelled'): boolean {
    if (result === 'cancelled' || !this.#mayFail()) return this.ends(result)
    return result === 'success' && !this.ends('cancelled')
  }

  #mayFail(): boolean {
    const { job } = this
    return (
      job.kind === 'steps' &&
      job.continueOnError !== undefined &&
      isTrue(evaluateFlag(job.continueOnError, this.scope))
    )
  }

  readonly output: Outputs = name => {
    const { called, job } = this
    if (called) return called.output(name)
    const declared = present(entry((job as StepsJob).outputs, name))
    if (this.#happened('before its outputs', ({ early }) => early)) return text('')
    // Forgejo drops the outputs of a failed job.
    if (this.run.workflow.platform === 'forgejo' && this.ends('failure')) return text('')
    return this.steps.outputs(declared)
  }

  /** Whether it started nolapse. */
  ranNolapse(): boolean {
    const { called, job } = this
    if (called) return [...called.jobs.values()].some(one => one.ranNolapse())
    if (job.kind === 'call' || !this.#hasContent() || !this.steps.ranNolapse) return false
    return !this.#happened('before nolapse', ({ early }) => early)
  }

  /** Whether a gate passed in this job. */
  gatePassed(): boolean {
    const { called, job } = this
    if (called) return [...called.jobs.values()].some(one => one.gatePassed())
    if (job.kind === 'call' || !this.#hasContent() || !this.steps.gatePassed) return false
    return !this.#happened('before its gate', ({ early }) => early)
  }
}

/** One job of a run. */
export class JobRun {
  readonly run: WorkflowRun
  readonly job: Job
  #skipped: boolean | 'broken' | undefined
  #legs: LegRun[] | undefined
  #ancestors: JobRun[] | undefined

  constructor(run: WorkflowRun, job: Job) {
    this.run = run
    this.job = job
  }

  get path(): string {
    return `${this.run.prefix}${this.job.id}`
  }

  get legs(): LegRun[] {
    this.#legs ??= (legsOf(this.job.matrix) ?? [undefined]).map(
      (leg, number) => new LegRun(this.run, this.job, leg, number),
    )
    return this.#legs
  }

  /** All jobs that it needs, directly or indirectly; the nearest first. */
  get ancestors(): JobRun[] {
    if (!this.#ancestors) {
      const seen = new Set<JobRun>()
      const add = (job: JobRun) => {
        for (const { id } of job.job.needs) {
          const needed = this.run.job(id)
          if (!seen.has(needed)) {
            seen.add(needed)
            add(needed)
          }
        }
      }
      add(this)
      this.#ancestors = [...seen]
    }
    return this.#ancestors
  }

  /** Whether the condition skips the job; 'broken' if an error in the condition or the matrix fails it. */
  #condition(): boolean | 'broken' {
    if (this.#skipped === undefined) {
      try {
        const skipped = !isTrue(evaluate(this.job.if, this.#scope))
        // A matrix without legs is an error too.
        this.#skipped = !skipped && this.legs.length === 0 ? 'broken' : skipped
      } catch (error) {
        if (!(error instanceof EvaluationError)) throw error
        this.#skipped = 'broken'
      }
    }
    return this.#skipped
  }

  /** Whether its condition or matrix is an error. The job then fails and reports it. */
  get broken(): boolean {
    return this.#condition() === 'broken'
  }

  get skipped(): boolean {
    return this.#condition() === true
  }

  readonly #scope: Scope = {
    context: name => (name === 'needs' ? this.needs() : this.run.context(name)),
    status: {
      success: () => this.ancestors.every(job => job.is('success')),
      failure: () => this.ancestors.some(job => job.is('failure')),
      cancelled: () => this.run.world.cancelled(),
      always: () => true,
    },
    open: (label, options) => this.run.world.open(label, options),
  }

  is(result: JobResult): boolean {
    const skipped = this.#condition()
    if (skipped === 'broken') return result === 'failure'
    if (skipped) return result === 'skipped'
    if (this.#allSkippedInside()) return this.#asCallOfSkippedJobs(result)
    if (result === 'skipped') return false
    if (result === 'success') return this.legs.every(leg => leg.is('success'))
    const failed = this.legs.some(leg => leg.is('failure'))
    if (result === 'failure' || failed) return failed === (result === 'failure')
    return this.legs.some(leg => leg.is('cancelled'))
  }

  #allSkippedInside(): boolean {
    return this.legs.every(
      ({ called }) => called !== undefined && [...called.jobs.values()].every(job => job.skipped),
    )
  }

  /** A called workflow succeeds even if one of its jobs was skipped. GitHub does not document the result if all were. */
  #asCallOfSkippedJobs(result: JobResult): boolean {
    const succeeded = this.run.world.open(
      `a call whose jobs are all skipped counts as success (${this.path})`,
      { source: 'unknown' },
    )
    return succeeded.truthy() ? result === 'success' : result === 'skipped'
  }

  /** The result, for display. */
  result(): JobResult {
    const results: JobResult[] = ['success', 'skipped', 'failure']
    return results.find(result => this.is(result)) ?? 'cancelled'
  }

  /** The result for jobs that need it. */
  asNeeded(): Value {
    const label = `needs.${this.path}`
    return new Names(label, ['result', 'outputs'], name => {
      if (name === 'result') {
        const results: JobResult[] = ['success', 'failure', 'cancelled', 'skipped']
        return new OneOf(`${label}.result`, results, result => this.is(result as JobResult))
      }
      return this.#outputs(label)
    })
  }

  #outputs(label: string): Value {
    const { job } = this
    const names = job.kind === 'steps' ? job.outputs : declaredBy(job)
    if (!names)
      return this.skipped
        ? nothing()
        : this.run.world.open(`${label}.outputs`, { source: 'unknown', truthy: true })
    return new Names(
      `${label}.outputs`,
      names.map(({ name }) => name),
      name => (this.#condition() === false ? this.#outputOfALeg(name) : nothing()),
    )
  }

  /** In a matrix, the outputs of the leg that ended last, which can be any leg. */
  #outputOfALeg(name: string): Value {
    const legs = this.legs
    const last =
      legs.length < 2
        ? 0
        : this.run.world.decisions.choose(
            `${this.path}: the last leg`,
            'case',
            legs.map(({ path }, number) => ({ says: `${path} ends last`, cost: number === 0 ? 0 : 1 })),
          )
    return present(legs[last]).output(name)
  }

  needs(): Value {
    return new Names(
      'needs',
      this.job.needs.map(({ id }) => id),
      id => this.run.job(id).asNeeded(),
    )
  }

  ranNolapse(): boolean {
    return this.#condition() === false && this.legs.some(leg => leg.ranNolapse())
  }

  gatePassed(): boolean {
    return this.#condition() === false && this.legs.some(leg => leg.gatePassed())
  }
}
