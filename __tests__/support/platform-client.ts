import type { TestPlatform } from '../../harness/platform.ts'

export interface Answer {
  status: number
  headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: what a test compares, whatever came.
  body: any
}

interface Request {
  /** An object is sent as JSON, a string as it is. */
  body?: unknown
  /** The session token; none where it is empty. The platform's own where it is not given. */
  session?: string
  headers?: Record<string, string>
}

/** One request to a platform, whatever it answers. `body` is undefined where the answer has none. */
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

/** Asks, as the action does, whether a token is valid. */
export const validate = (platform: TestPlatform, token: unknown) =>
  ask(platform, 'POST', '/v1/auth/validate', { session: '', body: { token } })
