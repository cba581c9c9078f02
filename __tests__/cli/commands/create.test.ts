import { once } from 'node:events'
import { watch } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { idOf } from '../../../platform/token.ts'
import { type Bench, STORE, startBench } from '../../support/bench.ts'
import { ask, validate } from '../../support/platform-client.ts'

let bench: Bench
beforeEach(async () => {
  bench = await startBench()
})
afterEach(() => bench.close())

const statuses = async () => Object.values(await bench.statuses())

test('a token is created, proven valid and handed to a command, and it is never shown', async () => {
  const run = await bench.run(['create', '--name', 'ci', ...STORE])
  expect(run).toMatchObject({ code: 0, stdout: '' })
  const stored = bench.stored()
  expect((await validate(bench.platform, stored)).body).toMatchObject({ valid: true, scopes: ['execute'] })
  expect(run.stderr).toContain(`The new token ${idOf(stored)} is valid and handed to \`sh\`.`)
  expect(run.stderr).not.toMatch(/nlp_/)
  expect(bench.relay.calls).toEqual(['create', 'validate', 'list'])
})

test('a new token has the requested scopes and agent type', async () => {
  const scopes = ['--scope', 'execute', '--scope', 'a:b', '--scope', 'a:b']
  await bench.run(['create', '--name', 'ci', '--agent-type', 'cursor', ...scopes, ...STORE])
  const { body } = await ask(bench.platform, 'GET', '/v1/tokens')
  expect(body).toMatchObject([{ name: 'ci', scopes: ['execute', 'a:b'], agent_type: 'cursor' }])
})

test('without a command, standard output has only the value', async () => {
  const run = await bench.run(['create', '--name', 'ci'])
  expect(run.code).toBe(0)
  expect(run.stdout).toMatch(/^nlp_[0-9a-f]{40}\n$/)
  expect(run.stderr).toContain('handed to standard output')
  expect(run.stderr).not.toMatch(/nlp_/)
})

test('if CI is set, printing needs an option', async () => {
  expect(await bench.run(['create', '--name', 'ci'], { CI: 'true' })).toMatchObject({ code: 2, stdout: '' })
  expect(bench.relay.calls).toEqual([])
  expect((await bench.run(['create', '--name', 'ci', '--print'], { CI: 'true' })).stdout).toMatch(/^nlp_/)
})

