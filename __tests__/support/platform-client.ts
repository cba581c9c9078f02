import type { TestPlatform } from '../../harness/platform.ts'

export interface Answer {
  status: number
  headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: what a test compares can be anything.
  body: any
}

interface Request {
  /** An object is sent as JSON, a string unchanged. */
  body?: unknown
  /** The session token; empty for none. Defaults to the platform's own. */
  session?: string
  headers?: Record<string, string>
}

/** Sends one request to a platform and returns any answer. `body` is undefined if the answer has none. */
export async function ask(
  platform: TestPlatform,
  method: string,
  path: string,
  { body, session = platform.session, headers = {} }: Request = {},
): Promise<Answer> {
  const response = await fetch(`${platform.url}${path}`, {
    method,
    headers: {
      ...(session && { authorization: `Bearer ${session}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? undefined : JSON.parse(text),
  }
}

/** Asks whether a token is valid, as the action does. */
export const validate = (platform: TestPlatform, token: unknown) =>
  ask(platform, 'POST', '/v1/auth/validate', { session: '', body: { token } })
