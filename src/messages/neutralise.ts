/** Text from the network, made safe to print. */

const LONGEST = 200

/**
 * What has no shape of its own: control characters, line and paragraph separators, marks that turn the direction of
 * text, tag characters, fillers and variation selectors, the blank of Braille. They could start a line of their own,
 * which the runner reads as a command, or show a person something else than what is there.
 *
 * Not a literal: V8 looks every class up in Unicode as soon as it parses one, which takes 4 % of a whole start.
 */
const UNPRINTABLE = ['Cc', 'Cf', 'Cs', 'Co', 'Zl', 'Zp', 'Default_Ignorable_Code_Point']
const unprintable = () => new RegExp(`[${UNPRINTABLE.map(name => `\\p{${name}}`).join('')}\u2800]+`, 'gu')

/** Text without any of it, as most is. */
const PRINTABLE = /^[ -~]*$/

/**
 * One line of at most 200 characters, or of `longest`, in which the runner finds no command. It reads `::name::` at the
 * start of a line and `##[name]` anywhere (actions/runner, ActionCommand.cs).
 */
export function neutralise(text: string, longest: number = LONGEST): string {
  const printable = PRINTABLE.test(text) ? text : text.replace(unprintable(), ' ')
  const line = printable
    .replace(/:(?=:)/g, ': ')
    .replace(/#(?=#)/g, '# ')
    .trim()
  const characters = [...line]
  return characters.length > longest ? `${characters.slice(0, longest - 1).join('')}…` : line
}
