/** What commands can do to the shell that runs them, read from their words alone. */
import type { ArithmeticExpression, Command, SyntaxNode, Word } from 'unbash'
import { wordsOf } from './calls.ts'
import { contains, type Functions, literalOf, partsIn } from './tree.ts'
import { MARK } from './words.ts'

/** Commands of the shell that can end it, directly or through what they load. */
const ENDS = /^(exit|exec|eval|\.|source|logout)$/

/** Commands of the shell that change what later commands do. */
const CHANGES = /^(return|set|trap)$/

/** What `shopt` can be given without a change to how commands are read or compared. */
const HARMLESS_SHOPT =
  /^(-[sqpu]+|nullglob|dotglob|globstar|nocaseglob|extglob|checkwinsize|cmdhist|histappend)$/

/** Whether the words change how the shell reads or finds commands. */
export function changesShell(words: readonly Word[]): boolean {
  const [name, ...args] = words.map(literalOf)
  if (name === 'shopt') return !args.every(arg => arg !== undefined && HARMLESS_SHOPT.test(arg))
  if (name === 'hash') return args.some(arg => arg === undefined || /^-[a-z]*p/.test(arg))
  return name === 'alias' || (name === 'enable' && args.length > 0)
}

/** The words of the command that `command` or `builtin` starts. Empty if they only ask about it. */
export function startedBy(words: readonly Word[]): readonly Word[] {
  let rest = words
  while (/^(command|builtin)$/.test(nameOf(rest))) {
    rest = rest.slice(1)
    for (; rest[0]?.value.startsWith('-'); rest = rest.slice(1))
      if (/^-[a-zA-Z]*[vV]/.test(rest[0].value)) return []
  }
  return rest
}

const nameOf = ([first]: readonly Word[]): string => (first && literalOf(first)) ?? ''

/** Whether only the running shell knows which command a word names. A path names a file, and no command of the shell. */
export const isOpenName = (word: Word): boolean =>
  (literalOf(word) === undefined || word.value.includes(MARK)) && !hasSlash(word)

const hasSlash = (word: Word): boolean =>
  word.parts === undefined
    ? word.value.includes('/')
    : partsIn(word.parts).some(part => part.type === 'Literal' && part.value.includes('/'))

/** `open`: a command whose name only the running shell knows. */
export type Effect = 'ends' | 'changes' | 'open'

/** Visits the commands of a node, and those of the functions that it calls. */
function eachCommand(
  node: SyntaxNode,
  functions: Functions,
  visit: (command: Command, name: string, words: readonly Word[]) => void,
  others: (node: SyntaxNode) => void,
): void {
  const called = new Set<string>()
  const enter = (one: SyntaxNode): boolean => {
    others(one)
    if (one.type !== 'Command') return false
    const words = startedBy(wordsOf(one))
    const name = nameOf(words)
    visit(one, name, words)
    const body = functions.get(name)?.body
    if (body && !called.has(name)) {
      called.add(name)
      contains(body, enter)
    }
    return false
  }
  contains(node, enter)
}

/** What the commands of a node can do to their shell. */
export function effectsOf(node: SyntaxNode, functions: Functions): Set<Effect> {
  const effects = new Set<Effect>()
  eachCommand(
    node,
    functions,
    (_, name, [first, ...rest]) => {
      if (first && isOpenName(first)) effects.add('open')
      if (ENDS.test(name)) effects.add('ends')
      if (CHANGES.test(name) || (first && changesShell([first, ...rest]))) effects.add('changes')
    },
    one => {
      if (one.type === 'Function') effects.add('changes')
    },
  )
  return effects
}

const NAME = /[A-Za-z_]\w*/g

/** The names in an argument. A name can follow its option without a space, as in `read -aNAME`. */
function namesIn(argument: string): string[] {
  const [letters = ''] = /(?<=^-)\w+$/.exec(argument) ?? []
  return [...(argument.match(NAME) ?? []), ...Array.from(letters, (_, start) => letters.slice(start))]
}

/** Names that an arithmetic expression or an expansion such as `${X:=word}` assigns. */
export const assignedInText = (text: string): string[] =>
  Array.from(
    text.matchAll(
      /([A-Za-z_]\w*)(?:\[[^\]]*\])?\s*(?:(?:[-+*/%&|^:]|<<|>>)?=(?!=)|\+\+|--)|(?:\+\+|--)\s*([A-Za-z_]\w*)/g,
    ),
    ([, before, after]) => (before ?? after) as string,
  )

/** `=`, `+=`, `<<=`, but no comparison. */
const ASSIGNS = /^([-+*/%&|^]|<<|>>)?=$/

const targetOf = (target: ArithmeticExpression): string[] =>
  target.type === 'ArithmeticWord' ? (target.value.match(NAME) ?? []) : []

/** The variables that the commands of a node can assign to, without their plain assignments. `all` if that is not known. */
export function assignedBy(node: SyntaxNode, functions: Functions): Set<string> | 'all' {
  const names = new Set<string>()
  let all = false
  const add = (found: Iterable<string>) => {
    for (const one of found) names.add(one)
  }
  eachCommand(
    node,
    functions,
    (_, name, [, ...args]) => {
      if (!assigns(name, args)) return
      for (const arg of args) {
        // `export "NAME=$(command)"`
        const written = /^["']?([A-Za-z_]\w*)\+?=/.exec(arg.text)?.[1]
        if (written !== undefined) add([written])
        else if (literalOf(arg) === undefined) all = true
        else add(namesIn(arg.value))
      }
    },
    one => {
      if (one.type === 'Assignment') add([one.name, ...assignedInText(one.index?.text ?? '')])
      if (one.type === 'For' || one.type === 'Select') add([one.name.value])
      if (one.type === 'FileDescriptorVariable') add([one.name])
      if (one.type === 'ArithmeticWord') add(assignedInText(one.value))
      if (one.type === 'ArithmeticBinary' && ASSIGNS.test(one.operator)) add(targetOf(one.left))
      if (one.type === 'ArithmeticUnary' && /^(\+\+|--)$/.test(one.operator)) add(targetOf(one.operand))
      if (one.type === 'ParameterExpansion') add(assignedInText(one.text))
    },
  )
  return all ? 'all' : names
}

function assigns(name: string, args: readonly Word[]): boolean {
  const option = name === 'printf' ? '-v' : name === 'wait' ? '-p' : undefined
  if (option) return args.some(({ value }) => value.startsWith(option))
  return /^(read|mapfile|readarray|getopts|let|export|readonly|local|declare|typeset|unset)$/.test(name)
}
