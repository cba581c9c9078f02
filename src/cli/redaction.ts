/** Names of tokens: anybody in the organisation chose them, so they are made safe before they are shown. */
import { neutralise } from '../messages/neutralise.ts'

/** What could be a token, or a part of one. */
const TOKEN_SHAPED = /nlp_[0-9a-z]{8,}|[0-9a-f]{40,}/gi
const REDACTED = '(token-shaped text)'

export const redact = (text: string): string => text.replace(TOKEN_SHAPED, REDACTED)

/** For people: one line without control characters, marks of direction, and token-shaped text, whole or cut. */
export const shown = (name: string): string => redact(neutralise(redact(name)))

/** For machines: JSON, in which every character that could act on a terminal, or be a runner's command, is escaped. */
export const jsonOf = (value: unknown): string =>
  JSON.stringify(value, (_, part) => (typeof part === 'string' ? redact(part) : part), 2).replace(
    /[^\n\x20-\x7e]|(?<=:):|(?<=#)#/g,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
