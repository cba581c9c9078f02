/** GitHub's expression engine, extended with unsettled values. The engine itself calculates with known values. */
import { data, Evaluator, type Expr, Lexer } from '@actions/expressions'
import {
  Binary,
  type ContextAccess,
  FunctionCall,
  Grouping,
  IndexAccess,
  Literal,
  type Logical,
  Star,
  Unary,
} from '@actions/expressions/ast'
import { TokenType } from '@actions/expressions/lexer'
import type { Source } from '../decisions.ts'
import { pathOf } from '../expression.ts'
import { present } from '../present.ts'
import type { Expression, Scalar } from '../workflow.ts'
import {
  flag,
  handedOn,
  isKnown,
  isTrue,
  type Known,
  Listed,
  ListText,
  member,
  Names,
  nothing,
  OneOf,
  Open,
  type OpenOptions,
  quoted,
  settle,
  text,
  Unsettled,
  type Value,
} from './value.ts'

/** What an expression can see. */
export interface Scope {
  context(name: string): Value | undefined
  /** Status functions such as `success()`, by name; empty where GitHub allows none. */
  status: Readonly<Record<string, () => boolean>>
  /** A value that can be anything. */
  open(label: string, options: OpenOptions): Unsettled
}

/** GitHub's engine reports an error, for example for `fromJSON('')`. The job or step fails. */
export class EvaluationError extends Error {}

/** Any token will do: the engine uses it only for error messages. */
const TOKEN = present(new Lexer('a').lex().tokens[0])

const literal = (value: Known): Literal => new Literal(value, TOKEN)

const label = (value: Value): string => (isKnown(value) ? quoted(value) : value.label)

/** The least certain source among the parts of a value. */
function sourceOf(values: readonly Value[]): Source {
  // The content of an unsettled object can be anything.
  const sources = values.map(value =>
    value instanceof Unsettled ? value.source : isKnown(value) ? 'case' : 'unknown',
  )
  return (['unknown', 'author'] as const).find(one => sources.includes(one)) ?? 'case'
}

export function evaluate({ tree }: Expression, scope: Scope): Value {
  return new UnsettledEvaluator(tree, scope).evaluate() as unknown as Value
}

/** A value of `env:`, `with:`, `outputs:` or `secrets:`. */
export const evaluateScalar = (scalar: Scalar, scope: Scope): Value =>
  scalar.expression ? handedOn(evaluate(scalar.expression, scope)) : text(present(scalar.text))

/** Functions that give true or false. */
const FLAGS = ['contains', 'startswith', 'endswith']

/** `contains(…, 'word')`, also as `!contains(…, 'word')`. */
function containsIn(operand: Expr): FunctionCall | undefined {
  if (operand instanceof Grouping) return containsIn(operand.group)
  if (operand instanceof Unary) return containsIn(operand.expr)
  return operand instanceof FunctionCall && operand.functionName.lexeme.toLowerCase() === 'contains'
    ? operand
    : undefined
}

const isNegated = (operand: Expr): boolean =>
  operand instanceof Grouping
    ? isNegated(operand.group)
    : operand instanceof Unary && !isNegated(operand.expr)

/** The label of the list in `contains`: `needs.*.result`, or `join(needs.*.result)`. */
function listIn(operand: Expr, isOr: boolean): string | undefined {
  const call = containsIn(operand)
  if (!call || isNegated(operand) === isOr || !(call.args[1] instanceof Literal)) return undefined
  const [list] = call.args
  const inner = list instanceof FunctionCall ? list.args[0] : list
  const path = inner && pathOf(inner)?.join('.')
  return path && (list instanceof FunctionCall ? `${list.functionName.lexeme.toLowerCase()} ${path}` : path)
}

/** The operands in order. Neighbours that ask the same list form one group. */
function alike(operands: readonly Expr[], isOr: boolean): Expr[][] {
  const groups: Expr[][] = []
  let before: string | undefined
  for (const operand of operands) {
    const list = listIn(operand, isOr)
    if (list !== undefined && list === before) groups.at(-1)?.push(operand)
    else groups.push([operand])
    before = list
  }
  return groups
}

/** The job results in a text, if it lists nothing else. */
const resultsIn = ({ list }: ListText): readonly OneOf[] | undefined => {
  const results = list.items.filter(item => item instanceof OneOf)
  return results.length === list.items.length ? results : undefined
}

/** The values in an object. */
const below = (value: Value): Value[] => {
  if (value instanceof Names) return value.names.map(name => value.get(name) ?? nothing())
  return value instanceof data.Dictionary || value instanceof data.Array ? value.values() : []
}

/** The text of a list contains a result exactly if an item is that result: no result is part of another. */
function wordIn(search: Known, { item }: ListText): Known | undefined {
  const word = item.exec(search.coerceString())?.groups?.word
  return word === undefined ? undefined : text(word)
}

