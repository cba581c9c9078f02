/** What a verdict means to a person. Each reason has a file of its own in `reasons/`. */
import type { Verdict } from '../gate/verdict.ts'
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

export function explain(verdict: Exclude<Verdict, { reason: 'ok' }>, situation: Situation): Message {
  switch (verdict.reason) {
    case 'misconfigured':
      return misconfigured(verdict.problems, situation)
    case 'missing':
      return missing(verdict.absence)
    case 'malformed':
      return malformed(verdict.flaw, verdict.length)
    case 'untrusted':
      return untrusted(verdict.code, situation.host, verdict.proxy)
    case 'unavailable':
      return unavailable(verdict.cause, situation)
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
