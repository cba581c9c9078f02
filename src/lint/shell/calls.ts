/** Recognises the commands that matter: `nolapse run`, and `check` of our own command line. */
import type { Command, SyntaxNode, Word } from 'unbash'
import { hasArguments, withArguments } from './arguments.ts'
import { contains, type Functions, functionsIn, literalOf, treeOf } from './tree.ts'

export type Call = 'nolapse' | 'check'

/**
 * Commands that start the command in their arguments, and end with its status. Their own options are not known here, so
 * search all arguments for the command.
 */
const WRAPPERS = new Set(
  (
    'command exec env sudo doas timeout gtimeout time nice ionice nohup stdbuf setsid chronic unbuffer xvfb-run ' +
    'caffeinate go docker podman npx pnpm yarn bunx uvx mise asdf direnv nix op doppler infisical dotenv'
  ).split(' '),
)

/** Wrappers with subcommands: only these start a program. */
const STARTING = /^(run|exec)$/
const WITH_SUBCOMMANDS = new Set(['go', 'docker', 'podman'])

/** Programs that take any words as text: what follows them is not started. */
const TAKES_WORDS = new Set(
  'echo printf : true false cat grep egrep fgrep rg git ls sed awk which'.split(' '),
)

/** Options with which a wrapper starts nothing, or does not wait for the end. */
const NOT_STARTED = new Map([
  ['command', /^-[a-zA-Z]*[vV]/],
  ['sudo', /^(-[a-zA-Z]*[lvVhKb]|--(list|validate|background))$/],
  ['docker', /^(-[a-zA-Z]*d[a-zA-Z]*|--detach(=true)?)$/],
  ['podman', /^(-[a-zA-Z]*d[a-zA-Z]*|--detach(=true)?)$/],
  ['setsid', /^(-f|--fork)$/],
])

/** Words of a wrapper before a name that is no program: `pnpm --filter nolapse run lint`. */
const NAMES_NEXT = /^(-F|--filter|--filter-prod|workspace|--workspace|--name|-u|--user)$/

/** Arguments with which nolapse measures nothing, and succeeds. */
const NO_RUN = /^(-h|-V|--?(help|version|dry-?run)(=.*)?)$/

/** Shells, which take a whole script as an argument. */
export const SHELLS = new Set(['bash', 'sh', 'dash', 'zsh', 'ksh', 'ash'])

/** The last part of a path, without the suffixes that Windows and `go run` add. */
const programOf = (word: string): string =>
  (word.split(/[/\\]/).at(-1) as string).replace(/\.(exe|cmd)$/i, '').replace(/@[^@]*$/, '')

const isNolapse = (word: string): boolean => /^nolapse(:[\w.-]+)?$/.test(programOf(word))

const isGate = (word: string): boolean =>
  programOf(word) === 'nolapse-token' ||
  /(^|\/)dist\/cli\.js$/.test(word) ||
  /(^|\/)@nolapse\/token-action(@[\w.-]+)?$/.test(word)

/** The text after the last expansion: `$HOME/go/bin/nolapse` is nolapse, in any folder. */
function ending(word: Word): string {
  const literal = literalOf(word)
  if (literal !== undefined) return literal
  const part = word.parts?.at(-1)
  const last = part?.type === 'DoubleQuoted' ? part.parts.at(-1) : part
  return last?.type === 'Literal' && last.value.startsWith('/') ? last.value : ''
}

/** @param words of a simple command, without assignments and redirections */
export function callOf(words: readonly Word[]): Call | undefined {
  const texts = words.map(ending)
  const first = texts[0]
  if (first === undefined) return undefined
  const called = (at: number): Call | undefined => {
    const text = texts[at] as string
    if (isNolapse(text)) return asks(texts.slice(at + 1), 'run') ? 'nolapse' : undefined
    if (isGate(text)) return asks(texts.slice(at + 1), 'check') ? 'check' : undefined
    return undefined
  }
  const direct = called(0)
  if (direct) return direct
  const program = programOf(first)
  const separator = texts.indexOf('--')
  if (!WRAPPERS.has(program) && program !== 'node' && separator < 0) return undefined
  if (TAKES_WORDS.has(program)) return undefined
  for (let at = 1; at < texts.length; at++) {
    const call = NAMES_NEXT.test(texts[at - 1] as string) ? undefined : called(at)
    if (call) return starts(program, texts.slice(1, at)) ? call : undefined
  }
  return undefined
}

/** Whether a program with these arguments starts the command that follows them, and ends with its status. */
function starts(program: string, before: readonly string[]): boolean {
  if (before.some(text => NOT_STARTED.get(program)?.test(text) || /^--(help|version)$/.test(text)))
    return false
  if (before.some(text => TAKES_WORDS.has(programOf(text)))) return false
  return !WITH_SUBCOMMANDS.has(program) || before.some(text => STARTING.test(text))
}

/** Whether nolapse or the gate measures or checks nothing with these arguments. */
export const asksForHelp = (args: readonly string[]): boolean =>
  args.some(
    (arg, index) => NO_RUN.test(arg) || (arg === 'help' && /^(run|check)$/.test(args[index - 1] ?? '')),
  )

