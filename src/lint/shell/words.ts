/** Expands the words of a command like a shell, if the values are known. */
import type {
  ArithmeticExpansionPart,
  ArithmeticExpression,
  DoubleQuotedChild,
  ParameterExpansionPart,
  ParsedScript,
  Word,
  WordPart,
} from 'unbash'
import { isStatus, localValue, type Piece, textOf, textValue, type Value } from './value.ts'

/** What the expansion of a word needs from the running script. */
export interface Surroundings {
  /** A variable's value, or `undefined` if it is not set. */
  variable(name: string): Value | undefined
  /** `${PIPESTATUS[number]}`, or `undefined` if it is not known. */
  statusInPipe(number: number): Value | undefined
  /** An inline expression, quoted or not. */
  inline(index: number, quotes: Quotes): Value
  /** Runs a command substitution. */
  substitute(script: ParsedScript): void
  /** An expansion may assign to variables: `$((X = 1))`, `${X:=word}`. */
  touched(text: string): void
  /** The result of `((…))`, which may assign to variables. `undefined` if it is not known. */
  calculate(expression: ArithmeticExpression | undefined, text: string): Value | undefined
  /** How many elements an array has, or `undefined` if that is not known. */
  countOf(name: string): Value | undefined
  /** An expansion that is not followed may end the shell: `${NAMES[0]:?}`. */
  mayFail(part: ParameterExpansionPart | ArithmeticExpansionPart): void
  /** `${NAME:?}`: the value, or the shell exits if there is none. */
  required(value: Value | undefined, orEmpty: boolean): Value
  /** Whether the shell splits words at blanks, and nothing else. */
  splitsAtBlanks(): boolean
}

export type Quotes = 'none' | 'double' | 'single'

/** Characters that occur in no script. They enclose the number of an inline expression. */
export const MARK = '\u{F0000}'

export const markOf = (index: number): string => `${MARK}${index}${MARK}`

/** A command for display: its first words, on one line. */
export const shown = (words: readonly Word[]): string => {
  const text = words
    .map(({ text }) => text)
    .join(' ')
    .replace(/\s+/g, ' ')
    .replaceAll(MARK, '')
  return text.length > 60 ? `${text.slice(0, 59)}…` : text
}

/** A piece of a word, and whether the shell splits it at blanks. */
interface Part {
  value: Value
  splits: boolean
}

/** The result of expanding a word: none, one or several words. `undefined` if that is not known. */
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
    // The number of words depends on its blanks, and on files if it is a pattern.
    if (text === undefined || /[*?[]/.test(text) || !surroundings.splitsAtBlanks()) return undefined
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

/** The pattern of a `case`, or on the right of `==` in `[[`. `undefined` if it is more than text and `*`. */
export function patternOf(word: Word, surroundings: Surroundings): Value | undefined {
  const parts = partsOf(word, surroundings, true)
  // An unquoted expansion is a pattern.
  if (!parts || parts.some(({ value, splits }) => splits && /[*?[\\]/.test(textOf(value) ?? '')))
    return undefined
  return parts.flatMap(({ value }) => value)
}

function partsOf(word: Word, surroundings: Surroundings, asPattern = false): Part[] | undefined {
  // The parser already unescapes characters in `value`. A tilde is the name of a folder.
  if (!word.parts) {
    if (/^~/.test(word.text)) return undefined
    return inlined(word.value, 'none', surroundings, word.text === '')
  }
  return allOf(word.parts.map(part => partOf(part, surroundings, asPattern)))
}

/** Undefined if one of them is. */
const allOf = (parts: readonly (Part[] | undefined)[]): Part[] | undefined =>
  parts.every(part => part !== undefined) ? parts.flat() : undefined

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
      const parts = part.parts.map(inner =>
        inner.type === 'Literal'
          ? inlined(inner.value, 'double', surroundings, true)
          : expansionOf(inner, surroundings, true),
      )
      return allOf([[fixed('')], ...parts])
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

/** Text with inline expressions. Without quotes, the shell splits the value of the expression. */
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
      // A separate list of words.
      if (name === '@' || name === '*') return undefined
      return [{ value: surroundings.variable(name) ?? [], splits }]
    }
    case 'CommandExpansion':
      // Only a script with errors has none, and such a script is not followed.
      surroundings.substitute(part.script as ParsedScript)
      return [{ value: localValue(part.text), splits }]
    case 'ArithmeticExpansion': {
      const number = surroundings.calculate(part.expression, part.text)
      if (number) return [{ value: number, splits }]
      surroundings.touched(part.text)
      surroundings.mayFail(part)
      return [{ value: localValue(part.text), splits }]
    }
    case 'ParameterExpansion':
      surroundings.touched(part.text)
      return parameterOf(part, splits, surroundings)
  }
}

function parameterOf(
  part: ParameterExpansionPart,
  splits: boolean,
  surroundings: Surroundings,
): Part[] | undefined {
  const { parameter, prefix, index, operation } = part
  if (parameter === 'PIPESTATUS' && index && !prefix && !operation) {
    const status = /^[0-9]$/.test(index.text) ? surroundings.statusInPipe(Number(index.text)) : undefined
    if (status) return [{ value: status, splits }]
  }
  if (prefix === '#' && /^[@*]$/.test(index?.text ?? '') && !operation) {
    const count = surroundings.countOf(parameter)
    if (count) return [{ value: count, splits }]
  }
  const isOne = !prefix && !index && parameter !== '@' && parameter !== '*'
  if (isOne && !operation) return [{ value: surroundings.variable(parameter) ?? [], splits }]
  if (isOne && operation?.type === 'Default') {
    const { operator, operand } = operation
    const parts = defaulted(parameter, operator, operand, splits, surroundings)
    if (parts) return parts
  }
  surroundings.mayFail(part)
  return isOne && operation?.type !== 'Default' ? [{ value: localValue(part.text), splits }] : undefined
}

/** `${NAME:-word}`, `${NAME:?word}` and similar expansions. */
function defaulted(
  name: string,
  operator: string,
  operand: Word,
  splits: boolean,
  surroundings: Surroundings,
): Part[] | undefined {
  // The others assign.
  if (!/^:?[-+?]$/.test(operator)) return undefined
  // Even with `set -u`, this does not count as using an unset variable.
  const value = surroundings.variable(`${name}-`)
  if (operator.endsWith('?'))
    return [{ value: surroundings.required(value, operator.startsWith(':')), splits }]
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
