import { afterEach, expect, test } from '@jest/globals'
import { startPlatform, type TestPlatform } from '../../harness/platform.ts'
import { OTHER_TOKEN, TOKEN } from '../../harness/runner.ts'
import { type Reply, startServer } from '../../harness/server.ts'
import { idOf } from '../../platform/token.ts'
import { Secrets } from '../../src/api/secrets.ts'
import {
  type Access,
  createToken,
  listTokens,
  mayHaveWorked,
  type Outcome,
  revokeToken,
  rotateToken,
  setAgentType,
  showToken,
} from '../../src/api/tokens.ts'
import { realClock } from '../../src/process/clock.ts'
import { type Relay, startRelay } from '../support/flaky.ts'

const closing: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of closing.splice(0).reverse()) await one.close()
})

const ID = String(idOf(TOKEN))
const SESSION = 'sess_Not-A-Real-One-9876'
const INFO = { id: ID, name: 'ci', status: 'active', scopes: ['execute'], agent_type: '' }

const accessTo = (url: string, session = SESSION, timeout = 2_000): Access => ({
  api: new URL(url),
  session,
  secrets: new Secrets().addSession(session),
  timeout,
  clock: { ...realClock, sleep: async () => {} },
  onRetry: () => {},
})

async function platform(options = {}): Promise<{ platform: TestPlatform; relay: Relay; access: Access }> {
  const platform = await startPlatform(options)
  closing.push(platform)
  const relay = await startRelay(platform.url)
  closing.push(relay)
  return { platform, relay, access: accessTo(relay.url, platform.session) }
}

async function answering(reply: Reply): Promise<Access> {
  const server = await startServer(reply)
  closing.push(server)
  return accessTo(server.url)
}

const given = <T>(outcome: Outcome<T>): T => {
  if (outcome.kind !== 'done') throw new Error(JSON.stringify(outcome))
  return outcome.value
}

test('the life of a token: created, described, shown, listed, rotated, revoked', async () => {
  const { access } = await platform()
  const made = given(await createToken(access, 'ci', ['execute', 'a:b']))
  expect(made.id).toBe(idOf(made.secret))
  expect(given(await setAgentType(access, made.id, 'cursor'))).toMatchObject({ agentType: 'cursor' })
  expect(given(await showToken(access, made.id))).toEqual({
    id: made.id,
    name: 'ci',
    status: 'active',
    scopes: ['execute', 'a:b'],
    agentType: 'cursor',
    createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
    flaw: undefined,
  })
  const next = given(await rotateToken(access, made.id))
  expect(given(await listTokens(access)).tokens.map(({ id }) => id)).toEqual([made.id, next.id])
  expect(await revokeToken(access, next.id)).toEqual({ kind: 'done', value: undefined })
  expect(given(await showToken(access, next.id)).status).toBe('revoked')
})

test('a token that no longer exists counts as revoked: an attempt that was cut off may have revoked it', async () => {
  const { platform: there, relay, access } = await platform()
  const { id } = await there.createToken()
  relay.fail('revoke', 'after', 1)
  expect((await revokeToken(access, id)).kind).toBe('done')
  expect(relay.calls).toEqual(['revoke', 'revoke'])
})

test('a request that is safe to repeat is retried', async () => {
  const { relay, access } = await platform()
  relay.fail('list', 'before', 2)
  expect((await listTokens(access)).kind).toBe('done')
})

test.each(['before', 'after', { status: 500 }, { status: 503 }] as const)(
  'creating is not retried: %j',
  async fault => {
    const { relay, access } = await platform()
    relay.fail('create', fault, 1)
    const outcome = await createToken(access, 'ci', ['execute'])
    expect(relay.calls).toEqual(['create'])
    expect(outcome.kind).toBe('unavailable')
    expect(mayHaveWorked(outcome as never)).toBe(true)
  },
)

test('creating is retried after 429, which creates nothing', async () => {
  const { relay, access } = await platform()
  relay.fail('create', { status: 429, headers: { 'retry-after': '0' } }, 2)
  expect((await createToken(access, 'ci', ['execute'])).kind).toBe('done')
  expect(relay.calls).toEqual(['create', 'create', 'create'])
})

test('the last attempt at creating is reported, because it may have worked', async () => {
  const { relay, access } = await platform()
  relay.fail('create', { status: 429 }, 1)
  const outcome = createToken({ ...access, timeout: 1_500 }, 'ci', ['execute'])
  while (relay.calls.length === 0) await new Promise(resolve => setImmediate(resolve))
  relay.fail('create', 'hold')
  expect(await outcome).toMatchObject({ cause: { fault: 'timed-out' } })
})

