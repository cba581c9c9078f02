import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { idOf } from '../../../platform/token.ts'
import { type Bench, STORE, startBench } from '../../support/bench.ts'
import { ask, validate } from '../../support/platform-client.ts'

let bench: Bench
let old: { id: string; secret: string }
beforeEach(async () => {
  bench = await startBench({ graceSeconds: 600 })
  old = await bench.platform.createToken('ci', ['execute', 'a:b'])
})
afterEach(() => bench.close())

const fresh = () => String(idOf(bench.stored()))

test('a new token with the same name, scopes and agent type is stored, and the old one stays valid', async () => {
  await ask(bench.platform, 'PATCH', `/v1/tokens/${old.id}`, { body: { agent_type: 'cursor' } })
  const run = await bench.run(['rotate', 'ci', ...STORE])
  expect(run).toMatchObject({ code: 0, stdout: '' })
  const { body } = await ask(bench.platform, 'GET', `/v1/tokens/${fresh()}`)
  expect(body).toMatchObject({ name: 'ci', scopes: ['execute', 'a:b'], agent_type: 'cursor' })
  expect((await validate(bench.platform, bench.stored())).body.valid).toBe(true)
  expect(await bench.statuses()).toEqual({ [old.id]: 'active', [fresh()]: 'active' })
  expect(run.stderr).toContain(`nolapse-token revoke ${old.id} --yes --api-url ${bench.relay.url}`)
  expect(run.stderr).not.toMatch(/nlp_/)
})

test('TOKEN can be an ID; the list shows whether it is also a name', async () => {
  expect((await bench.run(['rotate', old.id, ...STORE])).code).toBe(0)
  expect(bench.relay.calls.slice(0, 2)).toEqual(['list', 'show'])
})

test('--revoke-old 0 revokes the old one once the new one is stored', async () => {
  const run = await bench.run(['rotate', 'ci', '--revoke-old', '0', ...STORE])
  expect(run.code).toBe(0)
  expect(run.stderr).toContain(`The old token ${old.id} is revoked.`)
  expect(await bench.statuses()).toEqual({ [old.id]: 'revoked', [fresh()]: 'active' })
})

test('--revoke-old with a short wait revokes the old one after the wait', async () => {
  const run = await bench.run(['rotate', 'ci', '--revoke-old', '1s', ...STORE])
  expect(run.code).toBe(0)
  expect(run.stderr).toContain('Waiting 1 s before the old token is revoked.')
  expect((await bench.statuses())[old.id]).toBe('revoked')
})

test.each([
  [
    'it is refused',
    { status: 401, body: '{"error":"session has expired"}' },
    'expired',
    'still works, for running jobs',
  ],
  ['the answer is unclear', { status: 501 }, '501 Not Implemented', 'may still work'],
] as const)('if the old token cannot be revoked, both are named: %s', async (_, fault, words, state) => {
  bench.relay.fail('revoke', fault)
  const run = await bench.run(['rotate', 'ci', '--revoke-old', '0', ...STORE])
  expect(run.code).toBe(4)
  expect(run.stderr).toContain(words)
  expect(run.stderr).toContain(fresh())
  expect(run.stderr).toContain(state)
  expect(run.stderr).toContain(`nolapse-token revoke ${old.id} --yes`)
})

test('a command that fails leaves both tokens, and the message has the line that revokes each', async () => {
  const run = await bench.run([
    'rotate',
    'ci',
    '--revoke-old',
    '0',
    '--',
    'sh',
    '-c',
    'cat > /dev/null; exit 1',
  ])
  expect(run.code).toBe(4)
  const statuses = await bench.statuses()
  expect(Object.values(statuses)).toEqual(['active', 'active'])
  for (const id of Object.keys(statuses)) expect(run.stderr).toContain(`nolapse-token revoke ${id} --yes`)
})

test('in place, the platform rotates', async () => {
  const run = await bench.run(['rotate', 'ci', '--in-place', ...STORE])
  expect(run.code).toBe(0)
  expect(await bench.statuses()).toEqual({ [old.id]: 'rotating', [fresh()]: 'active' })
  expect(run.stderr).toContain(`The old token ${old.id} is rotating`)
})

test('a plan of one token can rotate only in place, and the message says so', async () => {
  const one = await startBench({ tokenLimit: 1 })
  try {
    await one.platform.createToken('ci')
    const run = await one.run(['rotate', 'ci', ...STORE])
    expect(run.code).toBe(5)
    expect(run.stderr).toContain('--in-place')
    expect(run.stderr).toContain('No token was created.')
    expect((await one.run(['rotate', 'ci', '--in-place', ...STORE])).code).toBe(0)
  } finally {
    await one.close()
  }
})

test('in place, a failure does not revoke the new token, and the message says what to do', async () => {
  const run = await bench.run(['rotate', 'ci', '--in-place', '--', join(bench.folder, 'unstartable')])
  expect(run.code).toBe(4)
  const [id] = Object.keys(await bench.statuses()).filter(one => one !== old.id)
  expect(run.stderr).toContain(`nolapse-token rotate ${id} --in-place`)
  expect(run.stderr).toContain(`nolapse-token revoke ${id} --yes`)
  expect(await bench.statuses()).toEqual({ [old.id]: 'rotating', [String(id)]: 'active' })
})

