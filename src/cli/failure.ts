/** Why a command failed: an exit code, what is wrong, and what to do. */

import type { Failed } from '../api/tokens.ts'
import type { NotOk } from '../gate/verdict.ts'
import { describe } from '../messages/describe.ts'
import { explain } from '../messages/explain.ts'
import type { Situation } from '../messages/message.ts'
import { neutralise } from '../messages/neutralise.ts'
import { EXIT, type ExitCode } from './exit-codes.ts'

export class Failure extends Error {
  readonly code: ExitCode
  /** @param says what is wrong and what to do, in sentences */
  constructor(code: ExitCode, says: string) {
    super(says)
    this.code = code
  }
}

const SIGN_IN =
  'What to do: Sign in to nolapse again and set NOLAPSE_SESSION_TOKEN to the new session. A session works on one ' +
  'platform only. Neither a nolapse token nor the SERVICE_TOKEN of a self-hosted platform is a session.'

/** @param what the start of a sentence: what could not be done */
export function failureOf(failed: Failed, what: string, situation: Situation): Failure {
  const { host, setting } = situation
  switch (failed.kind) {
    case 'refused':
      return new Failure(EXIT.rejected, `${what}: ${refusal(failed.status, failed.said)}`)
    case 'untrusted':
      return new Failure(EXIT.failed, `${what}. ${inBrief({ ...failed, reason: 'untrusted' }, situation)}`)
    case 'unavailable': {
      const { cause, requestId } = failed
      const proxy = 'proxy' in cause && cause.proxy
      const remedy = proxy
        ? explain({ reason: 'unavailable', cause, requestId }, situation).remedy
        : `Check ${setting('api-url')} and the platform's health, then run the command again later.`
      return new Failure(
        EXIT.failed,
        `${what}: the platform at ${host} gave no usable answer: ${describe(cause)}.\nWhat to do: ${remedy}`,
      )
    }
    case 'unexpected': {
      const { surprise, requestId } = failed
      if (surprise.kind === 'proxy' || surprise.kind === 'handshake' || surprise.kind === 'not-http')
        return new Failure(
          EXIT.failed,
          `${what}. ${inBrief({ reason: 'unexpected-response', surprise, requestId }, situation)}`,
        )
      const answer =
        surprise.kind === 'too-large'
          ? `The answer from ${host} is too long.`
          : explain({ reason: 'unexpected-response', surprise, requestId }, situation).what
      return new Failure(
        EXIT.failed,
        `${what}. ${answer}\nWhat to do: Check ${setting('api-url')}, and any proxy between this machine and the ` +
          'platform. A platform that answers 404 or 501 may not offer this yet.',
      )
    }
  }
}

/** What a validation would say about the same problem, without the causes. */
function inBrief(verdict: NotOk, situation: Situation): string {
  const { what, remedy } = explain(verdict, situation)
  return `${what}\nWhat to do: ${remedy}`
}

function refusal(status: number, said: string): string {
  const words = said ? ` (${status}, "${neutralise(said)}")` : ` (${status})`
  switch (status) {
    case 401:
      return `the platform does not accept the session, or it has expired${words}.\n${SIGN_IN}`
    case 402:
      return (
        `the plan's token limit is reached${words}. Tokens that are rotating count.\n` +
        'What to do: Revoke a token that is no longer used. If the plan allows only one token, use ' +
        '`rotate TOKEN --in-place`, or revoke the old token before you create the new one.'
      )
    case 403:
      return `the session may not do that${words}.\nWhat to do: Use a session that has the permission.`
    case 404:
      return `there is no such token${words}.\nWhat to do: See all tokens with \`list\`.`
    case 409:
      return (
        `the token is not active${words}: it has been revoked, or another rotation of it came first.\n` +
        'What to do: Find the active token with `list`, and rotate that one.'
      )
    default:
      return `the platform rejects the request${words}.\nWhat to do: Correct what the platform names.`
  }
}
