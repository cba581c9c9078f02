import { expect, test } from '@jest/globals'
import type { Cause, Surprise } from '../../src/api/answer.ts'
import type { Flaw } from '../../src/gate/token.ts'
import type { NotOk } from '../../src/gate/verdict.ts'
import { describe as inWords } from '../../src/messages/describe.ts'
import { explain } from '../../src/messages/explain.ts'
import { linkTo, type Situation, textOf } from '../../src/messages/message.ts'
import { passed } from '../../src/messages/passed.ts'
import { retrying } from '../../src/messages/retrying.ts'

const situation: Situation = {
  host: 'nolapse.test',
  seconds: 90,
  setting: name => `the input \`${name}\``,
}
const PROXY = { variable: 'HTTPS_PROXY', host: 'proxy.test:3128' }
const rejected = (status: number, ...schemes: string[]): Surprise => ({
  kind: 'proxy',
  status,
  proxy: PROXY,
  schemes,
})

const tell = (verdict: NotOk) => textOf(explain(verdict, situation), verdict.reason)
const flawed = (flaw: Flaw) => tell({ reason: 'malformed', flaw, length: 46 })
const unavailable = (cause: Cause) => tell({ reason: 'unavailable', cause, requestId: '' })
const surprised = (surprise: Surprise) => tell({ reason: 'unexpected-response', surprise, requestId: '' })
const refused = (said: string) => tell({ reason: 'invalid', said, requestId: '' })

test('every message says what is wrong, what to do, and where to read more', () => {
  const text = refused('')
  expect(text.split('\n')).toEqual([
    'The platform at nolapse.test rejected the token.',
    expect.stringMatching(/^What to do: .*\.$/),
    'Likely causes:',
    ...Array(2).fill(expect.stringMatching(/^- .*\.$/)),
    `More: ${linkTo('invalid')}`,
  ])
})

test('a message without causes does not announce any', () => {
  expect(tell({ reason: 'missing', absence: 'unset' })).not.toContain('Likely causes')
})

test('every invalid setting is named as the user writes it', () => {
  const text = tell({
    reason: 'misconfigured',
    problems: [
      { subject: 'tolerate', says: 'is wrong.' },
      { subject: 'api-url', says: 'is wrong, too.' },
    ],
  })
  expect(text).toContain('The input `tolerate` is wrong.\nThe input `api-url` is wrong, too.\n')
})

test('the name of a variable keeps its case at the start of a sentence', () => {
  const problems = [{ subject: 'https_proxy', says: 'is wrong.' }]
  const text = textOf(
    explain({ reason: 'misconfigured', problems }, { ...situation, setting: name => name }),
    'misconfigured',
  )
  expect(text).toMatch(/^https_proxy is wrong\./)
})

test.each([
  ['unset', /not set, or it is empty/],
  ['blank', /only white space/],
  ['unexpanded', /\$NAME/],
] as const)('a missing token that is %s', (absence, told) => {
  expect(tell({ reason: 'missing', absence })).toMatch(told)
})

test.each([
  ['line-break', /line break/],
  ['several-lines', /several lines/],
  ['byte-order-mark', /byte order mark/],
  ['white-space', /white space/],
  ['separator', /comma/],
  ['escape', /such as \\n written as two characters/],
  ['base64', /in base64/],
  ['variable', /not replaced by its value/],
  ['quotes', /quotes/],
  ['bearer', /Bearer/],
  ['assignment', /NAME=value/],
  ['expression', /\$\{\{ … \}\}/],
  ['masked', /asterisks/],
  ['json', /JSON/],
  ['invisible', /invisible/],
  ['prefix-case', /prefix nlp_ is not in lower case/],
  ['prefix', /does not start with nlp_/],
  ['before-v0.2.0', /issued before v0\.2\.0.*[\s\S]*Create a new token/],
  ['upper-case', /upper-case letters/],
  ['too-short', /Part of it was not copied/],
  ['too-long', /Something was added/],
  ['characters', /characters that no token has/],
  ['vendor:GitHub', /a token of GitHub/],
] as const)('a malformed token: %s', (flaw, told) => {
  const text = flawed(flaw)
  expect(text).toMatch(told)
  expect(text).toMatch(/What to do: .+/)
})

test.each([
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', /NODE_EXTRA_CA_CERTS/],
  ['CERT_HAS_EXPIRED', /clock/],
  ['CERT_NOT_YET_VALID', /clock/],
  ['ERR_TLS_CERT_ALTNAME_INVALID', /host name that is in the certificate/],
])('a certificate that cannot be verified: %s', (code, told) => {
  const text = tell({ reason: 'untrusted', code })
  expect(text).toMatch(told)
  expect(text).toContain(code)
  expect(text).toContain('Never switch the verification off')
})

