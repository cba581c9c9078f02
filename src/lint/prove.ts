/** Proves that a pull request can be merged only if nolapse ran for it and passed, or finds a counterexample. */
import { type Check, type JobChecks, jobChecksOf, named, passes } from './checks.ts'
import {
  type Assumptions,
  assumptionsOf,
  covers,
  type Decision,
  type Decisions,
  search,
} from './decisions.ts'
import { type Counterexample, MERGE_EVENTS, type MergeEvent, type WorkflowVerdict } from './findings.ts'
import { present } from './present.ts'
import { WorkflowRun } from './simulation/run.ts'
import { type Circumstances, type RunEvent, World } from './simulation/world.ts'
import { tokenSecretNames } from './token-secrets.ts'
import { type Job, roleOf, type Step, type Workflow } from './workflow.ts'

export interface ProofOptions {
  /** The names of the required checks; null if none were named. */
  required: readonly string[] | null
  /** The workflow itself is required: none of its jobs may fail or be cancelled. A skipped job passes. */
  wholeRun?: boolean
  /** OWNER/NAME of the repository, if it is known. */
  repository?: string | undefined
  /** In milliseconds, on any clock. */
  now?: () => number
  /** The time limit for one workflow and one event, in milliseconds; by default 10 s. */
  limit?: number
}

/** The types of an event that start a workflow without `types`. */
const DEFAULT_TYPES: Record<string, string[]> = {
  pull_request: ['opened', 'synchronize', 'reopened'],
  pull_request_review: ['submitted', 'edited', 'dismissed'],
  pull_request_review_comment: ['created', 'edited', 'deleted'],
  merge_group: ['checks_requested'],
}

const LIMIT = 10_000

const stepRunsNolapse = (step: Step): boolean =>
  roleOf(step) === 'nolapse' ||
  roleOf(step) === 'gate-and-nolapse' ||
  (step.kind === 'uses' && typeof step.composite === 'object' && step.composite.steps.some(stepRunsNolapse))

export const jobRunsNolapse = (job: Job): boolean =>
  job.kind === 'steps'
    ? job.steps.some(stepRunsNolapse)
    : typeof job.called === 'object' && job.called.jobs.some(jobRunsNolapse)

/** The proofs for a workflow that runs nolapse: one for each event that decides about a merge. */
export function proveWorkflow(workflow: Workflow, options: ProofOptions): WorkflowVerdict[] {
  if (!workflow.jobs.some(jobRunsNolapse)) return []
  return MERGE_EVENTS.filter(event => workflow.events.has(event)).map(event =>
    new Proof(workflow, event, options).verdict(event),
  )
}

/** Whether a run of any event can pass one check only if nolapse ran and passed. */
export const proveCheck = (
  workflow: Workflow,
  event: RunEvent,
  check: Check,
  options: Omit<ProofOptions, 'required'>,
): Result['status'] => new Proof(workflow, event, { ...options, required: null }).prove([[check]]).status

export const circumstancesOf = (
  workflow: Workflow,
  event: RunEvent,
  repository: string | undefined,
): Circumstances => ({
  event,
  types: workflow.events.get(event)?.types ?? DEFAULT_TYPES[event] ?? [],
  repository,
  tokenSecrets: tokenSecretNames(workflow),
})

/** A case in which nolapse did not pass, with the jobs whose checks block its merge. */
interface Bypass {
  counterexample: Counterexample
  blocked: Set<number>
  decisions: Decision[]
  assumptions: Assumptions
}

interface Result {
  status: 'holds' | 'bypass' | 'unproven'
  example: Bypass | undefined
  /** All cases, one for each set of assumptions. */
  found: Bypass[]
  timedOut: boolean
}

class Proof {
  readonly #workflow: Workflow
  readonly #options: ProofOptions
  readonly #circumstances: Circumstances
  readonly #units: JobChecks[]
  readonly #deadline: number
  readonly #now: () => number
  #cases = 0

