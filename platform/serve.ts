import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { buildApp } from './app.ts'
import type { PlatformOptions } from './options.ts'
import { RateLimit } from './rate-limit.ts'
import { Sessions } from './sessions.ts'
import { TokenStore } from './store.ts'

/** A listening platform with its one organisation signed in. */
export interface RunningPlatform {
  /** `http://127.0.0.1:PORT`, without a trailing slash. */
  url: string
  orgId: string
  sessionToken: string
  /** Frees the port; open connections are cut. */
  close(): Promise<void>
}

interface Surroundings {
  /** Milliseconds since the epoch. */
  now?: () => number
  /** Called with each internal error. */
  onFault?: (error: Error) => void
}

/**
 * Starts a platform on loopback, with nothing in it.
 * @throws the system's error if the port is not available (`code` EADDRINUSE or EACCES)
 */
export async function serve(
  options: PlatformOptions,
  { now = Date.now, onFault = () => {} }: Surroundings = {},
): Promise<RunningPlatform> {
  const sessions = new Sessions({ ...options, now })
  const tokens = new TokenStore({ ...options, now })
  const rateLimit = new RateLimit({ ...options, now })
  const app = buildApp({ tokens, sessions, rateLimit, invalidStatus: options.invalidStatus, onFault })
  await app.listen({ host: '127.0.0.1', port: options.port })
  const orgId = newOrganisationId()
  return {
    url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`,
    orgId,
    sessionToken: sessions.open(orgId),
    close: () => app.close(),
  }
}

/** Looks like one of the cloud; a new one at each start, so that no one relies on it. */
function newOrganisationId() {
  const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'
  return `org_${Array.from(randomBytes(26), byte => alphabet[byte % alphabet.length]).join('')}`
}
