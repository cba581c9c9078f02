/**
 * The contract between the simulation of a run and the reader of shell scripts.
 *
 * A script is read once and run many times: each time in another world, which answers whatever the script asks. Nothing
 * is asked before the script needs it: each question may double the cases. The search behind the world tries every
 * answer, one per run, so a run has exactly one outcome.
 */
import { readShell, runShell } from './shell/script.ts'

/** How the runner starts the script. */
export type Shell =
  /** `bash -e`: no shell is named. In a container without bash it is `sh -e`. */
  | 'default'
  /** `shell: bash`: `bash --noprofile --norc -eo pipefail`. */
  | 'bash'
  /** `shell: sh`: `sh -e`. */
  | 'sh'
  /** Some other command line: `bash {0}`, `bash -eu {0}`, `pwsh`, `python`, … or a value that cannot be known. */
  | { command: string | undefined }

/** The pieces of `run:` in their order: text, and where an inline `${{ }}` stands its number, counted from 0. */
export type ScriptPart = string | { inline: number }

/** A value that cannot be known from here. */
export interface UnknownText {
  /** For a reader: `vars.MODE`, `github.head_ref`, … */
  what: string
  /** Nothing in it means anything to a shell: digits, a commit, a name of GitHub's. */
  harmless: boolean
}

export type Text = string | UnknownText

export interface ScriptWorld {
  /** A variable of the environment that the script starts with; undefined if it is not set. */
  variable(name: string): Text | undefined
  /** What an inline expression was replaced with before the shell read the script. */
  inline(index: number): Text
  /**
   * Whether a value that cannot be known equals a text. The same question has the same answer for the whole run of the
   * workflow, and what was answered before is kept to: a value that equals `a` does not equal `b`.
   */
  equals(value: UnknownText, text: string): boolean
  /** Any other question about values that cannot be known, as a sentence: `vars.MODE matches v*`. Both are tried. */
  either(question: string): boolean
  /** Whether a command that is not followed succeeds; the command, shortened, for a reader. Both are tried. */
  succeeds(command: string): boolean
  /** nolapse is started: whether it passes. Asked once for each start. */
  nolapse(): boolean
}

export interface ScriptOutcome {
  exit: 'success' | 'failure'
}

/** A script, read. */
export interface Script {
  /** Somewhere in it, `nolapse run` is called. */
  callsNolapse: boolean
  /** Nothing in it is followed, and it does not call nolapse: it may succeed or fail, and the world is asked just that. */
  opaque: boolean
  /** The reader's own. */
  parsed: unknown
}

export const readScript = (parts: ScriptPart[], shell: Shell): Script => readShell(parts, shell)

/** Runs a script in a world. Throws only on a defect. */
export const runScript = (script: Script, world: ScriptWorld): ScriptOutcome => runShell(script, world)
