/** The builtins of the shell that are followed: `test`, `exit`, `export`, `set`, `trap`, `eval`, … */
import type { Command, Word } from 'unbash'
import { Exit, FAILED, Leave, Lost, type Status } from './exits.ts'
import { applyOption } from './options.ts'
import { evaluateTest } from './test-command.ts'
import { Traps } from './traps.ts'
import { partsIn, treeOf } from './tree.ts'
import { localValue, textOf, textValue, type Value } from './value.ts'
import { fieldsOf, shown, wordValue } from './words.ts'

/** The commands that are followed. */
export const KNOWN = new Set(
  (
    'true : echo printf false test [ exit return break continue export readonly local declare typeset unset set trap ' +
    'eval exec shift wait'
  ).split(' '),
)

/** Whether a word is just the output of a command. */
const isOutput = ({ parts }: Word): boolean =>
  parts !== undefined && partsIn(parts).every(part => part.type === 'CommandExpansion')

export abstract class Builtins extends Traps {
  protected builtin(name: string, command: Command, args: Word[], ignoring: boolean): void {
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
        throw new Exit(this.exitStatus(args, this.runningTrap?.on === 'exit'))
      case 'return':
        if (this.calling === 0) throw new Lost('return')
        this.status = this.exitStatus(args, true)
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
        if (args.some(({ value }) => /^-[a-zA-Z]*[nluc]/.test(value))) throw new Lost(name)
        this.calculating(name, command, args)
        if (/^(local|declare|typeset)$/.test(name)) this.keepOuter(command, args)
        this.export(name, command, args)
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
            if (!removesFunctions) this.set(word.value, undefined)
            this.exported.delete(word.value)
          }
        this.settle(0, ignoring)
        return
      }
      case 'set':
        this.setOptions(args, ignoring)
        return
      case 'shift':
        this.shift(args, ignoring)
        return
      case 'wait':
        this.wait(command, args, ignoring)
        return
      case 'trap':
        this.trap(args[0]?.value === '--' ? args.slice(1) : args, ignoring)
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
        this.loaded = true
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

  /** `declare -i`: the variables are numbers from here on. */
  private calculating(name: string, { suffix }: Command, args: readonly Word[]): void {
    if (!args.some(({ value }) => /^-[a-zA-Z]*i/.test(value))) return
    if (this.options.sh) throw new Lost(name)
    for (const one of suffix) if (one.type === 'Assignment') this.integers.add(one.name)
    for (const { value } of args) this.integers.add(value)
  }

  private export(name: string, { suffix }: Command, args: readonly Word[]): void {
    if (name !== 'export' && !args.some(({ value }) => /^-[a-zA-Z]*x/.test(value))) return
    for (const one of suffix) if (one.type === 'Assignment') this.exported.add(one.name)
    for (const { value } of args) this.exported.add(value)
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

  private forget(name: string | undefined): void {
    if (name === undefined || !/^[A-Za-z_]\w*$/.test(name)) throw new Lost('printf -v')
    this.set(name, localValue(`$${name}`))
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

  /** @param beforeTrap without a number, it is the status from before the trap that runs */
  private exitStatus(args: Word[], beforeTrap: boolean): Status {
    if (args.length === 0) return (beforeTrap ? this.runningTrap?.status : undefined) ?? this.status
    const fields = args.map(word => fieldsOf(word, this))
    const value = fields[0]?.[0]
    if (fields.length > 1 || fields[0]?.length !== 1 || !value) throw new Lost('exit')
    const text = textOf(value)
    if (text === undefined) {
      const [piece] = value
      if (value.length === 1 && piece?.kind === 'failed-status') return FAILED
      return this.unknown(`exit ${shown(args)}`) ? 0 : FAILED
    }
    const number = /^[ \t]*([+-]?[0-9]{1,18})[ \t]*$/.exec(text)?.[1]
    return number === undefined ? 2 : Number(BigInt(number) & 255n)
  }

  private shift(args: Word[], ignoring: boolean): void {
    const [word, ...more] = args
    const count = word ? fieldsOf(word, this)?.[0] : textValue('1')
    const text = (count && textOf(count)) ?? ''
    const { values, open } = this.positional
    const isEnough = Number(text) <= values.length
    if (more.length > 0 || !/^[0-9]{1,4}$/.test(text) || (open && !isEnough)) {
      this.forgetPositional()
      this.ask(`shift ${shown(args)}`, ignoring)
      this.tainted = true
      return
    }
    // dash exits here.
    if (!isEnough && !this.isBash()) throw new Exit(2)
    if (isEnough) this.positional = { values: values.slice(Number(text)), open }
    this.settle(isEnough ? 0 : 1, ignoring)
  }

  /** With the status of the last of them. Without any, it is 0. */
  private wait(command: Command, args: Word[], ignoring: boolean): void {
    // A number is never split.
    const pieces = args.map(word => {
      const [piece, ...more] = wordValue(word, this) ?? []
      return more.length === 0 ? piece : undefined
    })
    const statuses = pieces.map(piece => piece && this.jobs.get(piece))
    // A shell may forget a process that it has waited for.
    for (const piece of pieces) if (piece) this.jobs.delete(piece)
    if (!statuses.includes(undefined)) {
      this.settle(statuses.at(-1) ?? 0, ignoring)
      return
    }
    this.forgetAssigned(command)
    this.ask(`wait ${shown(args)}`, ignoring)
    this.tainted = true
  }

  private setOptions(args: Word[], ignoring: boolean): void {
    this.forgetPositional()
    const words = args.map(({ value }) => value)
    // dash exits here, because it does not know the name.
    if (words.includes('pipefail') && !this.isBash()) throw new Exit(2)
    for (let word = words.shift(); word !== undefined && word !== '--'; word = words.shift())
      if (!applyOption(word, () => words.shift(), this.options)) throw new Lost(`set ${word}`)
    this.settle(0, ignoring)
  }
}
