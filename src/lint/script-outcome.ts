/**
 * The contract between the simulation of a run and the reader of shell scripts.
 *
 * A script is read once and run many times, each time in another world that answers its questions. A question is asked
 * only when the script needs the answer, because each one may double the cases. The search behind the world tries every
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

/** The pieces of `run:` in order: text, or the number of an inline `${{ }}`, counted from 0. */
export type ScriptPart = string | { inline: number }

/** A value that cannot be known from here. */
export interface UnknownText {
  /** For display: `vars.MODE`, `github.head_ref`, … */
  what: string
  /** Contains nothing special to a shell, such as digits, a commit or a name chosen by GitHub. */
  harmless: boolean
  /** The author of the pull request decides it. */
  byAuthor?: boolean
}

export type Text = string | UnknownText

export interface ScriptWorld {
  /** An environment variable at the start of the script; undefined if it is not set. */
  variable(name: string): Text | undefined
  /** The value that replaced an inline expression before the shell read the script. */
  inline(index: number): Text
  /**
   * What the author of the pull request can write into the script with an inline expression: `github.head_ref`. The
   * text can end quotes, comments and here-documents, so it can be any command. Undefined if it is none of theirs.
   */
  authored(index: number): string | undefined
  /**
   * Whether a value that cannot be known equals a text. The same question has the same answer for the whole run of the
   * workflow, and answers are consistent: a value that equals `a` does not equal `b`.
   */
  equals(value: UnknownText, text: string): boolean
  /** Any other question about unknown values, as a sentence: `vars.MODE matches v*`. Both answers are tried. */
  either(question: string): boolean
  /** Whether a command that is not followed succeeds. `command` is shortened for display. Both answers are tried. */
  succeeds(command: string): boolean
  /**
   * nolapse is started: whether it passes. Asked once per start.
   *
   * @param measured what it measures, as far as its arguments say: two calls with the same text are two tries
   */
  nolapse(measured: string): boolean
}

export interface ScriptOutcome {
  exit: 'success' | 'failure'
}

/** A script, read. */
export interface Script {
  /** The script calls `nolapse run` somewhere. */
  callsNolapse: boolean
  /** Nothing in the script is followed, and it does not call nolapse. The world only decides whether it succeeds. */
  opaque: boolean
  /** Private to the reader. */
  parsed: unknown
}

export const readScript = (parts: ScriptPart[], shell: Shell): Script => readShell(parts, shell)

/** Runs a script in a world. Throws only on a defect. */
export const runScript = (script: Script, world: ScriptWorld): ScriptOutcome => runShell(script, world)
