/** Runs a script command by command, as bash does, without starting anything. */
import type {
  AndOr,
  Assignment,
  Command,
  CommandNode,
  CompoundList,
  ParsedScript,
  Pipeline,
  PipelineNode,
  Function as ShellFunction,
  Statement,
  SyntaxNode,
  Word,
} from 'unbash'
import type { ScriptPart, ScriptWorld } from '../script-outcome.ts'
import { asksForHelp, type Call, callOf, calls, inlineScript, measuredBy, wordsOf } from './calls.ts'
import { assignedBy, assignedInText, changesShell, effectsOf, isOpenName, startedBy } from './effects.ts'
import { applyOption, type Options } from './options.ts'
import { evaluateExpression, evaluateTest, type Judge, judge } from './test-command.ts'
import { contains, literalOf, partsIn, treeOf } from './tree.ts'
import {
  FAILED_STATUS,
  localValue,
  matches,
  type Piece,
  type Question,
  textOf,
  textValue,
  type Value,
} from './value.ts'
import { fieldsOf, MARK, patternOf, type Quotes, type Surroundings, wordValue } from './words.ts'

/** The questions of a script that runs. */
type Asked = Omit<ScriptWorld, 'authored'>

/** An exit status. `FAILED` is an unknown status other than 0. */
type Status = number

const FAILED = -1

/** A shell exits here. */
class Exit {
  readonly status: Status
  constructor(status: Status) {
    this.status = status
  }
}

class Leave {
  readonly what: 'break' | 'continue' | 'return'
  constructor(what: 'break' | 'continue' | 'return') {
    this.what = what
  }
}

/** The script is not followed from here on. */
class Lost {
  readonly because: string
  constructor(because: string) {
    this.because = because
  }
}

/** The known text of an inline expression is special to the shell, so the script must be parsed again with it. */
class ReadAgain {}

/** The most commands to follow. Nested loops can have many. */
const MOST_COMMANDS = 20_000

const DEEPEST = 50

export interface Outcome {
  success: boolean
  /** Each command was followed, or may succeed or fail. */
  followed: boolean
}

export function run(
  tree: ParsedScript,
  options: Options,
  parts: readonly ScriptPart[],
  world: Asked,
  subject: Call,
): Outcome {
  // Answers, kept for a second parse: the same run must get the same answers.
  const answers: boolean[] = []
  const remembered = (at: { next: number }): Asked => {
    const once = (ask: () => boolean): boolean => {
      const index = at.next++
      answers[index] ??= ask()
      return answers[index] as boolean
    }
    return {
      variable: name => world.variable(name),
      inline: index => world.inline(index),
      equals: (value, text) => world.equals(value, text),
      either: question => world.either(question),
      succeeds: command => once(() => world.succeeds(command)),
      nolapse: measured => once(() => world.nolapse(measured)),
    }
  }
  try {
    return new Run(options, remembered({ next: 0 }), subject, tree).outcome()
  } catch (thrown) {
    if (!(thrown instanceof ReadAgain)) throw thrown
    const source = parts.map(part => {
      if (typeof part === 'string') return part
      const text = world.inline(part.inline)
      return typeof text === 'string' ? text : `${MARK}${part.inline}${MARK}`
    })
    const again = treeOf(source.join(''))
    return again
      ? new Run(options, remembered({ next: 0 }), subject, again).outcome()
      : { success: false, followed: false }
  }
}

class Run implements Surroundings, Judge {
  private readonly world: Asked
  private readonly subject: Call
  private readonly tree: ParsedScript
  private options: Options
  private variables = new Map<string, Value | undefined>()
  private functions = new Map<string, ShellFunction>()
  private status: Status = 0
  /** Conditions are not followed after an unknown command, unless nolapse's own status may depend on them. */
  private readonly followsAll: boolean
  private tainted = false
  private started = false
  private commands = 0
  private depth = 0
  private looping = 0
  private calling = 0
  private piped = 0
  /** What a trap may do to the end: a sentence if it may do anything, or `true` if it exits. */
  private openEnd: string | boolean = false
  /** The functions of the whole script, which a trap can call. */
  private readonly allFunctions = new Map<string, ShellFunction>()
  /** Variables that are not in the map can have any value. */
  private anyVariable = false
  /** In a function: what its own variables were before, in a list that is empty if they were not set. */
  private outer: Map<string, readonly (Value | undefined)[]> | undefined
  private readonly decided = new Map<string, boolean>()

