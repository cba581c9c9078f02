/** Evaluates `test`, `[` and `[[`. */
import type { TestExpression, Word } from 'unbash'
import { describe, isStatus, matches, type Question, textOf, type Value } from './value.ts'
import { patternOf, type Surroundings, wordValue } from './words.ts'

export interface Judge {
  /** Answers unknown questions. */
  answer(question: Question): boolean
  /** Whether a test that is not followed succeeds. */
  unknown(text: string): boolean
  /** Whether the shell behaves like bash; if not, it is dash. */
  isBash(): boolean
}

/** An exit status: 0 true, 1 false, 2 wrong usage. */
export type Result = 0 | 1 | 2

const statusOf = (holds: boolean): Result => (holds ? 0 : 1)

export const judge = (answer: boolean | Question, by: Judge): boolean =>
  typeof answer === 'boolean' ? answer : by.answer(answer)

export const isEmpty = (value: Value, by: Judge): boolean => {
  if (value.some(({ kind }) => kind === 'text' || kind === 'failed-status')) return false
  return judge(matches(value, []), by)
}

/** `test` and `[`, by the number of their arguments, as in POSIX. */
export function evaluateTest(args: readonly Value[], by: Judge): Result {
  const unknown = () => statusOf(by.unknown(`test ${args.map(describe).join(' ')}`))
  const [first, second, third] = args
  // An operator is always known text.
  const operator = args.map(textOf)
  if (first === undefined) return 1
  if (second === undefined) return statusOf(!isEmpty(first, by))
  if (third === undefined) {
    switch (operator[0]) {
      case '!':
        return statusOf(isEmpty(second, by))
      case '-n':
        return statusOf(!isEmpty(second, by))
      case '-z':
        return statusOf(isEmpty(second, by))
      default:
        // Any other operator tests files. Anything else is an error.
        return operator[0] !== undefined && !/^-[a-zA-Z]$/.test(operator[0]) ? 2 : unknown()
    }
  }
  if (args.length === 3) {
    switch (operator[1]) {
      case '=':
        return statusOf(judge(matches(first, third), by))
      case '==':
        return by.isBash() ? statusOf(judge(matches(first, third), by)) : 2
      case '!=':
        return statusOf(!judge(matches(first, third), by))
      case '-eq':
      case '-ne':
      case '-gt':
      case '-lt':
      case '-ge':
      case '-le': {
        const result = compare(first, operator[1], third)
        return result ?? unknown()
      }
    }
    if (operator[0] === '!') return negated(evaluateTest(args.slice(1), by))
    return unknown()
  }
  if (args.length === 4 && operator[0] === '!') return negated(evaluateTest(args.slice(1), by))
  return unknown()
}

const negated = (result: Result): Result => (result === 2 ? 2 : result === 0 ? 1 : 0)

/** Compares two numbers. `undefined` if they are not known. */
export function compare(left: Value, operator: string, right: Value): Result | undefined {
  const number = (value: Value): number | undefined => {
    const text = textOf(value)
    return text !== undefined && /^[+-]?[0-9]{1,9}$/.test(text) ? Number(text) : undefined
  }
  // A failure is only known to be greater than zero.
  if (isStatus(left) && left.length === 1) {
    if (number(right) !== 0) return undefined
    return statusOf(operator === '-ne' || operator === '-gt' || operator === '-ge')
  }
  const [a, b] = [number(left), number(right)]
  if (a === undefined || b === undefined) {
    const noNumber = [left, right].some(value => /^[^+\-0-9 \t]/.test(textOf(value) ?? ''))
    return noNumber ? 2 : undefined
  }
  switch (operator) {
    case '-eq':
      return statusOf(a === b)
    case '-ne':
      return statusOf(a !== b)
    case '-gt':
      return statusOf(a > b)
    case '-lt':
      return statusOf(a < b)
    case '-ge':
      return statusOf(a >= b)
    default:
      return statusOf(a <= b)
  }
}

/** `[[ … ]]`, which does not split words. */
export function evaluateExpression(test: TestExpression, by: Judge, surroundings: Surroundings): boolean {
  const inner = (one: TestExpression) => evaluateExpression(one, by, surroundings)
  const shownAs = (value: Value | undefined, word: Word) => (value ? describe(value) : word.text)
  switch (test.type) {
    case 'TestGroup':
      return inner(test.expression)
    case 'TestNot':
      return inner(test.operand) === (test.negations.length % 2 === 0)
    case 'TestLogical':
      return test.operator === '&&' ? test.operands.every(inner) : test.operands.some(inner)
    case 'TestUnary': {
      const value = wordValue(test.operand, surroundings)
      if (!value || !/^-[nz]$/.test(test.operator))
        return by.unknown(`[[ ${test.operator} ${shownAs(value, test.operand)} ]]`)
      return isEmpty(value, by) === (test.operator === '-z')
    }
    case 'TestBinary': {
      const left = wordValue(test.left, surroundings)
      const text = `[[ ${shownAs(left, test.left)} ${test.operator} ${test.right.text} ]]`
      if (!left) return by.unknown(text)
      if (/^(==?|!=)$/.test(test.operator)) {
        const right = patternOf(test.right, surroundings)
        if (!right) return by.unknown(text)
        return judge(matches(left, right), by) === (test.operator !== '!=')
      }
      const right = wordValue(test.right, surroundings)
      // Here, a number with a zero before it is octal.
      if ([left, right ?? []].some(value => /^[+-]?0[0-9]/.test(textOf(value) ?? ''))) return by.unknown(text)
      const result = right && compare(left, test.operator, right)
      // Here, a text that is no number is a calculation: `[[ skipped -eq 0 ]]` holds.
      return /^-(eq|ne|gt|lt|ge|le)$/.test(test.operator) && result !== undefined && result !== 2
        ? result === 0
        : by.unknown(text)
    }
  }
}
