import { DEFAULTS, type PlatformOptions } from '../platform/options.ts'
import { serve } from '../platform/serve.ts'

export interface TestPlatform {
  /** `http://127.0.0.1:PORT` */
  url: string
  orgId: string
  session: string
  /** @throws Error with status and body if the platform refuses, as do the two below */
  createToken(name?: string, scopes?: string[]): Promise<{ id: string; secret: string }>
  revoke(id: string): Promise<void>
  rotate(id: string): Promise<{ id: string; secret: string }>
  close(): Promise<void>
}

type Options = Partial<PlatformOptions> & {
  /** Milliseconds since the epoch; defaults to the machine's clock. */
  now?: () => number
  onFault?: (error: Error) => void
}

/** The local platform in this process, on a free port, with the cheapest hashes. */
export async function startPlatform({ now, onFault, ...options }: Options = {}): Promise<TestPlatform> {
  const surroundings = { ...(now && { now }), ...(onFault && { onFault }) }
  const platform = await serve({ ...DEFAULTS, port: 0, bcryptCost: 4, ...options }, surroundings)

  async function call(method: string, path: string, body?: object) {
    const response = await fetch(`${platform.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${platform.sessionToken}`,
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return text === '' ? undefined : JSON.parse(text)
  }

  return {
    url: platform.url,
    orgId: platform.orgId,
    session: platform.sessionToken,
    createToken: async (name = 'ci', scopes = ['execute']) => {
      const { id, secret } = await call('POST', '/v1/tokens', { name, scopes })
      return { id, secret }
    },
    revoke: id => call('DELETE', `/v1/tokens/${id}`),
    rotate: id => call('POST', `/v1/tokens/${id}/rotate`),
    close: () => platform.close(),
  }
}
