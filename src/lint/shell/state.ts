/** The state of a running shell: its variables, functions and options, and what its words expand to. */
import type {
  ArithmeticExpansionPart,
  ArithmeticExpression,
  ArrayValue,
  Assignment,
  ParameterExpansionPart,
  ParsedScript,
  Function as ShellFunction,
  Statement,
  SyntaxNode,
  Word,
} from 'unbash'
import type { ScriptWorld } from '../script-outcome.ts'
import { argumentWord } from './arguments.ts'
import { Calculation, isNumber } from './arithmetic.ts'
import { type Call, calls } from './calls.ts'
import { assignedBy, assignedInText } from './effects.ts'
import { Exit, FAILED, Leave, Lost, ReadAgain, type Status } from './exits.ts'
import type { Options } from './options.ts'
import { isEmpty, type Judge } from './test-command.ts'
import { failedStatus, localValue, type Piece, type Question, textValue, type Value } from './value.ts'
import { fieldsOf, type Quotes, type Surroundings, wordValue } from './words.ts'

/** The questions of a script that runs. */
export type Asked = Omit<ScriptWorld, 'authored'>

/** A trap that runs now, and the status that `$?` had before it. */
interface RunningTrap {
  on: 'exit' | 'failure'
  status: Status
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

/** `:?` after a name, in an expansion. */
const REQUIRES = /\$\{[^}]*[\w@*\]]:?\?/

const statusValue = (status: Status): Value =>
  status === FAILED ? failedStatus() : textValue(String(status))

export abstract class State implements Surroundings, Judge {
  protected readonly world: Asked
  protected readonly subject: Call
  protected readonly tree: ParsedScript
  protected options: Options
  protected variables = new Map<string, Value | undefined>()
  protected functions = new Map<string, ShellFunction>()
  /** The variables and functions that another shell inherits, beside those of the environment. */
  protected exported = new Set<string>()
  protected status: Status = 0
  /** PIPESTATUS: the statuses of the last pipeline. Undefined if they are not known. */
  protected pipeStatus: readonly Status[] | undefined
  /** Conditions are not followed after an unknown command, unless nolapse's own status may depend on them. */
  protected readonly followsAll: boolean
  protected tainted = false
  /** Variables that the shell calculates: `declare -i`. */
  protected readonly integers = new Set<string>()
  /** How many elements the arrays have. */
  protected counts = new Map<string, number>()
  protected looping = 0
  protected calling = 0
  protected piped = 0
  /** Variables that are not in the map can have any value. */
  private anyVariable = false
  /** Something was loaded into the shell that may have set variables: a file, the output of a program. */
  protected loaded = false
  /** In a function: what its own variables were before, in a list that is empty if they were not set. */
  protected outer: Map<string, readonly (Value | undefined)[]> | undefined
  /** What is known about the world outside the script, until a command may change it. */
  private seen = new Map<string, boolean>()
  /** What is known about values that only the script knows. The same text can stand for another value later. */
  private readonly decided = new Map<string, boolean>()
  private readonly identities = new Map<Piece, number>()
  /** The arguments of a function. `open`: what is not in the list is not known. */
  protected positional: { values: Value[]; open: boolean } = { values: [], open: true }
  /** The status of the last command substitution of an assignment. */
  protected substituted: Status | undefined
  /** The process of the last command in the background, `$!`, and the statuses of those to wait for. */
  protected lastJob: Value | undefined
  protected jobs = new Map<Piece, Status>()
  /** What a trap runs when the shell exits, and after a failure that `-e` would end it for. */
  protected onExit: ParsedScript | undefined
  protected onFailure: ParsedScript | undefined
  protected runningTrap: RunningTrap | undefined

  constructor(options: Options, world: Asked, subject: Call, tree: ParsedScript) {
    this.options = { ...options }
    this.world = world
    this.subject = subject
    this.tree = tree
    this.followsAll = calls(tree, subject)
  }

