/** Runs a simple command: an assignment, a function, nolapse, another shell, a builtin, or what is not followed. */
import type {
  Assignment,
  Command,
  CommandNode,
  Redirect,
  Redirection,
  Function as ShellFunction,
  Word,
} from 'unbash'
import { hasArguments, withArguments } from './arguments.ts'
import { Builtins, KNOWN } from './builtins.ts'
import { asksForHelp, callOf, inlineScript, measuredBy, wordsOf } from './calls.ts'
import { changesShell, isOpenName, startedBy } from './effects.ts'
import { Exit, FAILED, Leave, Lost, type Status } from './exits.ts'
import { applyOption, NONE, type Options } from './options.ts'
import type { State } from './state.ts'
import { literalOf, treeOf } from './tree.ts'
import { type Piece, textOf, type Value } from './value.ts'
import { fieldsOf, shown, wordValue } from './words.ts'

/** Names in a variable that change nothing. */
const HARMLESS = new Set(['true', ':', 'false', 'echo'])

/** Builtins after which dash keeps what is assigned before them. */
const KEEPS = /^(:|break|continue|exec|exit|export|readonly|return|set|trap|unset)$/

const assignmentsBefore = ({ prefix }: Command): Assignment[] =>
  prefix.filter(one => one.type === 'Assignment')

/** Commands that load or start others in the same shell. */
const LOADS = /^(\.|source|command|builtin|alias|enable|shopt|hash)$/

