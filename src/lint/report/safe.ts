/** Makes text from a file or a path safe to print. */
import { redact } from '../../api/secrets.ts'
import { escapeJson } from '../../messages/escape-json.ts'
import { neutralise } from '../../messages/neutralise.ts'

/** In characters: long enough for a finding with the results of many jobs. */
const LONGEST = 4_000

/** One line without tokens, and without commands to a terminal or a runner. */
export const safe = (text: string): string => redact(neutralise(redact(text), LONGEST))

/** For programs: JSON without tokens. */
export const jsonOf = (value: unknown): string =>
  escapeJson(
    JSON.stringify(value, (_, part) => (typeof part === 'string' ? redact(part) : redactKeys(part)), 2),
  )

/** Job ids are keys. */
function redactKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [redact(key), one]))
}
