/** Expands the words of a command as a shell does, as far as can be known. */
import type { DoubleQuotedChild, ParsedScript, Word, WordPart } from 'unbash'
import { isStatus, localValue, type Piece, textOf, textValue, type Value } from './value.ts'

/** What expanding a word asks of the running script. */
export interface Surroundings {
  /** A variable's value, or `undefined` if it is not set. */
  variable(name: string): Value | undefined
  /** An inline expression, in quotes or not. */
  inline(index: number, quotes: Quotes): Value
  /** Runs a command substitution. */
  substitute(script: ParsedScript): void
}

export type Quotes = 'none' | 'double' | 'single'

/** Characters that no script has, around the number of an inline expression. */
export const MARK = '\u{F0000}'

export const markOf = (index: number): string => `${MARK}${index}${MARK}`

/** A piece of a word, and whether a shell would split it at blanks. */
interface Part {
  value: Value
  splits: boolean
}

/** What a word becomes: no word, one, or several. `undefined` if that cannot be known. */
export function fieldsOf(word: Word, surroundings: Surroundings): Value[] | undefined {
  const parts = partsOf(word, surroundings)
  if (!parts) return undefined
  const fields: Piece[][] = []
  let current: Piece[] | undefined
  for (const { value, splits } of parts) {
    if (!splits || isStatus(value)) {
      current = [...(current ?? []), ...value]
      continue
    }
    const text = textOf(value)
    // How many words it is depends on its blanks, and on files if it is a pattern.
    if (text === undefined || /[*?[]/.test(text)) return undefined
    for (const piece of text.split(/([ \t\n]+)/)) {
      if (/^[ \t\n]/.test(piece)) {
        if (current) fields.push(current)
        current = undefined
      } else if (piece !== '') current = [...(current ?? []), { kind: 'text', text: piece }]
    }
  }
  if (current) fields.push(current)
  return fields
}

/** A word that is never split: the value of an assignment, or an operand of `[[` or `case`. */
export function wordValue(word: Word, surroundings: Surroundings): Value | undefined {
  const parts = partsOf(word, surroundings)
  return parts?.flatMap(({ value }) => value)
}

/** The pattern of a `case`, or on the right of `==` in `[[`. `undefined` for what is more than text and `*`. */
export function patternOf(word: Word, surroundings: Surroundings): Value | undefined {
  const parts = partsOf(word, surroundings, true)
  // An expansion without quotes is a pattern.
  if (!parts || parts.some(({ value, splits }) => splits && /[*?[\\]/.test(textOf(value) ?? '')))
    return undefined
  return parts.flatMap(({ value }) => value)
}

function partsOf(word: Word, surroundings: Surroundings, asPattern = false): Part[] | undefined {
  const parts: Part[] = []
  // Escaped characters are text, as the parser has them in `value`; a tilde is a folder's name.
  if (!word.parts) {
    if (/^~/.test(word.text)) return undefined
    return inlined(word.value, 'none', surroundings, word.text === '')
  }
  for (const part of word.parts) {
    const more = partOf(part, surroundings, asPattern)
    if (!more) return undefined
    parts.push(...more)
  }
  return parts
}

function partOf(part: WordPart, surroundings: Surroundings, asPattern: boolean): Part[] | undefined {
  switch (part.type) {
    case 'Literal':
      return part.text.startsWith('~') ? undefined : inlined(part.value, 'none', surroundings)
    case 'SingleQuoted':
      return inlined(part.value, 'single', surroundings, true)
    case 'AnsiCQuoted':
      return part.value.includes(MARK) ? undefined : [fixed(part.value)]
    case 'DoubleQuoted':
    case 'LocaleString': {
      const parts: Part[] = [fixed('')]
      for (const inner of part.parts) {
        const more =
          inner.type === 'Literal'
            ? inlined(inner.value, 'double', surroundings, true)
            : expansionOf(inner, surroundings, true)
        if (!more) return undefined
        parts.push(...more)
      }
      return parts
    }
    case 'Glob':
      return asPattern && part.kind === 'star' ? [{ value: [{ kind: 'star' }], splits: false }] : undefined
    case 'SimpleExpansion':
    case 'ParameterExpansion':
    case 'CommandExpansion':
    case 'ArithmeticExpansion':
      return expansionOf(part, surroundings, false)
    default:
      return undefined
  }
}

const fixed = (text: string): Part => ({ value: textValue(text), splits: false })

/** Text with inline expressions in it. In no quotes, the shell splits what the expression became. */
function inlined(text: string, quotes: Quotes, surroundings: Surroundings, present = false): Part[] {
  const parts: Part[] = present ? [fixed('')] : []
  for (const [index, piece] of text.split(MARK).entries()) {
    if (index % 2 === 0) {
      if (piece !== '') parts.push(fixed(piece))
    } else parts.push({ value: surroundings.inline(Number(piece), quotes), splits: quotes === 'none' })
  }
  return parts
}

function expansionOf(
  part: Exclude<DoubleQuotedChild, { type: 'Literal' }>,
  surroundings: Surroundings,
  quoted: boolean,
): Part[] | undefined {
  const splits = !quoted
  if (part.text.includes(MARK)) return undefined
  switch (part.type) {
    case 'SimpleExpansion': {
      const name = part.text.slice(1)
      // A list of words of its own.
      if (name === '@' || name === '*') return undefined
      return [{ value: surroundings.variable(name) ?? [], splits }]
    }
    case 'CommandExpansion':
      // Only a script with errors has none, and that is not followed.
      surroundings.substitute(part.script as ParsedScript)
      return [{ value: localValue(part.text), splits }]
    case 'ArithmeticExpansion':
      return [{ value: localValue(part.text), splits }]
    case 'ParameterExpansion': {
      const { parameter, prefix, index, operation } = part
      if (prefix || index || parameter === '@' || parameter === '*') return undefined
      if (!operation) return [{ value: surroundings.variable(parameter) ?? [], splits }]
      const { type } = operation
      if (type !== 'Default') return [{ value: localValue(part.text), splits }]
      return defaulted(parameter, operation.operator, operation.operand, splits, surroundings)
    }
  }
}

/** `${NAME:-word}` and its kin. */
function defaulted(
  name: string,
  operator: string,
  operand: Word,
  splits: boolean,
  surroundings: Surroundings,
): Part[] | undefined {
  // The others assign, or end the script.
  if (!/^:?[-+]$/.test(operator)) return undefined
  // With `set -u` too, this is no use of a variable that is not set.
  const value = surroundings.variable(`${name}-`)
  const alternative = () => wordValue(operand, surroundings)
  let present = value !== undefined
  if (value && operator.startsWith(':')) {
    if (value.length > 0 && !value.some(({ kind }) => kind === 'text' || kind === 'failed-status'))
      return undefined
    present = value.length > 0
  }
  const chosen = operator.endsWith('-') ? (present ? value : alternative()) : present ? alternative() : []
  return chosen && [{ value: chosen, splits }]
}
