import { expect, test } from '@jest/globals'
import type { Finding } from '../../src/api/answer.ts'
import { REASONS } from '../../src/gate/reasons.ts'
import { readSettings, type Settings } from '../../src/gate/settings.ts'
import { fateOf, judge, outputsOf, type Verdict } from '../../src/gate/verdict.ts'

const settings = (raw = {}) => readSettings(raw) as Settings
const granted: Finding = {
  kind: 'granted',
  orgId: 'org_abc123',
  scopes: ['read', 'execute'],
  requestId: 'req-1',
}

test('a valid token with the expected organisation and scopes is ok', () => {
  for (const asked of [
    {},
    { 'expected-org-id': 'org_abc123', 'required-scopes': 'execute read' },
    { 'required-scopes': 'none' },
  ])
    expect(judge(granted, settings(asked))).toEqual({
      reason: 'ok',
      orgId: 'org_abc123',
      scopes: ['read', 'execute'],
      requestId: 'req-1',
    })
})

test('another organisation is reported before a missing scope', () => {
  const asked = settings({ 'expected-org-id': 'ORG_abc123', 'required-scopes': 'write' })
  expect(judge(granted, asked)).toMatchObject({ reason: 'wrong-org', orgId: 'org_abc123' })
})

test('every required scope must be granted, exactly', () => {
  const asked = settings({ 'required-scopes': 'execute Read write exec' })
  expect(judge(granted, asked)).toMatchObject({ reason: 'missing-scope', lacking: ['Read', 'write', 'exec'] })
})

test('an answer other than a grant has its own reason', () => {
  const surprise = { kind: 'too-large', status: 200 } as const
  const cause = { kind: 'status', status: 503 } as const
  const asked = settings()
  expect(judge({ kind: 'untrusted', code: 'X' }, asked)).toEqual({ reason: 'untrusted', code: 'X' })
  const proxy = { variable: 'https_proxy', host: 'proxy.test:3128' }
  expect(judge({ kind: 'untrusted', code: 'X', proxy }, asked)).toEqual({
    reason: 'untrusted',
    code: 'X',
    proxy,
  })
  expect(judge({ kind: 'refused', said: 'no', requestId: 'r' }, asked)).toEqual({
    reason: 'invalid',
    said: 'no',
    requestId: 'r',
  })
  expect(judge({ kind: 'unexpected', surprise, requestId: 'r' }, asked)).toEqual({
    reason: 'unexpected-response',
    surprise,
    requestId: 'r',
  })
  expect(judge({ kind: 'unavailable', cause, requestId: 'r', retry: true }, asked)).toEqual({
    reason: 'unavailable',
    cause,
    requestId: 'r',
  })
  const told = { kind: 'unavailable', cause, requestId: 'r', retry: true, askedToWait: 60_000 } as const
  expect(judge(told, asked)).toMatchObject({ reason: 'unavailable', askedToWait: 60_000 })
})

const verdicts = REASONS.map(
  reason => ({ reason, orgId: 'org_abc123', scopes: ['execute'], requestId: 'req-1' }) as unknown as Verdict,
)

test('only ok has valid=true, an organisation and scopes in its outputs', () => {
  for (const verdict of verdicts) {
    const ok = verdict.reason === 'ok'
    expect(outputsOf(verdict)).toEqual({
      valid: ok ? 'true' : 'false',
      reason: verdict.reason,
      org_id: ok ? 'org_abc123' : '',
      scopes: ok ? ['execute'] : [],
      request_id: 'req-1',
    })
  }
  expect(outputsOf({ reason: 'untrusted', code: 'X' }).request_id).toBe('')
})

test('only ok passes, and only a reason that can be tolerated and is named is tolerated', () => {
  const all = settings({ tolerate: 'missing, unavailable' })
  const fates = Object.fromEntries(verdicts.map(verdict => [verdict.reason, fateOf(verdict, all)]))
  expect(fates).toEqual({
    ...Object.fromEntries(REASONS.map(reason => [reason, 'failed'])),
    missing: 'tolerated',
    unavailable: 'tolerated',
    ok: 'passed',
  })
  for (const verdict of verdicts)
    for (const none of [settings(), []])
      expect(fateOf(verdict, none)).toBe(verdict.reason === 'ok' ? 'passed' : 'failed')
})
