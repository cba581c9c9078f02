/** What a verdict means to a person. Each reason has a file of its own in `reasons/`. */
import type { NotOk } from '../gate/verdict.ts'
import { duration } from './duration.ts'
import type { Message, Situation } from './message.ts'
import { internalError } from './reasons/internal-error.ts'
import { invalid } from './reasons/invalid.ts'
import { malformed } from './reasons/malformed.ts'
import { misconfigured } from './reasons/misconfigured.ts'
import { missing } from './reasons/missing.ts'
import { missingScope } from './reasons/missing-scope.ts'
import { unavailable } from './reasons/unavailable.ts'
import { unexpectedResponse } from './reasons/unexpected-response.ts'
import { untrusted } from './reasons/untrusted.ts'
import { wrongOrg } from './reasons/wrong-org.ts'

/** What is wrong, with the request ID if there is one, why, and what to do. */
export function explain(verdict: NotOk, situation: Situation): Message {
  const message = explainReason(verdict, situation)
  const requestId = 'requestId' in verdict && verdict.requestId
  return requestId ? { ...message, what: `${message.what} Request ID: ${requestId}.` } : message
}

function explainReason(verdict: NotOk, situation: Situation): Message {
  switch (verdict.reason) {
    case 'misconfigured':
      return misconfigured(verdict.problems, situation)
    case 'missing':
      return missing(verdict.absence)
    case 'malformed':
      return malformed(verdict.flaw, verdict.length)
    case 'untrusted':
      return untrusted(verdict.code, situation.host, verdict.proxy)
    case 'unavailable': {
      const message = unavailable(verdict.cause, situation)
      return verdict.askedToWait ? asksToWait(message, verdict.askedToWait, situation) : message
    }
    case 'unexpected-response':
      return unexpectedResponse(verdict.surprise, situation)
    case 'invalid':
      return invalid(verdict.said, situation)
    case 'wrong-org':
      return wrongOrg(verdict.orgId, situation)
    case 'missing-scope':
      return missingScope(verdict.lacking, verdict.granted, situation)
    case 'internal-error':
      return internalError(verdict.defect)
  }
}

/** The most that `timeout-seconds` takes, in milliseconds. */
const LONGEST_TIMEOUT = 600_000

/** A `Retry-After` that does not fit into the deadline ends the run: the user learns how long it is. */
function asksToWait({ what, causes }: Message, asked: number, { setting }: Situation): Message {
  const time = duration(asked)
  return {
    what: `${what} The platform asks to wait ${time}, which is longer than the time left.`,
    causes,
    remedy:
      asked < LONGEST_TIMEOUT
        ? `Re-run the job in ${time}, or raise ${setting('timeout-seconds')} above that (600 at most).`
        : `Re-run the job in ${time}.`,
  }
}
