/** `POST /v1/auth/validate`: is this token valid? */
import { type Finding, judgeAnswer, MAX_ANSWER } from './answer.ts'
import { endpoint } from './endpoint.ts'
import { exchange } from './exchange.ts'
import type { Secrets } from './secrets.ts'

/** One attempt at `POST /v1/auth/validate`, which ends within `limit` milliseconds. */
export type Ask = (token: string, api: URL, limit: number) => Promise<Finding>

/**
 * Asks the platform itself.
 *
 * @param others the other secrets of the run, which an answer must not repeat
 */
export async function askPlatform(
  token: string,
  api: URL,
  limit: number,
  others?: Secrets,
): Promise<Finding> {
  const outcome = await exchange({
    method: 'POST',
    url: endpoint(api, '/v1/auth/validate'),
    body: { token },
    limit,
    maxBytes: MAX_ANSWER,
    bodyDecides: [200, 401],
  })
  return judgeAnswer(outcome, token, others)
}
