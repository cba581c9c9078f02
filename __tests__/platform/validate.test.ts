import { afterEach, expect, test } from '@jest/globals'
import { startPlatform, type TestPlatform } from '../../harness/platform.ts'
import { ask, validate } from '../support/platform-client.ts'

let platform: TestPlatform
afterEach(() => platform.close())

const UNKNOWN = `nlp_${'0'.repeat(40)}`

test('a created token is valid and shows its organisation and scopes', async () => {
  platform = await startPlatform()
  const { secret } = await platform.createToken('ci', ['report:read', 'execute'])
  const { status, body } = await validate(platform, secret)
  expect(status).toBe(200)
  expect(body).toEqual({ valid: true, org_id: platform.orgId, scopes: ['report:read', 'execute'] })
})

test('a token has the documented form, and its ID is the first 32 characters of its body', async () => {
  platform = await startPlatform()
  const { id, secret } = await platform.createToken()
  expect(secret).toMatch(/^nlp_[0-9a-f]{40}$/)
  expect(id.replaceAll('-', '')).toBe(secret.slice(4, 36))
  expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
})

test.each([
  ['an unknown token', () => UNKNOWN],
  ['a known id with another random part', (secret: string) => secret.slice(0, -8) + other(secret.slice(-8))],
  ['a token in upper case', (secret: string) => secret.toUpperCase()],
  ['a token with a line break', (secret: string) => `${secret}\n`],
  ['no token at all, but a string', () => 'hello'],
  ['the empty string', () => ''],
])('%s is invalid', async (_name, from) => {
  platform = await startPlatform()
  const { secret } = await platform.createToken()
  const { status, body } = await validate(platform, from(secret))
  expect(status).toBe(200)
  expect(body).toEqual({ valid: false })
})

test('an invalid token is rejected with 401 if the platform is set up to do so', async () => {
  platform = await startPlatform({ invalidStatus: 401 })
  const { status, body } = await validate(platform, UNKNOWN)
  expect(status).toBe(401)
  expect(body).toEqual({ error: 'invalid token' })
})

test.each([
  ['no token', {}],
  ['a number for a token', { token: 12345 }],
  ['null for a token', { token: null }],
  ['a list with a token', { token: [UNKNOWN] }],
  ['a list for a body', []],
  ['null for a body', 'null'],
  ['what is not JSON', '{"token": '],
  ['an empty body', ''],
])('%s is a malformed request', async (_name, body) => {
  platform = await startPlatform()
  const answer = await ask(platform, 'POST', '/v1/auth/validate', { session: '', body })
  expect(answer.status).toBe(400)
  expect(answer.body).toEqual({ error: 'malformed request' })
})

test('a body without a JSON content type is a malformed request', async () => {
  platform = await startPlatform()
  const answer = await ask(platform, 'POST', '/v1/auth/validate', {
    body: `{"token":"${UNKNOWN}"}`,
    headers: { 'content-type': 'text/plain' },
  })
  expect(answer.status).toBe(400)
  expect(answer.body).toEqual({ error: 'malformed request' })
})

test('a revoked token is invalid immediately', async () => {
  platform = await startPlatform()
  const { id, secret } = await platform.createToken()
  await platform.revoke(id)
  expect((await validate(platform, secret)).body).toEqual({ valid: false })
})

test('after a rotation both tokens are valid until the grace period ends', async () => {
  let now = Date.UTC(2026, 0, 1)
  platform = await startPlatform({ graceSeconds: 30, now: () => now })
  const old = await platform.createToken()
  const next = await platform.rotate(old.id)
  const valid = async () => [
    (await validate(platform, old.secret)).body.valid,
    (await validate(platform, next.secret)).body.valid,
  ]

  now += 29_999
  expect(await valid()).toEqual([true, true])
  now += 1
  expect(await valid()).toEqual([false, true])
})

test('a new token becomes valid, and a revoked one invalid, after the propagation time', async () => {
  let now = Date.UTC(2026, 0, 1)
  platform = await startPlatform({ propagationSeconds: 60, now: () => now })
  const { id, secret } = await platform.createToken()
  const valid = async () => (await validate(platform, secret)).body.valid

  now += 59_999
  expect(await valid()).toBe(false)
  now += 1
  expect(await valid()).toBe(true)
  await platform.revoke(id)
  now += 59_999
  expect(await valid()).toBe(true)
  now += 1
  expect(await valid()).toBe(false)
})

test('a token revoked before it becomes valid never does', async () => {
  let now = Date.UTC(2026, 0, 1)
  platform = await startPlatform({ propagationSeconds: 60, now: () => now })
  const { id, secret } = await platform.createToken()
  now += 10_000
  await platform.revoke(id)
  now += 55_000
  expect((await validate(platform, secret)).body.valid).toBe(false)
})

/** Different hex digits from the given ones. */
function other(hex: string) {
  return hex.replaceAll(/./g, digit => (15 - Number.parseInt(digit, 16)).toString(16))
}