test.each([
  [409, 5, 'another rotation of it came first'],
  [404, 5, 'there is no such token'],
  [401, 5, 'is unchanged and works'],
  [500, 4, 'It is unclear whether the token has been rotated'],
])('in place, after an answer of %i, rotating exits with %i', async (status, code, words) => {
  bench.relay.fail('rotate', { status, body: '{"error":"no"}' })
  const run = await bench.run(['rotate', 'ci', '--in-place', ...STORE])
  expect(run.code).toBe(code)
  expect(run.stderr).toContain(words)
  expect(bench.relay.calls.filter(call => call === 'rotate')).toHaveLength(1)
})

test.each([
  ['anew', 'create', 201, []],
  ['in place', 'rotate', 200, ['--in-place']],
] as const)(
  'a rotation that returns the ID of the old token stops and revokes nothing: %s',
  async (_, call, status, option) => {
    const secret = `nlp_${'fedcba9876543210'.repeat(3).slice(0, 40)}`
    bench.relay.fail(call, { status, body: JSON.stringify({ id: old.id, secret }) })
    const run = await bench.run(['rotate', 'ci', ...option, ...STORE])
    expect(run.code).toBe(4)
    expect(run.stderr).toContain('id is that of the old token')
    expect(run.stderr).not.toContain('fedcba98')
    expect(bench.relay.calls).not.toContain('revoke')
    expect(bench.stored()).toBe('')
    expect(await bench.statuses()).toEqual({ [old.id]: 'active' })
  },
)

test('two rotations at once each name the token that the other created', async () => {
  const other = await bench.platform.createToken('ci')
  const run = await bench.run(['rotate', old.id, ...STORE])
  expect(run.code).toBe(0)
  expect(run.stderr).toContain(`Another active token is named ci: ${other.id}`)
  expect(run.stderr).toContain(`nolapse-token revoke ${other.id} --yes`)
})

test('if other tokens cannot be listed, the rotation still succeeds', async () => {
  bench.relay.fail('list', { status: 501 })
  expect((await bench.run(['rotate', old.id, ...STORE])).code).toBe(0)
})

test.each([
  ['an unknown name', 'unknown', 'no token with the ID or the name unknown'],
  ['an unknown id', '00000000-0000-4000-8000-000000000000', 'no token with the ID or the name'],
])('%s is refused', async (_, given, words) => {
  const run = await bench.run(['rotate', given, ...STORE])
  expect(run.code).toBe(5)
  expect(run.stderr).toContain(words)
})

test('a name of more than one active token is rejected, with their IDs', async () => {
  const other = await bench.platform.createToken('ci')
  const run = await bench.run(['rotate', 'ci', ...STORE])
  expect(run.code).toBe(5)
  for (const id of [old.id, other.id]) expect(run.stderr).toContain(`${id} (active)`)
})

test('a name or ID of no active token is rejected, with the IDs that could be meant', async () => {
  await bench.platform.revoke(old.id)
  const named = await bench.run(['rotate', 'ci', ...STORE])
  expect(named.code).toBe(5)
  expect(named.stderr).toContain(`${old.id} (revoked)`)
  const given = await bench.run(['rotate', old.id, ...STORE])
  expect(given.code).toBe(5)
  expect(given.stderr).toContain('is not active (revoked)')
})

test('a name can look like an ID', async () => {
  const name = '11111111-1111-4111-8111-111111111111'
  const { id } = await bench.platform.createToken(name)
  const run = await bench.run(['rotate', name, ...STORE])
  expect(run.code).toBe(0)
  expect(run.stderr).toContain(`to replace ${id}`)
})

test.each([
  ['the value of a token', ['rotate', 'nlp_0123456789abcdef0123456789abcdef01234567', ...STORE]],
  ['its body', ['rotate', '0123456789abcdef0123456789abcdef01234567', ...STORE]],
  ['no token', ['rotate', ...STORE.slice(0, 1)]],
  ['--revoke-old in place', ['rotate', 'ci', '--revoke-old', '0', '--in-place', ...STORE]],
  ['--revoke-old without a command', ['rotate', 'ci', '--revoke-old', '0']],
  ['--revoke-old of no unit', ['rotate', 'ci', '--revoke-old', '30', ...STORE]],
  ['--revoke-old of no number', ['rotate', 'ci', '--revoke-old', 'soon', ...STORE]],
  ['--revoke-old of more than a session lasts', ['rotate', 'ci', '--revoke-old', '169h', ...STORE]],
  ['--print with a command', ['rotate', 'ci', '--print', ...STORE]],
])('%s is wrong usage, and the platform gets no request', async (_, args) => {
  const run = await bench.run(args)
  expect(run).toMatchObject({ code: 2, stdout: '' })
  expect(run.stderr).not.toMatch(/nlp_0|0123456789abcdef/)
  expect(bench.relay.calls).toEqual([])
})

test.each([
  ['the list', 'list', 'ci'],
  ['the token', 'show', 'ci'],
] as const)(
  'if the platform does not return %s, the run ends before anything is created',
  async (_, call, given) => {
    bench.relay.fail(call, { status: 501 })
    const run = await bench.run(['rotate', given, ...STORE])
    expect(run.code).toBe(3)
    expect(Object.keys(await bench.statuses())).toEqual([old.id])
    expect((await bench.run(['rotate', old.id, ...STORE])).code).toBe(call === 'show' ? 3 : 0)
  },
)

test('help says what --in-place risks', async () => {
  const { stdout } = await bench.run(['rotate', '--help'])
  expect(stdout.replace(/\s+/g, ' ')).toContain('cannot be recovered')
})
