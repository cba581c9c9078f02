/**
 * Values of expressions that are not known, or not known yet. GitHub's engine calculates with known values. These
 * represent the rest, and a question narrows them no more than it needs: `needs.build.result == 'failure'` decides
 * whether the job failed, not how else it ended.
 */
import { data } from '@actions/expressions'
import { equals, truthy } from '@actions/expressions/result'
import { ASSUMPTION, type Decisions, type Source } from '../decisions.ts'
import { present } from '../present.ts'

export type Known = data.ExpressionData

export const text = (value: string): Known => new data.StringData(value)
export const flag = (value: boolean): Known => new data.BooleanData(value)
export const nothing = (): Known => new data.Null()

/** A known value in a sentence. */
export const quoted = (value: Known): string =>
  value instanceof data.StringData
    ? `'${value.value}'`
    : value instanceof data.Null
      ? 'null'
      : value.coerceString()

/** A single value that is not settled. */
export abstract class Unsettled {
  /** For display. Equal values have equal labels: `vars.MODE`. */
  abstract readonly label: string
  abstract readonly source: Source
  abstract truthy(): boolean
  abstract equals(other: Known): boolean
  /** Decides the value now; undefined if it can be anything. */
  abstract settle(): Known | undefined

  /** Contains nothing special to a shell. */
  abstract get harmless(): boolean

  /** Whether it never equals another open value. */
  differsFrom(_other: Unsettled): boolean {
    return false
  }
}

/** One of a few texts, narrowed by `is`. */
export class OneOf extends Unsettled {
  readonly label: string
  readonly source: Source = 'case'
  readonly #texts: readonly string[]
  readonly #is: (text: string) => boolean

  constructor(label: string, texts: readonly string[], is: (text: string) => boolean) {
    super()
    this.label = label
    this.#texts = texts
    this.#is = is
  }

  equals(other: Known): boolean {
    return this.#texts.some(one => equals(text(one), other) && this.#is(one))
  }

  truthy(): boolean {
    return !this.#texts.includes('') || !this.#is('')
  }

  settle(): Known {
    // The last text needs no question: it is the only one left.
    const found = this.#texts.slice(0, -1).find(one => this.#is(one))
    return text(found ?? present(this.#texts.at(-1)))
  }

  get harmless(): boolean {
    return true
  }
}

export interface OpenOptions {
  source: Source
  harmless?: boolean
  /** Values that it never equals. No decision is needed for these. */
  not?: readonly Known[]
  /** All values that it can have. */
  among?: readonly Known[]
  /** Neither empty nor false. */
  truthy?: boolean
  /** The label of an open value that it never equals. */
  differsFrom?: string
  /** Its properties, if it is an object. */
  child?: (name: string) => Value | undefined
}

/** What one run knows so far about an open value. */
export interface Knowledge {
  is?: Known
  isNot: Known[]
  truthy?: boolean
}

/** Everything that one run knows about open values, by label. */
export type Notes = Map<string, Knowledge>

/** A value that can be anything. Its answers are consistent: if it equals 'a', it does not equal 'b'. */
export class Open extends Unsettled {
  readonly label: string
  readonly source: Source
  readonly #options: OpenOptions
  readonly #decisions: Decisions
  readonly #notes: Notes

  constructor(label: string, options: OpenOptions, decisions: Decisions, notes: Notes) {
    super()
    this.label = label
    this.source = options.source
    this.#options = options
    this.#decisions = decisions
    this.#notes = notes
  }

  get harmless(): boolean {
    return this.#options.harmless ?? false
  }

  get #known(): Knowledge {
    const before = this.#notes.get(this.label)
    if (before) return before
    const fresh: Knowledge = { isNot: [...(this.#options.not ?? [])] }
    if (this.#options.truthy) fresh.truthy = true
    this.#notes.set(this.label, fresh)
    return fresh
  }

  /** The possible values that nothing has ruled out yet. */
  get #left(): readonly Known[] | undefined {
    const { isNot, truthy: isTruthy } = this.#known
    return this.#options.among?.filter(
      one => !isNot.some(other => equals(other, one)) && (isTruthy === undefined || truthy(one) === isTruthy),
    )
  }

  equals(other: Known): boolean {
    const known = this.#known
    if (known.is) return equals(known.is, other)
    if (!this.#options.among && !(other instanceof data.StringData)) return this.#counts(other)
    if (known.isNot.some(one => equals(one, other))) return false
    if (known.truthy !== undefined && known.truthy !== truthy(other)) return false
    const left = this.#left
    if (left && !left.some(one => equals(one, other))) return false
    if (left?.every(one => equals(one, other))) return true
    const answer = this.#ask(
      `== ${quoted(other)}`,
      `${this.label} is ${quoted(other)}`,
      `${this.label} is not ${quoted(other)}`,
    )
    if (answer) known.is = other
    else known.isNot.push(other)
    return answer
  }

  /**
   * Whether it equals something that is no text. GitHub then compares numbers: '0' and '' equal 0, false and null, and
   * only '' is false. So the answer says nothing about its text.
   */
  #counts(other: Known): boolean {
    const { truthy: isTruthy } = this.#known
    if (isTruthy === false || (this.#options.truthy && !truthy(other))) return isTruthy === truthy(other)
    return this.#ask(
      `== ${quoted(other)}`,
      `${this.label} is ${quoted(other)}`,
      `${this.label} is not ${quoted(other)}`,
    )
  }

  truthy(): boolean {
    const known = this.#known
    if (known.is) return truthy(known.is)
    if (known.truthy !== undefined) return known.truthy
    const [first, ...rest] = this.#left ?? []
    if (first && rest.every(one => truthy(one) === truthy(first))) return truthy(first)
    known.truthy = this.#ask('', `${this.label} is set`, `${this.label} is empty or false`)
    return known.truthy
  }

  settle(): Known | undefined {
    const left = this.#left
    return this.#known.is ?? left?.slice(0, -1).find(one => this.equals(one)) ?? left?.at(-1)
  }

  override differsFrom(other: Unsettled): boolean {
    return this.#options.differsFrom === other.label
  }

  /** True or false, and not a text. */
  get isFlag(): boolean {
    return this.#options.among?.every(one => one instanceof data.BooleanData) ?? false
  }

  /** A property of it. */
  get(name: string): Value {
    const child = this.#options.child?.(name)
    return (
      child ??
      new Open(`${this.label}.${name.toLowerCase()}`, { source: this.source }, this.#decisions, this.#notes)
    )
  }

  #ask(question: string, yes: string, no: string): boolean {
    const cost = this.source === 'unknown' ? ASSUMPTION : 1
    return (
      this.#decisions.choose(`${this.label} ${question}`, this.source, [
        { says: no, cost },
        { says: yes, cost },
      ]) === 1
    )
  }
}

/** Values by name, created on demand. */
export class Names {
  readonly label: string
  readonly #names: readonly string[]
  readonly #get: (name: string) => Value | undefined

