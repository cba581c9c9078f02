/** Calculates `((…))` and `$((…))`, if each number in it is known. */
import type { ArithmeticBinary, ArithmeticExpression, ArithmeticUnary, ArithmeticWord } from 'unbash'
import { compare } from './test-command.ts'
import { failedStatus, isStatus, textOf, textValue, type Value } from './value.ts'
import { type Surroundings, wordValue } from './words.ts'

/** A number, or the status of a failed command. A number with a zero before it is octal. */
export const isNumber = (value: Value): boolean =>
  isFailure(value) || /^(0|-?[1-9][0-9]{0,8})$/.test(textOf(value) ?? '')

const isFailure = (value: Value): boolean => value.length === 1 && isStatus(value)

const ZERO = textValue('0')
const ONE = textValue('1')

/** A failure is not zero. */
const isTrue = (value: Value): boolean => textOf(value) !== '0'

const truth = (holds: boolean): Value => (holds ? ONE : ZERO)

const COMPARISONS: Record<string, string> = {
  '==': '-eq',
  '!=': '-ne',
  '>': '-gt',
  '<': '-lt',
  '>=': '-ge',
  '<=': '-le',
}

const OPERATIONS: Record<string, (left: number, right: number) => number> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '|': (left, right) => left | right,
}

/** Something in the calculation is not known. */
class Unknown {}

/** A calculation, and what it assigns. */
export class Calculation {
  readonly assigned = new Map<string, Value>()
  readonly #surroundings: Surroundings

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings
  }

  /** `undefined` if it is not known. */
  result(expression: ArithmeticExpression): Value | undefined {
    try {
      return this.#value(expression)
    } catch (thrown) {
      if (thrown instanceof Unknown) return undefined
      throw thrown
    }
  }

  #value(expression: ArithmeticExpression): Value {
    switch (expression.type) {
      case 'ArithmeticGroup':
        return this.#value(expression.expression)
      case 'ArithmeticWord':
        return this.#word(expression)
      case 'ArithmeticUnary':
        return this.#unary(expression)
      case 'ArithmeticBinary':
        return this.#binary(expression)
      default:
        throw new Unknown()
    }
  }

  #word(word: ArithmeticWord): Value {
    const value = this.#read(word)
    // A variable that is not set, or is empty, is 0.
    if (value === undefined || value.length === 0) return ZERO
    if (isNumber(value)) return value
    throw new Unknown()
  }

  #read({ value: text, parts, pos, end }: ArithmeticWord): Value | undefined {
    // `$x` is replaced before anything is calculated, `x` is not.
    if (isName(text)) return this.assigned.get(text) ?? this.#surroundings.variable(text)
    if (/^\$(\w+|[?#])$/.test(text)) return this.#surroundings.variable(text.slice(1))
    const value = wordValue({ type: 'Word', text, value: text, parts, pos, end }, this.#surroundings)
    if (!value) throw new Unknown()
    return value
  }

  #unary({ operator, operand, prefix }: ArithmeticUnary): Value {
    const value = this.#value(operand)
    switch (operator) {
      case '!':
        return truth(!isTrue(value))
      case '-':
        return calculated(ZERO, '-', value)
      case '++':
      case '--': {
        const changed = this.#assign(operand, calculated(value, operator.slice(1), ONE))
        return prefix ? changed : value
      }
      default:
        throw new Unknown()
    }
  }

  #binary({ operator, left, right }: ArithmeticBinary): Value {
    const both = (): [Value, Value] => [this.#value(left), this.#value(right)]
    switch (operator) {
      case ',':
        return both()[1]
      case '&&':
        return truth(isTrue(this.#value(left)) && isTrue(this.#value(right)))
      case '||':
        return truth(isTrue(this.#value(left)) || isTrue(this.#value(right)))
      case '=':
        return this.#assign(left, this.#value(right))
    }
    const [first, second] = both()
    const comparison = COMPARISONS[operator]
    if (!comparison)
      return operator.endsWith('=')
        ? this.#assign(left, calculated(first, operator.slice(0, -1), second))
        : calculated(first, operator, second)
    const result = compare(first, comparison, second)
    if (result === undefined) throw new Unknown()
    return truth(result === 0)
  }

  #assign(target: ArithmeticExpression, value: Value): Value {
    if (target.type !== 'ArithmeticWord' || !isName(target.value)) throw new Unknown()
    this.assigned.set(target.value, value)
    return value
  }
}

const isName = (text: string): boolean => /^[A-Za-z_]\w*$/.test(text)

function calculated(left: Value, operator: string, right: Value): Value {
  if (operator === '+' && textOf(left) === '0') return right
  if (/^[-+]$/.test(operator) && textOf(right) === '0') return left
  // A status is less than 256, so a bit of it stays in the exit status. A sum can be 256.
  if (operator === '|' && (isFailure(left) || isFailure(right))) return failedStatus()
  const number = OPERATIONS[operator]?.(Number(textOf(left)), Number(textOf(right)))
  const value = textValue(String(number))
  if (!isNumber(value)) throw new Unknown()
  return value
}
