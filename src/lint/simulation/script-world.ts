/** Answers what a script asks: its variables and expressions, and how its commands end. */
import { ASSUMPTION } from '../decisions.ts'
import { pathsOf } from '../expression.ts'
import { present } from '../present.ts'
import type { ScriptWorld, Text, UnknownText } from '../script-outcome.ts'
import type { Expression } from '../workflow.ts'
import { evaluate, type Scope } from './evaluate.ts'
import { asText, text, Unsettled, type Value } from './value.ts'
import type { World } from './world.ts'

/** What a script needs from the step that runs it. */
interface RunningStep {
  world: World
  /** The scope of its inline expressions. */
  scope: Scope
  variable(name: string): Value | undefined
  succeeds(command: string): boolean
  nolapse(): boolean
}

export function scriptWorld(inline: readonly Expression[], step: RunningStep): ScriptWorld {
  const { world, scope } = step
  return {
    variable: name => {
      const value = step.variable(name)
      return value && asScriptText(value)
    },
    inline: index => {
      const expression = inline[index]
      return asScriptText(evaluate(present(expression), scope))
    },
    authored: index => authored(present(inline[index]), scope),
    // The source of every open text in a script.
    equals: (value, other) => (value as OpenText).value.equals(text(other)),
    either: question => {
      const source = /\bgithub\.(event|head_ref|base_ref|ref)\b/.test(question) ? 'author' : 'unknown'
      const cost = source === 'unknown' ? ASSUMPTION : 1
      const options = [
        { says: `not so: ${question}`, cost },
        { says: question, cost },
      ]
      return world.decisions.choose(question, source, options) === 1
    },
    succeeds: command => step.succeeds(command),
    nolapse: () => step.nolapse(),
  }
}

/** What the author of the pull request writes with an expression. Other expressions are not evaluated here. */
function authored(expression: Expression, scope: Scope): string | undefined {
  const roots = [...pathsOf(expression.tree)].map(([root]) => root)
  if (!roots.some(root => root === 'github' || root === 'env' || root === 'inputs')) return undefined
  const value = evaluate(expression, scope)
  if (!(value instanceof Unsettled) || value.source !== 'author') return undefined
  const written = asScriptText(value)
  return typeof written === 'object' && written.byAuthor && !written.harmless ? written.what : undefined
}

class OpenText implements UnknownText {
  readonly value: Unsettled

  constructor(value: Unsettled) {
    this.value = value
  }

  get what(): string {
    return this.value.label
  }

  get harmless(): boolean {
    return this.value.harmless
  }

  /** Someone with write access has created the base branch. */
  get byAuthor(): boolean {
    return this.value.source === 'author' && !/\bgithub\.base_ref\b/.test(this.value.label)
  }
}

function asScriptText(value: Value): Text {
  const written = asText(value)
  return typeof written === 'string' ? written : new OpenText(written)
}