test('a refusal quotes the platform, but never the session', async () => {
  const { access } = await platform({ tokenLimit: 0 })
  expect(await createToken(access, 'ci', ['execute'])).toMatchObject({
    kind: 'refused',
    status: 402,
    said: expect.stringContaining('limit'),
  })
  expect(await showToken(access, ID)).toMatchObject({ kind: 'refused', status: 404 })
  expect(await listTokens({ ...access, session: 'another' })).toMatchObject({ kind: 'refused', status: 401 })
  const echoing = await answering({ status: 403, body: { error: `no: ${SESSION.toUpperCase()}` } })
  expect(await listTokens(echoing)).toMatchObject({ kind: 'refused', said: '' })
})

test('a list is an array or an object with tokens, of up to 4 MiB', async () => {
  const tokens = async (reply: Reply) => given(await listTokens(await answering(reply))).tokens
  expect(await tokens({ body: [INFO] })).toHaveLength(1)
  expect(await tokens({ body: { tokens: [INFO, INFO] } })).toHaveLength(2)
  expect(await tokens({ body: Array.from({ length: 20_000 }, () => INFO) })).toHaveLength(20_000)
  const tooLong = await answering({ body: Array.from({ length: 40_000 }, () => INFO) })
  expect(await listTokens(tooLong)).toMatchObject({ surprise: { kind: 'too-large' } })
})

test.each([
  [{ body: 'x' }, { kind: 'not-json' }],
  [{ body: '<html>', headers: { 'content-type': 'text/html' } }, { kind: 'html' }],
  [{ status: 302, headers: { location: '/' } }, { kind: 'redirect' }],
  [
    { status: 501, body: {} },
    { kind: 'status', status: 501 },
  ],
  [
    { status: 404, body: '<html>' },
    { kind: 'status', status: 404 },
  ],
  [{ body: 1 }, { kind: 'field', field: 'tokens', wrong: 'type' }],
  [{ body: {} }, { kind: 'field', field: 'tokens', wrong: 'missing' }],
] as [Reply, object][])('an answer that is not a list is unexpected: %j', async (reply, surprise) => {
  expect(await listTokens(await answering(reply))).toMatchObject({ kind: 'unexpected', surprise })
})

test.each(['tok_abc123', 'ID', '7', 'a.b-c_d', 'f'.repeat(64), ID, ID.replaceAll('-', '')])(
  'an ID is opaque: %s',
  async id => {
    const access = await answering({ body: [{ ...INFO, id }] })
    expect(given(await listTokens({ ...access, secrets: new Secrets().addToken(TOKEN) }))).toMatchObject({
      tokens: [{ id }],
      unusable: 0,
    })
  },
)

test.each([
  [1],
  [null],
  [{ ...INFO, id: undefined }],
  [{ ...INFO, id: 7 }],
  [{ ...INFO, id: '../x' }],
  [{ ...INFO, id: '-x' }],
  [{ ...INFO, id: 'x'.repeat(129) }],
  [{ ...INFO, id: TOKEN }],
  [{ ...INFO, id: TOKEN.slice(4) }],
  [{ ...INFO, id: `${ID}-${TOKEN.slice(36)}` }],
  [{ ...INFO, id: `x.${SESSION.toLowerCase()}` }],
])('a token without an ID that can be used does not break the list: %j', async row => {
  const access = await answering({ body: [row, INFO] })
  access.secrets.addToken(TOKEN)
  expect(given(await listTokens(access))).toMatchObject({ tokens: [{ id: ID }], unusable: 1 })
})

test.each([
  [{ name: undefined }, { name: '' }, 'name', 'missing'],
  [{ name: 7 }, { name: '' }, 'name', 'type'],
  [{ scopes: undefined }, { scopes: [] }, 'scopes', 'missing'],
  [{ scopes: 'execute' }, { scopes: [] }, 'scopes', 'type'],
  [{ scopes: [1, 'a'] }, { scopes: ['a'] }, 'scopes', 'type'],
  [{ scopes: ['a b'] }, { scopes: ['a b'] }, 'scopes', 'characters'],
  [{ scopes: [OTHER_TOKEN] }, { scopes: [OTHER_TOKEN] }, 'scopes', 'token'],
  [{ scopes: [SESSION] }, { scopes: [SESSION] }, 'scopes', 'token'],
  [{ agent_type: 1 }, { agentType: '' }, 'agent_type', 'type'],
])('a token with an unusual field is listed, with what is wrong: %j', async (changes, info, field, wrong) => {
  const access = await answering({ body: [{ ...INFO, ...changes }] })
  expect(given(await listTokens(access)).tokens).toMatchObject([{ ...info, flaw: { field, wrong } }])
})

