/** `"$@"`: the arguments of a function, as words of a command in it. */
import type { ParameterExpansionPart, Word } from 'unbash'
import { textOf, type Value } from './value.ts'

/** All arguments, or those from a number on: `"$@"`, `${@}`, `"${@:2}"`. */
const ARGUMENTS = /^("?)\$(?:@|\{@(?::([1-9]))?\})\1$/

export const hasArguments = (words: readonly Word[]): boolean =>
  words.some(({ text }) => ARGUMENTS.test(text))

/** The words with the arguments in place of `"$@"`. */
export const withArguments = (
  words: readonly Word[],
  given: (isQuoted: boolean) => readonly Word[],
): readonly Word[] =>
  words.flatMap(word => {
    const [found, quote, from = '1'] = ARGUMENTS.exec(word.text) ?? []
    return found === undefined ? [word] : given(quote === '"').slice(Number(from) - 1)
  })

/** An argument as a word: its text, or `"${1}"` if that is not known. Without quotes, the shell may split it. */
export function argumentWord(value: Value, number: number, isQuoted: boolean): Word {
  const text = textOf(value)
  const isPlain = text !== undefined && /^[\w./:@%+,=-]+$/.test(text)
  if (text === undefined || !(isPlain || isQuoted)) return wordOf(expansionOf(number), isQuoted)
  const shown = isPlain ? text : `'${text}'`
  return {
    type: 'Word',
    text: shown,
    value: text,
    parts: [{ type: 'SingleQuoted', text: shown, value: text, ...NOWHERE }],
    ...NOWHERE,
  }
}

/** Not in the script. */
const NOWHERE = { pos: 0, end: 0 }

const expansionOf = (number: number): ParameterExpansionPart => ({
  type: 'ParameterExpansion',
  text: `\${${number}}`,
  parameter: String(number),
  parameterPos: 0,
  parameterEnd: 0,
  prefix: undefined,
  index: undefined,
  operation: undefined,
  ...NOWHERE,
})

function wordOf(part: ParameterExpansionPart, isQuoted: boolean): Word {
  const { text } = part
  if (!isQuoted) return { type: 'Word', text, value: text, parts: [part], ...NOWHERE }
  const quoted = `"${text}"`
  return {
    type: 'Word',
    text: quoted,
    value: text,
    parts: [{ type: 'DoubleQuoted', text: quoted, parts: [part], ...NOWHERE }],
    ...NOWHERE,
  }
}