/** Files that the system and the runner provide, and processes: `< <(command)`. */
const PROVIDED =
  /^"?(\/dev\/(null|std(in|out|err))|\$\{?GITHUB_(OUTPUT|ENV|PATH|STATE|STEP_SUMMARY)\}?)"?$|^[<>]\(/

function opensSurely({ operator, target }: Redirect): boolean {
  const text = (target as Word).text
  return PROVIDED.test(text) || (/^[<>]&$/.test(operator) && /^[0-2-]$/.test(text))
}

const isByAuthor = (piece: Piece): piece is Piece & { kind: 'unknown' } =>
  piece.kind === 'unknown' && piece.value.byAuthor === true && !piece.value.harmless

export abstract class SimpleCommands extends Builtins {
  protected started = false

  protected abstract command(node: CommandNode, ignoring: boolean): void

  protected simple(written: Command, ignoring: boolean): void {
    const command = this.withArguments(written)
    const words = wordsOf(command)
    this.redirect(command.redirects)
    const name = command.name && literalOf(command.name)
    const defined = name === undefined ? undefined : this.functions.get(name)
    const inner = inlineScript(words)
    if (!command.name || defined || inner !== undefined || (name !== undefined && KNOWN.has(name)))
      this.mayNotOpen(command.redirects, ignoring)
    if (!command.name) {
      const before = this.status
      this.status = 0
      this.substituted = undefined
      for (const one of command.prefix) if (one.type === 'Assignment') this.assign(one, before)
      this.settle(this.substituted ?? 0, ignoring)
      return
    }
    if (defined) {
      this.call(defined, command, ignoring)
      return
    }
    if (callOf(words) === this.subject && !this.needsHelp(words)) {
      this.expand(words)
      const status = this.start(measuredBy(words))
      if (name === 'exec') throw new Exit(status)
      this.settle(status, ignoring)
      return
    }
    if (inner !== undefined) {
      this.expand(words)
      this.settle(this.innerShell(inner, words, command), ignoring)
      return
    }
    if (name !== undefined && KNOWN.has(name)) {
      // `eval` sees what is assigned before it, and in dash it stays assigned after some.
      if (name === 'eval' || (this.options.sh && KEEPS.test(name)))
        this.touch(assignmentsBefore(command).map(one => one.name))
      this.builtin(name, command, words.slice(1), ignoring)
      return
    }
    this.other(command, words, ignoring)
  }

  /** `"$@"` in a function, if all arguments are known. */
  private withArguments(command: Command): Command {
    const words = wordsOf(command)
    if (this.positional.open || !hasArguments(words)) return command
    const [name, ...suffix] = withArguments(words, isQuoted => this.argumentWords(isQuoted))
    const { type, pos, end, prefix, redirects } = command
    const others = command.suffix.filter(one => one.type === 'Assignment')
    return { type, pos, end, name, prefix, suffix: [...suffix, ...others], args: suffix, redirects }
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
    const harmless = first && isOpenName(first) ? this.open(values, started) : undefined
    if (first && !isOpenName(first) && wordValue(first, this)?.some(isByAuthor)) this.mayBeLost(shown(words))
    for (const word of started.slice(1)) fieldsOf(word, this)
    if (harmless !== undefined) {
      this.mayNotOpen(command.redirects, ignoring)
      this.settle(harmless === 'false' ? 1 : 0, ignoring)
      return
    }
    this.forgetAssigned(command)
    if (/^(\.|source)$/.test(name ?? '')) {
      this.forgetPositional()
      this.loaded = true
      if (this.options.sh && !this.unknown(`${shown(words)} finds a file`)) throw new Exit(2)
    }
    this.ask(shown(words), ignoring)
    this.tainted = true
  }

  /** A command whose name is expanded: `$X 0` exits if X is `exit`. Returns a name that changes nothing: `$ok`. */
  private open(values: readonly Value[] | undefined, words: readonly Word[]): string | undefined {
    const text = values?.[0] && textOf(values[0])
    // The name is the next word: `$SUDO make`.
    const next = values?.length === 0 ? words[1] && literalOf(words[1]) : text
    if (next === undefined) {
      if (values?.length !== 0 || words.length > 1) this.mayBeLost(shown(words))
    } else if (HARMLESS.has(next)) return next
    else if (KNOWN.has(next) || LOADS.test(next) || this.functions.has(next)) throw new Lost(shown(words))
    return undefined
  }

  /** What redirections do before the command runs. Their targets can run commands too. */
  protected redirect(redirects: readonly Redirection[]): void {
    if (redirects.length > 0) this.lookAgain()
    for (const redirect of redirects) {
      if (redirect.type !== 'HereDoc') wordValue(redirect.target as Word, this)
      if (redirect.descriptor?.type === 'FileDescriptorVariable') this.touch([redirect.descriptor.name])
    }
  }

  /** Without its file, a command does not run. With -e, that ends the script like any other failure. */
  protected mayNotOpen(redirects: readonly Redirection[], ignoring: boolean): void {
    if (this.options.e && !ignoring) return
    for (const redirect of redirects)
      if (redirect.type === 'Redirect' && !opensSurely(redirect))
        this.mayBeLost(`${redirect.operator} ${shown([redirect.target as Word])}`)
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

  /** What the shell does before it starts the command: `${X:?}` ends it. */
  private expand(words: readonly Word[]): void {
    for (const word of words) fieldsOf(word, this.starting)
  }

  protected start(measured: string): Status {
    this.started = true
    this.lookAgain()
    return this.world.nolapse(measured) ? 0 : FAILED
  }

  private call({ body }: ShellFunction, command: Command, ignoring: boolean): void {
    const { outer, onFailure, positional } = this
    this.positional = this.argumentsOf(command)
    this.lookAgain()
    const own = new Map<string, readonly (Value | undefined)[]>()
    const assigned = assignmentsBefore(command)
    const exported = assigned.filter(({ name }) => !this.exported.has(name))
    for (const one of assigned) {
      own.set(one.name, this.variables.has(one.name) ? [this.variables.get(one.name)] : [])
      this.assign(one, this.status)
      this.exported.add(one.name)
    }
    this.outer = own
    if (!this.options.E) this.onFailure = undefined
    this.calling++
    try {
      // A list without braces is a syntax error, and a script with errors is not followed.
      this.command(body as CommandNode, ignoring)
    } catch (thrown) {
      if (!(thrown instanceof Leave) || thrown.what !== 'return') throw thrown
      this.settle(this.status, ignoring)
    } finally {
      this.onFailure ??= onFailure
      this.positional = positional
      this.outer = outer
      for (const [name, values] of own) {
        this.counts.delete(name)
        if (values.length > 0) this.variables.set(name, values[0])
        else this.variables.delete(name)
      }
      for (const { name } of exported) this.exported.delete(name)
      this.calling--
    }
  }

  /** What is known of the arguments: all, or those before the first whose number is not known. */
  private argumentsOf(command: Command): State['positional'] {
    const fields = wordsOf(command)
      .slice(1)
      .map(word => fieldsOf(word, this))
    const unknown = fields.indexOf(undefined)
    const known = (unknown < 0 ? fields : fields.slice(0, unknown)) as Value[][]
    return { values: known.flat(), open: unknown >= 0 }
  }

  private innerShell(source: string, words: readonly Word[], command: Command): Status {
    const tree = treeOf(source)
    const options: Options = { ...NONE, sh: words[0]?.value !== 'bash' }
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
      for (const one of assignmentsBefore(command)) {
        this.assign(one, this.status)
        this.exported.add(one.name)
      }
      this.asNewShell()
      this.options = options
      this.list(tree.commands, false)
    })
  }
}
