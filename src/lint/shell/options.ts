/** The options that a script is started with. */
import type { Shell } from '../script-outcome.ts'

export interface Options {
  /** `sh` may be dash, which supports less than bash. */
  sh: boolean
  /** Exit at the first command that fails. */
  e: boolean
  /** Each variable that is assigned is exported. */
  a: boolean
  /** Functions and subshells inherit the trap on ERR. */
  E: boolean
  /** Treat an unset variable as an error. */
  u: boolean
  pipefail: boolean
}

/** Those of `bash` without any. */
export const NONE: Options = {
  sh: false,
  e: false,
  a: false,
  E: false,
  u: false,
  pipefail: false,
}

/** `undefined` for a shell that is not followed. */
export function optionsOf(shell: Shell): Options | undefined {
  switch (shell) {
    case 'default':
      return { ...NONE, e: true }
    case 'bash':
      return { ...NONE, e: true, pipefail: true }
    case 'sh':
      return { ...NONE, sh: true, e: true }
    default:
      return shell.command === undefined ? undefined : customOptions(shell.command)
  }
}

/** A command line such as `bash -eu {0}`. */
function customOptions(command: string): Options | undefined {
  const words = command.trim().split(/\s+/)
  if (/(^|\/)env$/.test(words[0] as string)) words.shift()
  const program = (words.shift() ?? '').split('/').at(-1) as string
  if (!/^(bash|sh|dash)$/.test(program)) return undefined
  const options: Options = { ...NONE, sh: program !== 'bash' }
  for (let word = words.shift(); word !== undefined && word !== '{0}'; word = words.shift())
    if (/^--(noprofile|norc|login)$/.test(word)) continue
    else if (!applyOption(word, () => words.shift(), options)) return undefined
  return options
}

/** Options that do not change the followed behaviour. `posix` does: it uses aliases. */
const HARMLESS = /^[bhlmpxvCBHPT]$/

const HARMLESS_NAMES =
  /^(braceexpand|functrace|hashall|histexpand|monitor|noclobber|verbose|xtrace|nolog|vi|emacs|ignoreeof|physical|privileged|notify)$/

/**
 * Applies one word of options, such as `-euo`, and takes a name for each letter `o`.
 *
 * @returns whether all options are known
 */
export function applyOption(word: string, next: () => string | undefined, options: Options): boolean {
  const on = word.startsWith('-')
  if (!/^[-+][a-zA-Z]+$/.test(word)) return false
  for (const letter of word.slice(1)) {
    if (letter === 'e' || letter === 'a' || letter === 'E' || letter === 'u') options[letter] = on
    else if (letter === 'o') {
      const name = next()
      if (name === 'errexit') options.e = on
      else if (name === 'errtrace') options.E = on
      else if (name === 'allexport') options.a = on
      else if (name === 'nounset') options.u = on
      else if (name === 'pipefail') options.pipefail = on
      else if (name === undefined || !HARMLESS_NAMES.test(name)) return false
    } else if (!HARMLESS.test(letter)) return false
  }
  return true
}
