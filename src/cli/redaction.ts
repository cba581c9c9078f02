/** Texts from the platform, made safe before they are shown: anyone in the organisation may have chosen them. */
import { redact, Secrets } from '../api/secrets.ts'
import { escapeJson } from '../messages/escape-json.ts'
import { neutralise } from '../messages/neutralise.ts'

/** What is shown instead of a text that repeats a secret. */
export const WITHHELD = '(withheld: it repeats a secret)'

const NONE = new Secrets()

/** For people: one line without control characters, direction marks, secrets or token-shaped text, whole or cut. */
export const shown = (text: string, secrets = NONE): string =>
  secrets.areIn(text) ? WITHHELD : redact(neutralise(redact(text)))

/** For machines: JSON, without secrets and token-shaped text. */
export function jsonOf(value: unknown, secrets = NONE): string {
  const safe = (key: string, part: unknown) => {
    // An ID may be part of a token. It was checked on arrival.
    if (typeof part !== 'string' || key === 'id') return part
    return secrets.areIn(part) ? WITHHELD : redact(part)
  }
  return escapeJson(JSON.stringify(value, safe, 2))
}
