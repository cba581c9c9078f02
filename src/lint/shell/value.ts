/** What a script's variable or word is: a text, or something that cannot be known from the files. */

export type Piece =
  | { kind: 'text'; text: string }
  /** Any text at all; the same key is the same text. */
  | { kind: 'unknown'; key: string }
  /** The exit status of something that failed, as `$?` gives it. */
  | { kind: 'failed-status' }
  /** `*` in a pattern, without quotes. */
  | { kind: 'star' }

/** One word after expansion: its pieces, in order. An empty list is the empty word. */
export type Value = readonly Piece[]

export const textValue = (text: string): Value => (text === '' ? [] : [{ kind: 'text', text }])

export const unknownValue = (key: string): Value => [{ kind: 'unknown', key }]

export const FAILED_STATUS: Value = [{ kind: 'failed-status' }]

/** The text, if all of it is known. */
export function textOf(value: Value): string | undefined {
  let text = ''
  for (const piece of value) {
    if (piece.kind !== 'text') return undefined
    text += piece.text
  }
  return text
}

export const isKnown = (value: Value): boolean => value.every(piece => piece.kind === 'text')

export const isStatus = (value: Value): boolean => value.some(piece => piece.kind === 'failed-status')

/** Names a value, so that asking twice about it is seen to be the same question. */
export const keyOf = (value: Value): string =>
  value
    .map(piece => {
      switch (piece.kind) {
        case 'text':
          return JSON.stringify(piece.text)
        case 'unknown':
          return `<${piece.key}>`
        default:
          return `(${piece.kind})`
      }
    })
    .join('')

const STAR = Symbol('any text')

/** The pieces as characters, with each piece that is not fixed as any text. */
const charactersOf = (value: Value): (string | typeof STAR)[] =>
  value.flatMap(piece => (piece.kind === 'text' ? [...piece.text] : [STAR]))

/** Steps back to the last star only, so that no pattern takes long. */
function fits(value: Value, text: string): boolean {
  const pattern = charactersOf(value)
  const characters = [...text]
  let at = 0
  let next = 0
  let star = -1
  let resume = 0
  while (at < characters.length) {
    if (pattern[next] === STAR) {
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
  while (pattern[next] === STAR) next++
  return next === pattern.length
}

const isOpen = (value: Value): boolean =>
  value.some(piece => piece.kind === 'unknown' || piece.kind === 'failed-status')

/**
 * Whether a value matches a pattern: `undefined` if that cannot be known. Only a star in the pattern has a meaning of its
 * own, so a pattern without one compares two texts.
 */
export function matches(value: Value, pattern: Value): boolean | undefined {
  const text = textOf(value)
  if (text !== undefined && !isOpen(pattern)) return fits(pattern, text)
  if (pattern.length > 0 && pattern.every(piece => piece.kind === 'star')) return true
  if (keyOf(value) === keyOf(pattern) && !isStatus(value)) return true
  const [open, fixed] = text === undefined ? [value, textOf(pattern)] : [pattern, text]
  if (fixed === undefined) return undefined
  // A status that is not zero.
  if (open.length === 1 && isStatus(open) && !/^[1-9][0-9]{0,2}$/.test(fixed)) return false
  return fits(open, fixed) ? undefined : false
}
