/** The built command line below npx, a shell or nohup, and what it does once they have ended. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { DIST, NODE } from '../../../harness/runner.ts'
import { type Bench, STORE, startBench } from '../../support/bench.ts'

let bench: Bench
let old: string
const children: ChildProcess[] = []
beforeEach(async () => {
  bench = await startBench()
  old = (await bench.platform.createToken('ci')).id
})
afterEach(async () => {
  for (const { pid } of children.splice(0))
    try {
      // Each process that a test has started, with its children: each is its own process group.
      if (pid) process.kill(-pid, 'SIGKILL')
    } catch {
      // All of it has ended.
    }
  await bench.close()
})

/** `errors` settles when the last process that can write has ended. */
function start(command: string, args: string[]) {
  const child = spawn(command, args, {
    cwd: bench.folder,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      PATH: process.env.PATH,
      HOME: bench.folder,
      npm_config_update_notifier: 'false',
      NOLAPSE_API_URL: bench.relay.url,
      NOLAPSE_SESSION_TOKEN: bench.platform.session,
      STORE: join(bench.folder, 'store'),
    },
  })
  children.push(child)
  const { stderr } = child
  const said = (words: string) =>
    new Promise<void>(resolve => {
      let all = ''
      stderr.on('data', piece => {
        all += piece
        if (all.includes(words)) resolve()
      })
    })
  return { child, said, errors: text(stderr) }
}

/** npx with the built command line as an installed package has it. */
function npx(args: string[]) {
  const folder = join(bench.folder, 'node_modules', '.bin')
  mkdirSync(folder, { recursive: true })
  symlinkSync(join(DIST, 'cli.js'), join(folder, 'nolapse-token'))
  return start('npx', ['--no-install', 'nolapse-token', ...args])
}

const CLI = [NODE, join(DIST, 'cli.js')]
const rotate = (wait: string) => ['rotate', 'ci', '--revoke-old', wait, ...STORE]
const onUnix = process.platform === 'win32' ? describe.skip : describe

onUnix('A parent that ends is a hang-up: the old token stays, and is named', () => {
  test.each(['SIGTERM', 'SIGHUP', 'SIGKILL'] as const)('npx, with %s', async signal => {
    const { child, said, errors } = npx(rotate('3s'))
    await said('Waiting 3 s')
    child.kill(signal)
    const all = await errors
    expect(all).toMatch(/ended by SIG(HUP|TERM)/)
    expect(all).toContain(`revoke ${old} --yes`)
    expect(all).not.toContain('Revoking the old token')
    expect((await bench.statuses())[old]).toBe('active')
  })

  test('a shell', async () => {
    const { child, said, errors } = start('sh', ['-c', '"$@"; true', 'sh', ...CLI, ...rotate('3s')])
    await said('Waiting 3 s')
    child.kill('SIGKILL')
    expect(await errors).toContain('ended by SIGHUP')
    expect((await bench.statuses())[old]).toBe('active')
  })

  test('while the new token is validated: the token is revoked', async () => {
    bench.relay.fail('validate', 'hold')
    const { child, errors } = npx(rotate('0'))
    await bench.relay.held
    child.kill('SIGKILL')
    const all = await errors
    expect(all).toContain('ended by SIGHUP')
    expect(all).toContain('was revoked')
    expect(Object.values(await bench.statuses()).sort()).toEqual(['active', 'revoked'])
    expect((await bench.statuses())[old]).toBe('active')
  })

  test('while COMMAND runs: the signal is passed on, and both tokens are named', async () => {
    const script =
      'trap "echo heard >&2; exit 1" HUP; cat > /dev/null; echo ready >&2; while :; do sleep 0.1; done'
    const { child, said, errors } = npx(['rotate', 'ci', '--revoke-old', '0', '--', 'sh', '-c', script])
    await said('ready')
    child.kill('SIGKILL')
    const all = await errors
    expect(all).toContain('heard')
    const statuses = await bench.statuses()
    expect(Object.values(statuses)).toEqual(['active', 'active'])
    for (const id of Object.keys(statuses)) expect(all).toContain(`revoke ${id} --yes`)
  })
})

onUnix(
  'A run that has no parent to lose, or that ignores hang-ups, goes on and revokes the old token',
  () => {
    test('if it began without a parent', async () => {
      const script =
        '(until [ "$(ps -o ppid= -p $BASHPID)" != "$1" ]; do sleep 0.1; done; shift; exec "$@") & exit 0'
      const { errors } = start('bash', ['-c', `set -- $$ "$@"; ${script}`, 'sh', ...CLI, ...rotate('1s')])
      expect(await errors).toContain(`The old token ${old} is revoked`)
      expect((await bench.statuses())[old]).toBe('revoked')
    })

    test.each([
      ['under nohup', 'nohup "$@" & wait'],
      ['under a shell that ignores SIGHUP', 'trap "" HUP; "$@"; true'],
    ])('%s, at SIGHUP and at the end of its parent', async (_, script) => {
      const { child, said, errors } = start('bash', ['-c', script, 'bash', ...CLI, ...rotate('2s')])
      await said('Waiting 2 s')
      process.kill(-(child.pid as number), 'SIGHUP')
      child.kill('SIGKILL')
      expect(await errors).toContain(`The old token ${old} is revoked`)
      expect((await bench.statuses())[old]).toBe('revoked')
    })
  },
)