test.each([
  [{ status: 'On Hold' }, { status: 'On Hold' }],
  [{ status: null }, { status: '' }],
  [{ agent_type: null }, { agentType: '' }],
  [{ agent_type: undefined }, { agentType: '' }],
])('some fields may be anything: %j', async (changes, info) => {
  const access = await answering({ body: [{ ...INFO, ...changes }] })
  expect(given(await listTokens(access)).tokens).toMatchObject([{ ...info, flaw: undefined }])
})

test('an answer about another token is unexpected', async () => {
  const other = { kind: 'unexpected', surprise: { kind: 'field', field: 'id', wrong: 'other' } }
  const access = await answering({ body: INFO })
  expect(await showToken(access, 'tok_1')).toMatchObject(other)
  expect(await setAgentType(access, 'tok_1', 'cursor')).toMatchObject(other)
  expect(given(await showToken(access, ID))).toMatchObject({ id: ID, createdAt: '' })
})

test.each([
  [{ secret: 1, id: ID }, 'secret', 'type'],
  [{ secret: 'nlp_short', id: ID }, 'secret', 'characters'],
  [{ secret: TOKEN }, 'id', 'missing'],
  [{ secret: TOKEN, id: 'a b' }, 'id', 'characters'],
  [{ secret: TOKEN, id: TOKEN }, 'id', 'token'],
  [{ secret: TOKEN, id: 'tok_old' }, 'id', 'old'],
])('a new token counts only if it has a value and an ID of its own: %#', async (body, field, wrong) => {
  const created = await createToken(await answering({ status: 201, body }), 'ci', ['execute'], 'tok_old')
  const rotated = await rotateToken(await answering({ body }), 'tok_old')
  for (const outcome of [created, rotated]) {
    expect(outcome).toMatchObject({ kind: 'unexpected', surprise: { kind: 'field', field, wrong } })
    expect(mayHaveWorked(outcome as never)).toBe(true)
  }
})

test('the ID of a new token need not be in its value', async () => {
  const access = await answering({ status: 201, body: { id: 'tok_abc123', secret: TOKEN } })
  expect(given(await createToken(access, 'ci', ['execute']))).toEqual({ id: 'tok_abc123', secret: TOKEN })
})

test('no quoted answer repeats a secret of the run, including a token that was just created', async () => {
  const part = TOKEN.slice(20, 30)
  const headers = { 'x-request-id': `req-${part}` }
  const access = await answering((response, request) => {
    const created = request.method === 'POST'
    response.writeHead(created ? 201 : 422, headers)
    response.end(JSON.stringify(created ? { id: 'a b', secret: TOKEN } : { error: `bad ${TOKEN}` }))
  })
  expect(await createToken(access, 'ci', ['execute'])).toMatchObject({ kind: 'unexpected', requestId: '' })
  expect(await setAgentType(access, 'tok_1', 'x')).toMatchObject({ kind: 'refused', said: '', requestId: '' })
  const other = await answering({ status: 422, body: { error: `bad ${OTHER_TOKEN}` } })
  expect(await listTokens(other)).toMatchObject({ said: 'bad (token-shaped text)' })
})

test.each([
  [{ kind: 'refused', status: 402, said: '', requestId: '' }, false],
  [{ kind: 'untrusted', code: 'X' }, false],
  [
    { kind: 'unexpected', surprise: { kind: 'status', status: 404, html: true, said: '' }, requestId: '' },
    false,
  ],
  [
    { kind: 'unexpected', surprise: { kind: 'status', status: 200, html: true, said: '' }, requestId: '' },
    true,
  ],
  [{ kind: 'unexpected', surprise: { kind: 'redirect', status: 302 }, requestId: '' }, true],
  [{ kind: 'unexpected', surprise: { kind: 'not-http', code: 'HPE_X' }, requestId: '' }, true],
  [unavailable({ kind: 'status', status: 429 }), false],
  [unavailable({ kind: 'status', status: 500 }), true],
  [unavailable({ kind: 'fault', fault: 'unreachable', code: 'ECONNREFUSED', unsent: true }), false],
  [unavailable({ kind: 'fault', fault: 'unreachable', code: 'ECONNRESET' }), true],
  [unavailable({ kind: 'fault', fault: 'proxy', status: 502, unsent: true }), false],
  [unavailable({ kind: 'fault', fault: 'timed-out', limit: 1, unsent: true }), false],
  [{ kind: 'unexpected', surprise: { kind: 'handshake', code: 'X' }, requestId: '', unsent: true }, false],
  [{ kind: 'unexpected', surprise: { kind: 'handshake', code: 'X' }, requestId: '' }, true],
  [unavailable({ kind: 'fault', fault: 'timed-out', limit: 1 }), true],
] as const)('whether a failed request may still have worked: %j', (failed, may) => {
  expect(mayHaveWorked(failed as never)).toBe(may)
})

function unavailable(cause: object) {
  return { kind: 'unavailable', cause, requestId: '', retry: true }
}