test.each([
  [{ kind: 'status', status: 503 }, /503 Service Unavailable/, /overloaded/],
  [{ kind: 'status', status: 599 }, /599\./, /overloaded/],
  [{ kind: 'status', status: 429 }, /429/, /Use one gate job/],
  [
    { kind: 'fault', fault: 'proxy', status: 502, proxy: PROXY, schemes: [] },
    /the proxy refused with 502 Bad Gateway \(proxy\.test:3128, from HTTPS_PROXY\)/,
    /Check the proxy named in HTTPS_PROXY\..*no_proxy/,
  ],
  [
    { kind: 'fault', fault: 'unreachable', code: 'ECONNREFUSED', proxy: PROXY },
    /the proxy failed: connection refused \(proxy\.test:3128, from HTTPS_PROXY\)/,
    /Check the proxy named in HTTPS_PROXY\./,
  ],
  [
    { kind: 'fault', fault: 'unreachable', code: 'ENOTFOUND', proxy: PROXY },
    /the proxy's host name does not exist \(proxy\.test:3128, from HTTPS_PROXY\)/,
    /Correct HTTPS_PROXY, or unset it/,
  ],
  [{ kind: 'fault', fault: 'unreachable', code: 'ENOTFOUND' }, /does not exist/, /`api-url`/],
  [{ kind: 'fault', fault: 'unreachable', code: 'ECONNREFUSED' }, /connection refused/, /firewall/],
  [{ kind: 'fault', fault: 'unreachable', code: 'EWHATEVER' }, /EWHATEVER/, /firewall/],
  [{ kind: 'fault', fault: 'timed-out', limit: 14_987 }, /no answer within 15 s/, /firewall/],
] as [Cause, RegExp, RegExp][])('no usable answer: %j', (cause, told, remedy) => {
  const text = unavailable(cause)
  expect(text).toMatch(/limit is 90 s/)
  expect(text).toMatch(told)
  expect(text).toMatch(remedy)
})

