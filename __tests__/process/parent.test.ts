import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import { resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, expect, jest, test } from '@jest/globals'
import { NODE } from '../../harness/runner.ts'
import { ignoresHangUps, watchParent } from '../../src/process/parent.ts'

afterEach(() => {
  jest.restoreAllMocks()
})

const onUnix = process.platform === 'win32' ? test.skip : test
const onLinux = process.platform === 'linux' ? test : test.skip

test('a running parent has not ended', () => {
  expect(watchParent()()).toBe(false)
})

test('a parent has ended once this process gets another parent', () => {
  const isGone = watchParent('linux')
  jest.replaceProperty(process, 'ppid', 1)
  expect(isGone()).toBe(true)
})

test('on Windows, a parent has ended once no process has its id', () => {
  const kill = jest.spyOn(process, 'kill').mockReturnValue(true)
  const isGone = watchParent('win32')
  expect(isGone()).toBe(false)
  kill.mockImplementation(() => {
    throw Object.assign(new Error('of another user'), { code: 'EPERM' })
  })
  expect(isGone()).toBe(false)
  kill.mockImplementation(() => {
    throw Object.assign(new Error('not there'), { code: 'ESRCH' })
  })
  expect(isGone()).toBe(true)
  expect(watchParent('win32')()).toBe(false)
})

/** The module as loaded in a process started by `pid`. */
async function below(pid: number) {
  jest.resetModules()
  const ppid = jest.replaceProperty(process, 'ppid', pid)
  const module = await import('../../src/process/parent.ts')
  return { ...module, ppid }
}

onUnix.each(['linux', 'darwin'] as const)(
  'npm is watched above its shell, which can outlive it: %s',
  async platform => {
    if (process.platform !== platform && platform === 'linux') return
    // The shell that npm starts, with this process instead of npm.
    const shell = spawn('sh', ['-c', 'cat; true'], { stdio: ['pipe', 'ignore', 'ignore'] })
    await once(shell, 'spawn')
    process.env.npm_lifecycle_script = 'cat'
    const here = process.platform
    Object.defineProperty(process, 'platform', { value: platform })
    try {
      const { watchParent, ignoresHangUps } = await below(shell.pid as number)
      // The process that these tests run under.
      expect(typeof ignoresHangUps({ _: '/usr/bin/npx' })).toBe('boolean')
      const isGone = watchParent()
      expect(isGone()).toBe(false)
      const exit = once(shell, 'exit')
      shell.stdin.end()
      await exit
      expect(isGone()).toBe(true)
    } finally {
      Object.defineProperty(process, 'platform', { value: here })
      delete process.env.npm_lifecycle_script
    }
  },
)

test('a parent that has ended does not show whether hang-ups are ignored', async () => {
  const gone = spawn(NODE, ['-e', ''])
  await once(gone, 'exit')
  const { ignoresHangUps } = await below(gone.pid as number)
  expect(ignoresHangUps({})).toBe(false)
})

test('a run that a shell started with nohup ignores hang-ups', () => {
  expect(ignoresHangUps({ _: '/usr/bin/nohup' })).toBe(true)
})

/** What a process that is started in this way says about itself, from the source. */
async function answer(command: string, args: string[], stdin: 'ignore' | number = 'ignore', env = {}) {
  const code = `import(${JSON.stringify(resolve('src/process/parent.ts'))}).then(parent => console.log(parent.ignoresHangUps({})))`
  const child = spawn(command, [...args, NODE, '--no-warnings', '--experimental-strip-types', '-e', code], {
    stdio: [stdin, 'pipe', 'inherit'],
    env: { PATH: process.env.PATH, ...env },
  })
  const [said] = await Promise.all([text(child.stdout as never), once(child, 'exit')])
  return String(said).trim()
}

onLinux('a run whose parent ignores SIGHUP ignores it as well, and any other heeds it', async () => {
  expect(await answer('sh', ['-c', 'trap "" HUP; "$@"; true', 'sh'])).toBe('true')
  expect(await answer('sh', ['-c', '"$@"; true', 'sh'])).toBe('false')
})

onLinux('so does a run whose input is the one that nohup gives on a terminal', async () => {
  expect(await answer('env', [], openSync('/dev/null', 'w'))).toBe('true')
})

onLinux('and a run of npm that was told to ignore SIGHUP, although npm has forgotten that', async () => {
  // The same chain: a shell that ignores SIGHUP, Node instead of npm, the shell that npm starts, this run.
  const script = '"$@"; true'
  const npm = `const { spawn } = require('child_process'); const [script, ...rest] = process.argv.slice(1)
    spawn('sh', ['-c', script, 'sh', ...rest], { stdio: 'inherit', env: { ...process.env, npm_lifecycle_script: script } })`
  const chain = (outer: string) => answer('sh', ['-c', outer, 'sh', NODE, '-e', npm, script])
  expect(await chain('trap "" HUP; "$@"; true')).toBe('true')
  expect(await chain('"$@"; true')).toBe('false')
})
