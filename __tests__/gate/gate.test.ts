import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { TOKEN } from '../../harness/runner.ts'
import { granted, type ScriptedServer, startServer } from '../../harness/server.ts'
import { endpoint } from '../../src/api/endpoint.ts'
import { gate, surroundings } from '../../src/gate/gate.ts'
import { readSettings, type Settings } from '../../src/gate/settings.ts'

let platform: ScriptedServer
beforeAll(async () => {
  platform = await startServer(granted({}, { 'x-request-id': 'req-1' }))
})
afterAll(() => platform.close())

const settings = () => readSettings({ 'api-url': `${platform.url}/prefix/` })
const around = surroundings(() => undefined)

test('asks the platform itself and judges its answer', async () => {
  const ruling = await gate(TOKEN, settings(), around)
  expect(ruling.verdict).toEqual({
    reason: 'ok',
    orgId: 'org_abc123',
    scopes: ['execute'],
    requestId: 'req-1',
  })
  expect(ruling.attempts).toBe(1)
  expect(ruling.elapsed).toBeGreaterThan(0)
  expect(platform.requests).toMatchObject([
    { method: 'POST', path: '/prefix/v1/auth/validate', body: `{"token":"${TOKEN}"}` },
  ])
})

test('a ruling says how long it took', async () => {
  let now = 1000
  const clock = { ...around.clock, now: () => now }
  const ask = async () => {
    now += 312
    return { kind: 'refused', said: '', requestId: '' } as const
  }
  expect((await gate(TOKEN, settings(), { ...around, clock, ask })).elapsed).toBe(312)
})

test.each([200, 401])('an answer with %d that is cut off does not count', async status => {
  const broken = await startServer(response => {
    response.writeHead(status, { 'content-length': '100' })
    response.write('{', () => response.destroy())
  })
  const finding = await around.ask(TOKEN, new URL(broken.url), 5000)
  await broken.close()
  expect(finding).toMatchObject({ kind: 'unavailable', retry: true })
})

test('problems found without the platform are reported in order, and nothing is sent', async () => {
  const asked = platform.requests.length
  const problems = [{ subject: 'tolerate', says: 'is wrong.' }]
  const reasonOf = async (value: string | undefined, given: Parameters<typeof gate>[1]) =>
    (await gate(value, given, around)).verdict.reason
  expect(await reasonOf(TOKEN, problems)).toBe('misconfigured')
  expect(await reasonOf('', problems)).toBe('misconfigured')
  expect(await reasonOf('', settings())).toBe('missing')
  expect(await reasonOf(undefined, settings())).toBe('missing')
  expect(await reasonOf(`${TOKEN}\n`, settings())).toBe('malformed')
  expect(platform.requests).toHaveLength(asked)
})

test('the endpoint is below the path of the platform URL', () => {
  const at = (url: string) => endpoint((readSettings({ 'api-url': url }) as Settings).api, '/v1/x').href
  expect(at('https://nolapse.test')).toBe('https://nolapse.test/v1/x')
  expect(at('https://nolapse.test/a/b/')).toBe('https://nolapse.test/a/b/v1/x')
})
