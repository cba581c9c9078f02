/** Every verdict with its own message: docs/troubleshooting.md must explain it, and `npm run messages` prints it. */

import { readInputs, settingsFrom } from '../src/action/inputs.ts'
import type { Cause, Surprise } from '../src/api/answer.ts'
import type { ProxyFlaw } from '../src/api/proxy.ts'
import { oldNode } from '../src/gate/runtime.ts'
import { type Problem, type RawSettings, readSettings } from '../src/gate/settings.ts'
import type { Absence, Flaw } from '../src/gate/token.ts'
import type { NotOk } from '../src/gate/verdict.ts'

/** Typed by the source: a new one that is missing here does not compile. */
const ABSENCES: Record<Absence, true> = { unset: true, blank: true, unexpanded: true }

const FLAWS: Record<Exclude<Flaw, `vendor:${string}`>, true> = {
  'byte-order-mark': true,
  'line-break': true,
  'several-lines': true,
  'white-space': true,
  quotes: true,
  bearer: true,
  assignment: true,
  separator: true,
  escape: true,
  base64: true,
  variable: true,
  expression: true,
  masked: true,
  json: true,
  invisible: true,
  'prefix-case': true,
  prefix: true,
  'before-v0.2.0': true,
  'upper-case': true,
  'too-short': true,
  'too-long': true,
  characters: true,
}

const PROXY = { variable: '…', host: '…' }

const unreachable = (...codes: string[]): Cause[] =>
  codes.map(code => ({ kind: 'fault', fault: 'unreachable', code }))

const CAUSES: Record<Extract<Cause, { fault: string }>['fault'] | 'status', Cause[]> = {
  unreachable: [
    ...['ENOTFOUND', 'ECONNREFUSED'].map(
      code => ({ kind: 'fault', fault: 'unreachable', code, proxy: PROXY }) as const,
    ),
    ...unreachable(
      ...[
        'ECONNREFUSED',
        'ECONNRESET',
        'EPIPE',
        'HPE_INVALID_EOF_STATE',
        'ENOTFOUND',
        'EAI_AGAIN',
        'ETIMEDOUT',
      ],
      ...['EHOSTUNREACH', 'ENETUNREACH', 'EPROTO'],
    ),
  ],
  proxy: [{ kind: 'fault', fault: 'proxy', status: 502, proxy: PROXY, schemes: [] }],
  'timed-out': [{ kind: 'fault', fault: 'timed-out', limit: 15_000 }],
  status: [408, 429, 500, 502, 503, 504].map(status => ({ kind: 'status', status })),
}

type Wrong = Extract<Surprise, { kind: 'field' }>['wrong']
const WRONG: Record<Wrong, true> = {
  missing: true,
  type: true,
  characters: true,
  token: true,
  other: true,
  old: true,
}

const SURPRISES: Record<Surprise['kind'], Surprise[]> = {
  redirect: [{ kind: 'redirect', status: 302 }],
  html: [{ kind: 'html', status: 200 }],
  'not-json': [{ kind: 'not-json', status: 200 }],
  'too-large': [{ kind: 'too-large', status: 200 }],
  'not-http': [
    { kind: 'not-http', code: 'EPROTO' },
    { kind: 'not-http', code: 'EPROTO', proxy: PROXY },
  ],
  handshake: [
    { kind: 'handshake', code: 'ERR_SSL_X' },
    { kind: 'handshake', code: 'ERR_SSL_X', proxy: PROXY },
  ],
  proxy: [403, 407, 404].map(status => ({ kind: 'proxy', status, proxy: PROXY, schemes: [] })),
  field: (Object.keys(WRONG) as Wrong[]).map(wrong => ({ kind: 'field', field: 'org_id', wrong })),
  status: [400, 403, 404, 405, 407, 418, 501].map(status => ({
    kind: 'status',
    status,
    html: false,
    said: '',
  })),
}

