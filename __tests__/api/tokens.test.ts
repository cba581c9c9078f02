import { afterEach, expect, test } from '@jest/globals'
import { startPlatform, type TestPlatform } from '../../harness/platform.ts'
import { TOKEN } from '../../harness/runner.ts'
import { type Reply, startServer } from '../../harness/server.ts'
import {
  type Access,
  createToken,
  idOf,
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

const ID = idOf(TOKEN)
const SESSION = 'sess_Not-A-Real-One-9876'
const INFO = { id: ID, name: 'ci', status: 'active', scopes: ['execute'], agent_type: '' }

const accessTo = (url: string, session = SESSION, timeout = 2_000): Access => ({
  api: new URL(url),
  session,
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

test('the life of a token: made, described, shown, listed, rotated, revoked', async () => {
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
  })
  const next = given(await rotateToken(access, made.id))
  expect(given(await listTokens(access)).map(({ id }) => id)).toEqual([made.id, next.id])
  expect(await revokeToken(access, next.id)).toEqual({ kind: 'done', value: undefined })
  expect(given(await showToken(access, next.id)).status).toBe('revoked')
})

test('a token that is not there any more is revoked: an attempt that was cut off may have done it', async () => {
  const { platform: there, relay, access } = await platform()
  const { id } = await there.createToken()
  relay.fail('revoke', 'after', 1)
  expect((await revokeToken(access, id)).kind).toBe('done')
  expect(relay.calls).toEqual(['revoke', 'revoke'])
})

test('what can be repeated is asked again', async () => {
  const { relay, access } = await platform()
  relay.fail('list', 'before', 2)
  expect((await listTokens(access)).kind).toBe('done')
})

test.each(['before', 'after', { status: 500 }, { status: 503 }] as const)(
  'creating is not tried twice: %j',
  async fault => {
    const { relay, access } = await platform()
    relay.fail('create', fault, 1)
    const outcome = await createToken(access, 'ci', ['execute'])
    expect(relay.calls).toEqual(['create'])
    expect(outcome.kind).toBe('unavailable')
    expect(mayHaveWorked(outcome as never)).toBe(true)
  },
)

test('creating is tried again after 429, by which nothing was created', async () => {
  const { relay, access } = await platform()
  relay.fail('create', { status: 429, headers: { 'retry-after': '0' } }, 2)
  expect((await createToken(access, 'ci', ['execute'])).kind).toBe('done')
  expect(relay.calls).toEqual(['create', 'create', 'create'])
})

test('what is told is the last attempt at creating, the one that may have worked', async () => {
  const { relay, access } = await platform()
  relay.fail('create', { status: 429 }, 1)
  const outcome = createToken({ ...access, timeout: 1_500 }, 'ci', ['execute'])
  while (relay.calls.length === 0) await new Promise(resolve => setImmediate(resolve))
  relay.fail('create', 'hold')
  expect(await outcome).toMatchObject({ cause: { fault: 'timed-out' } })
})

test("the platform's own refusals are told with its words, but never with the session", async () => {
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

test('a list comes as an array or under tokens, of up to 4 MiB', async () => {
  expect(given(await listTokens(await answering({ body: [INFO] })))).toHaveLength(1)
  expect(given(await listTokens(await answering({ body: { tokens: [INFO, INFO] } })))).toHaveLength(2)
  const long = Array.from({ length: 20_000 }, () => INFO)
  expect(given(await listTokens(await answering({ body: long })))).toHaveLength(20_000)
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
  [{ body: [1] }, { kind: 'field', field: 'id', wrong: 'missing' }],
  [{ body: [{ ...INFO, id: 7 }] }, { kind: 'field', field: 'id', wrong: 'type' }],
  [{ body: [{ ...INFO, id: '../x' }] }, { kind: 'field', field: 'id', wrong: 'characters' }],
  [{ body: [{ ...INFO, status: 'a b' }] }, { kind: 'field', field: 'status', wrong: 'characters' }],
  [{ body: [{ ...INFO, scopes: undefined }] }, { kind: 'field', field: 'scopes', wrong: 'missing' }],
  [{ body: [{ ...INFO, scopes: 'execute' }] }, { kind: 'field', field: 'scopes', wrong: 'type' }],
  [{ body: [{ ...INFO, scopes: [1] }] }, { kind: 'field', field: 'scopes', wrong: 'type' }],
  [{ body: [{ ...INFO, scopes: ['a b'] }] }, { kind: 'field', field: 'scopes', wrong: 'characters' }],
  [{ body: [{ ...INFO, agent_type: 1 }] }, { kind: 'field', field: 'agent_type', wrong: 'type' }],
] as [Reply, object][])('a list that is not the contract’s is none: %j', async (reply, surprise) => {
  expect(await listTokens(await answering(reply))).toMatchObject({ kind: 'unexpected', surprise })
})

test.each([
  [{ secret: 1, id: ID }, 'secret'],
  [{ secret: 'nlp_short', id: ID }, 'secret'],
  [{ secret: TOKEN }, 'id'],
  [{ secret: TOKEN, id: ID.replace(/^./, 'f') }, 'id'],
])('a new token counts only whole, with the id that its value has: %#', async (body, field) => {
  const outcome = await createToken(await answering({ status: 201, body }), 'ci', ['execute'])
  expect(outcome).toMatchObject({ kind: 'unexpected', surprise: { kind: 'field', field } })
  expect(mayHaveWorked(outcome as never)).toBe(true)
})

test('a token without an agent type has an empty one', async () => {
  const { agent_type, ...rest } = INFO
  expect(agent_type).toBe('')
  expect(given(await listTokens(await answering({ body: [rest] })))[0]?.agentType).toBe('')
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
] as const)('whether it may have worked all the same: %j', (failed, may) => {
  expect(mayHaveWorked(failed as never)).toBe(may)
})

function unavailable(cause: object) {
  return { kind: 'unavailable', cause, requestId: '', retry: true }
}
