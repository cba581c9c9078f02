/** The builtin `trap`: what the shell runs when it exits, after a failure, or at a signal. */
import type { ParsedScript, SyntaxNode, Word } from 'unbash'
import { effectsOf } from './effects.ts'
import { Lost } from './exits.ts'
import { State } from './state.ts'
import { contains, functionsIn, literalOf, treeOf } from './tree.ts'
import { textOf } from './value.ts'
import { shown, wordValue } from './words.ts'

/** The names of signals for `trap`. bash takes them in either case. */
const ON_EXIT = /^(EXIT|0)$/i
const ON_FAILURE = /^ERR$/i
const OF_BASH = /^(ERR|DEBUG|RETURN)$/i
const SENT = /^((SIG)?(INT|TERM|HUP)|1|2|15)$/i

const sendsSignals = (node: SyntaxNode): boolean =>
  node.type === 'Command' && node.name !== undefined && /^(kill|pkill|killall)$/.test(node.name.value)

export abstract class Traps extends State {
  /** The functions of the whole script, which a trap can call. */
  private readonly allFunctions = functionsIn(this.tree)

  protected trap(words: readonly Word[], ignoring: boolean): void {
    const isQuestion = words.length === 0 || /^-[lp]/.test(words[0]?.value as string)
    // Without an action, it resets a signal.
    const [action, signals] = words.length === 1 ? [undefined, words] : [words[0], words.slice(1)]
    const names = isQuestion ? [] : signals.map(literalOf)
    // dash knows none of these, and ends here.
    if (names.some(name => name !== undefined && OF_BASH.test(name)) && !this.isBash()) {
      this.settle(1, ignoring)
      return
    }
    // A signal can end the script early only if something sends it.
    const matter = contains(this.tree, sendsSignals)
      ? names
      : names.filter(name => name === undefined || !SENT.test(name))
    if (matter.length > 0) {
      const body = action && this.trapBody(action)
      for (const name of matter)
        if (name !== undefined && ON_EXIT.test(name)) this.onExit = body
        else if (name !== undefined && ON_FAILURE.test(name)) this.onFailure = body
        else if (body) this.notFollowed(body)
    }
    this.settle(0, ignoring)
  }

  /** The commands of a trap. Undefined if it resets or ignores the signal. */
  private trapBody(action: Word): ParsedScript | undefined {
    const value = wordValue(action, this)
    const text = value && textOf(value)
    if (text === '-' || text === '') return undefined
    const body = text === undefined ? undefined : treeOf(text)
    if (!body) this.mayBeLost(`trap ${shown([action])}`)
    return body
  }

  /** A trap that can run at any time: only what it can do to the script matters. */
  private notFollowed(body: ParsedScript): void {
    const functions = new Map([...this.allFunctions, ...this.functions])
    const effects = effectsOf(body, functions)
    if (effects.has('ends') || effects.has('changes')) throw new Lost('trap')
    if (effects.has('open')) this.mayBeLost('a command in a trap')
    this.forgetAssigned(body)
  }
}
