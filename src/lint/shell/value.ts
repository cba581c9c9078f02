/** The value of a script's variable or word: a text, or something that the files do not tell. */
import type { UnknownText } from '../script-outcome.ts'

export type Piece =
  | { kind: 'text'; text: string }
  /** `local`: only this script knows it, such as the output of a command. */
  | { kind: 'unknown'; value: UnknownText; local: boolean }
  /** The exit status of a failed command, as in `$?`. */
  | { kind: 'failed-status' }
  /** `*` in a pattern, without quotes. */
  | { kind: 'star' }

/** One word after expansion: its pieces, in order. An empty list is the empty word. */
export type Value = readonly Piece[]

export const textValue = (text: string): Value => (text === '' ? [] : [{ kind: 'text', text }])

/** A value that only the running script knows. */
export const localValue = (what: string): Value => [
  { kind: 'unknown', value: { what, harmless: false }, local: true },
]

/** Each failure can have another status. */
export const failedStatus = (): Value => [{ kind: 'failed-status' }]

/** The text, if it is fully known. */
export function textOf(value: Value): string | undefined {
  let text = ''
  for (const piece of value) {
    if (piece.kind !== 'text') return undefined
    text += piece.text
  }
  return text
}

export const isStatus = (value: Value): boolean => value.some(({ kind }) => kind === 'failed-status')

/** For display. */
export const describe = (value: Value): string => value.map(described).join('')

function described(piece: Piece): string {
  switch (piece.kind) {
    case 'text':
      return piece.text
    case 'unknown':
      return piece.value.what
    case 'failed-status':
      return '$?'
    case 'star':
      return '*'
  }
}

const ANY = Symbol('any text')

/** The pieces as characters. A piece that is not fixed stands for any text. */
const charactersOf = (value: Value): (string | typeof ANY)[] =>
  value.flatMap<string | typeof ANY>(piece => (piece.kind === 'text' ? [...piece.text] : [ANY]))

/** Backtracks only to the last open piece, so that no pattern is slow. */
function fits(value: Value, text: string): boolean {
  const pattern = charactersOf(value)
  const characters = [...text]
  let at = 0
  let next = 0
  let star = -1
  let resume = 0
  while (at < characters.length) {
    if (pattern[next] === ANY) {
      star = next++
      resume = at
    } else if (pattern[next] === characters[at]) {
      at++
      next++
    } else if (star >= 0) {
      next = star + 1
      at = ++resume
    } else return false
  }
  while (pattern[next] === ANY) next++
  return next === pattern.length
}

const isLocal = (piece: Piece): boolean =>
  piece.kind === 'failed-status' || (piece.kind === 'unknown' && piece.local)

const isOpen = (value: Value): boolean =>
  value.some(({ kind }) => kind === 'unknown' || kind === 'failed-status')

/** The questions that decide whether a value matches. `local`: the parts that only the running script knows. */
export type Question =
  | { ask: 'equals'; value: UnknownText; local: readonly Piece[]; text: string }
  | { ask: 'either'; local: readonly Piece[]; question: string }

/** Two outputs of one command can differ, so what only the script knows is compared by its identity. */
const isSame = (value: Value, pattern: Value): boolean =>
  value.length === pattern.length &&
  value.every((piece, index) => {
    const other = pattern[index]
    return piece === other || (!isLocal(piece) && JSON.stringify(piece) === JSON.stringify(other))
  })

/**
 * Whether a value matches a pattern. Only a star is special in a pattern, so a pattern without one compares two texts.
 */
export function matches(value: Value, pattern: Value): boolean | Question {
  const text = textOf(value)
  if (text !== undefined && !isOpen(pattern)) return fits(pattern, text)
  if (pattern.length > 0 && pattern.every(({ kind }) => kind === 'star')) return true
  const isPattern = pattern.some(({ kind }) => kind === 'star')
  if (!isPattern && !isStatus(value) && isSame(value, pattern)) return true
  const [open, fixed] = text === undefined ? [value, textOf(pattern)] : [pattern, text]
  const either: Question = {
    ask: 'either',
    local: [...value, ...pattern].filter(isLocal),
    question: `${describe(value)} matches ${describe(pattern)}`,
  }
  if (fixed === undefined) return either
  // A status that is not zero.
  if (open.length === 1 && isStatus(open) && !/^[1-9][0-9]{0,2}$/.test(fixed)) return false
  return fits(open, fixed) ? (equality(open, fixed) ?? either) : false
}

/** With one unknown piece, that piece must equal the rest of the text. */
function equality(open: Value, fixed: string): Question | undefined {
  const at = open.findIndex(({ kind }) => kind !== 'text')
  const piece = open[at] as Piece
  const before = textOf(open.slice(0, at)) as string
  const after = textOf(open.slice(at + 1))
  if (piece.kind !== 'unknown' || after === undefined) return undefined
  return {
    ask: 'equals',
    value: piece.value,
    local: [piece].filter(isLocal),
    text: fixed.slice(before.length, fixed.length - after.length),
  }
}
