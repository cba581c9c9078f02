import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { TOKEN } from '../../harness/runner.ts'
import { judgeAnswer } from '../../src/api/answer.ts'
import type { Answer } from '../../src/api/exchange.ts'

const BODY = TOKEN.slice(4)
const GOOD = { valid: true, org_id: 'org_abc123', scopes: ['execute'] }

function judge(status: number, body: unknown, headers: Record<string, string> = {}) {
  const bytes = typeof body === 'string' ? body : JSON.stringify(body)
  const answer: Answer = { kind: 'answer', status, headers, body: Buffer.from(bytes) }
  return judgeAnswer(answer, TOKEN)
}
const without = (field: string) => ({ ...GOOD, [field]: undefined })

test("200 with valid true, an organisation and scopes is granted, in the platform's order", () => {
  expect(judge(200, { ...GOOD, scopes: ['write', 'execute'], extra: {} })).toEqual({
    kind: 'granted',
    orgId: 'org_abc123',
    scopes: ['write', 'execute'],
    requestId: '',
  })
})

test.each([
  ['false', 200, { valid: false }],
  ['false with anything else', 200, { ...GOOD, valid: false }],
  ['401 with an error', 401, { error: 'invalid token' }],
  ['401 with valid false', 401, { valid: false }],
])('%s is a rejection', (_, status, body) => {
  expect(judge(status, body)).toMatchObject({ kind: 'refused' })
})

test('a rejection with 200 quotes no text of the platform', () => {
  expect(judge(200, { valid: false, error: 'x' })).toEqual({ kind: 'refused', said: '', requestId: '' })
})

test('text of the platform is kept unless it contains a part of the token', () => {
  expect(judge(401, { error: 'token expired' })).toMatchObject({ said: 'token expired' })
  expect(judge(401, { error: `no such token: ${BODY.slice(5, 13)}` })).toMatchObject({ said: '' })
  expect(judge(403, { error: 'forbidden' })).toMatchObject({ surprise: { said: 'forbidden' } })
  expect(judge(403, { error: 1 })).toMatchObject({ surprise: { said: '' } })
  expect(judge(403, 'no JSON')).toMatchObject({ surprise: { said: '' } })
})

test.each([
  [without('valid'), 'valid', 'missing'],
  [[GOOD], 'valid', 'missing'],
  [null, 'valid', 'missing'],
  ['"valid"', 'valid', 'missing'],
  [{ ...GOOD, valid: 'true' }, 'valid', 'type'],
  [{ ...GOOD, valid: 1 }, 'valid', 'type'],
  [{ ...GOOD, valid: null }, 'valid', 'type'],
  [{ valid: 'false' }, 'valid', 'type'],
  [without('org_id'), 'org_id', 'missing'],
  [{ ...GOOD, org_id: 7 }, 'org_id', 'type'],
  [{ ...GOOD, org_id: '' }, 'org_id', 'characters'],
  [{ ...GOOD, org_id: 'org abc' }, 'org_id', 'characters'],
  [{ ...GOOD, org_id: 'org_abc\n' }, 'org_id', 'characters'],
  [{ ...GOOD, org_id: 'a'.repeat(129) }, 'org_id', 'characters'],
  [{ ...GOOD, org_id: `org_${BODY.slice(32)}` }, 'org_id', 'token'],
  [without('scopes'), 'scopes', 'missing'],
  [{ ...GOOD, scopes: 'execute' }, 'scopes', 'type'],
  [{ ...GOOD, scopes: ['execute', 1] }, 'scopes', 'type'],
  [{ ...GOOD, scopes: ['execute', ''] }, 'scopes', 'characters'],
  [{ ...GOOD, scopes: ['a'.repeat(65)] }, 'scopes', 'characters'],
  [{ ...GOOD, scopes: ['execute', BODY.slice(0, 8).toUpperCase()] }, 'scopes', 'token'],
])('200 with %j is not valid: %s, %s', (body, field, wrong) => {
  expect(judge(200, body)).toEqual({
    kind: 'unexpected',
    surprise: { kind: 'field', field, wrong },
    requestId: '',
  })
})

test.each([{}, [], { valid: true }, { error: 7 }, 'null'])(
  '401 with %j is not a rejection by the platform',
  body => {
    expect(judge(401, body)).toMatchObject({
      kind: 'unexpected',
      surprise: { kind: 'field', field: 'error', wrong: 'missing' },
    })
  },
)

test.each([
  ['an HTML page by its type', 200, '{', { 'content-type': 'text/html; charset=utf-8' }, 'html'],
  ['an HTML page by its look', 401, '\n<!doctype html>', {}, 'html'],
  ['an HTML page after many lines', 200, '\r\n\r\n <p>', {}, 'html'],
  ['an HTML page without a line before it', 200, '<p>', {}, 'html'],
  ['text', 200, 'ok', {}, 'not-json'],
  ['text with a sign of HTML in it', 200, 'a < b', {}, 'not-json'],
  ['nothing', 200, '', {}, 'not-json'],
])('%s instead of JSON is unexpected', (_, status, body, headers, kind) => {
  expect(judge(status, body, headers)).toMatchObject({ kind: 'unexpected', surprise: { kind, status } })
})

test('a body that is too large is unexpected if it decides, and otherwise ignored', () => {
  const large = (status: number) =>
    judgeAnswer({ kind: 'answer', status, headers: {}, body: 'too-large' }, TOKEN)
  expect(large(200)).toMatchObject({ surprise: { kind: 'too-large', status: 200 } })
  expect(large(404)).toMatchObject({ surprise: { kind: 'status', status: 404, said: '' } })
})

