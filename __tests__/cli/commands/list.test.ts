import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { TOKEN } from '../../../harness/runner.ts'
import { type Bench, startBench } from '../../support/bench.ts'
import { ask } from '../../support/platform-client.ts'

let bench: Bench
beforeEach(async () => {
  bench = await startBench({ graceSeconds: 600 })
})
afterEach(() => bench.close())

test('without tokens there is nothing to list', async () => {
  expect(await bench.run(['list'])).toMatchObject({ code: 0, stdout: '', stderr: 'There are no tokens.\n' })
  expect((await bench.run(['list', '--format', 'json'])).stdout).toBe('[]\n')
})

test('tokens are listed for people, and tokens that no longer work stand out', async () => {
  const revoked = await bench.platform.createToken('old', ['execute', 'a:b'])
  await bench.platform.revoke(revoked.id)
  const rotating = await bench.platform.createToken('ci')
  await ask(bench.platform, 'PATCH', `/v1/tokens/${rotating.id}`, { body: { agent_type: 'cursor' } })
  const active = await bench.platform.rotate(rotating.id)
  const run = await bench.run(['list'])
  expect(run).toMatchObject({ code: 0, stderr: '' })
  expect(run.stdout).toBe(`ID                                    STATUS      NAME  SCOPES        AGENT TYPE
${revoked.id}  (revoked)   old   execute, a:b
${rotating.id}  (rotating)  ci    execute       cursor
${active.id}  active      ci    execute       cursor
`)
})

test('JSON output is an array', async () => {
  const { id } = await bench.platform.createToken('ci')
  const { stdout } = await bench.run(['list', '--format', 'json'])
  expect(JSON.parse(stdout)).toEqual([
    { id, name: 'ci', status: 'active', scopes: ['execute'], agent_type: '' },
  ])
})

test.each([['text'], ['json']])('a hostile name is harmless, as %s', async format => {
  await bench.platform.createToken(`a\u001b[2J\r\n::add-mask::b ##[c]\u202ed\u2028 ${TOKEN}`)
  const { stdout } = await bench.run(['list', '--format', format])
  expect(stdout).not.toMatch(/[^\n\x20-\x7e]|::|##/)
  expect(stdout).not.toContain(TOKEN.slice(4))
})

test('one unusual token does not break the list', async () => {
  const odd = [
    { id: 'tok_abc123', name: 7, status: 'On Hold', scopes: null },
    { id: '../x', name: 'lost', status: 'active', scopes: ['execute'], agent_type: '' },
  ]
  const { id } = await bench.platform.createToken('ci')
  const { body } = await ask(bench.platform, 'GET', '/v1/tokens')
  bench.relay.fail('list', { status: 200, body: JSON.stringify([...odd, ...body]) })
  const text = await bench.run(['list'])
  expect(text.code).toBe(0)
  expect(text.stdout).toMatch(/^tok_abc123 +\(On Hold\)$/m)
  expect(text.stdout).toContain(`${id}  active     ci`)
  expect(text.stderr).toContain('The platform listed 1 more, without an ID that can be used.')
  const json = await bench.run(['list', '--format', 'json'])
  expect(JSON.parse(json.stdout).map((token: { id: string }) => token.id)).toEqual(['tok_abc123', id])
})

test('a long cell does not make the other rows longer', async () => {
  const row = (name: string) => ({ id: name, name, status: 'active', scopes: [name], agent_type: '' })
  const rows = [row('a'), { ...row('b'), scopes: ['x'.repeat(500_000)], agent_type: 'x'.repeat(500_000) }]
  bench.relay.fail('list', { status: 200, body: JSON.stringify(rows) })
  const { stdout } = await bench.run(['list'])
  const [, short = '', long = ''] = stdout.split('\n')
  expect(short.length).toBeLessThan(60)
  expect(long.length).toBeLessThan(500)
})

test('each failure has its exit code', async () => {
  bench.relay.fail('list', { status: 401, body: '{"error":"session has expired"}' })
  expect((await bench.run(['list'])).code).toBe(5)
  bench.relay.fail('list', 'before')
  expect((await bench.run(['list', '--timeout-seconds', '1'])).code).toBe(3)
  expect((await bench.run(['list'], { NOLAPSE_API_URL: 'ftp://x' })).code).toBe(2)
})

test('a signal ends the run, and nothing has changed', async () => {
  bench.relay.fail('list', 'hold')
  const run = bench.run(['list'])
  await bench.relay.held
  process.emit('SIGINT', 'SIGINT')
  expect(await run).toMatchObject({ code: 130, stderr: expect.stringContaining('Nothing was changed.') })
})

test('a temporary fault is reported and retried', async () => {
  bench.relay.fail('list', { status: 503 }, 1)
  const run = await bench.run(['list'])
  expect(run.code).toBe(0)
  expect(run.stderr).toContain('Attempt 1: 503 Service Unavailable')
})