  constructor(options: Options, world: Asked, subject: Call, tree: ParsedScript) {
    this.options = { ...options }
    this.world = world
    this.subject = subject
    this.tree = tree
    this.followsAll = calls(tree, subject)
    contains(tree, node => {
      if (node.type === 'Function') this.allFunctions.set(node.name.value, node)
      return false
    })
  }

  outcome(): Outcome {
    try {
      const status = this.shell(() => this.list(this.tree.commands, false))
      return { success: this.atEnd(status === 0), followed: true }
    } catch (thrown) {
      if (!(thrown instanceof Lost)) throw thrown
      if (this.followsAll && !this.started && this.world.either(`${this.subject} is started`)) this.start('')
      return { success: this.world.succeeds(thrown.because), followed: false }
    }
  }

  private atEnd(success: boolean): boolean {
    const { openEnd } = this
    if (typeof openEnd === 'string' && !this.world.either(openEnd)) return success
    return openEnd ? this.world.succeeds('trap') : success
  }

  /** Runs code that has its own exit: the script, a subshell. */
  private shell(body: () => void): Status {
    try {
      body()
      return this.status
    } catch (thrown) {
      if (thrown instanceof Exit) return thrown.status
      // Outside loops and functions they are errors, or have no effect.
      if (thrown instanceof Leave) return this.status
      throw thrown
    }
  }

  private subshell(body: () => void): Status {
    const { options, variables, functions, status, anyVariable } = this
    this.options = { ...options }
    this.variables = new Map(variables)
    this.functions = new Map(functions)
    try {
      return this.shell(body)
    } finally {
      Object.assign(this, { options, variables, functions, status, anyVariable })
    }
  }

  private list(statements: readonly Statement[], ignoring: boolean): void {
    for (const { command, background } of statements)
      if (background) {
        this.subshell(() => this.node(command, ignoring))
        this.status = 0
      } else this.node(command, ignoring)
  }

  private compound({ commands }: CompoundList, ignoring: boolean): void {
    this.list(commands, ignoring)
  }

  /** Exits the shell after a failure if -e is set. */
  private settle(status: Status, ignoring: boolean): void {
    this.status = status
    if (status !== 0 && this.options.e && !ignoring) throw new Exit(status)
  }