/** A setting that each complaint is about. */
const UNUSABLE: RawSettings[] = [
  { 'api-url': 'nolapse.example.com' },
  { 'api-url': 'https://user@nolapse.example.com' },
  { 'api-url': 'https://nolapse.example.com/?a' },
  { 'api-url': 'https://nolapse.example.com/v1' },
  { 'api-url': 'http://nolapse.example.com' },
  { 'api-url': `https://nolapse.example.com/nlp_${'0'.repeat(40)}` },
  { 'required-scopes': '["execute"]' },
  { 'expected-org-id': 'Acme Inc.' },
  { tolerate: 'invalid' },
  { 'timeout-seconds': '90s' },
  { 'allow-insecure-http': 'yes' },
]

const problemsOf = (settings: ReturnType<typeof readSettings>): Problem[] =>
  Array.isArray(settings) ? settings : []

const PROXY_FLAWS: Record<ProxyFlaw, string> = {
  word: 'none',
  scheme: 'socks5://proxy.example.com:1080',
  quotes: '"http://proxy.example.com"',
  backslash: 'http://CORP\\user@proxy.example.com',
  encoding: 'http://user:100%@proxy.example.com',
  url: 'http://',
}

/** Problems with the environment of the action; each complaint has its own variable. */
const UNUSABLE_ENVIRONMENTS: Record<string, string>[] = [
  { NODE_TLS_REJECT_UNAUTHORIZED: '0' },
  ...Object.values(PROXY_FLAWS).map(https_proxy => ({ https_proxy })),
  { NOLAPSE_API_URL: 'https://nolapse.example.com' },
  { INPUT_EXPECTED_ORG_ID: 'org_abc123' },
  { 'INPUT_NOLAPSE-TOKEN': 'x' },
]

function problemsIn(environment: Record<string, string>): Problem[] {
  const outer = process.env
  process.env = { ...environment }
  try {
    return problemsOf(settingsFrom({}, readInputs().wrong))
  } finally {
    process.env = outer
  }
}

const ENVIRONMENT: Problem[] = [...UNUSABLE_ENVIRONMENTS.flatMap(problemsIn), ...oldNode('18.20.8')]

export const COMPLAINTS = UNUSABLE.flatMap(raw => problemsOf(readSettings(raw)))

/** The certificate error codes with their own message. */
const CERTIFICATES = ['SELF_SIGNED_CERT_IN_CHAIN', 'CERT_HAS_EXPIRED', 'ERR_TLS_CERT_ALTNAME_INVALID']

const keys = <Key extends string>(record: Record<Key, unknown>): Key[] => Object.keys(record) as Key[]

const requestId = ''

export const VERDICTS: NotOk[] = [
  ...[...COMPLAINTS, ...ENVIRONMENT].map(
    (problem): NotOk => ({ reason: 'misconfigured', problems: [problem] }),
  ),
  ...keys(ABSENCES).map((absence): NotOk => ({ reason: 'missing', absence })),
  ...[...keys(FLAWS), 'vendor:GitHub' as const].map(
    (flaw): NotOk => ({ reason: 'malformed', flaw, length: 46 }),
  ),
  ...CERTIFICATES.map((code): NotOk => ({ reason: 'untrusted', code })),
  { reason: 'untrusted', code: 'CERT_HAS_EXPIRED', proxy: PROXY },
  ...Object.values(CAUSES)
    .flat()
    .map((cause): NotOk => ({ reason: 'unavailable', cause, requestId })),
  {
    reason: 'unavailable',
    cause: { kind: 'status', status: 429 },
    requestId,
    askedToWait: 300_000,
  },
  ...Object.values(SURPRISES)
    .flat()
    .map((surprise): NotOk => ({ reason: 'unexpected-response', surprise, requestId })),
  { reason: 'invalid', said: '', requestId },
  { reason: 'wrong-org', orgId: 'org_abc123', requestId },
  { reason: 'missing-scope', lacking: ['a'], granted: ['b'], requestId },
  { reason: 'internal-error', defect: 'TypeError' },
]
