/** Whether a script can both pass and fail, in every case. Then its commands need not be followed one by one. */
import type { ParsedScript, SyntaxNode } from 'unbash'
import { type Assumptions, covers } from '../decisions.ts'
import type { ScriptWorld } from '../script-outcome.ts'
import { KNOWN } from './builtins.ts'
import type { Options } from './options.ts'
import { run } from './run.ts'
import { contains, literalOf } from './tree.ts'
import { MARK } from './words.ts'

/** The most ways through a script to try. */
const MOST_RUNS = 100

export function endsEitherWay(tree: ParsedScript, options: Options): boolean {
  if (dependsOnValues(tree, beginsUnknown(tree) ? ENDS : DECIDES)) return false
  const passes: Assumptions[] = []
  const fails: Assumptions[] = []
  const open: boolean[][] = [[]]
  for (let runs = 0; runs < MOST_RUNS; runs++) {
    const answers = open.pop()
    if (!answers) return false
    const { success, questions } = runOnce(tree, options, answers, open)
    const found = success ? passes : fails
    found.push(questions)
    if (covers(passes) && covers(fails)) return true
  }
  return false
}

/**
 * One run. Commands that are not followed get the given answers, then yes. The questions are those that other scripts
 * may ask too, so their answers are not the script's own.
 */
function runOnce(
  tree: ParsedScript,
  options: Options,
  answers: boolean[],
  open: boolean[][],
): { success: boolean; questions: Assumptions } {
  const questions = new Map<string, { chosen: number; of: number }>()
  let next = 0
  const ask = (): boolean => {
    if (next === answers.length) {
      open.push([...answers, false])
      answers.push(true)
    }
    return answers[next++] as boolean
  }
  const either = (question: string): boolean => {
    const chosen = questions.get(question)?.chosen ?? Number(ask())
    questions.set(question, { chosen, of: 2 })
    return chosen === 1
  }
  const world: Omit<ScriptWorld, 'authored'> = {
    variable: name => ({ what: `$${name}`, harmless: true }),
    inline: index => ({ what: `expression ${index}`, harmless: true }),
    equals: ({ what }, text) => either(`${what} = ${text}`),
    either,
    succeeds: ask,
    nolapse: ask,
  }
  return { success: run(tree, options, [], world, 'nolapse').success, questions }
}

/** Commands whose words decide how the script ends. */
const ENDS = /^(exit|return|set|eval|exec|bash|sh)$/

/** Commands whose words decide how the script goes on or ends. */
const DECIDES = /^(test|\[|exit|return|set|eval|exec|bash|sh)$/

/** Whether the first command is unknown. No condition after it is followed. */
function beginsUnknown({ commands: [first] }: ParsedScript): boolean {
  const name = first?.command.type === 'Command' && first.command.name
  const text = name ? literalOf(name) : undefined
  return text !== undefined && !KNOWN.has(text) && !/^(command|builtin|shopt|\w*sh)$/.test(text)
}

/** Whether a value from outside the script may decide its end: an inline expression, a variable that it does not set. */
function dependsOnValues(tree: ParsedScript, commands: RegExp): boolean {
  const own = new Set<string>()
  contains(tree, node => {
    if (node.type === 'Assignment') own.add(node.name)
    if (node.type === 'For') own.add(node.name.value)
    return false
  })
  const fromOutside = (node: SyntaxNode): boolean =>
    contains(node, one => one.type === 'Word' && readsOther(one.text, own))
  return contains(tree, node => {
    if (node.type === 'Command') return commands.test(node.name?.value ?? '') && fromOutside(node)
    if (commands === ENDS) return false
    if (node.type === 'For') return (node.wordlist ?? []).some(fromOutside)
    if (node.type === 'Case')
      return fromOutside(node.word) || node.items.some(({ pattern }) => pattern.some(fromOutside))
    return (node.type === 'Assignment' || node.type === 'TestCommand') && fromOutside(node)
  })
}

const readsOther = (text: string, own: ReadonlySet<string>): boolean =>
  text.includes(MARK) ||
  Array.from(text.matchAll(/\$\{?[#!]?([A-Za-z_]\w*)/g)).some(([, name]) => !own.has(name as string))
