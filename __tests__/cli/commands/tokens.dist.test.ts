/** What only the built command line shows, in its own process: terminals, broken pipes, waits, two runs at once. */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { DIST, NODE } from '../../../harness/runner.ts'
import { type Bench, STORE, startBench } from '../../support/bench.ts'
import { runCli, startCli } from '../../support/cli.ts'

let bench: Bench
let env: Record<string, string>
beforeEach(async () => {
  bench = await startBench()
  env = {
    NOLAPSE_API_URL: bench.relay.url,
    NOLAPSE_SESSION_TOKEN: bench.platform.session,
    STORE: join(bench.folder, 'store'),
  }
})
afterEach(() => bench.close())

/** Settles when a process has printed a text. */
const said = (stream: NodeJS.ReadableStream | null, words: string) =>
  new Promise<void>(resolve => {
    let all = ''
    stream?.on('data', piece => {
      all += piece
      if (all.includes(words)) resolve()
    })
  })

test('before rotate waits to revoke the old token, it says what exists; a signal keeps the old token', async () => {
  const { id } = await bench.platform.createToken('ci')
  const { child, done } = startCli({ args: ['rotate', 'ci', '--revoke-old', '2h', ...STORE], env })
  await said(child.stderr, 'Waiting 7200 s')
  child.kill('SIGTERM')
  const run = await done
  expect(run).toMatchObject({ code: 143, stdout: '' })
  expect(run.stderr).toMatch(
    new RegExp(`revoke ${id} --yes[^]*Waiting[^]*ended by SIGTERM[^]*revoke ${id} --yes`),
  )
  expect(Object.values(await bench.statuses())).toEqual(['active', 'active'])
})

test('a token that cannot be written to standard output is revoked', async () => {
  const child = spawn(NODE, [join(DIST, 'cli.js'), 'create', '--name', 'ci'], {
    env: { ...env, PATH: process.env.PATH ?? '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  child.stdout.destroy()
  const errors = text(child.stderr)
  const [code] = await once(child, 'exit')
  expect(code).toBe(3)
  expect(await errors).toContain('was revoked')
  expect(Object.values(await bench.statuses())).toEqual(['revoked'])
})

test('closed output streams do not change the result of a command', async () => {
  const script = 'cat > "$STORE"; echo stored; echo stored'
  const child = spawn(NODE, [join(DIST, 'cli.js'), 'create', '--name', 'ci', '--', 'sh', '-c', script], {
    env: { ...env, PATH: process.env.PATH ?? '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  child.stdout.destroy()
  const errors = text(child.stderr)
  const [code] = await once(child, 'exit')
  expect(code).toBe(0)
  expect(await errors).toContain('is valid and handed to `sh`')
})

test('a command that ignores signals does not keep the run longer than 6 s', async () => {
  const script = 'trap "" INT TERM; cat > /dev/null; echo ready; while :; do sleep 0.1; done'
  const { child, done } = startCli({ args: ['create', '--name', 'ci', '--', 'sh', '-c', script], env })
  await said(child.stdout, 'ready')
  const start = performance.now()
  child.kill('SIGINT')
  expect(await done).toMatchObject({
    code: 130,
    stderr: expect.stringMatching(/cli\.js revoke \S+ --yes/),
  })
  expect(performance.now() - start).toBeLessThan(6_000)
})

test('two rotations of one token at once name every token that exists', async () => {
  const { id } = await bench.platform.createToken('ci')
  const rotate = () => runCli({ args: ['rotate', id, '--revoke-old', '0', ...STORE], env })
  const runs = await Promise.all([rotate(), rotate()])
  const statuses = await bench.statuses()
  expect(statuses[id]).toBe('revoked')
  const all = runs.map(({ stderr }) => stderr).join('')
  for (const [one, status] of Object.entries(statuses)) if (status === 'active') expect(all).toContain(one)
  // If one rotation ended before the other had read the list, nothing was left to rotate.
  for (const { code, stderr } of runs)
    if (code !== 0) expect([code, stderr]).toEqual([5, expect.stringMatching(/is not active/)])
  expect(runs.map(({ code }) => code)).toContain(0)
})

test('of two rotations in place at once, one succeeds and the other says so', async () => {
  const { id } = await bench.platform.createToken('ci')
  const rotate = () => runCli({ args: ['rotate', id, '--in-place', ...STORE], env })
  const runs = await Promise.all([rotate(), rotate()])
  expect(runs.map(({ code }) => code).sort()).toEqual([0, 5])
  expect(runs.find(({ code }) => code === 5)?.stderr).toMatch(
    /another rotation of it came first|is not active/,
  )
})

const TERMINAL = process.platform === 'linux' && hasScript()
function hasScript(): boolean {
  try {
    execFileSync('script', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

;(TERMINAL ? test : test.skip)('revoke does not ask on a terminal in CI', async () => {
  await bench.platform.createToken('ci')
  const line = `${NODE} ${join(DIST, 'cli.js')} revoke ci`
  const terminal = spawn('script', ['-qec', line, '/dev/null'], {
    env: { ...env, PATH: process.env.PATH ?? '', TERM: 'dumb', CI: 'true' },
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const shown = text(terminal.stdout)
  expect(await once(terminal, 'exit')).toEqual([2, null])
  expect(await shown).toContain('Add --yes')
  expect(Object.values(await bench.statuses())).toEqual(['active'])
})

test('a command line printed for copying works unchanged', async () => {
  const { id } = await bench.platform.createToken('ci')
  const failed = await runCli({
    args: ['create', '--name', 'new', '--', 'sh', '-c', 'cat >/dev/null; exit 1'],
    env,
  })
  const line = failed.stderr.split('\n').find(one => one.startsWith('  ') && one.includes(' revoke ')) ?? ''
  expect(line).toMatch(/dist\/cli\.js revoke \S+ --yes --api-url/)
  const { NOLAPSE_API_URL: _, ...without } = env
  const copied = spawn('sh', ['-c', line], {
    env: { ...without, PATH: process.env.PATH ?? '' },
    stdio: 'ignore',
  })
  expect(await once(copied, 'exit')).toEqual([0, null])
  const statuses = await bench.statuses()
  expect(statuses[id]).toBe('active')
  expect(Object.values(statuses)).toContain('revoked')
})

;(TERMINAL ? test : test.skip).each([
  ['y\n', 0, 'revoked'],
  ['n\n', 5, 'active'],
  ['\u0003', 130, 'active'],
])('revoke asks on a terminal, and %j ends with %i', async (answer, code, status) => {
  const { id } = await bench.platform.createToken('ci')
  const line = `${NODE} ${join(DIST, 'cli.js')} revoke ci`
  const terminal = spawn('script', ['-qec', line, '/dev/null'], {
    env: { ...env, PATH: process.env.PATH ?? '', TERM: 'dumb' },
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  await said(terminal.stdout, '[y/N]')
  terminal.stdin.write(answer)
  const [ended] = await once(terminal, 'exit')
  expect(ended).toBe(code)
  expect((await bench.statuses())[id]).toBe(status)
})