test.each([300, 301, 302, 304, 307, 308])('%d is a redirect, never followed', status => {
  expect(judge(status, GOOD)).toMatchObject({ kind: 'unexpected', surprise: { kind: 'redirect', status } })
})

test.each([101, 201, 204, 400, 402, 403, 404, 418, 501, 600, 999])(
  '%d is unexpected with any body',
  status => {
    expect(judge(status, GOOD)).toMatchObject({
      kind: 'unexpected',
      surprise: { kind: 'status', status, html: false },
    })
  },
)

test.each([408, 429, 500, 502, 503, 504, 599])('%d is unavailable and is retried', status => {
  const date = 'Wed, 01 Jan 2025 12:00:00 GMT'
  expect(judge(status, GOOD, { 'retry-after': '7', date })).toMatchObject({
    kind: 'unavailable',
    cause: { kind: 'status', status },
    retry: true,
    retryAfter: '7',
    date,
  })
})

test('407 comes from a proxy and is unexpected', () => {
  expect(judge(407, '')).toMatchObject({ kind: 'unexpected', surprise: { kind: 'status', status: 407 } })
})

test.each([
  ['req-1:a.b_C', 'req-1:a.b_C'],
  ['a'.repeat(128), 'a'.repeat(128)],
  ['a'.repeat(129), ''],
  ['two words', ''],
  ['a, b', ''],
  ['::error::x', ''],
  ['a::b', ''],
  [':a', ''],
  ['-a', ''],
  ['a:b.c_d-e', 'a:b.c_d-e'],
  ['', ''],
  [`req-${BODY.slice(9, 17)}`, ''],
  [BODY.slice(9, 17).toUpperCase(), ''],
])('the request ID %j is reported as %j', (header, requestId) => {
  for (const status of [200, 401, 302, 404, 503])
    expect(judge(status, GOOD, { 'x-request-id': header })).toMatchObject({ requestId })
})

describe('a fault', () => {
  const fault = (of: object) => judgeAnswer({ kind: 'fault', ...of } as never, TOKEN)
  const proxy = { variable: 'https_proxy', host: 'proxy.test:3128' }

  test('of trust is untrusted and says whose certificate it is', () => {
    const code = 'CERT_HAS_EXPIRED'
    expect(fault({ fault: 'untrusted', code })).toEqual({ kind: 'untrusted', code })
    expect(fault({ fault: 'untrusted', code, proxy })).toEqual({ kind: 'untrusted', code, proxy })
  })

  test.each(['not-http', 'handshake'] as const)('of the protocol is unexpected: %s', kind => {
    const unexpected = (surprise: object) => ({ kind: 'unexpected', surprise, requestId: '' })
    expect(fault({ fault: kind, code: 'X' })).toEqual(unexpected({ kind, code: 'X' }))
    expect(fault({ fault: kind, code: 'X', proxy, unsent: true })).toEqual({
      ...unexpected({ kind, code: 'X', proxy }),
      unsent: true,
    })
  })

  test.each([101, 103, 201, 204, 302, 400, 401, 403, 404, 405, 407, 418, 501, 600])(
    'of a proxy that answers %d is unexpected',
    status => {
      expect(fault({ fault: 'proxy', status, proxy, schemes: ['NTLM'], unsent: true })).toEqual({
        kind: 'unexpected',
        surprise: { kind: 'proxy', status, proxy, schemes: ['NTLM'] },
        requestId: '',
        unsent: true,
      })
    },
  )

  test.each([408, 429, 500, 502, 503, 504, 599])(
    'of a proxy that answers %d is an outage and is retried',
    status => {
      expect(fault({ fault: 'proxy', status, proxy, schemes: [] })).toMatchObject({
        kind: 'unavailable',
        cause: { fault: 'proxy', status, proxy },
        retry: true,
      })
    },
  )

  test('of the connection is an outage and is retried', () => {
    expect(fault({ fault: 'timed-out', limit: 1 })).toMatchObject({ retry: true, timedOut: true })
    expect(fault({ fault: 'unreachable', code: 'ECONNRESET' })).toMatchObject({
      retry: true,
      unknownHost: false,
      timedOut: false,
      requestId: '',
    })
    expect(fault({ fault: 'unreachable', code: 'ENOTFOUND' })).toMatchObject({ unknownHost: true })
    expect(fault({ fault: 'unreachable', code: 'ENOTFOUND', proxy })).toMatchObject({ unknownHost: true })
  })
})

test('only an answer that follows the contract makes a token valid, and the result reveals no part of it', () => {
  const values = fc.oneof(
    fc.constantFrom(true, 'org_abc123', ['execute'], [BODY], `x${BODY.slice(0, 8)}`, [], 'true', 1, null),
    fc.jsonValue(),
  )
  fc.assert(
    fc.property(
      fc.integer({ min: 100, max: 599 }),
      fc.record({ valid: values, org_id: values, scopes: values }),
      (status, body) => {
        const finding = judge(status, body)
        if (finding.kind !== 'granted') return
        expect([status, body.valid]).toEqual([200, true])
        expect(
          [finding.orgId, ...finding.scopes].every(text => /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/.test(text)),
        ).toBe(true)
        expect(JSON.stringify(finding)).not.toContain(BODY.slice(0, 8))
      },
    ),
    { numRuns: 2000 },
  )
})
