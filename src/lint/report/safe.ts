/** Makes text from a file or a path safe to print. */
import { neutralise } from '../../messages/neutralise.ts'

/** Text that could be a token, or part of one. */
const TOKEN_SHAPED = /nlp_[0-9a-z]{8,}|[0-9a-f]{40,}/gi

const redact = (text: string): string => text.replace(TOKEN_SHAPED, '(token-shaped text)')

/** Long enough for a finding with the results of many jobs. */
const LONGEST = 4_000

/** One line without tokens, and without commands to a terminal or a runner. */
export const safe = (text: string): string => redact(neutralise(redact(text), LONGEST))

/** For programs: redacts each text, and escapes each character that could act on a terminal or a runner. */
export const jsonOf = (value: unknown): string =>
  JSON.stringify(value, (_, part) => (typeof part === 'string' ? redact(part) : redactKeys(part)), 2).replace(
    /[^\n\x20-\x7e]|(?<=:):|(?<=#)#/g,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

/** Job ids are keys. */
function redactKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [redact(key), one]))
}