test('a hostile name is harmless in every message', async () => {
  const { stderr } = await bench.run(['create', '--name', 'a\u001b[2J\u202e::b ##[c]', ...STORE])
  expect(stderr).not.toMatch(/[\u001b\u202e]|::|##/)
  expect((await ask(bench.platform, 'GET', '/v1/tokens')).body[0].name).toBe('a\u001b[2J\u202e::b ##[c]')
})

test.each([
  ['no name', ['create', ...STORE]],
  ['a blank name', ['create', '--name', ' ', ...STORE]],
  ['a scope that is none', ['create', '--name', 'ci', '--scope', 'a b', ...STORE]],
  ['nothing after --', ['create', '--name', 'ci', '--']],
  ['a command that is not there', ['create', '--name', 'ci', '--', 'nolapse-no-such-command']],
  ['--print with a command', ['create', '--name', 'ci', '--print', ...STORE]],
  ['a time that is none', ['create', '--name', 'ci', '--timeout-seconds', '0', ...STORE]],
])('%s is wrong usage, and the platform gets no request', async (_, args) => {
  const run = await bench.run(args)
  expect(run).toMatchObject({ code: 2, stdout: '' })
  expect(run.stderr).not.toBe('')
  expect(bench.relay.calls).toEqual([])
})

test('the session must not be among the arguments of the command', async () => {
  const run = await bench.run(['create', '--name', 'ci', '--', 'sh', '-c', `echo ${bench.platform.session}`])
  expect(run.code).toBe(2)
  expect(run.stderr).not.toContain(bench.platform.session)
  expect(bench.relay.calls).toEqual([])
})

test.each([
  ['none', '', 'There is no session'],
  ['a blank one', ' ', 'There is no session'],
  ['one with a line break', 'sess_abcd\nb', 'has white space, a line break or non-ASCII characters'],
  ['a variable that was not expanded', '$NOLAPSE_SESSION_TOKEN', 'was not expanded'],
  ['a masked one', '***', 'holds asterisks'],
  ['a long masked one', '*'.repeat(20), 'holds asterisks'],
  ['a quoted one', '"sess_Not-A-Real-One"', 'has quotes around its value'],
  ['an expression', `\${{ secrets.X }}`, 'holds a workflow expression'],
  ['a nolapse token', `nlp_${'0123456789'.repeat(4)}`, 'holds a nolapse token'],
  ['a part of a nolapse token', `nlp_${'0123456789'.repeat(3)}`, 'holds a nolapse token'],
  ['a short one', 'sess_12', 'has fewer than 8 characters'],
])('without a usable session, the platform gets no request: %s', async (_, session, words) => {
  const run = await bench.run(['create', '--name', 'ci', ...STORE], { NOLAPSE_SESSION_TOKEN: session })
  expect(run.code).toBe(2)
  expect(run.stderr).toContain('NOLAPSE_SESSION_TOKEN')
  expect(run.stderr).toContain(words)
  expect(run.stderr).toContain('SERVICE_TOKEN of a self-hosted platform is a session')
  expect(bench.relay.calls).toEqual([])
})

test('a name that an active token already has is a warning, with the ID of that token', async () => {
  const { id } = await bench.platform.createToken('ci')
  const run = await bench.run(['create', '--name', 'ci', ...STORE])
  expect(run.code).toBe(0)
  expect(run.stderr).toContain(`Another active token is named ci: ${id}. While both are active, `)
  expect(run.stderr).toContain(`nolapse-token revoke ${id} --yes`)
  await bench.platform.revoke(id)
  await bench.platform.revoke(String(idOf(bench.stored())))
  expect((await bench.run(['create', '--name', 'ci', ...STORE])).stderr).not.toContain('Another active')
})

test('a scope with the form of a token is wrong usage', async () => {
  const scope = `a:${'0123456789'.repeat(4)}`
  const run = await bench.run(['create', '--name', 'ci', '--scope', scope, ...STORE])
  expect(run).toMatchObject({ code: 2, stdout: '' })
  expect(run.stderr).not.toContain('0123456789')
  expect(bench.relay.calls).toEqual([])
})

test('a command that cannot be started is wrong usage and leaves nothing behind', async () => {
  const run = await bench.run(['create', '--name', 'ci', '--', join(bench.folder, 'unstartable')])
  expect(run.code).toBe(2)
  expect(await statuses()).toEqual(['revoked'])
  expect(run.stderr).toContain('was revoked')
})

test('a command that fails leaves the token, and the message has the line that revokes it', async () => {
  const run = await bench.run(['create', '--name', 'ci', '--', 'sh', '-c', 'cat; exit 3'])
  const [id] = Object.keys(await bench.statuses())
  expect(run).toMatchObject({ code: 4, stdout: '***' })
  expect(run.stderr).toContain('`sh` failed with exit code 3')
  expect(run.stderr).toContain(`nolapse-token revoke ${id} --yes --api-url ${bench.relay.url}`)
  expect(await statuses()).toEqual(['active'])
})

test.each([
  ['is killed', 'cat > /dev/null; kill -KILL $$', 'ended by SIGKILL'],
  ['does not read its whole input', 'head -c 4 > /dev/null', 'read only 4 of the 44 bytes'],
])('a command that %s counts as failed', async (_, script, words) => {
  const run = await bench.run(['create', '--name', 'ci', '--', 'sh', '-c', script])
  expect(run.code).toBe(4)
  expect(run.stderr).toContain(words)
})

test('a new token can take a while to work: the run waits and says so once', async () => {
  await bench.close()
  bench = await startBench({ propagationSeconds: 1 })
  const run = await bench.run(['create', '--name', 'ci', ...STORE])
  expect(run.code).toBe(0)
  expect(run.stderr.match(/does not accept the new token yet/g)).toHaveLength(1)
  expect(bench.stored()).toMatch(/^nlp_/)
})

test.each([
  ['it is refused all the time', 5, { status: 200, body: '{"valid":false}' }, 'rejected it for 2 s'],
  ['it lacks a scope', 5, { status: 200, body: '{"valid":true,"org_id":"o","scopes":[]}' }, 'lacks execute'],
  ['there is no answer', 3, 'before', 'connection cut off'],
  ['there is no usable answer', 3, { status: 404 }, 'answered 404 Not Found'],
] as const)('a token that cannot be proven valid is revoked: %s', async (_, code, fault, words) => {
  bench.relay.fail('validate', fault)
  const run = await bench.run(['create', '--name', 'ci', '--timeout-seconds', '2', ...STORE])
  expect(run.code).toBe(code)
  expect(run.stderr).toContain(words)
  expect(await statuses()).toEqual(['revoked'])
  expect(bench.stored()).toBe('')
})

test('a token whose agent type cannot be set is revoked', async () => {
  bench.relay.fail('agent-type', { status: 400, body: '{"error":"malformed request"}' })
  const run = await bench.run(['create', '--name', 'ci', '--agent-type', 'cursor', ...STORE])
  expect(run.code).toBe(5)
  expect(run.stderr).toContain('agent type could not be set: the platform rejects the request (400')
  expect(await statuses()).toEqual(['revoked'])
})

test('if the token cannot be revoked either, it is named', async () => {
  bench.relay.fail('validate', { status: 404 })
  bench.relay.fail('revoke', { status: 401, body: '{"error":"session has expired"}' })
  const run = await bench.run(['create', '--name', 'ci', ...STORE])
  const [id] = Object.keys(await bench.statuses())
  expect(run.code).toBe(4)
  expect(run.stderr).toContain('does not accept the session, or it has expired')
  expect(run.stderr).toContain(`nolapse-token revoke ${id} --yes`)
  expect(await statuses()).toEqual(['active'])
})

test.each([
  [401, 5, 'NOLAPSE_SESSION_TOKEN'],
  [402, 5, '--in-place'],
  [403, 5, 'may not do that'],
  [422, 5, 'the platform rejects the request (422, "no: *** x")'],
  [500, 4, 'unclear'],
  [501, 4, 'unclear'],
  [302, 4, 'unclear'],
  [200, 4, 'unclear'],
  [408, 3, '408 Request Timeout'],
])('after an answer of %i, creating exits with %i', async (status, code, words) => {
  bench.relay.fail('create', { status, body: '{"error":"no: *** x"}' })
  const run = await bench.run(['create', '--name', 'ci', ...STORE])
  expect(run.code).toBe(code)
  expect(run.stderr).toContain(words)
  expect(bench.relay.calls).toEqual(['create'])
})

test('an unreachable platform has created nothing', async () => {
  const run = await bench.run(['create', '--name', 'ci', ...STORE], { NOLAPSE_API_URL: 'http://127.0.0.1:1' })
  expect(run.code).toBe(3)
  expect(run.stderr).toContain('connection refused')
  expect(run.stderr).toContain('No token was created.')
})

test('an answer that is too long is reported as such', async () => {
  bench.relay.fail('create', { status: 201, body: `"${'x'.repeat(70_000)}"` })
  const run = await bench.run(['create', '--name', 'ci', ...STORE])
  expect(run.stderr).toContain('is too long')
})

test('after a signal, a token that was not handed over is revoked', async () => {
  bench.relay.fail('validate', 'hold')
  const run = bench.run(['create', '--name', 'ci', ...STORE])
  await bench.relay.held
  process.emit('SIGTERM', 'SIGTERM')
  expect(await run).toMatchObject({ code: 143, stderr: expect.stringContaining('was revoked') })
  expect(await statuses()).toEqual(['revoked'])
})

test('an answer that comes after a signal still counts', async () => {
  bench.relay.fail('create', 'hold')
  const run = bench.run(['create', '--name', 'ci', ...STORE])
  await bench.relay.held
  process.emit('SIGINT', 'SIGINT')
  bench.relay.release()
  expect(await run).toMatchObject({ code: 130, stderr: expect.stringContaining('was revoked') })
  expect(await statuses()).toEqual(['revoked'])
})

test('a signal during the clean-up ends it, and the token is named', async () => {
  bench.relay.fail('validate', { status: 404 })
  bench.relay.fail('revoke', 'hold')
  const run = bench.run(['create', '--name', 'ci', '--timeout-seconds', '3', ...STORE])
  await bench.relay.held
  process.emit('SIGTERM', 'SIGTERM')
  expect(await run).toMatchObject({
    code: 143,
    stderr: expect.stringMatching(/nolapse-token revoke \S+ --yes/),
  })
})

test('a command that has stored the value before a signal ends it keeps it', async () => {
  const script = 'trap "exit 0" TERM; cat > "$STORE"; while :; do sleep 0.05; done'
  const watcher = watch(bench.folder)
  const storing = once(watcher, 'change')
  const running = bench.run(['create', '--name', 'ci', '--', 'sh', '-c', script])
  await storing
  watcher.close()
  process.emit('SIGTERM', 'SIGTERM')
  const run = await running
  expect(run.code).toBe(143)
  expect(run.stderr).toContain('is valid and handed to `sh`')
  expect(await statuses()).toEqual(['active'])
})

test('help says what COMMAND gets and that creating is never retried', async () => {
  const { stdout, code } = await bench.run(['create', '--help'])
  expect(code).toBe(0)
  for (const words of ['44 bytes', 'never tried twice', 'NOLAPSE_SESSION_TOKEN'])
    expect(stdout).toContain(words)
})
