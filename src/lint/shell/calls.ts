/** Recognises the commands that matter: `nolapse run`, and `check` of our own command line. */
import type { Command, SyntaxNode, Word } from 'unbash'
import { contains, literalOf, treeOf } from './tree.ts'

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
  // `command -v nolapse` only asks where it is.
  if (programOf(first) === 'command' && /^-[a-zA-Z]*[vV]/.test(texts[1] ?? '')) return undefined
  const direct = called(0)
  if (direct) return direct
  const separated = texts.includes('--')
  if (!WRAPPERS.has(programOf(first)) && programOf(first) !== 'node' && !separated) return undefined
  for (let at = 1; at < texts.length; at++) {
    const call = called(at)
    if (call) return call
  }
  return undefined
}

/** Whether the first argument that is not an option is this subcommand, and help is not requested. */
function asks(args: readonly string[], subcommand: string): boolean {
  if (args.some(arg => arg === '--help' || arg === '-h')) return false
  const at = args.indexOf(subcommand)
  if (at < 0) return false
  // Options before it, and the values of those that have one.
  return args
    .slice(0, at)
    .every((arg, index) => arg.startsWith('-') || (args[index - 1] ?? '').startsWith('-'))
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

/** Whether a node contains such a call, including in a script that it passes to a shell. */
export const calls = (node: SyntaxNode, wanted: Call): boolean =>
  contains(node, one => {
    if (one.type !== 'Command') return false
    const words = wordsOf(one)
    if (callOf(words) === wanted) return true
    const script = inlineScript(words)
    const tree = script === undefined ? undefined : treeOf(script)
    return tree !== undefined && calls(tree, wanted)
  })

/** For scripts of other shells: finds a line that starts with the call. */
export const callsByLine = (source: string): boolean =>
  source.split('\n').some(line => /^\s*(&\s*)?["']?(\S*[/\\])?nolapse(\.exe)?["']?\s+run(\s|$)/i.test(line))
