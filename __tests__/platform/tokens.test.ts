import { afterEach, expect, test } from '@jest/globals'
import { startPlatform, type TestPlatform } from '../../harness/platform.ts'
import { ask, validate } from '../support/platform-client.ts'

let platform: TestPlatform
afterEach(() => platform.close())

const UNKNOWN = '/v1/tokens/00000000-0000-4000-8000-000000000000'

test('creating a token returns its secret and metadata, and nothing else', async () => {
  platform = await startPlatform()
  const { status, body } = await ask(platform, 'POST', '/v1/tokens', {
    body: { name: 'ci', scopes: ['execute', 'report'], org_id: 'org_other', agent_type: 'cursor' },
  })
  expect(status).toBe(201)
  expect(body).toEqual({
    id: expect.any(String),
    secret: expect.any(String),
    name: 'ci',
    scopes: ['execute', 'report'],
    agent_type: '',
  })
})

test('an organisation in the body is ignored: the session decides it', async () => {
  platform = await startPlatform()
  const { body } = await ask(platform, 'POST', '/v1/tokens', { body: { name: 'ci', org_id: 'org_other' } })
  expect((await validate(platform, body.secret)).body.org_id).toBe(platform.orgId)
})

test('a token created without scopes gets execute', async () => {
  platform = await startPlatform()
  const { body } = await ask(platform, 'POST', '/v1/tokens', { body: { name: 'ci' } })
  expect(body.scopes).toEqual(['execute'])
})

test.each([
  ['no name', {}, 'name'],
  ['an empty name', { name: '' }, 'name'],
  ['a blank name', { name: '  ' }, 'name'],
  ['a number for a name', { name: 7 }, 'name'],
  ['a name of 101 characters', { name: 'x'.repeat(101) }, 'name'],
  ['no scope in the list of scopes', { name: 'ci', scopes: [] }, 'scopes'],
  ['a string for the list of scopes', { name: 'ci', scopes: 'execute' }, 'scopes'],
  ['a scope with a space in it', { name: 'ci', scopes: ['run everything'] }, 'scopes'],
])('%s creates nothing, and the error says what is wrong', async (_name, request, field) => {
  platform = await startPlatform()
  const { status, body } = await ask(platform, 'POST', '/v1/tokens', { body: request })
  expect(status).toBe(400)
  expect(body.error).toMatch(/^malformed request: /)
  expect(body.error).toContain(field)
  expect((await ask(platform, 'GET', '/v1/tokens')).body).toEqual([])
})

test('the list has the metadata of every token, and never a value', async () => {
  platform = await startPlatform()
  const first = await platform.createToken('first')
  const second = await platform.createToken('second', ['report'])
  await platform.revoke(first.id)
  const { status, body } = await ask(platform, 'GET', '/v1/tokens')
  expect(status).toBe(200)
  expect(body).toEqual([
    { id: first.id, name: 'first', status: 'revoked', scopes: ['execute'], agent_type: '' },
    { id: second.id, name: 'second', status: 'active', scopes: ['report'], agent_type: '' },
  ])
})

test('a single token also shows when it was created', async () => {
  platform = await startPlatform({ now: () => Date.UTC(2026, 0, 2, 3, 4, 5) })
  const { id } = await platform.createToken()
  const { body } = await ask(platform, 'GET', `/v1/tokens/${id}`)
  expect(body).toEqual({
    id,
    name: 'ci',
    status: 'active',
    scopes: ['execute'],
    agent_type: '',
    created_at: '2026-01-02T03:04:05.000Z',
  })
})

test('the agent type can be changed, and rotation keeps it with the name and scopes', async () => {
  platform = await startPlatform()
  const { id } = await platform.createToken('agent', ['execute', 'report'])
  const changed = await ask(platform, 'PATCH', `/v1/tokens/${id}`, { body: { agent_type: 'claude_code' } })
  expect(changed.status).toBe(200)
  expect(changed.body).toMatchObject({ id, agent_type: 'claude_code' })

  const rotated = await ask(platform, 'POST', `/v1/tokens/${id}/rotate`)
  expect(rotated.status).toBe(200)
  expect(Object.keys(rotated.body)).toEqual(['id', 'secret'])
  expect(rotated.body.id).not.toBe(id)
  expect((await ask(platform, 'GET', `/v1/tokens/${rotated.body.id}`)).body).toMatchObject({
    name: 'agent',
    status: 'active',
    scopes: ['execute', 'report'],
    agent_type: 'claude_code',
  })
})