const RESULT = /^(?<word>success|failure|cancelled|skipped)$/i
/** In JSON, each one has quotes. */
const RESULT_IN_JSON = /^"?(?<word>success|failure|cancelled|skipped)"?$/i
const NONE = /(?!)/

/** `continue-on-error`: a boolean, or an expression that gives one. */
export function evaluateFlag(scalar: Scalar, scope: Scope): Value {
  if (scalar.expression) return evaluate(scalar.expression, scope)
  return text(scalar.text === 'true' ? 'true' : '')
}

/**
 * The engine's methods are typed for known values. Unsettled values pass through them too, so each result is cast when
 * it leaves a method and read back as a Value when it enters one.
 */
class UnsettledEvaluator extends Evaluator {
  readonly #scope: Scope

  constructor(tree: Expr, scope: Scope) {
    super(tree, new data.Dictionary())
    this.#scope = scope
  }

  #value(node: Expr): Value {
    return this.eval(node) as Value
  }

  override visitContextAccess(access: ContextAccess): Known {
    return (this.#scope.context(access.name.lexeme.toLowerCase()) ?? nothing()) as Known
  }

  override visitUnary(unary: Unary): Known {
    return flag(!isTrue(this.#value(unary.expr)))
  }

  override visitLogical(logical: Logical): Known {
    const isOr = logical.operator.type === TokenType.OR
    let result: Value = nothing()
    for (const operands of alike(logical.args, isOr)) {
      result = this.#together(operands, isOr)
      if (isTrue(result) === isOr) break
    }
    return result as Known
  }

  /**
   * Operands that ask the same list for one word after the other: `contains(needs.*.result, 'failure') || contains(needs.*.result,
   * 'cancelled')`. The answer is the same if each item is asked for all words before the next item is, and the first item
   * that has one ends the case. The other order would go through every way in which all items are not the first word.
   */
  #together(operands: readonly Expr[], isOr: boolean): Value {
    const [first, ...others] = operands
    const calls = operands.map(containsIn)
    const [call] = calls
    const list = others.length > 0 && call ? this.#value(present(call.args[0])) : undefined
    const items = list instanceof Listed ? list.items : list instanceof ListText ? resultsIn(list) : undefined
    const words = calls.flatMap(one => (one?.args[1] instanceof Literal ? [one.args[1].literal] : []))
    const wanted = list instanceof ListText ? words.map(word => wordIn(word, list)) : words
    if (items && wanted.every(word => word !== undefined))
      return flag(items.some(item => wanted.some(word => this.#equal(item, word))) === isOr)
    let result = this.#value(present(first))
    for (const operand of others) {
      if (isTrue(result) === isOr) break
      result = this.#value(operand)
    }
    return result
  }

  override visitBinary(binary: Binary): Known {
    const left = this.#value(binary.left)
    const right = this.#value(binary.right)
    if (isKnown(left) && isKnown(right))
      return super.visitBinary(new Binary(literal(left), binary.operator, literal(right)))
    const { type, lexeme } = binary.operator
    if (type === TokenType.EQUAL_EQUAL) return flag(this.#equal(left, right))
    if (type === TokenType.BANG_EQUAL) return flag(!this.#equal(left, right))
    const [a, b] = [settle(left), settle(right)]
    if (a && b) return super.visitBinary(new Binary(literal(a), binary.operator, literal(b)))
    const open = this.#scope.open(`${label(left)} ${lexeme} ${label(right)}`, {
      source: sourceOf([left, right]),
    })
    return flag(open.truthy())
  }

  #equal(left: Value, right: Value): boolean {
    if (isKnown(left) && isKnown(right)) return isTrue(this.#compare(left, right))
    if (left instanceof Unsettled && isKnown(right)) return left.equals(right)
    if (right instanceof Unsettled && isKnown(left)) return right.equals(left)
    if (left instanceof Unsettled && right instanceof Unsettled) {
      if (left.label === right.label) return true
      if (left.differsFrom(right) || right.differsFrom(left)) return false
      const [a, b] = [left.settle(), right.settle()]
      if (a) return b ? isTrue(this.#compare(a, b)) : right.equals(a)
      if (b) return left.equals(b)
      const [first, second] = [left.label, right.label].sort()
      return this.#scope.open(`${first} == ${second}`, { source: sourceOf([left, right]) }).truthy()
    }
    // An object equals only itself.
    return left === right
  }

  #compare(left: Known, right: Known): Known {
    const operator = { type: TokenType.EQUAL_EQUAL, lexeme: '==' }
    return super.visitBinary(
      new Binary(literal(left), { ...TOKEN, ...operator } as Binary['operator'], literal(right)),
    )
  }

  override visitIndexAccess(access: IndexAccess): Known {
    const object = this.#value(access.expr)
    if (access.index instanceof Star) {
      if (isKnown(object)) return super.visitIndexAccess(new IndexAccess(literal(object), access.index))
      const objects = object instanceof Names ? [object] : object instanceof Listed ? object.items : undefined
      if (objects?.some(one => one instanceof Names && !one.isWhole))
        return this.#scope.open(`${label(object)}.*`, { source: 'unknown' }) as unknown as Known
      if (objects) return new Listed(objects.flatMap(below)) as unknown as Known
      return object instanceof Open ? (object.get('*') as Known) : nothing()
    }
    const index = settle(this.#value(access.index))
    if (!index)
      return this.#scope.open(`${label(object)}[…]`, {
        source: sourceOf([object, this.#value(access.index)]),
      }) as unknown as Known
    if (isKnown(object)) return super.visitIndexAccess(new IndexAccess(literal(object), literal(index)))
    const name = index.coerceString()
    if (object instanceof Names) return (object.get(name) ?? nothing()) as Known
    if (object instanceof Listed) return this.#below(object, name) as unknown as Known
    return object instanceof Open ? (object.get(name) as Known) : nothing()
  }

  /** `.result` after `needs.*`: that property of each item that is an object and has it. */
  #below(list: Listed, name: string): Value {
    return new Listed(
      list.items.flatMap(item => {
        const found = member(item, name)
        return found ? [found] : []
      }),
    )
  }

  override visitFunctionCall(call: FunctionCall): Known {
    const name = call.functionName.lexeme.toLowerCase()
    const status = this.#scope.status[name]
    if (status) return flag(status())
    if (name === 'hashfiles')
      return this.#open(
        name,
        call.args.map(argument => this.#value(argument)),
        'author',
      )
    const values = call.args.map(argument => this.#value(argument))
    const lazy = this.#withoutSettling(name, values)
    if (lazy) return lazy as Known
    const known = values.map(settle)
    if (known.every(value => value !== undefined)) return this.#call(call.functionName, known)
    return this.#open(name, values, sourceOf(values))
  }

  /** The engine throws plain errors for mistakes in a workflow, such as `fromJSON` of an empty text. */
  #call(name: FunctionCall['functionName'], values: readonly Known[]): Known {
    try {
      return super.visitFunctionCall(new FunctionCall(name, values.map(literal)))
    } catch (error) {
      throw new EvaluationError(name.lexeme, { cause: error })
    }
  }

  #open(name: string, values: readonly Value[], source: Source): Known {
    const among = FLAGS.includes(name) ? { among: [flag(false), flag(true)] } : {}
    return this.#scope.open(`${name}(${values.map(label).join(', ')})`, {
      source,
      ...among,
    }) as unknown as Known
  }

  /** Answers questions about lists without settling the whole list: `contains(needs.*.result, 'failure')`. */
  #withoutSettling(name: string, [first, second]: readonly Value[]): Value | undefined {
    if (name === 'contains' && second && isKnown(second)) {
      if (first instanceof Listed) return flag(first.items.some(item => this.#equal(item, second)))
      if (first instanceof Granted) return flag(first.has(second))
      const [items, word] = first instanceof ListText ? [resultsIn(first), wordIn(second, first)] : []
      if (items && word) return flag(items.some(item => this.#equal(item, word)))
    }
    if (name === 'fromjson' && first instanceof Scopes) return first.list as unknown as Value
    if (first instanceof Listed && (name === 'join' || name === 'tojson')) {
      const separator = second && settle(second)
      if (second && !separator && first.items.length > 1) return undefined
      const rest = separator ? [separator] : []
      const functionName = { ...TOKEN, lexeme: name } as FunctionCall['functionName']
      const write = (list: Known) => this.#call(functionName, [list, ...rest])
      // A separator can contain a result, too.
      const joined = /[a-z]/i.test(separator?.coerceString() ?? '') ? NONE : RESULT
      const item = name === 'tojson' ? RESULT_IN_JSON : joined
      return new ListText(`${name}(${first.items.map(label).join(', ')})`, first, item, write)
    }
    return undefined
  }
}

/** The scopes of a valid token as the gate writes them, in JSON: the required ones, and perhaps others. */
export class Scopes extends Open {
  readonly list: Granted

  constructor(list: Granted, ...rest: ConstructorParameters<typeof Open>) {
    super(...rest)
    this.list = list
  }
}

/** The list behind the JSON of a token's scopes. */
export class Granted extends Open {
  readonly #required: readonly string[]

  constructor(required: readonly string[], ...rest: ConstructorParameters<typeof Open>) {
    super(...rest)
    this.#required = required
  }

  has(scope: Known): boolean {
    const name = scope.coerceString().toLowerCase()
    return (
      this.#required.some(one => one.toLowerCase() === name) ||
      (this.get(`contains ${name}`) as Open).truthy()
    )
  }
}
