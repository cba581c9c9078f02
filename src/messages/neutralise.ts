/** Text from the network, made safe to print. */

const LONGEST = 200

/**
 * Control characters, line and paragraph separators, and the marks that turn the direction of text: they could start a
 * line of their own, which the runner reads as a command, or show a person something else than what is there.
 */
const UNPRINTABLE =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]+/gu

/**
 * One line of at most 200 characters, or of as many as you say, in which the runner finds no command: it takes `::name::` at the start of a line
 * and `##[name]` anywhere (actions/runner, ActionCommand.cs).
 */
export function neutralise(text: string, longest: number = LONGEST): string {
  const line = text
    .replace(UNPRINTABLE, ' ')
    .replace(/:(?=:)/g, ': ')
    .replace(/#(?=#)/g, '# ')
    .trim()
  const characters = [...line]
  return characters.length > longest ? `${characters.slice(0, longest - 1).join('')}…` : line
}