  /** @param ignoring -e has no effect here: a condition, or all but the last command of `&&` and `||` */
  private node(node: PipelineNode | AndOr, ignoring: boolean): void {
    if (++this.commands > MOST_COMMANDS || this.depth > DEEPEST) throw new Lost('a script with many commands')
    this.depth++
    try {
      if (node.type === 'AndOr') this.andOr(node, ignoring)
      else if (node.type === 'Pipeline') this.pipeline(node, ignoring)
      else this.command(node, ignoring)
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
        const statuses = commands.map(command => this.subshell(() => this.node(command, inner)))
        const failed = this.options.pipefail ? statuses.findLast(status => status !== 0) : statuses.at(-1)
        this.settle(failed ?? 0, inner)
      }
    } finally {
      this.piped--
    }
    if (negated) this.status = this.status === 0 ? 1 : 0
  }

  private command(node: CommandNode, ignoring: boolean): void {
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
        this.status = 0
        if (node.else) this.compound(node.else, ignoring)
        return
      }
      case 'Case': {
        const value = wordValue(node.word, this)
        for (const [index, { pattern, body, terminator }] of node.items.entries()) {
          if (!pattern.some(one => this.fits(value, one, node.word.text))) continue
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
        this.node(node.command, ignoring)
        return
      case 'TestCommand': {
        if (this.options.sh && !this.isBash()) {
          this.settle(127, ignoring)
          return
        }
        const holds = this.isBlind
          ? this.unknown('[[')
          : evaluateExpression(node.expression, '[[', this, this)
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
          this.variables.set(node.name.value, value)
          if (!this.turn(node.body, ignoring)) break
        }
        return
      }
      default:
        this.unfollowed(node, ignoring)
        return
    }
  }

  /** Runs a loop body once. Returns whether the loop continues. */
  private turn(body: CompoundList, ignoring: boolean): boolean {
    const { piped } = this
    this.looping++
    this.piped = 0
    try {
      this.compound(body, ignoring)
      return true
    } catch (thrown) {
      if (!(thrown instanceof Leave) || thrown.what === 'return') throw thrown
      return thrown.what === 'continue'
    } finally {
      this.looping--
      this.piped = piped
    }
  }

  private fits(value: Value | undefined, word: Word, text: string): boolean {
    const pattern = patternOf(word, this)
    if (!pattern || !value) {
      // Everything matches the last one of most.
      if (word.text === '*') return true
      return this.unknown(`case ${text} in ${word.text})`)
    }
    if (this.isBlind) return this.unknown(`case ${text} in ${word.text})`)
    return judge(matches(value, pattern), this)
  }

  /** What is not followed as a whole: a loop, arithmetic. */
  private unfollowed(node: SyntaxNode, ignoring: boolean): void {
    const effects = effectsOf(node, this.functions)
    const starts = contains(node, one => one.type === 'Command' && callOf(wordsOf(one)) === this.subject)
    if (starts || effects.has('ends') || effects.has('changes')) throw new Lost('a loop')
    if (effects.has('open')) this.mayBeLost('a command in a loop')
    this.forgetAssigned(node)
    this.ask(node.type === 'While' || node.type === 'For' ? 'a loop' : 'a calculation', ignoring)
    this.tainted = true
  }

  /** What a node that is not followed may have assigned to. */
  private forgetAssigned(node: SyntaxNode): void {
    const names = assignedBy(node, this.functions)
    if (names === 'all') {
      this.variables = new Map()
      this.anyVariable = true
    } else this.touch(names)
  }

  private touch(names: Iterable<string>): void {
    for (const name of names) this.variables.set(name, localValue(`$${name}`))
  }

  touched(text: string): void {
    this.touch(assignedInText(text))
  }

  /** A command that only the running shell knows: it may be `exit`. */
  private mayBeLost(text: string): void {
    if (this.world.either(`\`${text}\` ends the script or changes the rest of it`)) throw new Lost(text)
  }

  private ask(text: string, ignoring: boolean): void {
    this.settle(this.world.succeeds(text) ? 0 : FAILED, ignoring)
  }

  private simple(command: Command, ignoring: boolean): void {
    const words = wordsOf(command)
    // Redirection targets can run commands too.
    for (const redirect of command.redirects)
      if (redirect.type !== 'HereDoc') wordValue(redirect.target as Word, this)
    this.forgetDescriptors(command)
    const name = command.name && literalOf(command.name)
    if (!command.name) {
      const before = this.status
      this.status = 0
      this.substituted = undefined
      for (const one of command.prefix) if (one.type === 'Assignment') this.assign(one, before)
      this.settle(this.substituted ?? 0, ignoring)
      return
    }
    const defined = name === undefined ? undefined : this.functions.get(name)
    if (defined) {
      this.call(defined, ignoring)
      return
    }
    if (callOf(words) === this.subject && !this.needsHelp(words)) {
      this.readKnown(words)
      const status = this.start(measuredBy(words))
      if (name === 'exec') throw new Exit(status)
      this.settle(status, ignoring)
      return
    }
    const inner = inlineScript(words)
    if (inner !== undefined) {
      this.settle(this.innerShell(inner, words), ignoring)
      return
    }
    if (name !== undefined && KNOWN.has(name)) {
      this.builtin(name, command, words.slice(1), ignoring)
      return
    }
    this.other(command, words, ignoring)
  }

  /** A command that is not followed. */
  private other(command: Command, words: readonly Word[], ignoring: boolean): void {
    const started = startedBy(words)
    const [first] = started
    const name = first && literalOf(first)
    // `command exit 0` exits.
    if (name !== undefined && started.length < words.length && KNOWN.has(name)) throw new Lost(shown(words))
    // bash uses aliases in scripts only if it is started as sh.
    if (changesShell(started) && (name !== 'alias' || this.options.sh)) throw new Lost(shown(words))
    // What it loads is trusted if nolapse runs in the same script: `. .venv/bin/activate`.
    if (/^(\.|source)$/.test(name ?? '') && !this.followsAll) this.mayBeLost(shown(words))
    const values = first && isOpenName(first) ? fieldsOf(first, this) : undefined
    if (first && isOpenName(first)) this.open(values, started)
    else if (first && wordValue(first, this)?.some(isByAuthor)) this.mayBeLost(shown(words))
    for (const word of started.slice(1)) fieldsOf(word, this)
    this.forgetAssigned(command)
    this.ask(shown(words), ignoring)
    this.tainted = true
  }

  /** A command whose name is expanded: `$X 0` exits if X is `exit`. */
  private open(values: readonly Value[] | undefined, words: readonly Word[]): void {
    const text = values?.[0] && textOf(values[0])
    // The name is the next word: `$SUDO make`.
    const next = values?.length === 0 ? words[1] && literalOf(words[1]) : text
    if (next === undefined) {
      if (values?.length !== 0 || words.length > 1) this.mayBeLost(shown(words))
    } else if (!HARMLESS.has(next) && (KNOWN.has(next) || LOADS.test(next) || this.functions.has(next)))
      throw new Lost(shown(words))
  }

  private forgetDescriptors({ redirects }: Command): void {
    for (const { descriptor } of redirects)
      if (descriptor?.type === 'FileDescriptorVariable') this.touch([descriptor.name])
  }

  /** Whether the arguments of a call ask for help in this case: `nolapse run $ARGS`. */
  private needsHelp(words: readonly Word[]): boolean {
    const texts: string[] = []
    for (const [index, word] of words.entries()) {
      const fields = fieldsOf(word, this.looking)
      texts.push(...(fields ?? []).map(field => textOf(field) ?? ''))
      // A text by the author can be an option: alone in its quotes, or without quotes after a blank in it.
      const pieces = fields ? (fields[0] ?? []).slice(0, 1) : (wordValue(word, this.looking) ?? [])
      const isValue = fields !== undefined && words[index - 1]?.value.startsWith('-')
      for (const piece of pieces)
        if (isByAuthor(piece) && !isValue && this.world.either(`${piece.value.what} asks nolapse for help`))
          texts.push('--help')
    }
    return asksForHelp(texts.slice(texts.lastIndexOf('run')))
  }

  /** Reads words without running anything in them. */
  private readonly looking: Surroundings = {
    variable: name => this.variable(name.endsWith('-') ? name : `${name}-`),
    inline: (index, quotes) => {
      const text = this.world.inline(index)
      if (typeof text === 'string') return this.inline(index, quotes)
      return [{ kind: 'unknown', value: text, local: false }]
    },
    substitute: () => undefined,
    touched: () => undefined,
    splitsAtBlanks: () => this.splitsAtBlanks(),
  }

  /** An expression of a known text can add to the call: `nolapse run ${{ matrix.optional && '|| true' }}`. */
  private readKnown(words: readonly Word[]): void {
    const surroundings: Surroundings = {
      ...this.looking,
      variable: name => localValue(`$${name}`),
      inline: (index, quotes) => {
        const text = this.world.inline(index)
        if (typeof text === 'string') return this.inline(index, quotes)
        return localValue('an expression')
      },
    }
    for (const word of words) wordValue(word, surroundings)
  }

  private builtin(name: string, command: Command, args: Word[], ignoring: boolean): void {
    switch (name) {
      case 'true':
      case ':':
      case 'echo':
      case 'printf':
        // `printf -v NAME` assigns.
        if (name === 'printf' && args[0]?.value.startsWith('-v'))
          this.forget(args[0].value.slice(2) || args[1]?.value)
        for (const word of args) fieldsOf(word, this)
        this.settle(0, ignoring)
        return
      case 'false':
        this.settle(1, ignoring)
        return
      case 'test':
      case '[':
        this.settle(this.test(name, args), ignoring)
        return
      case 'exit':
        throw new Exit(this.exitStatus(args))
      case 'return':
        if (this.calling === 0) throw new Lost('return')
        this.status = this.exitStatus(args)
        throw new Leave('return')
      case 'break':
      case 'continue':
        // In a pipe, or after `!`, shells do not agree on what it is.
        if (args.length > 0 || this.piped > 0) throw new Lost(name)
        this.status = 0
        if (this.looping > 0) throw new Leave(name)
        this.settle(0, ignoring)
        return
      case 'export':
      case 'readonly':
      case 'local':
      case 'declare':
      case 'typeset':
        // A reference to another variable, or letters and numbers that the shell changes.
        if (args.some(({ value }) => /^-[a-zA-Z]*[nluic]/.test(value))) throw new Lost(name)
        if (/^(local|declare|typeset)$/.test(name)) this.keepOuter(command, args)
        for (const word of args) if (!/^\w+$/.test(word.value)) this.forgetArgument(command, word)
        for (const one of command.suffix) if (one.type === 'Assignment') this.assign(one, this.status)
        this.settle(0, ignoring)
        return
      case 'unset': {
        const removesFunctions = args.some(({ value }) => /^-[a-z]*f/.test(value))
        for (const word of args)
          if (!/^\w+$/.test(word.value)) this.forgetArgument(command, word)
          else {
            // Without a variable of that name, it removes the function.
            if (removesFunctions || !this.variables.has(word.value)) this.functions.delete(word.value)
            if (!removesFunctions) this.variables.set(word.value, undefined)
          }
        this.settle(0, ignoring)
        return
      }
      case 'set':
        this.set(args, ignoring)
        return
      case 'trap':
        this.trap(args[0]?.value === '--' ? args.slice(1) : args)
        this.settle(0, ignoring)
        return
      case 'eval': {
        const fields = args.map(word => fieldsOf(word, this))
        const texts = fields.flatMap(one => one ?? [undefined]).map(one => one && textOf(one))
        const tree = texts.includes(undefined) ? undefined : treeOf(texts.join(' '))
        if (tree) {
          this.list(tree.commands, ignoring)
          return
        }
        // What a program prints is trusted if nolapse runs in the same script: `eval "$(direnv export bash)"`.
        const isTrusted = this.followsAll && args.every(isOutput)
        if (!isTrusted) this.mayBeLost(`eval ${shown(args)}`)
        this.ask('eval', ignoring)
        this.tainted = true
        return
      }
      default:
        // `exec` of something other than nolapse. With redirections only, the script continues.
        if (args.length === 0) {
          this.settle(0, ignoring)
          return
        }
        throw new Exit(this.world.succeeds(shown(args)) ? 0 : FAILED)
    }
  }

  /** In a function, the variables are its own. */
  private keepOuter(command: Command, args: readonly Word[]): void {
    if (!this.outer || args.some(({ value }) => /^-[a-zA-Z]*g/.test(value))) return
    const assigned = command.suffix.filter(one => one.type === 'Assignment').map(one => one.name)
    const bare = args.map(({ value }) => value).filter(value => /^[A-Za-z_]\w*$/.test(value))
    for (const name of [...assigned, ...bare])
      if (!this.outer.has(name))
        this.outer.set(name, this.variables.has(name) ? [this.variables.get(name)] : [])
    // bash unsets it, dash does not.
    this.touch(bare)
  }

  /** An argument such as `"NAME=value"`, or one that is a name only to the running shell. */
  private forgetArgument(command: Command, word: Word): void {
    if (word.value.startsWith('-')) return
    fieldsOf(word, this)
    this.forgetAssigned(command)
  }

  private trap([action, ...signals]: readonly Word[]): void {
    if (!action || signals.length === 0) return
    const names = signals.map(literalOf)
    // A signal can end the script early only if something sends it.
    const atSignal = names.every(name => name !== undefined && /^(SIG)?(INT|TERM|HUP)$/.test(name))
    if (atSignal && !contains(this.tree, sendsSignals)) return
    const value = wordValue(action, this)
    const body = value && textOf(value)
    if (body === '-') return
    const tree = body === undefined ? undefined : treeOf(body)
    const effects = tree && effectsOf(tree, new Map([...this.allFunctions, ...this.functions]))
    if (effects?.has('ends')) this.openEnd = true
    else if (!effects || effects.has('open')) this.openEnd ||= `the trap ends the script with success`
  }

  private forget(name: string | undefined): void {
    if (name === undefined || !/^[A-Za-z_]\w*$/.test(name)) throw new Lost('printf -v')
    this.variables.set(name, localValue(`$${name}`))
  }

  private test(name: string, args: Word[]): Status {
    const text = `${name} ${shown(args)}`
    const fields: Value[] = []
    for (const word of args) {
      const more = fieldsOf(word, this)
      if (!more) return this.unknown(text) ? 0 : 1
      fields.push(...more)
    }
    if (this.isBlind) return this.unknown(text) ? 0 : 1
    if (name === '[') {
      const last = fields.pop()
      if (!last || textOf(last) !== ']') return 2
    }
    return evaluateTest(fields, this)
  }

  private exitStatus(args: Word[]): Status {
    if (args.length === 0) return this.status
    const fields = args.map(word => fieldsOf(word, this))
    const value = fields[0]?.[0]
    if (fields.length > 1 || fields[0]?.length !== 1 || !value) throw new Lost('exit')
    const text = textOf(value)
    if (text === undefined) {
      const [piece] = value
      if (value.length === 1 && piece?.kind === 'failed-status') return FAILED
      return this.unknown(`exit ${shown(args)}`) ? 0 : FAILED
    }
    return /^[+-]?[0-9]{1,9}$/.test(text) ? Number(text) & 255 : 2
  }

  private set(args: Word[], ignoring: boolean): void {
    const words = args.map(({ value }) => value)
    // dash exits here, because it does not know the name.
    if (words.includes('pipefail') && !this.isBash()) throw new Exit(2)
    for (let word = words.shift(); word !== undefined && word !== '--'; word = words.shift())
      if (!applyOption(word, () => words.shift(), this.options)) throw new Lost(`set ${word}`)
    this.settle(0, ignoring)
  }

  private start(measured: string): Status {
    this.started = true
    return this.world.nolapse(measured) ? 0 : FAILED
  }

  private call({ body }: ShellFunction, ignoring: boolean): void {
    const { outer } = this
    const own = new Map<string, readonly (Value | undefined)[]>()
    this.outer = own
    this.calling++
    try {
      // A list without braces is a syntax error, and a script with errors is not followed.
      this.command(body as CommandNode, ignoring)
    } catch (thrown) {
      if (!(thrown instanceof Leave) || thrown.what !== 'return') throw thrown
      this.settle(this.status, ignoring)
    } finally {
      this.outer = outer
      for (const [name, values] of own)
        if (values.length > 0) this.variables.set(name, values[0])
        else this.variables.delete(name)
      this.calling--
    }
  }

  private innerShell(source: string, words: readonly Word[]): Status {
    const tree = treeOf(source)
    const options: Options = { sh: words[0]?.value !== 'bash', e: false, u: false, pipefail: false }
    const rest = words.slice(1).map(({ value }) => value)
    const next = () => rest.shift()
    for (let word = next(); word !== undefined; word = next()) {
      // `-c` can be combined with others: `-ec`. An interactive shell reads more files first.
      const others = word.startsWith('--') ? word : word.replace(/[ci]/g, '')
      // Other options can read the script without running it: `bash -nc`.
      if (!/^(-|--login|--noprofile|--norc)$/.test(others) && !applyOption(others, next, options))
        throw new Lost(shown(words))
      if (/^-[a-z]*c$/.test(word)) break
    }
    if (!tree) throw new Lost(shown(words))
    return this.subshell(() => {
      this.options = options
      this.status = 0
      this.list(tree.commands, false)
    })
  }

  /** @param before the status before the command, which `$?` stands for in it */
  private assign({ name, value, append, index }: Assignment, before: Status): void {
    if (value.type !== 'Word' || index || append) {
      this.variables.set(name, localValue(`$${name}`))
      return
    }
    const status = this.status
    this.status = before
    const assigned = wordValue(value, this) ?? localValue(value.text)
    this.status = status
    this.variables.set(name, assigned)
  }

  /** The status of the last command substitution of an assignment. */
  private substituted: Status | undefined

  substitute(script: ParsedScript): void {
    this.substituted = this.subshell(() => {
      // bash turns -e off here, sh does not.
      if (!this.options.sh) this.options.e = false
      this.status = 0
      this.list(script.commands, false)
    })
  }

  variable(name: string): Value | undefined {
    if (name === '?') return this.status === FAILED ? FAILED_STATUS : textValue(String(this.status))
    const quiet = name.endsWith('-')
    const plain = quiet ? name.slice(0, -1) : name
    // Arguments, which a function has, and values that only the shell knows.
    if (!/^[A-Za-z_]\w*$/.test(plain) || OF_THE_SHELL.test(plain)) return localValue(`$${plain}`)
    const value = this.variables.has(plain) ? this.variables.get(plain) : this.given(plain)
    if (value === undefined && this.options.u && !quiet) throw new Exit(1)
    return value
  }

  private given(name: string): Value | undefined {
    if (this.anyVariable) return localValue(`$${name}`)
    const value = this.world.variable(name)
    if (value === undefined) return undefined
    return typeof value === 'string' ? textValue(value) : [{ kind: 'unknown', value, local: false }]
  }

  splitsAtBlanks(): boolean {
    return !this.variables.has('IFS') && !this.anyVariable
  }

  inline(index: number, quotes: Quotes): Value {
    const text = this.world.inline(index)
    if (typeof text === 'string') {
      if (MEANINGFUL[quotes].test(text)) throw new ReadAgain()
      return textValue(text)
    }
    // It could itself be a command.
    if (!text.harmless) throw new Lost(text.what)
    return [{ kind: 'unknown', value: text, local: false }]
  }

  /** After an unknown command, a condition may be true or false. */
  private get isBlind(): boolean {
    return this.tainted && !this.followsAll
  }

  answer(question: Question): boolean {
    const text = question.ask === 'equals' ? `${question.value.what} = ${question.text}` : question.question
    if (question.local) return this.unknown(text)
    return question.ask === 'equals'
      ? this.world.equals(question.value, question.text)
      : this.world.either(question.question)
  }

  unknown(text: string): boolean {
    const known = this.decided.get(text)
    if (known !== undefined) return known
    const holds = this.world.succeeds(text)
    this.decided.set(text, holds)
    return holds
  }

  isBash(): boolean {
    return !this.options.sh || this.world.either('sh is bash')
  }
}

