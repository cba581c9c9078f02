/** Texts from the platform, made safe before they are shown: anyone in the organisation may have chosen them. */
import { redact, Secrets } from '../api/secrets.ts'
import { neutralise } from '../messages/neutralise.ts'

/** What is shown instead of a text that repeats a secret. */
export const WITHHELD = '(withheld: it repeats a secret)'

const NONE = new Secrets()

/** For people: one line without control characters, direction marks, secrets or token-shaped text, whole or cut. */
export const shown = (text: string, secrets = NONE): string =>
  secrets.areIn(text) ? WITHHELD : redact(neutralise(redact(text)))

/** For machines: JSON. Every character that could act on a terminal, or start a runner's command, is escaped. */
export function jsonOf(value: unknown, secrets = NONE): string {
  const safe = (key: string, part: unknown) => {
    // An ID may be part of a token. It was checked on arrival.
    if (typeof part !== 'string' || key === 'id') return part
    return secrets.areIn(part) ? WITHHELD : redact(part)
  }
  return JSON.stringify(value, safe, 2).replace(
    /[^\n\x20-\x7e]|(?<=:):|(?<=#)#/g,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
