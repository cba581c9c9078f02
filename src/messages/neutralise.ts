/** Text from the network, made safe to print. */

import { replaceClasses } from '../api/unicode.ts'

const LONGEST = 200

/**
 * What has no shape of its own: control characters, line and paragraph separators, marks that turn the direction of
 * text, tag characters, fillers and variation selectors, the blank of Braille. They could start a line of their own,
 * which the runner reads as a command, or show a person something else than what is there.
 */
const UNPRINTABLE = '\\p{Cc}\\p{Cf}\\p{Cs}\\p{Co}\\p{Zl}\\p{Zp}\\p{Default_Ignorable_Code_Point}\\u2800'

/**
 * One line of at most 200 characters, or of `longest`, in which the runner finds no command. It reads `::name::` at the
 * start of a line and `##[name]` anywhere (actions/runner, ActionCommand.cs).
 */
export function neutralise(text: string, longest: number = LONGEST): string {
  const line = replaceClasses(text, UNPRINTABLE, ' ')
    .replace(/:(?=:)/g, ': ')
    .replace(/#(?=#)/g, '# ')
    .trim()
  const characters = [...line]
  return characters.length > longest ? `${characters.slice(0, longest - 1).join('')}…` : line
}
