/** Parses a `run:` script, and runs it in a world that answers what the file does not tell. */
import type { ParsedScript, Statement } from 'unbash'
import type { Script, ScriptOutcome, ScriptPart, ScriptWorld, Shell } from '../script-outcome.ts'
import {
  type Call,
  callOf,
  calls,
  callsByLine,
  goesOn,
  isOnlyCall,
  mayEnd,
  startsNolapseOtherwise,
  wordsOf,
} from './calls.ts'
import { endsEitherWay } from './either-way.ts'
import { type Options, optionsOf } from './options.ts'
import { type Outcome, run } from './run.ts'
import { contains, functionsIn, literalOf, treeOf } from './tree.ts'
import { markOf } from './words.ts'

interface Parsed {
  parts: ScriptPart[]
  /** Undefined if the shell is none that is followed, or the script is none that it would run. */
  followed: { tree: ParsedScript; options: Options } | undefined
  /** The shell is known to run the file that it gets: `cat {0}` and `bash -n {0}` do not. */
  runs: boolean
  /** In PowerShell or `cmd`: whether the script succeeds, if that is the same in each run. */
  ends: boolean | undefined
}

export function readShell(parts: ScriptPart[], shell: Shell): Script {
  const source = parts.map(written).join('')
  const options = optionsOf(shell)
  const command = typeof shell === 'object' ? shell.command : undefined
  const tree = options && treeOf(source)
  const parsed: Parsed = {
    parts,
    followed: tree && options ? { tree, options } : undefined,
    runs: options !== undefined || runsItsFile(command),
    ends: runsItsFile(command) ? endOf(source, command) : undefined,
  }
  const callsNolapse = tree ? calls(tree, 'nolapse') : callsByLine(source)
  const opaque = tree
    ? (options.e && isOpaque(tree)) || endsEitherWay(tree, options)
    : parsed.ends === undefined
  return { callsNolapse, opaque: !callsNolapse && opaque, parsed }
}

/** Whether the script starts nolapse, but not to measure. */
export function startsNolapseIdly(script: Script): boolean {
  const { followed } = script.parsed as Parsed
  return followed !== undefined && startsNolapseOtherwise(followed.tree)
}

/** Whether the script calls `check` of the command line. */
export function callsCheck(script: Script): boolean {
  const { followed } = script.parsed as Parsed
  return followed !== undefined && calls(followed.tree, 'check')
}

/** The same, one line for each string, as GitLab runs it. */
export const readLines = (lines: readonly string[]): Script => readShell([lines.join('\n')], 'bash')

/** Runs a script in a world. */
export const runShell = (script: Script, world: ScriptWorld, subject: Call = 'nolapse'): ScriptOutcome => ({
  exit: followShell(script, world, subject).success ? 'success' : 'failure',
})

/** @param subject the call whose outcome the world decides */
export function followShell(script: Script, world: ScriptWorld, subject: Call): Outcome {
  const { parts, followed } = script.parsed as Parsed
  const end = followed ? endOfCalls(followed.tree, subject) : Number.POSITIVE_INFINITY
  let at = 0
  for (const part of parts) {
    const text = written(part)
    const authored = typeof part === 'string' || at >= end ? undefined : world.authored(part.inline)
    if (authored !== undefined) return { success: world.succeeds(authored), followed: false }
    at += text.length
  }
  return followed ? run(followed.tree, followed.options, parts, world, subject) : runOther(script, world)
}

const written = (part: ScriptPart): string => (typeof part === 'string' ? part : markOf(part.inline))

/** Where the last statement with a call ends: what comes later cannot keep the call from being started. */
function endOfCalls(tree: ParsedScript, subject: Call): number {
  const functions = functionsIn(tree)
  const ends = tree.commands.filter(one => calls(one, subject, functions)).map(({ end }) => end)
  return ends.at(-1) ?? Number.POSITIVE_INFINITY
}

/** Windows' own shells, and MSYS2's, end with the status of the last program. */
const runsItsFile = (command: string | undefined): command is string =>
  /^((pwsh|powershell|cmd)(\.exe)?|msys2(\s+\{0\})?)$/i.test((command ?? '').trim())

/** Prints text that neither PowerShell nor `cmd` reads anything into. */
const PRINTS = /^(echo|write-host|write-output)(\s+("[\w .,:/!-]*"|'[\w .,:/!-]*'|[\w.:/][\w.:/-]*))+$/i

/** Whether a script that only prints text and exits succeeds. */
function endOf(source: string, command: string): boolean | undefined {
  const lines = source.split('\n').map(line => line.trim())
  const [last = '', ...before] = lines.filter(line => line !== '').toReversed()
  const [, batch, status] = /^exit (\/[bB] )?([0-9]{1,3})$/.exec(last) ?? []
  const isKnown = batch === undefined || /^\s*cmd/i.test(command)
  if (status === undefined || Number(status) > 255 || !isKnown) return undefined
  return before.every(line => PRINTS.test(line)) ? Number(status) === 0 : undefined
}

/** A script of a shell that is not followed. PowerShell exits with the status of its last program. */
function runOther({ callsNolapse, parsed }: Script, world: ScriptWorld): Outcome {
  const { parts, runs, ends } = parsed as Parsed
  if (ends !== undefined) return { success: ends, followed: true }
  const text = parts.map(part => (typeof part === 'string' ? part : '')).join('')
  const lines = text.split('\n').filter(line => line.trim() !== '')
  const command = (lines[0] ?? '').trim().slice(0, 60)
  if (!callsNolapse) return { success: world.succeeds(command), followed: false }
  const before = lines.slice(0, -1)
  if (before.length > 0 && !world.either('the commands before nolapse let it start'))
    return { success: before.some(mayEnd) && world.succeeds(command), followed: false }
  const passed = world.nolapse('')
  if (runs && isOnlyCall(lines.at(-1) as string) && !before.slice(-1).some(goesOn))
    return { success: passed, followed: true }
  return { success: world.succeeds(command), followed: !/LASTEXITCODE|ERRORLEVEL|if /i.test(text) }
}

/** Commands whose outcome is known, or that decide the exit status of the script. */
const FOLLOWED = new Set([
  'test',
  '[',
  'true',
  'false',
  ':',
  'exit',
  'return',
  'set',
  'exec',
  'trap',
  'eval',
  'bash',
  'sh',
])

/**
 * Whether a script is a plain sequence of commands with at least one unknown command. It may then succeed or fail,
 * independent of its values.
 */
function isOpaque(tree: ParsedScript): boolean {
  const isPlain = ({ command, background }: Statement): boolean =>
    !background &&
    (command.type === 'Command' || (command.type === 'Pipeline' && command.prefixes.length === 0))
  if (!tree.commands.every(isPlain)) return false
  let unknown = false
  const followed = contains(tree, node => {
    if (node.type === 'TestCommand' || node.type === 'Case') return true
    if (node.type !== 'Command' || !node.name) return false
    const name = literalOf(node.name)
    if (name === undefined || !/^(echo|printf|export)$/.test(name)) unknown = true
    return callOf(wordsOf(node)) !== undefined || (name !== undefined && FOLLOWED.has(name))
  })
  return unknown && !followed
}