/** Whether the first argument that is not an option is this subcommand, and help is not requested. */
function asks(args: readonly string[], subcommand: string): boolean {
  if (asksForHelp(args)) return false
  const at = args.indexOf(subcommand)
  if (at < 0) return false
  // Options before it, and the values of those that have one.
  return args
    .slice(0, at)
    .every((arg, index) => arg.startsWith('-') || (args[index - 1] ?? '').startsWith('-'))
}

/** Whether a node starts nolapse with something else than `run`: `nolapse run --help`, `nolapse version`. */
export const startsNolapseOtherwise = (node: SyntaxNode): boolean =>
  contains(node, one => {
    if (one.type !== 'Command') return false
    const words = wordsOf(one)
    const [first, ...rest] = words.map(ending)
    if (first === undefined || callOf(words) !== undefined) return false
    return isNolapse(first) || (WRAPPERS.has(programOf(first)) && rest.some(isNolapse))
  })

/** What a call measures, as far as its arguments say: the value of `--repo`, or an argument right after `run`. */
export function measuredBy(words: readonly Word[]): string {
  const texts = words.map(({ text }) => text)
  const args = texts.slice(texts.lastIndexOf('run') + 1)
  const option = args.findIndex(arg => /^--?repo(=|$)/.test(arg))
  if (option < 0) return args[0]?.startsWith('-') ? '' : (args[0] ?? '')
  const [written, next] = args.slice(option) as [string, string?]
  return written.includes('=') ? written.replace(/^[^=]*=/, '') : String(next)
}

/** The words of a simple command, without redirections and the assignments before it. */
export const wordsOf = (command: Command): Word[] => [
  ...(command.name ? [command.name] : []),
  ...command.suffix.filter((one): one is Word => one.type === 'Word'),
]

/** The script that a shell gets as an argument: `bash -c '…'`. */
export function inlineScript(words: readonly Word[]): string | undefined {
  if (!SHELLS.has(programOf(words[0] ? ending(words[0]) : ''))) return undefined
  const at = words.findIndex(word => /^-[a-z]*c$/.test(word.value))
  const script = at > 0 ? words[at + 1] : undefined
  return script && literalOf(script)
}

/** The most functions that call each other to look into. */
const DEEPEST = 3

/** Where a node is: the functions of its script, and what `"$@"` stands for. */
interface Place {
  functions: Functions
  args: readonly Word[]
  depth: number
}

/** Whether a node contains such a call, also in a script that it passes to a shell, or in a function that it calls. */
export const calls = (
  node: SyntaxNode,
  wanted: Call,
  functions: Functions = functionsIn(node),
  args: readonly Word[] = [],
): boolean => callsAt(node, wanted, { functions, args, depth: 0 })

function callsAt(node: SyntaxNode, wanted: Call, { functions, args, depth }: Place): boolean {
  const isCall = (words: readonly Word[]): boolean => {
    if (callOf(words) === wanted) return true
    const script = inlineScript(words)
    const tree = script === undefined ? undefined : treeOf(script)
    if (tree && calls(tree, wanted)) return true
    const [name, ...given] = words
    const called = depth < DEEPEST && name ? functions.get(name.value) : undefined
    return called !== undefined && callsAt(called.body, wanted, { functions, args: given, depth: depth + 1 })
  }
  return contains(node, one => {
    if (one.type !== 'Command') return false
    const words = wordsOf(one)
    if (!hasArguments(words)) return isCall(words)
    // The function may have taken some for itself: `shift`.
    return [...args, undefined].some((_, taken) => isCall(withArguments(words, () => args.slice(taken))))
  })
}

/** For scripts of other shells: finds a line that starts with the call. */
export const callsByLine = (source: string): boolean =>
  source
    .split('\n')
    .some(
      line =>
        /^\s*(&\s*)?["']?(\S*[/\\])?nolapse(\.exe)?["']?\s+run(\s|$)/i.test(line) &&
        !asksForHelp(line.trim().split(/\s+/)),
    )

const withoutPairs = (line: string): string => line.replace(/\([^()]*\)|\{[^{}]*\}/g, '')

/** Whether such a line contains nothing else: no other command, no pipe, and no end of a block. */
export const isOnlyCall = (line: string): boolean =>
  callsByLine(line) && !/[;|&(){}]/.test(withoutPairs(line.replace(/^\s*&/, '')))

/** Whether the line after it belongs to the same command: it ends with an operator, or begins a here-document. */
export const goesOn = (line: string): boolean => /([`^\\|&,({]|\bdo|\bthen|\belse)\s*$|<</.test(line)

/** `exit 1`, and what PowerShell's scripts say after a program that may fail. */
const EXITS_AFTER_FAILURE =
  /\bexit\s+(\/b\s+)?[1-9][0-9]*\b|if\s*\(\$LASTEXITCODE(\s+-ne\s+0)?\)\s*\{\s*exit\s+\$LASTEXITCODE\s*\}/gi

/** Whether a line may end the script with success, or make something else of nolapse. */
export const mayEnd = (line: string): boolean =>
  /\b(exit|return|break|continue|goto|exec|eval|trap|kill|stop-process|function|alias|doskey)\b/i.test(
    line.replace(EXITS_AFTER_FAILURE, ''),
  )
