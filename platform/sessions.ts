import { randomBytes } from 'node:crypto'
import { digest } from './digest.ts'

interface Session {
  orgId: string
  /** Milliseconds since the epoch. */
  expiresAt: number
}

/** Who is signed in, and for which organisation. */
export class Sessions {
  readonly #sessions = new Map<string, Session>()
  readonly #seconds: number
  readonly #now: () => number

  constructor({ sessionSeconds, now }: { sessionSeconds: number; now: () => number }) {
    this.#seconds = sessionSeconds
    this.#now = now
  }

  /** Signs an organisation in and returns its session token. */
  open(orgId: string): string {
    const token = `sess_${randomBytes(32).toString('base64url')}`
    this.#sessions.set(digest(token), { orgId, expiresAt: this.#now() + this.#seconds * 1000 })
    return token
  }

  /** The organisation of a session token; undefined if the token is unknown or has expired. */
  organisationOf(token: string): string | undefined {
    const session = this.#sessions.get(digest(token))
    return session && this.#now() < session.expiresAt ? session.orgId : undefined
  }
}
