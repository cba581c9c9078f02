/**
 * The search through the cases. A run of the workflow is simulated many times; whatever is open is decided only when the
 * simulation asks for it, so what nothing asks for makes no cases. Each run takes one path through the decisions, and
 * each decision it meets adds the paths that decide otherwise. The cheapest path comes first: the first counterexample
 * is the one with the fewest unusual things in it.
 */

/** What an open question is about. */
export type Source =
  /** What can happen in any run: who, which token, nolapse's verdict, a job that fails. */
  | 'case'
  /** What the author of the pull request decides. */
  | 'author'
  /** What cannot be known from here. */
  | 'unknown'

export interface Option {
  /** A sentence for the reader, if this is chosen. */
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

/** An assumption weighs more than anything that can happen: a counterexample without one comes first. */
export const ASSUMPTION = 100

export class Decisions {
  readonly #prefix: readonly number[]
  readonly #made = new Map<string, Decision>()
  #settled = false
  /** Every path that leaves this one at a decision that was new, with its cost. */
  readonly branches: { prefix: number[]; cost: number }[] = []
  readonly #path: number[] = []
  #cost: number

  constructor(prefix: readonly number[] = [], cost = 0) {
    this.#prefix = prefix
    this.#cost = cost
  }

  /** The number of the option that is taken. The same key gets the same answer for the whole run. */
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

  /** From here on everything takes its usual course, and no more paths are added: what is left cannot matter. */
  settle(): void {
    this.#settled = true
  }

  get made(): Decision[] {
    return [...this.#made.values()]
  }
}

export interface Search {
  /** How many cases were gone through. */
  cases: number
  timedOut: boolean
}

export interface Limits {
  /** When the search has to end, on the clock of `now`. */
  deadline: number
  now(): number
}

/** Lowest cost first; of the same cost the oldest, which departs from the usual course soonest: at the token, say. */
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

/** Simulates every case, cheapest first, until `simulate` says that it has seen enough. */
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

/** The assumptions of a case: what was decided about each thing that cannot be known. */
export type Assumptions = ReadonlyMap<string, { chosen: number; of: number }>

export const assumptionsOf = (decisions: readonly Decision[]): Assumptions =>
  new Map(
    decisions
      .filter(({ source }) => source === 'unknown')
      .map(({ key, chosen, of }) => [key, { chosen, of }]),
  )

/**
 * Whether one of the cases is there whatever else is decided about what cannot be known: then it does not matter that it
 * cannot be known.
 */
export function covers(
  cases: readonly Assumptions[],
  given: ReadonlyMap<string, number> = new Map(),
): boolean {
  const open = cases
    .filter(one => [...one].every(([key, { chosen }]) => (given.get(key) ?? chosen) === chosen))
    .map(one => [...one].filter(([key]) => !given.has(key)))
  if (open.some(one => one.length === 0)) return true
  // Every case that is left needs an assumption: try all that the first of them could be.
  const [key, { of }] = open[0]?.[0] ?? ['', { of: 0 }]
  for (let chosen = 0; chosen < of; chosen++)
    if (!covers(cases, new Map([...given, [key, chosen]]))) return false
  return of > 0
}