  /** Like GitHub, ignores the case of names. */
  constructor(label: string, names: readonly string[], get: (name: string) => Value | undefined) {
    this.label = label
    this.#names = names
    this.#get = get
  }

  get names(): readonly string[] {
    return this.#names
  }

  /** Whether there is nothing beside the names. */
  get isWhole(): boolean {
    return true
  }

  get(name: string): Value | undefined {
    const found = this.#names.find(one => one.toLowerCase() === name.toLowerCase())
    return found === undefined ? undefined : this.#get(found)
  }

  /** Undefined if it contains an open value, or may contain more than its names. */
  settle(): Known | undefined {
    if (!this.isWhole) return undefined
    const pairs: { key: string; value: Known }[] = []
    for (const key of this.#names) {
      const value = settle(this.#get(key) ?? nothing())
      if (!value) return undefined
      pairs.push({ key, value })
    }
    return new data.Dictionary(...pairs)
  }
}

/** The value of `needs.*`. */
export class Listed {
  readonly items: readonly Value[]

  constructor(items: readonly Value[]) {
    this.items = items
  }

  get label(): string {
    return `[${this.items.map(item => (isKnown(item) ? quoted(item) : item.label)).join(', ')}]`
  }

  settle(): Known | undefined {
    const values = this.items.map(settle)
    return values.every(value => value !== undefined) ? new data.Array(...values) : undefined
  }
}

/** The text of a list: `join(needs.*.result, ',')` or `toJSON(needs.*.result)`. */
export class ListText extends Unsettled {
  readonly label: string
  readonly source: Source = 'case'
  readonly list: Listed
  /** What an item and nothing else matches, in the text. */
  readonly item: RegExp
  readonly #write: (list: Known) => Known

  constructor(label: string, list: Listed, item: RegExp, write: (list: Known) => Known) {
    super()
    this.item = item
    this.label = label
    this.list = list
    this.#write = write
  }

  settle(): Known | undefined {
    const list = this.list.settle()
    return list && this.#write(list)
  }

  truthy(): boolean {
    const value = this.settle()
    return value === undefined || truthy(value)
  }

  equals(other: Known): boolean {
    const value = this.settle()
    return value !== undefined && equals(value, other)
  }

  get harmless(): boolean {
    return false
  }
}

export type Value = Known | Unsettled | Names | Listed

/** The property of a value, if it is an object that has it. */
export function member(value: Value | undefined, name: string): Value | undefined {
  if (value instanceof Names || value instanceof Open) return value.get(name)
  return value instanceof data.Dictionary ? value.get(name) : undefined
}

export const isKnown = (value: Value): value is Known =>
  !(value instanceof Unsettled || value instanceof Names || value instanceof Listed)

/** Settles the value now; undefined if it can be anything. */
export const settle = (value: Value): Known | undefined => (isKnown(value) ? value : value.settle())

export const isTrue = (value: Value): boolean =>
  value instanceof Unsettled ? value.truthy() : isKnown(value) ? truthy(value) : true

/** The value in `env:`, `with:` and `outputs:`, where GitHub converts everything to text. */
export function handedOn(value: Value): Value {
  if (value instanceof Open && value.isFlag)
    return new OneOf(value.label, ['true', 'false'], one => value.equals(flag(one === 'true')))
  return value instanceof Unsettled ? value : text(isKnown(value) ? value.coerceString() : 'Object')
}

/** The value in GitHub's text form. An open value stays open. */
export function asText(value: Value): string | Unsettled {
  const settled = settle(value)
  if (settled) return settled.coerceString()
  return value instanceof Unsettled ? value : 'Object'
}
