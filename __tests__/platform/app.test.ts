import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, expect, test } from '@jest/globals'
import { startPlatform, type TestPlatform } from '../../harness/platform.ts'
import { ask, validate } from '../support/platform-client.ts'

let platform: TestPlatform
afterEach(() => platform.close())

const REQUEST_ID = /^[A-Za-z0-9._:-]{1,128}$/
const UNKNOWN = `nlp_${'0'.repeat(40)}`

test('/health says that the platform is up', async () => {
  platform = await startPlatform()
  const { status, body } = await ask(platform, 'GET', '/health', { session: '' })
  expect([status, body]).toEqual([200, { status: 'ok' }])
})

test.each([
  [200, 'GET', '/health', {}],
  [200, 'POST', '/v1/auth/validate', { body: { token: UNKNOWN } }],
  [400, 'POST', '/v1/auth/validate', { body: '{' }],
  [400, 'GET', '/v1/tokens/%zz', {}],
  [401, 'GET', '/v1/tokens', { session: '' }],
  [404, 'GET', '/nowhere', {}],
  [404, 'PUT', '/v1/tokens', {}],
  [413, 'POST', '/v1/auth/validate', { body: { token: 'x'.repeat(65_536) } }],
])('%d to %s %s has a request ID and a JSON body', async (status, method, path, request) => {
  platform = await startPlatform()
  const answer = await ask(platform, method, path, request)
  expect(answer.status).toBe(status)
  expect(answer.headers.get('x-request-id')).toMatch(REQUEST_ID)
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/)
  if (status >= 400) expect(answer.body).toEqual({ error: expect.any(String) })
})

test('each response has its own request ID', async () => {
  platform = await startPlatform()
  const ids = [await ask(platform, 'GET', '/health'), await ask(platform, 'GET', '/health')].map(
    ({ headers }) => headers.get('x-request-id'),
  )
  expect(new Set(ids).size).toBe(2)
})

test('a request that is not HTTP gets an answer of the same form', async () => {
  platform = await startPlatform()
  const socket = connect(Number(new URL(platform.url).port), '127.0.0.1')
  await once(socket, 'connect')
  socket.write('hello\r\n\r\n')
  const answer = await text(socket)
  expect(answer).toMatch(/^HTTP\/1\.1 400 /)
  expect(answer).toMatch(/^X-Request-ID: \S+\r$/m)
  expect(answer).toMatch(/\r\n\r\n\{"error":"malformed request"\}$/)
})

test('an internal error is hidden from the client and reported to the operator', async () => {
  let broken = false
  const faults: string[] = []
  platform = await startPlatform({
    now: () => {
      if (broken) throw new Error('the clock has stopped')
      return 0
    },
    onFault: error => faults.push(error.message),
  })
  broken = true
  const { status, headers, body } = await ask(platform, 'GET', '/v1/tokens')
  expect([status, body]).toEqual([500, { error: 'internal error' }])
  expect(headers.get('x-request-id')).toMatch(REQUEST_ID)
  expect(faults).toEqual(['the clock has stopped'])
})

test('over the rate limit, a token is told how long to wait, and another token passes', async () => {
  let now = Date.UTC(2026, 0, 1)
  platform = await startPlatform({ rateLimit: 2, now: () => now })
  const { secret } = await platform.createToken()
  await validate(platform, secret)
  now += 20_500
  await validate(platform, secret)

  const refused = await validate(platform, secret)
  expect([refused.status, refused.body]).toEqual([429, { error: 'rate limit exceeded' }])
  expect(refused.headers.get('retry-after')).toBe('40')
  expect(refused.headers.get('x-request-id')).toMatch(REQUEST_ID)
  expect((await validate(platform, UNKNOWN)).status).toBe(200)

  now += 39_500
  expect((await validate(platform, secret)).status).toBe(200)
})

test('over the rate limit, a session has to wait as well', async () => {
  platform = await startPlatform({ rateLimit: 1, now: () => 0 })
  expect((await ask(platform, 'GET', '/v1/tokens')).status).toBe(200)
  const { status, headers } = await ask(platform, 'GET', '/v1/tokens')
  expect([status, headers.get('retry-after')]).toEqual([429, '60'])
})