test.each([
  [{ kind: 'redirect', status: 302 }, /redirects \(302 Found\)/],
  [{ kind: 'html', status: 200 }, /captive portal/],
  [{ kind: 'not-json', status: 200 }, /not JSON/],
  [{ kind: 'too-large', status: 200 }, /64 KiB/],
  [{ kind: 'not-http', code: 'HPE_INVALID_CONSTANT' }, /does not speak HTTP/],
  [
    { kind: 'not-http', code: 'HPE_INVALID_CONSTANT', proxy: PROXY },
    /^The proxy \(proxy\.test:3128, from HTTPS_PROXY\) does not speak HTTP[\s\S]*Correct the scheme or the port in HTTPS_PROXY/,
  ],
  [rejected(407), /407 Proxy Authentication Required\. The token was not sent[\s\S]*user:password@/],
  [rejected(407, 'NTLM', 'Negotiate'), /offers only NTLM and Negotiate, .*supports only Basic/],
  [rejected(407, 'Basic', 'NTLM'), /HTTPS_PROXY has no user name and password, or/],
  [rejected(403), /no_proxy[\s\S]*does not allow connections to nolapse\.test/],
  [rejected(401), /does not allow connections to nolapse\.test/],
  [rejected(404), /Correct HTTPS_PROXY[\s\S]*not a proxy, or it does not support CONNECT/],
  [rejected(403, 'NTLM'), /does not allow connections/],
  [
    { kind: 'handshake', code: 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED' },
    /^The TLS handshake with nolapse\.test failed \(ERR_SSL_.*\)[\s\S]*- The server requires a client certificate, which this gate does not have\./,
  ],
  [{ kind: 'handshake', code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION' }, /TLS 1\.2 or 1\.3/],
  [{ kind: 'handshake', code: 'ERR_SSL_UNSUPPORTED_PROTOCOL' }, /TLS 1\.2 or 1\.3/],
  [
    { kind: 'handshake', code: 'ERR_SSL_TLSV1_UNRECOGNIZED_NAME' },
    /Check the host name in the input `api-url`/,
  ],
  [
    { kind: 'handshake', code: 'ERR_SSL_TLSV1_UNRECOGNIZED_NAME', proxy: PROXY },
    /TLS handshake with the proxy \(proxy\.test:3128, from HTTPS_PROXY\)[\s\S]*Check the host name in HTTPS_PROXY/,
  ],
  [
    { kind: 'handshake', code: 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE' },
    /client certificate.*, or TLS settings/,
  ],
  [{ kind: 'field', field: 'scopes', wrong: 'missing' }, /scopes is missing/],
  [{ kind: 'field', field: 'org_id', wrong: 'type' }, /org_id has the wrong type/],
  [{ kind: 'field', field: 'org_id', wrong: 'characters' }, /characters that it must not have/],
  [{ kind: 'field', field: 'org_id', wrong: 'token' }, /repeats a part of the token/],
  [
    { kind: 'status', status: 404, html: false, said: '' },
    /404 Not Found.[\s\S]*`api-url`[\s\S]*endpoint yet/,
  ],
  [{ kind: 'status', status: 405, html: false, said: '' }, /endpoint yet/],
  [{ kind: 'status', status: 407, html: false, said: '' }, /Set https_proxy to that proxy/],
  [{ kind: 'status', status: 501, html: false, said: '' }, /501 Not Implemented.[\s\S]*endpoint yet/],
  [{ kind: 'status', status: 403, html: true, said: '' }, /HTML page[\s\S]*[Ff]irewall/],
  [
    { kind: 'status', status: 400, html: false, said: 'no\n::error::' },
    /400 Bad Request and says "no : :error: :"/,
  ],
] as [Surprise, RegExp][])("an answer that is not the contract's: %j", (surprise, told) => {
  expect(surprised(surprise)).toMatch(told)
})

test('a rejected token can be new, revoked, rotated or from another platform, and the platform is quoted', () => {
  const text = refused('token\u0000expired')
  expect(text).toMatch(/less than a minute old[\s\S]*revoked[\s\S]*rotated[\s\S]*different platform/)
  expect(text).toContain('It says: "token expired"')
})

test('the actual organisation is named, the expected one is not', () => {
  const text = tell({ reason: 'wrong-org', orgId: 'org_other', requestId: '' })
  expect(text).toMatch(/org_other[\s\S]*`expected-org-id`/)
})

test('the length is shown if it helps, and never for an old token, which also has 44 characters', () => {
  for (const flaw of ['prefix', 'too-short', 'too-long'] as const)
    expect(flawed(flaw)).toContain('It has 46 characters; a token has 44.')
  for (const flaw of ['before-v0.2.0', 'quotes', 'vendor:GitHub'] as const)
    expect(flawed(flaw)).not.toContain('It has 46 characters')
  expect(tell({ reason: 'malformed', flaw: 'prefix', length: 1 })).toContain(
    'It has 1 character; a token has 44.',
  )
})

test('the request ID is on the same line as what is wrong', () => {
  for (const verdict of [
    { reason: 'invalid', said: 'revoked', requestId: 'req-1' },
    { reason: 'wrong-org', orgId: 'org_other', requestId: 'req-1' },
    { reason: 'unavailable', cause: { kind: 'status', status: 503 }, requestId: 'req-1' },
    { reason: 'unexpected-response', surprise: { kind: 'redirect', status: 302 }, requestId: 'req-1' },
  ] as const)
    expect(tell(verdict).split('\n')[0]).toMatch(/ Request ID: req-1\.$/)
  expect(refused('')).not.toContain('Request ID')
})

test.each([
  [
    300_000,
    /asks to wait 5 min, which is longer.*\nWhat to do: Re-run the job in 5 min, or raise the input `timeout-seconds`/,
  ],
  [3_600_000, /asks to wait 60 min, which is longer.*\nWhat to do: Re-run the job in 60 min\.\n/],
])(
  'for a Retry-After of %d ms that does not fit, the message shows the requested wait',
  (askedToWait, told) => {
    const cause = { kind: 'status', status: 429 } as const
    expect(tell({ reason: 'unavailable', cause, requestId: '', askedToWait })).toMatch(told)
  },
)

test('the missing and the granted scopes are named', () => {
  const text = (scopes: string[]) =>
    tell({ reason: 'missing-scope', lacking: ['write', 'admin'], granted: scopes, requestId: '' })
  expect(text(['read'])).toContain('write, admin. It has: read.')
  expect(text([])).toContain('It has: none.')
})

test('text from the platform takes up at most 200 characters of a message', () => {
  const scopes = Array.from({ length: 1000 }, (_, number) => `scope${number}`)
  const told = [
    refused('x'.repeat(1000)),
    tell({ reason: 'missing-scope', lacking: ['write'], granted: scopes, requestId: '' }),
    passed('org_abc123', scopes, 'nolapse.test', 1),
  ]
  for (const text of told) expect(text.length).toBeLessThan(1200)
})

test('an organisation made of colons does not become a command', () => {
  const orgId = 'a::error::b'
  expect(tell({ reason: 'wrong-org', orgId, requestId: '' })).not.toContain('::')
  expect(passed(orgId, [], 'nolapse.test', 1)).not.toContain('::')
})

test('a defect of the gate asks for a report', () => {
  expect(tell({ reason: 'internal-error', defect: 'TypeError at x.js:1:2' })).toMatch(
    /TypeError at x\.js:1:2[\s\S]*report it[\s\S]*\/issues/,
  )
})

test('a passing gate prints one line', () => {
  expect(passed('org_abc123', ['execute'], 'api.nolapse.dev', 311.6)).toBe(
    'nolapse token is valid: organisation org_abc123, scopes execute (api.nolapse.dev, 312 ms)',
  )
  expect(passed('org_abc123', [], 'api.nolapse.dev', 1)).toContain('scopes none')
})

test('a retry says what happened and how long the wait is', () => {
  const cause: Cause = { kind: 'fault', fault: 'unreachable', code: 'ECONNREFUSED' }
  const line = retrying(
    { attempt: 2, unavailable: { kind: 'unavailable', cause, requestId: '', retry: true }, wait: 1234 },
    'nolapse.test',
  )
  expect(line).toBe('Attempt 2: connection refused (nolapse.test). Next attempt in 1.2 s.')
  expect(inWords(cause)).toBe('connection refused')
})
