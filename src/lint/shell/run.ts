/** Runs a script command by command, as bash does, without starting anything. */
import type { ParsedScript } from 'unbash'
import type { ScriptPart } from '../script-outcome.ts'
import type { Call } from './calls.ts'
import { CompoundCommands } from './compound-command.ts'
import { Lost, ReadAgain } from './exits.ts'
import type { Options } from './options.ts'
import type { Asked } from './state.ts'
import { treeOf } from './tree.ts'
import { MARK } from './words.ts'

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

/** In layers, each in a file: the state, its traps, the builtins, simple commands, and what is made of them. */
class Run extends CompoundCommands {
  outcome(): Outcome {
    try {
      const status = this.shell(() => this.list(this.tree.commands, false))
      return { success: status === 0, followed: true }
    } catch (thrown) {
      if (!(thrown instanceof Lost)) throw thrown
      if (this.followsAll && !this.started && this.world.either(`${this.subject} is started`)) this.start('')
      return { success: this.world.succeeds(thrown.because), followed: false }
    }
  }
}
