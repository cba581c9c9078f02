/** Runs lists, pipelines and compound commands: `if`, `case`, `for`, `{ … }`, `( … )`, `[[ … ]]`. */
import type {
  AndOr,
  ArithmeticExpression,
  ArithmeticFor,
  CommandNode,
  CompoundList,
  Pipeline,
  PipelineNode,
  Statement,
  SyntaxNode,
  While,
  Word,
} from 'unbash'
import { KNOWN } from './builtins.ts'
import { calls } from './calls.ts'
import { effectsOf } from './effects.ts'
import { Leave, Lost, type Status } from './exits.ts'
import { SimpleCommands } from './simple-command.ts'
import { evaluateExpression, judge } from './test-command.ts'
import { contains } from './tree.ts'
import { describe, localValue, matches, type Piece, textOf, type Value } from './value.ts'
import { fieldsOf, patternOf, wordValue } from './words.ts'

/** The most commands to follow. Nested loops can have many. */
const MOST_COMMANDS = 20_000

/** The most turns of a loop whose end is not known before: the usual number of tries, and one more. */
const MOST_TURNS = 6

const DEEPEST = 50

const setsTrap = (node: SyntaxNode): boolean => node.type === 'Command' && node.name?.value === 'trap'

export abstract class CompoundCommands extends SimpleCommands {
  private commands = 0
  private depth = 0

  protected list(statements: readonly Statement[], ignoring: boolean): void {
    for (const { command, background } of statements)
      if (background) {
        const status = this.subshell(() => this.node(command, ignoring))
        this.lastJob = localValue('$!')
        this.jobs.set(this.lastJob[0] as Piece, status)
        this.status = 0
      } else this.node(command, ignoring)
  }

  private compound({ commands }: CompoundList, ignoring: boolean): void {
    this.list(commands, ignoring)
  }

  /** @param ignoring -e has no effect here: a condition, or all but the last command of `&&` and `||` */
  private node(node: PipelineNode | AndOr, ignoring: boolean): void {
    if (++this.commands > MOST_COMMANDS || this.depth > DEEPEST) throw new Lost('a script with many commands')
    this.depth++
    try {
      if (node.type === 'AndOr') this.andOr(node, ignoring)
      else if (node.type === 'Pipeline') this.pipeline(node, ignoring)
      else {
        this.command(node, ignoring)
        if (node.type !== 'Command') this.pipeStatus = undefined
      }
    } finally {
      this.depth--
    }
  }

  private andOr({ commands, operators }: AndOr, ignoring: boolean): void {
    for (const [index, command] of commands.entries()) {
      const operator = operators[index - 1]
      if (operator === '&&' && this.status !== 0) continue
      if (operator === '||' && this.status === 0) continue
      this.node(command, ignoring || index < commands.length - 1)
    }
  }

  private pipeline({ prefixes, commands }: Pipeline, ignoring: boolean): void {
    const negated = prefixes.filter(({ type }) => type === 'Negation').length % 2 === 1
    // Only an actual negation turns -e off.
    const inner = ignoring || prefixes.some(({ type }) => type === 'Negation')
    this.piped++
    try {
      if (commands.length === 1) this.node(commands[0] as CommandNode, inner)
      else {
        // At the end of an `if` or a loop in a pipe, bash runs no trap on EXIT.
        if (
          commands.some(one => !/^(Command|BraceGroup|Subshell)$/.test(one.type) && contains(one, setsTrap))
        )
          throw new Lost('a trap in a pipe')
        const statuses = commands.map(command => this.subshell(() => this.node(command, inner)))
        const failed = this.options.pipefail ? statuses.findLast(status => status !== 0) : statuses.at(-1)
        this.settle(failed ?? 0, inner)
        this.pipeStatus = statuses
      }
    } finally {
      this.piped--
    }
    if (negated) this.status = this.status === 0 ? 1 : 0
  }

