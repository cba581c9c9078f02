/** The verdict on a token: the one value that outputs, messages and exit codes are derived from. Pure. */
import type { Cause, Finding, Surprise } from '../api/answer.ts'
import type { Via } from '../api/proxy.ts'
import type { Reason } from './reasons.ts'
import type { Problem, Settings } from './settings.ts'
import type { Absence, Flaw } from './token.ts'

export type Verdict =
  | { reason: 'misconfigured'; problems: Problem[] }
  | { reason: 'missing'; absence: Absence }
  | { reason: 'malformed'; flaw: Flaw; length: number }
  | { reason: 'untrusted'; code: string; proxy?: Via | undefined }
  | { reason: 'unavailable'; cause: Cause; requestId: string; askedToWait?: number | undefined }
  | { reason: 'unexpected-response'; surprise: Surprise; requestId: string }
  | { reason: 'invalid'; said: string; requestId: string }
  | { reason: 'wrong-org'; orgId: string; requestId: string }
  | { reason: 'missing-scope'; lacking: string[]; granted: string[]; requestId: string }
  | { reason: 'ok'; orgId: string; scopes: string[]; requestId: string }
  | { reason: 'internal-error'; defect: string }

/** Every verdict of a run that did not pass. */
export type NotOk = Exclude<Verdict, { reason: 'ok' }>

/** Judges what the platform said against what the settings require. */
export function judge(finding: Finding, settings: Settings): Verdict {
  switch (finding.kind) {
    case 'untrusted':
      return { reason: 'untrusted', code: finding.code, proxy: finding.proxy }
    case 'unavailable': {
      const { cause, requestId, askedToWait } = finding
      return { reason: 'unavailable', cause, requestId, askedToWait }
    }
    case 'unexpected':
      return { reason: 'unexpected-response', surprise: finding.surprise, requestId: finding.requestId }
    case 'refused':
      return { reason: 'invalid', said: finding.said, requestId: finding.requestId }
    case 'granted': {
      const { orgId, scopes, requestId } = finding
      if (settings.expectedOrgId !== undefined && settings.expectedOrgId !== orgId)
        return { reason: 'wrong-org', orgId, requestId }
      const lacking = settings.requiredScopes.filter(scope => !scopes.includes(scope))
      if (lacking.length > 0) return { reason: 'missing-scope', lacking, granted: scopes, requestId }
      return { reason: 'ok', orgId, scopes, requestId }
    }
  }
}

/** The step's outputs, by their names. */
export interface Outputs {
  valid: 'true' | 'false'
  reason: Reason
  org_id: string
  scopes: string[]
  request_id: string
}

export function outputsOf(verdict: Verdict): Outputs {
  const valid = verdict.reason === 'ok'
  return {
    valid: valid ? 'true' : 'false',
    reason: verdict.reason,
    org_id: valid ? verdict.orgId : '',
    scopes: valid ? verdict.scopes : [],
    request_id: 'requestId' in verdict ? verdict.requestId : '',
  }
}

/** What becomes of the run: only a valid token passes, and only what the user named is tolerated. */
export function fateOf(verdict: Verdict, settings: Settings | Problem[]): 'passed' | 'tolerated' | 'failed' {
  if (verdict.reason === 'ok') return 'passed'
  if (Array.isArray(settings)) return 'failed'
  return settings.tolerate.some(reason => reason === verdict.reason) ? 'tolerated' : 'failed'
}
