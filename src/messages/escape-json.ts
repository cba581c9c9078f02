/** JSON, made safe to print: to a program that reads it, nothing changes. */

/** Escapes each character that could act on a terminal, or start a runner's command (neutralise.ts). */
export const escapeJson = (json: string): string =>
  json.replace(
    /[^\n\x20-\x7e]|(?<=:):|(?<=#)#/g,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
