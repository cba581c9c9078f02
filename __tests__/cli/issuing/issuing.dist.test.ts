/** COMMAND and the built command line: what it is given, what it shows, and what is left if it does not read. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { DIST, NODE, partsIn } from '../../../harness/runner.ts'
import { type Bench, STORE, startBench } from '../../support/bench.ts'
import { type CliRun, runCli, startCli } from '../../support/cli.ts'

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

const create = (script: string, more: Record<string, string> = {}) => ({
  args: ['create', '--name', 'ci', '--', 'sh', '-c', script],
  env: { ...env, ...more },
})
const statuses = async () => Object.values(await bench.statuses())
const onUnix = process.platform === 'win32' ? describe.skip : describe

onUnix("COMMAND's environment", () => {
  test.each(['OTHER', 'PATH'])(
    'keeps %s, although it shares more than 8 characters with the session',
    async name => {
      const value = `${process.env.PATH}:/opt/${bench.platform.session.slice(0, -1)}`
      const run = await runCli(create(`cat > "$STORE"; printf %s "$${name}"`, { [name]: value }))
      expect(run).toMatchObject({ code: 0, stdout: value })
    },
  )

  test('has neither the session nor the token under any name', async () => {
    const run = await runCli(
      create('cat > "$STORE"; env', { COPY: `Bearer ${bench.platform.session}`, NOLAPSE_TOKEN: 'a token' }),
    )
    expect(run.code).toBe(0)
    expect(run.stdout).toContain('STORE=')
    expect(run.stdout).not.toMatch(/COPY|NOLAPSE_TOKEN|NOLAPSE_SESSION_TOKEN/)
    expect(run.stdout).not.toContain(bench.platform.session)
  })

  test('is never used with a session of fewer than 8 characters, which is wrong usage', async () => {
    const run = await runCli(create('cat > "$STORE"', { NOLAPSE_SESSION_TOKEN: 'abc1234' }))
    expect(run.code).toBe(2)
    expect(run.stderr).toContain('fewer than 8 characters')
    expect(run.stderr).not.toContain('abc1234')
    expect(bench.relay.calls).toEqual([])
  })
})

onUnix(
  'A COMMAND that reads nothing has stored nothing: the new token is revoked, and the run exits with 3',
  () => {
    test.each([
      [
        'fails, as gh does when it is not signed in',
        'echo "not signed in" >&2; exit 4',
        'failed with exit code 4',
      ],
      ['succeeds', 'exit 0', 'read only 0 of the 44 bytes'],
      ['is killed', 'kill -KILL $$', 'was ended by SIGKILL'],
      [
        'leaves a process that would read later',
        '(sleep 3; cat > "$STORE") >/dev/null 2>&1 & exit 0',
        'read only 0',
      ],
    ])('%s', async (_, script, words) => {
      const run = await runCli(create(script))
      expect(run.stderr).toContain(words)
      expect(run.stderr).toContain('was revoked')
      expect(run.code).toBe(3)
      expect(await statuses()).toEqual(['revoked'])
    })

    test('on a plan of one token, the next attempt works', async () => {
      const own = await startBench({ tokenLimit: 1 })
      const there = { ...env, NOLAPSE_API_URL: own.relay.url, NOLAPSE_SESSION_TOKEN: own.platform.session }
      try {
        expect((await runCli({ ...create('exit 4'), env: there })).code).toBe(3)
        expect((await runCli({ args: ['create', '--name', 'ci', ...STORE], env: there })).code).toBe(0)
      } finally {
        await own.close()
      }
    })

    test('in a rotation, the old token stays valid', async () => {
      const { id } = await bench.platform.createToken('ci')
      const run = await runCli({
        args: ['rotate', 'ci', '--revoke-old', '0', '--', 'sh', '-c', 'exit 4'],
        env,
      })
      expect(run.code).toBe(3)
      expect((await bench.statuses())[id]).toBe('active')
      expect((await statuses()).sort()).toEqual(['active', 'revoked'])
    })

    test('with --in-place, the new token is not revoked but named, and the run exits with 4', async () => {
      const { id } = await bench.platform.createToken('ci')
      const run = await runCli({ args: ['rotate', 'ci', '--in-place', '--', 'sh', '-c', 'exit 4'], env })
      const [fresh] = Object.entries(await bench.statuses()).filter(([one]) => one !== id)
      expect(run.code).toBe(4)
      expect(fresh?.[1]).toBe('active')
      expect(run.stderr).toContain(`cli.js revoke ${fresh?.[0]} --yes`)
    })

    test('a COMMAND that has read a part may have stored it: the new token is not revoked', async () => {
      const run = await runCli(create('head -c 12 > "$STORE"; exit 1'))
      expect(run.code).toBe(4)
      expect(await statuses()).toEqual(['active'])
    })

    test('if the new token cannot be revoked, it is named, and the run exits with 4', async () => {
      bench.relay.fail('revoke', { status: 403, body: '{"error":"no"}' })
      const run = await runCli(create('exit 4'))
      expect(run.code).toBe(4)
      expect(run.stderr).toContain(`cli.js revoke ${Object.keys(await bench.statuses())[0]} --yes`)
    })
  },
)

onUnix("COMMAND's output shows no part of the value", () => {
  /** The value of the token: COMMAND keeps a copy. */
  const shown = ({ stdout, stderr }: CliRun) => stdout + stderr
  test.each([
    ['all but its last character', 'tee "$STORE" | head -c 43'],
    ['its first half, and other text', 'cat > "$STORE"; head -c 24 "$STORE"; echo; echo done'],
    ['a part from its middle', 'cat > "$STORE"; cut -c 20-30 "$STORE"; echo done'],
    ['its last half on standard error', 'cat > "$STORE"; tail -c 22 "$STORE" >&2'],
    ['it in upper case', 'cat > "$STORE"; tr a-z A-Z < "$STORE"'],
    ['40 characters before it is killed', 'cat > "$STORE"; head -c 40 "$STORE"; kill -KILL $$'],
  ])('if it prints %s', async (_, script) => {
    const run = await runCli(create(script))
    const stored = readFileSync(join(bench.folder, 'store'), 'utf8')
    expect(stored).toHaveLength(44)
    expect(shown(run)).toContain('***')
    // Its ID is shown, and on this platform it is a part of the body.
    expect(partsIn(run.stdout, stored)).toEqual([])
    expect(shown(run)).not.toMatch(/nlp_[0-9a-f]/i)
  })
})