  /** Runs commands in order. */
  protected abstract list(statements: readonly Statement[], ignoring: boolean): void

  /** Runs code that has its own exit, and its own trap on it: the script, a subshell. */
  protected shell(body: () => void): Status {
    const { onExit } = this
    this.onExit = undefined
    try {
      const status = this.end(body)
      return this.onExit
        ? this.end(() => this.runTrap(this.onExit as ParsedScript, { on: 'exit', status }))
        : status
    } finally {
      this.onExit = onExit
    }
  }

  private end(body: () => void): Status {
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

  protected subshell(body: () => void): Status {
    const { options, variables, counts, functions, exported, jobs } = this
    const { status, anyVariable, loaded, onFailure, positional, lastJob } = this
    if (!options.E) this.onFailure = undefined
    this.options = { ...options }
    this.variables = new Map(variables)
    this.counts = new Map(counts)
    this.functions = new Map(functions)
    this.exported = new Set(exported)
    // Those of its parent are not its own.
    this.jobs = new Map()
    try {
      return this.shell(body)
    } finally {
      Object.assign(this, { options, variables, counts, functions, exported, jobs })
      Object.assign(this, { status, anyVariable, loaded, onFailure, positional, lastJob })
    }
  }

  /** Exits the shell after a failure if -e is set. A trap on ERR comes first, and can turn -e off. */
  protected settle(status: Status, ignoring: boolean): void {
    this.status = status
    this.pipeStatus = [status]
    if (status === 0 || ignoring) return
    if (this.onFailure && this.runningTrap?.on !== 'failure')
      this.runTrap(this.onFailure, { on: 'failure', status })
    if (this.options.e) throw new Exit(status)
  }

  /** Runs the commands of a trap. The status before it stays, unless they exit. */
  private runTrap({ commands }: ParsedScript, running: RunningTrap): void {
    const { runningTrap, piped } = this
    this.runningTrap = running
    this.status = running.status
    // A `break` in it is not followed.
    this.piped++
    try {
      this.list(commands, false)
      this.status = running.status
    } finally {
      Object.assign(this, { runningTrap, piped })
    }
  }

  protected ask(text: string, ignoring: boolean): void {
    this.lookAgain()
    this.settle(this.world.succeeds(text) ? 0 : FAILED, ignoring)
  }

  /** A command that only the running shell knows: it may be `exit`. */
  protected mayBeLost(text: string): void {
    if (this.world.either(`\`${text}\` ends the script or changes the rest of it`)) throw new Lost(text)
  }

  /** What a node that is not followed may have assigned to. */
  protected forgetAssigned(node: SyntaxNode): void {
    const names = assignedBy(node, this.functions)
    if (names === 'all') {
      this.variables = new Map()
      this.counts = new Map()
      this.anyVariable = true
    } else this.touch(names)
  }

  protected touch(names: Iterable<string>): void {
    for (const name of names) this.set(name, localValue(`$${name}`))
  }

  protected set(name: string, value: Value | undefined): void {
    // It calculates what it gets: `declare -i`.
    const isCalculated = value !== undefined && this.integers.has(name) && !isNumber(value)
    this.variables.set(name, isCalculated ? localValue(`$${name}`) : value)
    this.counts.delete(name)
    this.lookAgain()
  }

  /** A test of the world outside can have another result from here on. */
  protected lookAgain(): void {
    this.seen.clear()
  }

  /** The words of `"$@"` that are known. */
  protected argumentWords(isQuoted: boolean): Word[] {
    return this.positional.values.map((value, index) => argumentWord(value, index + 1, isQuoted))
  }

  /** After a command that may have changed the arguments: none of them is known. */
  protected forgetPositional(): void {
    this.positional = { values: [], open: true }
  }

  touched(text: string): void {
    this.touch(assignedInText(text))
  }

  /** @param before the status before the command, which `$?` stands for in it */
  protected assign({ name, value, append, index }: Assignment, before: Status): void {
    if (this.options.a) this.exported.add(name)
    if (value.type !== 'Word' || index || append) {
      if (index) this.touched(index.text)
      const count = value.type === 'Word' ? undefined : this.counted(value, append ? name : undefined)
      this.set(name, localValue(`$${name}`))
      if (count !== undefined) this.counts.set(name, count)
      return
    }
    const status = this.status
    this.status = before
    const assigned = wordValue(value, this) ?? localValue(value.text)
    this.status = status
    this.set(name, assigned)
  }

  /** How many elements an array has after an assignment: `a=(…)`, `a+=(…)`. */
  private counted({ elements }: ArrayValue, before: string | undefined): number | undefined {
    const fields = elements.map(word => (word.text.startsWith('[') ? undefined : fieldsOf(word, this)))
    const first = before === undefined ? 0 : this.count(before)
    if (first === undefined || fields.includes(undefined)) return undefined
    return first + fields.flat().length
  }

  private count(name: string): number | undefined {
    const isUnset = !this.loaded && !OF_THE_SHELL.test(name) && this.valueOf(name) === undefined
    return this.counts.get(name) ?? (isUnset ? 0 : undefined)
  }

  countOf(name: string): Value | undefined {
    // With -u, it ends the shell if the array is not set.
    if (this.options.u && !this.counts.has(name)) this.variable(name)
    const count = this.options.sh ? undefined : this.count(name)
    return count === undefined ? undefined : textValue(String(count))
  }

  calculate(expression: ArithmeticExpression | undefined, text: string): Value | undefined {
    // dash does not know these operators.
    if (!expression || (this.options.sh && /\+\+|--|,/.test(text))) return undefined
    const calculation = new Calculation(this)
    const result = calculation.result(expression)
    if (result) for (const [name, value] of calculation.assigned) this.set(name, value)
    return result
  }

  substitute(script: ParsedScript): void {
    this.substituted = this.subshell(() => {
      // bash turns -e off here, sh does not.
      if (!this.options.sh) this.options.e = false
      this.status = 0
      this.list(script.commands, false)
    })
  }

  /** Another shell inherits what is exported. Whether something else is, too, is not known: `export "$X"`. */
  protected asNewShell(): void {
    const inherits = (name: string) => this.exported.has(name) || this.world.variable(name) !== undefined
    this.touch([...this.variables.keys()].filter(name => !inherits(name)))
    this.functions = new Map([...this.functions].filter(([name]) => this.exported.has(name)))
    this.onFailure = undefined
    this.forgetPositional()
    this.status = 0
  }

  statusInPipe(number: number): Value | undefined {
    const status = this.pipeStatus?.[number]
    // dash does not have it.
    return status === undefined || this.options.sh ? undefined : statusValue(status)
  }

  variable(name: string): Value | undefined {
    if (name === '?') return statusValue(this.status)
    if (name === '!' && this.lastJob) return this.lastJob
    const quiet = name.endsWith('-')
    const plain = quiet ? name.slice(0, -1) : name
    if (plain === '#' && !this.positional.open) return textValue(String(this.positional.values.length))
    const isArgument = /^[1-9][0-9]*$/.test(plain)
    // Values that only the shell knows.
    if (!isArgument && (!/^[A-Za-z_]\w*$/.test(plain) || OF_THE_SHELL.test(plain)))
      return localValue(`$${plain}`)
    const value = isArgument ? this.argument(Number(plain)) : this.valueOf(plain)
    if (value === undefined && this.options.u && !quiet) return this.unset(plain)
    return value
  }

  /** With -u, it ends the shell, unless what was loaded has set it. */
  private unset(name: string): Value {
    if (!this.loaded || !this.unknown(`$${name} is set`)) throw new Exit(1)
    return localValue(`$${name}`)
  }

  private argument(number: number): Value | undefined {
    const { values, open } = this.positional
    if (open) values[number - 1] ??= localValue(`$${number}`)
    return values[number - 1]
  }

  private valueOf(name: string): Value | undefined {
    if (!this.variables.has(name) && this.anyVariable) this.variables.set(name, localValue(`$${name}`))
    return this.variables.has(name) ? this.variables.get(name) : this.given(name)
  }

  private given(name: string): Value | undefined {
    const value = this.world.variable(name)
    if (value === undefined) return undefined
    return typeof value === 'string' ? textValue(value) : [{ kind: 'unknown', value, local: false }]
  }

  mayFail(part: ParameterExpansionPart | ArithmeticExpansionPart): void {
    let isOpen = REQUIRES.test(part.text)
    if (part.type === 'ParameterExpansion') {
      const { parameter, prefix, index, operation } = part
      const isOther = prefix === '!' || index !== undefined
      // To dash, these are errors that end it.
      const isOfBash = isOther || /^(Replace|Slice|Case|Transform)/.test(operation?.type ?? '')
      if (isOfBash && !this.isBash()) throw new Exit(2)
      if (this.options.u && operation?.type !== 'Default') {
        if (!isOther) this.variable(parameter)
        // A list can be empty.
        else if (operation?.type !== 'Names' && !/^[@*]$/.test(index?.text ?? '')) isOpen = true
      }
    }
    if (isOpen && !this.unknown(`${part.text} is set`)) throw new Exit(1)
  }

  required(value: Value | undefined, orEmpty: boolean): Value {
    const isMissing = value === undefined || ((orEmpty || value.length > 0) && isEmpty(value, this))
    if (isMissing) throw new Exit(1)
    return value
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

  /** Reads words without running anything in them. */
  protected readonly looking: Surroundings = {
    variable: name => this.variable(name.endsWith('-') ? name : `${name}-`),
    inline: (index, quotes) => {
      const text = this.world.inline(index)
      if (typeof text === 'string') return this.inline(index, quotes)
      return [{ kind: 'unknown', value: text, local: false }]
    },
    substitute: () => undefined,
    touched: () => undefined,
    required: value => value ?? [],
    statusInPipe: number => this.statusInPipe(number),
    mayFail: () => undefined,
    calculate: () => undefined,
    countOf: () => undefined,
    splitsAtBlanks: () => this.splitsAtBlanks(),
  }

  /** Expands words. An inline expression can be any text. */
  protected readonly starting: Surroundings = {
    ...this.looking,
    variable: name => this.variable(name),
    substitute: script => this.substitute(script),
    touched: text => this.touched(text),
    required: (value, orEmpty) => this.required(value, orEmpty),
    mayFail: part => this.mayFail(part),
    calculate: (expression, text) => this.calculate(expression, text),
    countOf: name => this.countOf(name),
  }

  /** After an unknown command, a condition may be true or false. */
  protected get isBlind(): boolean {
    return this.tainted && !this.followsAll
  }

  answer(question: Question): boolean {
    const text = question.ask === 'equals' ? `${question.value.what} = ${question.text}` : question.question
    if (question.local.length > 0) {
      const identities = question.local.map(piece => this.identityOf(piece))
      return this.once(this.decided, `${text} ${identities}`, text)
    }
    return question.ask === 'equals'
      ? this.world.equals(question.value, question.text)
      : this.world.either(question.question)
  }

  private identityOf(piece: Piece): number {
    const identity = this.identities.get(piece) ?? this.identities.size
    this.identities.set(piece, identity)
    return identity
  }

  unknown(text: string): boolean {
    return this.once(this.seen, text, text)
  }

  private once(memory: Map<string, boolean>, key: string, text: string): boolean {
    const known = memory.get(key)
    if (known !== undefined) return known
    const holds = this.world.succeeds(text)
    memory.set(key, holds)
    return holds
  }

  isBash(): boolean {
    return !this.options.sh || this.world.either('sh is bash')
  }
}