  constructor(workflow: Workflow, event: RunEvent, options: ProofOptions) {
    this.#workflow = workflow
    this.#options = options
    this.#circumstances = circumstancesOf(workflow, event, options.repository)
    this.#units = jobChecksOf(workflow)
    this.#now = options.now ?? (() => performance.now())
    this.#deadline = this.#now() + (options.limit ?? LIMIT)
  }

  verdict(event: MergeEvent): WorkflowVerdict {
    const { required } = this.#options
    const { result, require } = required
      ? { result: this.#ofNamed(required, event), require: null }
      : this.#smallest(event)
    const { status, example, timedOut } = result
    return {
      file: this.#workflow.file,
      platform: this.#workflow.platform,
      event,
      required: required ? [...required] : null,
      require,
      holds: status === 'holds' ? true : status === 'bypass' ? false : null,
      cases: this.#cases,
      counterexample: example?.counterexample ?? null,
      timedOut,
    }
  }

  #ofNamed(names: readonly string[], event: MergeEvent): Result {
    const checks = this.#units.flatMap(unit => unit.checks.map(check => ({ check })))
    const wanted = names
      .map(name => named(checks, name, event).map(({ check }) => check))
      .filter(found => found.length > 0)
    return this.prove(wanted)
  }

  /**
   * Whether the proof holds if these checks are required. Each is given as all the checks that have its name. It
   * is not certain how GitHub treats two checks with the same name, so one that passes is enough.
   */
  prove(required: readonly (readonly Check[])[]): Result {
    const found: Bypass[] = []
    const definite = () => covers(found.map(({ assumptions }) => assumptions))
    const { cases, timedOut } = search(
      decisions => {
        const bypass = this.#simulate(decisions, required)
        if (!bypass || found.some(one => isPart(one.assumptions, bypass.assumptions))) return undefined
        found.push(bypass)
        return definite() ? 'enough' : undefined
      },
      { deadline: this.#deadline, now: this.#now },
    )
    this.#cases += cases
    const [example] = found
    if (example && definite())
      return { status: 'bypass', example: withAssumptions(example, new Set()), found, timedOut: false }
    if (!example) return { status: timedOut ? 'unproven' : 'holds', example: undefined, found, timedOut }
    return { status: 'unproven', example: withAssumptions(example, needed(example, found)), found, timedOut }
  }

  #simulate(decisions: Decisions, required: readonly (readonly Check[])[]): Bypass | undefined {
    const world = new World(this.#circumstances, decisions)
    const run = new WorkflowRun(world, this.#workflow)
    if (!required.every(checks => checks.some(check => passes(run, check)))) return undefined
    const jobs = [...run.jobs.values()]
    if (this.#options.wholeRun && jobs.some(job => /failure|cancelled/.test(job.result()))) return undefined
    const started = jobs.filter(({ job }) => jobRunsNolapse(job)).some(job => job.ranNolapse())
    if (started && world.nolapsePasses()) return undefined
    decisions.settle()
    const counterexample: Counterexample = {
      jobs: Object.fromEntries(jobs.map(job => [job.job.id, job.result()])),
      who: world.who,
      token: world.token,
      nolapse: started ? 'failed' : 'not-run',
      assumes: [],
    }
    const blocked = new Set<number>()
    this.#units.forEach(({ checks }, number) => {
      if (!checks.every(check => passes(run, check))) blocked.add(number)
    })
    return { counterexample, blocked, decisions: decisions.made, assumptions: assumptionsOf(decisions.made) }
  }

  /**
   * The smallest set of jobs to require. Each counterexample names the jobs that block it, and a set that holds
   * contains one of them for each counterexample. So try the smallest such set. If it does not hold, add its
   * counterexample and repeat.
   */
  #smallest(event: MergeEvent): { result: Result; require: string[] | null } {
    const proven = this.#smallestThat(
      ({ status }) => status === 'holds',
      ({ found }) => found[0]?.blocked,
    )
    if (proven.set || proven.result.timedOut)
      return { result: proven.result, require: proven.set ? this.#namesOf(proven.set, event) : null }
    // No set is proven, so look for one without a certain bypass. A bypass is also certain if each value of what cannot
    // be known leads to one: then a check that blocks any of these helps.
    const unrefuted = this.#smallestThat(
      ({ status }) => status !== 'bypass',
      ({ found }) => new Set(found.flatMap(({ blocked }) => [...blocked])),
    )
    return {
      result: unrefuted.result,
      require: unrefuted.set ? this.#namesOf(unrefuted.set, event) : null,
    }
  }

  #smallestThat(
    good: (result: Result) => boolean,
    blockedIn: (result: Result) => ReadonlySet<number> | undefined,
  ): { result: Result; set?: number[] } {
    const toHit: ReadonlySet<number>[] = []
    for (;;) {
      const set = smallestHitting(toHit, this.#preferred())
      const result = this.prove(set.flatMap(unit => present(this.#units[unit]).checks.map(one => [one])))
      if (good(result)) return { result, set }
      const blocked = blockedIn(result)
      if (!blocked || blocked.size === 0 || result.timedOut) return { result }
      toHit.push(blocked)
    }
  }

  /** Jobs that no other job needs usually sum up the others. They come first, the last one in the file first of all. */
  #preferred(): number[] {
    const needed = new Set(this.#workflow.jobs.flatMap(({ needs }) => needs.map(({ id }) => id)))
    const rank = ({ job, path }: JobChecks) => (needed.has(job.id) || path !== job.id ? 1 : 0)
    const numbers = this.#units.map((_, number) => number)
    const rankOf = (number: number) => rank(present(this.#units[number]))
    return numbers.sort((a, b) => rankOf(a) - rankOf(b) || b - a)
  }

  #namesOf(set: readonly number[], event: MergeEvent): string[] {
    return [...set]
      .sort((a, b) => a - b)
      .flatMap(number => present(this.#units[number]).checks.map(check => check.reportedOn(event)))
  }
}

const isPart = (part: Assumptions, whole: Assumptions): boolean =>
  [...part].every(([key, { chosen }]) => whole.get(key)?.chosen === chosen)

/** The assumptions that a case needs. An assumption is not needed if every other value leads to a bypass too. */
function needed({ assumptions }: Bypass, found: readonly Bypass[]): Set<string> {
  const all = found.map(one => one.assumptions)
  const kept = new Map([...assumptions].map(([key, { chosen }]) => [key, chosen]))
  for (const key of assumptions.keys()) {
    const without = new Map(kept)
    without.delete(key)
    if (covers(all, without)) kept.delete(key)
  }
  return new Set(kept.keys())
}

/** The case with its assumptions: the unknown facts that matter, and everything that the author decides. */
function withAssumptions(bypass: Bypass, keys: ReadonlySet<string>): Bypass {
  const assumes = bypass.decisions
    .filter(
      ({ key, source, says }) =>
        says !== '' && (source === 'author' || (source === 'unknown' && keys.has(key))),
    )
    .map(({ says }) => says)
  return { ...bypass, counterexample: { ...bypass.counterexample, assumes } }
}

/** The smallest set with a member of each group. Among equals, the one with preferred members. */
export function smallestHitting(
  sets: readonly ReadonlySet<number>[],
  preferred: readonly number[],
): number[] {
  const within = (size: number, chosen: number[]): number[] | undefined => {
    const missed = sets.find(set => !chosen.some(one => set.has(one)))
    if (!missed) return chosen
    if (chosen.length === size) return undefined
    for (const candidate of preferred.filter(one => missed.has(one))) {
      const found = within(size, [...chosen, candidate])
      if (found) return found
    }
    return undefined
  }
  for (let size = 0; size <= sets.length; size++) {
    const found = within(size, [])
    if (found) return found
  }
  throw new Error('a set to hit is empty')
}