test('a rotated token is rotating, then revoked, and cannot be rotated again', async () => {
  let now = Date.UTC(2026, 0, 1)
  platform = await startPlatform({ graceSeconds: 10, now: () => now })
  const { id } = await platform.createToken()
  const status = async () => (await ask(platform, 'GET', `/v1/tokens/${id}`)).body.status
  const again = async () => (await ask(platform, 'POST', `/v1/tokens/${id}/rotate`)).status

  await platform.rotate(id)
  expect([await status(), await again()]).toEqual(['rotating', 409])
  now += 10_000
  expect([await status(), await again()]).toEqual(['revoked', 409])
})

test('if two rotations run at once, one is refused', async () => {
  platform = await startPlatform()
  const { id } = await platform.createToken()
  const rotate = () => ask(platform, 'POST', `/v1/tokens/${id}/rotate`)
  const answers = await Promise.all([rotate(), rotate()])
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
})

test('a rotation accepts a JSON content type without a body', async () => {
  platform = await startPlatform()
  const { id } = await platform.createToken()
  expect((await ask(platform, 'POST', `/v1/tokens/${id}/rotate`, { body: '' })).status).toBe(200)
})

test('revoking returns 204 without a body, and 404 the second time', async () => {
  platform = await startPlatform()
  const { id } = await platform.createToken()
  const first = await ask(platform, 'DELETE', `/v1/tokens/${id}`)
  expect([first.status, first.body]).toEqual([204, undefined])
  const second = await ask(platform, 'DELETE', `/v1/tokens/${id}`)
  expect([second.status, second.body]).toEqual([404, { error: 'token not found' }])
})

test.each([
  ['GET', UNKNOWN, undefined],
  ['DELETE', UNKNOWN, undefined],
  ['POST', `${UNKNOWN}/rotate`, undefined],
  ['PATCH', UNKNOWN, { agent_type: 'cursor' }],
  ['GET', '/v1/tokens/__proto__', undefined],
])('%s %s returns 404', async (method, path, body) => {
  platform = await startPlatform()
  const answer = await ask(platform, method, path, { body })
  expect(answer.status).toBe(404)
  expect(answer.body).toEqual({ error: 'token not found' })
})

test('over the plan limit no token is created, and rotating tokens still count', async () => {
  let now = Date.UTC(2026, 0, 1)
  platform = await startPlatform({ tokenLimit: 2, graceSeconds: 10, now: () => now })
  const create = () => ask(platform, 'POST', '/v1/tokens', { body: { name: 'ci' } })
  const { id } = (await create()).body
  await platform.rotate(id)
  const refused = await create()
  expect([refused.status, refused.body]).toEqual([402, { error: 'token limit of the plan reached (2)' }])
  now += 10_000
  expect((await create()).status).toBe(201)
})

test('if two creations run at once and the plan has room for one, one is refused', async () => {
  platform = await startPlatform({ tokenLimit: 1 })
  const create = () => ask(platform, 'POST', '/v1/tokens', { body: { name: 'ci' } })
  const answers = await Promise.all([create(), create()])
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 402])
})

test('a plan of one token can rotate it', async () => {
  platform = await startPlatform({ tokenLimit: 1 })
  const { id } = await platform.createToken()
  const next = await platform.rotate(id)
  expect((await validate(platform, next.secret)).body.valid).toBe(true)
})

test.each(['GET', 'POST'])('%s /v1/tokens without a session is refused with any body', async method => {
  platform = await startPlatform()
  const { status, body } = await ask(platform, method, '/v1/tokens', {
    session: '',
    ...(method === 'POST' && { body: 'not JSON' }),
  })
  expect([status, body]).toEqual([401, { error: 'no session token' }])
})

test.each([
  ['an unknown session', { authorization: 'Bearer sess_nobody' }],
  ['another scheme', { authorization: 'Basic c2VzczpzZXNz' }],
])('%s is refused', async (_name, headers) => {
  platform = await startPlatform()
  expect((await ask(platform, 'GET', '/v1/tokens', { session: '', headers })).status).toBe(401)
})

test('a session expires, and validation works without it', async () => {
  let now = Date.UTC(2026, 0, 1)
  platform = await startPlatform({ sessionSeconds: 100, now: () => now })
  const { secret } = await platform.createToken()
  now += 99_999
  expect((await ask(platform, 'GET', '/v1/tokens')).status).toBe(200)
  now += 1
  const { status, body } = await ask(platform, 'GET', '/v1/tokens')
  expect([status, body]).toEqual([401, { error: 'session is unknown or has expired' }])
  expect((await validate(platform, secret)).body.valid).toBe(true)
})
