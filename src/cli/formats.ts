/** A verdict as a document: for a person, for a program, for GitLab's dotenv reports. */
import { outputsOf, type Verdict } from '../gate/verdict.ts'

export const FORMATS = ['text', 'json', 'dotenv'] as const

export type Format = (typeof FORMATS)[number]

/** The document, without a line break at its end. `message` is the verdict in words. */
export function documentOf(format: Format, verdict: Verdict, message: string): string {
  const { valid, reason, org_id, scopes, request_id } = outputsOf(verdict)
  switch (format) {
    case 'text':
      return message
    case 'json':
      return JSON.stringify({ valid: valid === 'true', reason, org_id, scopes, request_id, message })
    case 'dotenv':
      // No value needs quotes, and GitLab would not take them away: each has a character set of its own (settings.ts).
      return [
        `NOLAPSE_TOKEN_VALID=${valid}`,
        `NOLAPSE_TOKEN_REASON=${reason}`,
        `NOLAPSE_ORG_ID=${org_id}`,
        `NOLAPSE_SCOPES=${scopes.join(',')}`,
      ].join('\n')
  }
}
