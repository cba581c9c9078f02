/** Whoever searches docs/troubleshooting.md for the words of a message finds an entry. */

import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterEach, describe, expect, test } from '@jest/globals'
import type { Cause, Surprise } from '../../src/api/answer.ts'
import type { ProxyFlaw } from '../../src/api/proxy.ts'
import { checkEnvironment } from '../../src/gate/environment.ts'
import { REASONS, type Reason } from '../../src/gate/reasons.ts'
import { DEFAULTS, type Problem, type RawSettings, readSettings } from '../../src/gate/settings.ts'
import type { Absence, Flaw } from '../../src/gate/token.ts'
import type { Verdict } from '../../src/gate/verdict.ts'
import { explain } from '../../src/messages/explain.ts'
import { linkTo, type Situation } from '../../src/messages/message.ts'
import { sentencesIn } from '../support/sentences.ts'

const root = resolve('.')
const page = readFileSync(join(root, 'docs', 'troubleshooting.md'), 'utf8')

/** What differs from run to run is `…` on the page. */
const SITUATION: Situation = { host: '…', seconds: 90, setting: name => name }

interface Entry {
  heading: string
  body: string
}

const entries = new Map<string, Entry[]>(
  page
    .split(/^## /m)
    .slice(1)
    .map(section => {
      const [title = '', ...rest] = section.split('\n')
      const [, ...parts] = `\n${rest.join('\n')}`.split(/^### /m)
      return [
        title,
        parts.map(part => {
          const [heading = '', ...body] = part.split('\n')
          return { heading: heading.replaceAll('`', ''), body: body.join('\n').trim() }
        }),
      ]
    }),
)

/** The entry for a message: its heading is in it, word for word, `…` standing for whatever is there. */
function entryFor(section: string, message: string): Entry | undefined {
  const words = message.replaceAll('`', '')
  const pattern = (heading: string) =>
    new RegExp(
      heading
        .split('…')
        .map(part => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
        .join('.+?'),
    )
  const matching = (entries.get(section) ?? []).filter(({ heading }) => pattern(heading).test(words))
  // The closest one: "it answered 404 Not Found" before "it answered …".
  return matching.toSorted((one, other) => other.heading.length - one.heading.length)[0]
}

/** Typed by what there is: a new one that is not listed here does not compile. */
const ABSENCES: Record<Absence, true> = { unset: true, blank: true, unexpanded: true }

const FLAWS: Record<Exclude<Flaw, `vendor:${string}`>, true> = {
  'line-break': true,
  'several-lines': true,
  'white-space': true,
  quotes: true,
  bearer: true,
  assignment: true,
  expression: true,
  masked: true,
  json: true,
  invisible: true,
  'prefix-case': true,
  prefix: true,
  'before-v0.2.0': true,
  'upper-case': true,
  length: true,
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
const WRONG: Record<Wrong, true> = { missing: true, type: true, characters: true, token: true }

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

const complaints = UNUSABLE.flatMap(raw => problemsOf(readSettings(raw)))

const told = (verdict: { reason: Reason; [detail: string]: unknown }): [Reason, string] => [
  verdict.reason,
  explain(verdict as Exclude<Verdict, { reason: 'ok' }>, SITUATION).what,
]

const messages = [
  ...Object.keys(ABSENCES).map(absence => told({ reason: 'missing', absence })),
  ...[...Object.keys(FLAWS), 'vendor:GitHub'].map(flaw => told({ reason: 'malformed', flaw, length: 46 })),
  ...['SELF_SIGNED_CERT_IN_CHAIN', 'CERT_HAS_EXPIRED', 'ERR_TLS_CERT_ALTNAME_INVALID'].map(code =>
    told({ reason: 'untrusted', code }),
  ),
  told({ reason: 'untrusted', code: 'CERT_HAS_EXPIRED', proxy: PROXY }),
  ...Object.values(CAUSES).flatMap(causes => causes.map(cause => told({ reason: 'unavailable', cause }))),
  ...Object.values(SURPRISES).flatMap(surprises =>
    surprises.map(surprise => told({ reason: 'unexpected-response', surprise })),
  ),
  told({ reason: 'invalid', said: '' }),
  told({ reason: 'wrong-org', orgId: 'org_abc123' }),
  told({ reason: 'missing-scope', lacking: ['a'], granted: ['b'] }),
  told({ reason: 'internal-error', defect: 'TypeError' }),
  ...complaints.map(problem => told({ reason: 'misconfigured', problems: [problem] })),
]

test.each(REASONS.filter(reason => reason !== 'ok'))('the link of %s leads to its section', reason => {
  const [, anchor] = linkTo(reason).split('docs/troubleshooting.md#')
  expect([...entries.keys()]).toContain(anchor)
})

test.each(messages)('%s: %s', (reason, message) => {
  const entry = entryFor(reason, message)
  expect(entry?.body).toMatch(/\w{3}.*\./s)
})

test('no two messages of a reason share an entry by accident', () => {
  for (const section of ['missing', 'malformed', 'misconfigured']) {
    const found = messages.filter(([reason]) => reason === section)
    const headings = new Set(found.map(([reason, message]) => entryFor(reason, message)?.heading))
    expect(headings.size).toBe(found.length)
  }
})

test('the settings here meet each complaint that the code has', () => {
  const source = readFileSync(join(root, 'src', 'gate', 'settings.ts'), 'utf8')
  const inCode = source.match(/\bunusable\(\s*['"]/g) ?? []
  expect(new Set(complaints.map(({ says }) => says)).size).toBe(inCode.length)
})

describe('the environment', () => {
  const { NODE_TLS_REJECT_UNAUTHORIZED: reject, https_proxy: proxy } = process.env

  const restore = (name: string, value: string | undefined) => {
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
  }
  afterEach(() => {
    restore('NODE_TLS_REJECT_UNAUTHORIZED', reject)
    restore('https_proxy', proxy)
  })

  const entryOf = (problems: Problem[]) => {
    expect(problems).toHaveLength(1)
    return entryFor(...told({ reason: 'misconfigured', problems }))?.heading
  }

  test('has an entry for each of its complaints', () => {
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
    expect(entryOf(problemsOf(checkEnvironment(readSettings({}))))).toBeDefined()
    restore('NODE_TLS_REJECT_UNAUTHORIZED', reject)
    const flawed = Object.values(PROXY_FLAWS).map(value => {
      process.env.https_proxy = value
      return entryOf(problemsOf(checkEnvironment(readSettings({}))))
    })
    expect(flawed).not.toContain(undefined)
    expect(new Set(flawed).size).toBe(flawed.length)
  })
})

/** What is told outside of `explain`, by the words in the source: where the words change, so must the page. */
const ELSEWHERE: [file: string, words: string, section: string][] = [
  ['action/action.ts', "The step's outputs can't be delivered: ", 'Before there is a reason'],
  ['action/action.ts', "is nolapse-action's name for it", 'misconfigured'],
  ['action/action.ts', 'NOLAPSE_TOKEN in the environment differ', 'The gate passed, but …'],
  ['action/action.ts', 'the step passes, and its output valid is false', 'The gate passed, but …'],
]

test.each(ELSEWHERE)('%s: %s', (file, words, section) => {
  expect(readFileSync(join(root, 'src', file), 'utf8')).toContain(words)
  expect(entries.get(section)?.some(({ heading }) => heading.includes(words.trim()))).toBe(true)
})

/** The command line's sentences, read from its source. */
const spoken = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter(path => /^cli[\\/].*\.ts$/.test(path))
  .flatMap(path =>
    sentencesIn(readFileSync(join(root, 'src', path), 'utf8')).map(sentence => ({ path, sentence })),
  )

for (const { path, sentence } of spoken)
  test(`${path}: ${sentence}`, () => {
    expect(entryFor('The command line', sentence)?.body).toMatch(/\w{3}.*\./s)
  })

test('every setting is spoken of', () => {
  for (const name of Object.keys(DEFAULTS)) expect(page).toContain(`\`${name}`)
})
