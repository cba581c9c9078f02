import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { judgeAnswer } from '../../src/api/answer.ts'
import type { Fault } from '../../src/api/fault.ts'
import type { Settings } from '../../src/gate/settings.ts'
import { judge } from '../../src/gate/verdict.ts'
import { body, status, token } from './arbitraries.ts'
import { PATIENCE, runs } from './bounds.ts'

/**
 * Whether an answer makes a token good, read from the interface once more: plain steps, character by character, and
 * nothing that the code under test uses.
 */
function oracle(
  code: number,
  bytes: Buffer,
  ownToken: string,
  expected: string | undefined,
  required: string[],
): boolean {
  if (code !== 200) return false
  let json: unknown
  try {
    json = JSON.parse(bytes.toString('utf8'))
  } catch {
    return false
  }
  if (json === null || typeof json !== 'object' || Array.isArray(json)) return false
  const field = new Map(Object.entries(json))
  if (field.get('valid') !== true) return false
  const orgId = field.get('org_id')
  if (typeof orgId !== 'string' || !identifies(orgId, 128) || shares(orgId, ownToken)) return false
  if (expected !== undefined && orgId !== expected) return false
  const scopes = field.get('scopes')
  if (!Array.isArray(scopes)) return false
  for (const scope of scopes)
    if (typeof scope !== 'string' || !identifies(scope, 64) || shares(scope, ownToken)) return false
  for (const scope of required) if (scopes.indexOf(scope) < 0) return false
  return true
}

const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

function identifies(text: string, longest: number): boolean {
  if (text.length < 1 || text.length > longest) return false
  for (let at = 0; at < text.length; at++) {
    const allowed = at === 0 ? ALPHANUMERIC : `${ALPHANUMERIC}._:-`
    if (!allowed.includes(text.charAt(at))) return false
  }
  return true
}

/** 8 consecutive characters of the body, in any case: searched from the text, while the code searches from the token. */
function shares(text: string, ownToken: string): boolean {
  for (let at = 0; at + 8 <= text.length; at++)
    if (ownToken.slice(4).includes(text.slice(at, at + 8).toLowerCase())) return true
  return false
}

const settingsFor = (expectedOrgId: string | undefined, requiredScopes: string[]): Settings => ({
  api: new URL('https://nolapse.test'),
  requiredScopes,
  expectedOrgId,
  tolerate: [],
  timeout: 90_000,
})

const cases = token.chain(ownToken =>
  fc.record({
    ownToken: fc.constant(ownToken),
    code: status,
    bytes: body(ownToken),
    expected: fc.option(fc.constantFrom('org_abc123', 'a'), { nil: undefined, freq: 3 }),
    required: fc.subarray(['execute', 'report:read', 'a'], { maxLength: 2 }),
  }),
)

test(
  'a verdict is ok if, and only if, an independent oracle says so',
  () => {
    let passed = 0
    let all = 0
    fc.assert(
      fc.property(cases, ({ ownToken, code, bytes, expected, required }) => {
        const finding = judgeAnswer({ kind: 'answer', status: code, headers: {}, body: bytes }, ownToken)
        const verdict = judge(finding, settingsFor(expected, required))
        const good = oracle(code, bytes, ownToken, expected, required)
        all++
        if (good) passed++
        return (verdict.reason === 'ok') === good
      }),
      runs(10_000),
    )
    // Else the property would hold for want of answers that pass.
    expect(passed / all).toBeGreaterThan(0.05)
    expect(passed / all).toBeLessThan(0.9)
  },
  PATIENCE,
)

test(
  'only an answer makes a verdict ok',
  () => {
    const faults = fc.oneof(
      fc.constantFrom(
        { kind: 'fault', fault: 'untrusted', code: 'CERT_HAS_EXPIRED' } as const,
        { kind: 'fault', fault: 'not-http', code: 'HPE_INVALID_CONSTANT' } as const,
        { kind: 'fault', fault: 'unreachable', code: 'ECONNRESET' } as const,
        { kind: 'fault', fault: 'handshake', code: 'ERR_SSL_X' } as const,
        {
          kind: 'fault',
          fault: 'proxy',
          status: 200,
          proxy: { variable: 'https_proxy', host: 'proxy.test:1' },
          schemes: [],
        } as Fault,
        { kind: 'fault', fault: 'timed-out', limit: 1 } as const,
      ),
      status.map(code => ({ kind: 'answer', status: code, headers: {}, body: 'too-large' }) as const),
      status.map(code => ({ kind: 'answer', status: code, headers: {}, body: undefined }) as const),
    )
    fc.assert(
      fc.property(faults, token, (outcome, ownToken) => {
        expect(judge(judgeAnswer(outcome, ownToken), settingsFor(undefined, [])).reason).not.toBe('ok')
      }),
      runs(500),
    )
  },
  PATIENCE,
)
