import { randomBytes, randomUUID } from 'node:crypto'

/** A new token: `nlp_`, the 32 hex digits of its UUID, and 8 random ones that only its holder knows. */
export function issueToken(): { id: string; secret: string } {
  const id = randomUUID()
  return { id, secret: `nlp_${id.replaceAll('-', '')}${randomBytes(4).toString('hex')}` }
}

/**
 * The ID (a hyphenated UUID) under which a token with this value would be stored; undefined if the value is not
 * well-formed.
 */
export function idOf(secret: string): string | undefined {
  const parts = /^nlp_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})[0-9a-f]{8}$/.exec(
    secret,
  )
  return parts?.slice(1).join('-')
}
