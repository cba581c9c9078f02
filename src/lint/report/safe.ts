/** Makes what a file or a path says safe to print. */
import { neutralise } from '../../messages/neutralise.ts'

/** What could be a token, or a part of one. */
const TOKEN_SHAPED = /nlp_[0-9a-z]{8,}|[0-9a-f]{40,}/gi

const redact = (text: string): string => text.replace(TOKEN_SHAPED, '(token-shaped text)')

/** A finding with the results of many jobs is long. */
const LONGEST = 4_000

/** One line in which no terminal and no runner finds a command, and nobody a token. */
export const safe = (text: string): string => redact(neutralise(redact(text), LONGEST))

/** For programs: each text is redacted, and each character that could act on a terminal or a runner is escaped. */
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
