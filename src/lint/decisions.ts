/**
 * The search through the cases. It simulates a run of the workflow many times. An open question is decided only when the
 * simulation asks it, so questions that never come up add no cases. Each run takes one path through the decisions. Each
 * new decision adds the paths with the other answers. The cheapest path comes first, so the first counterexample is the
 * one with the fewest unusual events.
 */

/** What an open question is about. */
export type Source =
  /** An event of any run: who started it, the state of the token, the verdict of nolapse, a job that fails. */
  | 'case'
  /** Decided by the author of the pull request. */
  | 'author'
  /** Not known from the files. */
  | 'unknown'

export interface Option {
  /** A sentence for the user if this option is chosen. */
  says: string
  /** How unusual it is. */
  cost: number
}

export interface Decision {
  key: string
  source: Source
  chosen: number
  of: number
  says: string
}

/** An assumption costs more than any event, so a counterexample without one comes first. */
export const ASSUMPTION = 100

export class Decisions {
  readonly #prefix: readonly number[]
  readonly #made = new Map<string, Decision>()
  #settled = false
  /** The paths that branch off at a new decision, each with its cost. */
  readonly branches: { prefix: number[]; cost: number }[] = []
  readonly #path: number[] = []
  #cost: number

  constructor(prefix: readonly number[] = [], cost = 0) {
    this.#prefix = prefix
    this.#cost = cost
  }

  /** The index of the chosen option. The same key gets the same answer during the whole run. */
  choose(key: string, source: Source, options: readonly Option[]): number {
    const before = this.#made.get(key)
    if (before) return before.chosen
    const chosen = this.#settled ? 0 : this.#next(options)
    if (!this.#settled)
      this.#made.set(key, { key, source, chosen, of: options.length, says: options[chosen]?.says ?? '' })
    return chosen
  }

  #next(options: readonly Option[]): number {
    const index = this.#path.length
    const given = this.#prefix[index]
    if (given === undefined)
      options.forEach((option, number) => {
        if (number > 0)
          this.branches.push({ prefix: [...this.#path, number], cost: this.#cost + option.cost })
      })
    const chosen = given ?? 0
    this.#path.push(chosen)
    if (given === undefined) this.#cost += options[0]?.cost ?? 0
    return chosen
  }

  /** From now on, takes the usual option and adds no paths: the rest cannot change the result. */
  settle(): void {
    this.#settled = true
  }

  get made(): Decision[] {
    return [...this.#made.values()]
  }
}

export interface Search {
  /** The number of cases checked. */
  cases: number
  timedOut: boolean
}

export interface Limits {
  /** When the search must end, by the clock of `now`. */
  deadline: number
  now(): number
}

/** Lowest cost first. Among equal costs the oldest first: it differs from the usual course earliest, at the token for example. */
class Queue {
  readonly #buckets: { waiting: (readonly number[])[]; next: number }[] = []

  push(prefix: readonly number[], cost: number): void {
    this.#buckets[cost] ??= { waiting: [], next: 0 }
    this.#buckets[cost].waiting.push(prefix)
  }

  pop(): { prefix: readonly number[]; cost: number } | undefined {
    for (let cost = 0; cost < this.#buckets.length; cost++) {
      const bucket = this.#buckets[cost]
      const prefix = bucket?.waiting[bucket.next]
      if (!bucket || !prefix) continue
      bucket.next++
      return { prefix, cost }
    }
    return undefined
  }
}

/** Simulates every case, cheapest first, until `simulate` has seen enough. */
export function search(simulate: (decisions: Decisions) => 'enough' | undefined, limits: Limits): Search {
  const queue = new Queue()
  queue.push([], 0)
  let cases = 0
  for (let next = queue.pop(); next; next = queue.pop()) {
    if (limits.now() > limits.deadline) return { cases, timedOut: true }
    const decisions = new Decisions(next.prefix, next.cost)
    const seen = simulate(decisions)
    cases++
    if (seen === 'enough') break
    for (const { prefix, cost } of decisions.branches) queue.push(prefix, cost)
  }
  return { cases, timedOut: false }
}

/** The assumptions of a case: the answers to the questions whose answers are not known. */
export type Assumptions = ReadonlyMap<string, { chosen: number; of: number }>

export const assumptionsOf = (decisions: readonly Decision[]): Assumptions =>
  new Map(
    decisions
      .filter(({ source }) => source === 'unknown')
      .map(({ key, chosen, of }) => [key, { chosen, of }]),
  )

/**
 * Whether at least one of the cases occurs for every answer to the unknown questions. If so, the missing knowledge does
 * not matter.
 */
export function covers(
  cases: readonly Assumptions[],
  given: ReadonlyMap<string, number> = new Map(),
): boolean {
  const open = cases
    .filter(one => [...one].every(([key, { chosen }]) => (given.get(key) ?? chosen) === chosen))
    .map(one => [...one].filter(([key]) => !given.has(key)))
  if (open.some(one => one.length === 0)) return true
  // Every remaining case needs an assumption. Try all answers to the first one.
  const [key, { of }] = open[0]?.[0] ?? ['', { of: 0 }]
  for (let chosen = 0; chosen < of; chosen++)
    if (!covers(cases, new Map([...given, [key, chosen]]))) return false
  return of > 0
}
