/** The built command line and its `--output`: what is replaced, what is opened once, and what is never left behind. */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  closeSync,
  constants,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { DIST, NODE, TOKEN } from '../../harness/runner.ts'
import { type ScriptedServer, startServer } from '../../harness/server.ts'
import { runCli, startCli } from '../support/cli.ts'

const folder = mkdtempSync(join(tmpdir(), 'nolapse-output-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let server: ScriptedServer
let file: string
let count = 0
beforeEach(async () => {
  server = await startServer()
  count += 1
  file = join(folder, `verdict-${count}`)
})
afterEach(() => server.close())

const env = { NOLAPSE_TOKEN: TOKEN }
const check = (...args: string[]) => ({
  args: ['check', '--api-url', server.url, '--format', 'dotenv', ...args],
  env,
})
const VALID = 'NOLAPSE_TOKEN_VALID=true\n'

describe('an older verdict does not survive', () => {
  test.each([
    ['an unknown option', ['check', '--outputs']],
    ['an unknown command', ['chekc']],
    ['an argument too many', ['check', 'now']],
    ['a format that does not exist', ['check', '--format', 'xml']],
    ['a token among the arguments', ['check', TOKEN]],
    ['a setting that cannot be used', ['check', '--timeout-seconds', 'soon', '--format', 'text']],
  ])('%s', async (_, args) => {
    for (const output of [['--output', file], [`--output=${file}`]]) {
      writeFileSync(file, VALID)
      const run = await runCli({ args: [...args, ...output], env })
      expect(run.code).toBe(2)
      expect(existsSync(file) ? readFileSync(file, 'utf8') : '').not.toContain('VALID=true')
    }
  })

  test('a file at --output among the arguments of COMMAND is left alone', async () => {
    writeFileSync(file, VALID)
    await runCli({ args: ['create', '--name', 'ci', '--', 'store', '--output', file], env })
    expect(readFileSync(file, 'utf8')).toBe(VALID)
  })
})

;(existsSync('/dev/shm') ? test : test.skip)('a regular file below /dev is replaced', async () => {
  const shared = mkdtempSync('/dev/shm/nolapse-output-')
  try {
    writeFileSync(join(shared, 'x'), 'x'.repeat(1_000))
    expect((await runCli(check('--output', join(shared, 'x')))).code).toBe(0)
    expect(readFileSync(join(shared, 'x'), 'utf8')).toMatch(/^NOLAPSE_TOKEN_VALID=true\n.*\n.*\n.*\n$/)
    expect(readdirSync(shared)).toEqual(['x'])
  } finally {
    rmSync(shared, { recursive: true })
  }
})

test.each(['-', '/dev/stdout', '/dev/fd/1', '/proc/self/fd/1'])('%s is standard output', async output => {
  const run = await runCli(check('--output', output))
  expect(run).toMatchObject({ code: 0, stdout: expect.stringMatching(/^NOLAPSE_TOKEN_VALID=true\n/) })
})

test('an open file is written to and not replaced', async () => {
  const open = openSync(file, 'a')
  const { args } = check('--output', '/dev/fd/3')
  const child = spawn(NODE, [join(DIST, 'cli.js'), ...args], {
    env,
    stdio: ['ignore', 'ignore', 'ignore', open],
  })
  expect(await once(child, 'close')).toEqual([0, null])
  closeSync(open)
  expect(readFileSync(file, 'utf8')).toContain(VALID)
})

test('a file descriptor that is not open is wrong usage', async () => {
  expect(await runCli(check('--output', '/dev/fd/42'))).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('(EBADF)'),
  })
})

/** Settles when a process listens for signals. Node itself catches SIGTERM from the start, but not SIGHUP. */
async function listening(pid: number | undefined) {
  const caught = () => /SigCgt:\s*([0-9a-f]+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0'
  while (!(BigInt(`0x${caught()}`) & 1n)) await new Promise(resolve => setTimeout(resolve, 20))
}

describe('a named pipe', () => {
  beforeEach(() => {
    execFileSync('mkfifo', [file])
  })

  test('is opened once, so its reader gets the whole verdict', async () => {
    const reader = spawn('cat', [file], { stdio: ['ignore', 'pipe', 'ignore'] })
    const read = text(reader.stdout)
    expect((await runCli(check('--output', file))).code).toBe(0)
    expect(await read).toMatch(/^NOLAPSE_TOKEN_VALID=true\n.*\n.*\n.*\n$/)
  })

  test('can get its reader later', async () => {
    const { done } = startCli(check('--output', file))
    const late = spawn('sh', ['-c', 'sleep 1; exec cat "$1"', 'sh', file], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    expect(await text(late.stdout)).toContain(VALID)
    expect((await done).code).toBe(0)
  })

  test('without a reader delays the run only until the deadline, and nothing is sent', async () => {
    const run = await runCli(check('--output', file, '--timeout-seconds', '1'))
    expect(run).toMatchObject({ code: 2, stderr: expect.stringContaining('(ENXIO). Nothing was sent') })
    expect(server.requests).toEqual([])
  })

  ;(existsSync('/proc/self/status') ? test : test.skip)(
    'does not keep a signal from ending the run',
    async () => {
      const { child, done } = startCli(check('--output', file))
      await listening(child.pid)
      child.kill('SIGTERM')
      expect((await done).code).toBe(143)
    },
  )

  test('that loses its reader loses the verdict, so the run fails', async () => {
    const reader = spawn('cat', [file], { stdio: 'ignore' })
    const gone = once(reader, 'close')
    await server.close()
    server = await startServer(async response => {
      reader.kill()
      await gone
      response.end(JSON.stringify({ valid: true, org_id: 'org_1', scopes: ['execute'] }))
    })
    expect(await runCli(check('--output', file))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('(EPIPE). The verdict is lost'),
    })
  })

  test('that is full delays the run only until the deadline', async () => {
    const reader = openSync(file, constants.O_RDWR | constants.O_NONBLOCK)
    const fill = () => {
      try {
        for (;;) writeSync(reader, 'x')
      } catch {
        // Nothing more goes in.
      }
    }
    try {
      fill()
      const args = ['--output', file, '--timeout-seconds', '1']
      expect(await runCli(check(...args))).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('(EAGAIN)'),
      })
    } finally {
      closeSync(reader)
    }
  })
})

test('a socket and a folder are wrong usage', async () => {
  const socket = createServer().listen(file)
  await once(socket, 'listening')
  expect((await runCli(check('--output', file))).code).toBe(2)
  socket.close()
  expect(await runCli(check('--output', folder))).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('(EISDIR)'),
  })
})