/** Characters that make the text of an expression special, by its position. */
const MEANINGFUL: Record<Quotes, RegExp> = {
  none: /[^\w./:@%+,=-]|=/,
  double: /["$`\\]/,
  single: /'/,
}

/** Variables that the shell sets itself. */
const OF_THE_SHELL =
  /^(_|BASH\w*|E?UID|PPID|GROUPS|S?RANDOM|SECONDS|LINENO|EPOCH\w+|HOSTNAME|HOSTTYPE|OSTYPE|MACHTYPE|SHLVL|SHELLOPTS|PIPESTATUS|FUNCNAME|DIRSTACK|OPT(IND|ARG|ERR)|IFS|REPLY|MAPFILE|COPROC|COLUMNS|LINES|PS[0-4])$/

/** Names in a variable that change nothing. */
const HARMLESS = new Set(['true', ':', 'false', 'echo'])

/** Commands that load or start others in the same shell. */
const LOADS = /^(\.|source|command|builtin|alias|enable|shopt|hash)$/

const isByAuthor = (piece: Piece): piece is Piece & { kind: 'unknown' } =>
  piece.kind === 'unknown' && piece.value.byAuthor === true && !piece.value.harmless

/** Whether a word is just the output of a command. */
const isOutput = ({ parts }: Word): boolean =>
  parts !== undefined && partsIn(parts).every(part => part.type === 'CommandExpansion')

const sendsSignals = (node: SyntaxNode): boolean =>
  node.type === 'Command' && node.name !== undefined && /^(kill|pkill|killall)$/.test(node.name.value)

/** The commands that are followed. */
export const KNOWN = new Set(
  (
    'true : echo printf false test [ exit return break continue export readonly local declare typeset unset set trap ' +
    'eval exec'
  ).split(' '),
)

/** A command for display: its first words, on one line. */
const shown = (words: readonly Word[]): string => {
  const text = words
    .map(({ text }) => text)
    .join(' ')
    .replace(/\s+/g, ' ')
    .replaceAll(MARK, '')
  return text.length > 60 ? `${text.slice(0, 59)}…` : text
}
