/** One run of a workflow: who started it, its token, nolapse's verdict, and everything else decided once per run. */
import { ASSUMPTION, type Decisions, type Option, type Source } from '../decisions.ts'
import type { TokenState, Who } from '../findings.ts'
import { present } from '../present.ts'
import { type Notes, Open, type OpenOptions } from './value.ts'

export type RunEvent =
  | 'pull_request'
  | 'merge_group'
  | 'push'
  | 'pull_request_target'
  | 'pull_request_review'
  | 'pull_request_review_comment'
  | 'workflow_dispatch'

export interface Circumstances {
  event: RunEvent
  /** `types` of the event. */
  types: readonly string[]
  /** OWNER/NAME, if known. */
  repository: string | undefined
  /** The names of the secrets that hold the token, in lower case. */
  tokenSecrets: ReadonlySet<string>
}

const WHO: Record<RunEvent, readonly Who[]> = {
  pull_request: ['own', 'dependabot', 'fork'],
  merge_group: ['queue'],
  push: ['own'],
  pull_request_target: ['own', 'dependabot', 'fork'],
  pull_request_review: ['own', 'dependabot', 'fork'],
  pull_request_review_comment: ['own', 'dependabot', 'fork'],
  workflow_dispatch: ['own'],
}

const TOKENS: readonly TokenState[] = ['valid', 'missing', 'refused', 'unavailable']

/** Who started the run, in a sentence. */
const WHO_SAYS = { fork: 'the pull request comes from a fork', dependabot: 'Dependabot started the run' }

export class World {
  readonly circumstances: Circumstances
  readonly decisions: Decisions
  readonly #notes: Notes = new Map()
  #who: readonly Who[]
  #tokens: readonly TokenState[] = TOKENS
  /** Whether the part of the run simulated so far has started nolapse. */
  #nolapse: boolean | undefined

  constructor(circumstances: Circumstances, decisions: Decisions) {
    this.circumstances = circumstances
    this.decisions = decisions
    this.#who = WHO[circumstances.event]
  }

  open(label: string, options: OpenOptions): Open {
    return new Open(label, options, this.decisions, this.#notes)
  }

  get notes(): Notes {
    return this.#notes
  }

  #yes(key: string, source: Source, no: Option, yes: Option): boolean {
    return this.decisions.choose(key, source, [no, yes]) === 1
  }

  isFork(): boolean {
    return this.#isWho('fork')
  }

  isDependabot(): boolean {
    return this.#isWho('dependabot')
  }

  #isWho(who: 'fork' | 'dependabot'): boolean {
    // A fork has no token, so a run with a token does not come from a fork.
    if (!this.#tokens.includes('missing')) this.#who = this.#who.filter(one => one !== 'fork')
    const rest = this.#who.filter(one => one !== who)
    if (rest.length === this.#who.length) return false
    if (rest.length === 0) return true
    const answer = this.#yes(`who is ${who}`, 'case', { says: '', cost: 0 }, { says: WHO_SAYS[who], cost: 1 })
    this.#who = answer ? [who] : rest
    if (answer && who === 'fork') this.#tokens = ['missing']
    return answer
  }

  tokenIs(state: TokenState): boolean {
    const rest = this.#tokens.filter(one => one !== state)
    if (rest.length === this.#tokens.length) return false
    if (rest.length === 0) return true
    const benign = state === this.#tokens[0]
    const answer = benign
      ? !this.#yes(
          `token is ${state}`,
          'case',
          { says: `the token is ${state}`, cost: 0 },
          { says: '', cost: 1 },
        )
      : this.#yes(
          `token is ${state}`,
          'case',
          { says: '', cost: 0 },
          { says: `the token is ${state}`, cost: 1 },
        )
    this.#tokens = answer ? [state] : rest
    return answer
  }

  nolapsePasses(): boolean {
    this.#nolapse ??= !this.#yes(
      'nolapse',
      'case',
      { says: 'nolapse passes', cost: 0 },
      { says: 'nolapse fails', cost: 1 },
    )
    return this.#nolapse
  }

  /** The value of `cancelled()` in the condition of a job. */
  cancelled(): boolean {
    const options = [
      { says: '', cost: 0 },
      { says: 'the run is cancelled', cost: 1 },
    ] as const
    if (!this.#yes('run cancelled', 'case', ...options)) return false
    // Reports disagree on whether GitHub skips or runs such a job.
    return this.#yes(
      'cancelled() of a cancelled run',
      'unknown',
      { says: '`cancelled()` is still false for this job when the run is cancelled', cost: ASSUMPTION },
      { says: '`cancelled()` skips this job when the run is cancelled', cost: ASSUMPTION },
    )
  }

  /** The value to report if nothing asked for it: the most usual one left. */
  get who(): Who {
    return present(this.#who[0])
  }

  get token(): TokenState {
    return present(this.#tokens[0])
  }
}