onUnix('A background process', () => {
  test('that holds the pipe does not keep the run from ending', async () => {
    const script = 'cat > "$STORE"; exec 3<>/dev/stdin; sleep 30 >/dev/null 2>&1 & echo "left $!"'
    const run = await runCli(create(script))
    process.kill(Number(/left (\d+)/.exec(run.stdout)?.[1]), 'SIGKILL')
    expect(run.code).toBe(0)
  })

  test('that holds the pipe does not keep a signal from ending the run', async () => {
    const script = 'cat > "$STORE"; exec 3<>/dev/stdin; sleep 30 & echo "left $!"; exit 0'
    const { child, done } = startCli(create(script))
    const left = await new Promise<number>(resolve =>
      child.stdout?.on('data', text => resolve(Number(/left (\d+)/.exec(text)?.[1]))),
    )
    child.kill('SIGTERM')
    const run = await done
    process.kill(left, 'SIGKILL')
    expect(run.code).toBe(143)
    expect(run.stderr).toContain('ended by SIGTERM')
  })
})

onUnix('COMMAND is never taken from the current folder', () => {
  test.each([
    ['PATH is not set', undefined],
    ['PATH is empty', ''],
    ['PATH has an empty part', ':/nonexistent'],
    ['PATH has a dot', '.:/nonexistent'],
  ])('%s', async (_, PATH) => {
    writeFileSync(join(bench.folder, 'gh'), '#!/bin/sh\ncat > "$STORE"\n')
    chmodSync(join(bench.folder, 'gh'), 0o755)
    const run = await runCli({
      args: ['create', '--name', 'ci', '--', 'gh', 'secret', 'set'],
      env: { ...env, PATH },
      cwd: bench.folder,
    })
    expect(run.code).toBe(2)
    expect(run.stderr).toContain('The command gh cannot be found')
    expect(bench.stored()).toBe('')
    expect(bench.relay.calls).toEqual([])
  })
})

onUnix('Without a COMMAND', () => {
  test.each([
    ['closed', '>&-'],
    ['sent to the null device', '> /dev/null'],
  ])(
    'nothing is created if standard output is %s, because no one would get the value',
    async (_, redirection) => {
      const command = `exec "$0" "$@" ${redirection}`
      const child = spawn('/bin/sh', ['-c', command, NODE, join(DIST, 'cli.js'), 'create', '--name', 'ci'], {
        env: { PATH: process.env.PATH, ...env },
        stdio: ['ignore', 'ignore', 'pipe'],
      })
      const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'close')])
      expect({ code, said }).toMatchObject({ code: 2, said: expect.stringContaining('Nothing was created.') })
      expect(bench.relay.calls).toEqual([])
    },
  )

  test('standard output is closed as soon as the value is written', async () => {
    // The last request, for the list, gets no answer until the test allows it.
    bench.relay.fail('list', 'hold')
    const { child, done } = startCli({ args: ['create', '--name', 'ci'], env })
    const value = await new Promise<string>(resolve => {
      let all = ''
      child.stdout?.on('data', text => {
        all += text
      })
      child.stdout?.on('end', () => resolve(all))
    })
    expect(value).toMatch(/^nlp_[0-9a-f]{40}\n$/)
    // The answer is released so that a signal reaches the run.
    child.kill('SIGTERM')
    expect((await done).code).toBe(143)
  })
})