  protected command(node: CommandNode, ignoring: boolean): void {
    switch (node.type) {
      case 'Command':
        this.simple(node, ignoring)
        return
      case 'If': {
        for (const { clause, then } of [node, ...node.elif]) {
          this.compound(clause, true)
          if (this.status === 0) {
            this.compound(then, ignoring)
            return
          }
        }
        if (node.else) this.compound(node.else, ignoring)
        else this.status = 0
        return
      }
      case 'Case': {
        const value = wordValue(node.word, this)
        const text = value ? describe(value) : node.word.text
        for (const [index, { pattern, body, terminator }] of node.items.entries()) {
          if (!pattern.some(one => this.fits(value, one, text))) continue
          // `;&` continues with the next one.
          if (terminator !== ';;' && terminator !== undefined && index < node.items.length - 1) {
            this.unfollowed(node, ignoring)
            return
          }
          if (body.commands.length === 0) this.status = 0
          this.compound(body, ignoring)
          return
        }
        this.status = 0
        return
      }
      case 'BraceGroup':
        this.compound(node.body, ignoring)
        return
      case 'Subshell':
        this.settle(
          this.subshell(() => this.compound(node.body, ignoring)),
          ignoring,
        )
        return
      case 'Redirected':
        this.redirect(node.redirects)
        this.mayNotOpen(node.redirects, ignoring)
        this.node(node.command, ignoring)
        return
      case 'TestCommand': {
        if (this.options.sh && !this.isBash()) {
          this.settle(127, ignoring)
          return
        }
        const holds = this.isBlind ? this.unknown('[[') : evaluateExpression(node.expression, this, this)
        this.settle(holds ? 0 : 1, ignoring)
        return
      }
      case 'Function': {
        const name = node.name.value
        // It would replace a command that is followed here.
        if (KNOWN.has(name) || /^(nolapse.*|command|builtin|\.|source|alias|enable)$/.test(name))
          throw new Lost(`${name}() { … }`)
        this.functions.set(name, node)
        this.status = 0
        return
      }
      case 'For': {
        const fields = node.wordlist?.map(word => fieldsOf(word, this))
        if (!fields || fields.includes(undefined)) {
          this.unfollowed(node, ignoring)
          return
        }
        const values = (fields as Value[][]).flat()
        if (values.length === 0) this.status = 0
        for (const value of values) {
          this.set(node.name.value, value)
          if (this.turn(node.body, ignoring) === 'break') break
        }
        return
      }
      case 'While':
        if (this.mayStart(node)) this.while(node, ignoring)
        else this.unfollowed(node, ignoring)
        return
      case 'ArithmeticFor':
        if (this.mayStart(node)) this.arithmeticFor(node, ignoring)
        else this.unfollowed(node, ignoring)
        return
      case 'ArithmeticCommand': {
        // To dash, these are subshells.
        const isFollowed = !this.isBlind && !this.options.sh
        const number = isFollowed ? this.calculate(node.expression, '') : undefined
        if (number === undefined) this.unfollowed(node, ignoring)
        else this.settle(textOf(number) === '0' ? 1 : 0, ignoring)
        return
      }
      default:
        this.unfollowed(node, ignoring)
        return
    }
  }

  /** Runs a loop body once. Returns how it is left, if it is. */
  private turn(body: CompoundList, ignoring: boolean): 'break' | 'continue' | undefined {
    const { piped } = this
    this.looping++
    this.piped = 0
    try {
      this.compound(body, ignoring)
      return undefined
    } catch (thrown) {
      if (!(thrown instanceof Leave) || thrown.what === 'return') throw thrown
      return thrown.what
    } finally {
      this.looping--
      this.piped = piped
    }
  }

  /**
   * Runs a loop turn by turn, up to a limit.
   *
   * @param begins whether a turn begins; if not, the loop ends, or tries again
   */
  private turns(
    body: CompoundList,
    ignoring: boolean,
    begins: () => boolean | 'again',
    next: () => void,
  ): void {
    let status: Status = 0
    for (let turns = 0; turns < MOST_TURNS; turns++) {
      const begun = begins()
      if (begun === 'again') continue
      if (!begun) {
        this.status = status
        return
      }
      if (this.turn(body, ignoring) === 'break') return
      status = this.status
      next()
    }
    throw new Lost('a loop')
  }

  private while({ kind, clause, body }: While, ignoring: boolean): void {
    const begins = () => {
      const left = this.turn(clause, true)
      if (left === 'continue') return 'again'
      return left === undefined && (this.status === 0) === (kind === 'while')
    }
    this.turns(body, ignoring, begins, () => undefined)
  }

  private arithmeticFor({ initialize, test, update, body }: ArithmeticFor, ignoring: boolean): void {
    const calculate = (expression: ArithmeticExpression | undefined): boolean => {
      if (!expression) return true
      const number = this.options.sh ? undefined : this.calculate(expression, '')
      if (!number) throw new Lost('a loop')
      return textOf(number) !== '0'
    }
    calculate(initialize)
    this.turns(
      body,
      ignoring,
      () => calculate(test),
      () => calculate(update),
    )
  }

  private fits(value: Value | undefined, word: Word, text: string): boolean {
    const pattern = patternOf(word, this)
    if (!pattern || !value) {
      // `*`, the last pattern of most, matches everything.
      if (word.text === '*') return true
      return this.unknown(`case ${text} in ${word.text})`)
    }
    if (this.isBlind) return this.unknown(`case ${text} in ${word.text})`)
    return judge(matches(value, pattern), this)
  }

  private mayStart(node: SyntaxNode): boolean {
    return calls(node, this.subject, this.functions, this.argumentWords(true))
  }

  /** What is not followed as a whole: a loop, arithmetic. */
  private unfollowed(node: SyntaxNode, ignoring: boolean): void {
    const effects = effectsOf(node, this.functions)
    if (this.mayStart(node) || effects.has('ends') || effects.has('changes')) throw new Lost('a loop')
    if (effects.has('open')) this.mayBeLost('a command in a loop')
    this.forgetAssigned(node)
    this.forgetPositional()
    this.ask(node.type === 'While' || node.type === 'For' ? 'a loop' : 'a calculation', ignoring)
    this.tainted = true
  }
}
