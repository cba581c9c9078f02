/** The built command as a process: its streams, its exit codes, and what it never shows. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  closeSync,
  copyFileSync,
  createReadStream,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { text as textOf } from 'node:stream/consumers'
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { DIST, NODE, TOKEN } from '../../../harness/runner.ts'
import { type Reply, type ScriptedServer, startServer } from '../../../harness/server.ts'
import { runCli, startCli } from '../../support/cli.ts'

const folder = mkdtempSync(join(tmpdir(), 'nolapse-check-dist-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let server: ScriptedServer
beforeEach(async () => {
  server = await startServer()
})
afterEach(() => server.close())
const answering = async (reply: Reply) => {
  await server.close()
  server = await startServer(reply)
}

const check = (...args: string[]) => ({
  args: ['check', '--api-url', server.url, ...args],
  env: { NOLAPSE_TOKEN: TOKEN },
})

test('the built file passes a token that is valid, and sends it once', async () => {
  const run = await runCli(check())
  expect(run).toMatchObject({ code: 0, signal: null, stderr: '' })
  expect(run.stdout).toMatch(/^nolapse token is valid: .*\n$/)
  expect(server.requests.map(({ body }) => JSON.parse(body))).toEqual([{ token: TOKEN }])
})

test('the built file works alone in any folder', async () => {
  const lonely = mkdtempSync(join(folder, 'lonely-'))
  copyFileSync(join(DIST, 'cli.js'), join(lonely, 'cli.js'))
  const child = spawn(NODE, [join(lonely, 'cli.js'), 'check'], { env: {}, stdio: 'ignore' })
  expect(await once(child, 'close')).toEqual([5, null])
  rmSync(lonely, { recursive: true })
})

/** The built program, read from standard input as `node -`, in a folder. */
async function fromStandardInput(args: string[], cwd: string, token = TOKEN) {
  const child = spawn(NODE, ['-', ...args], { cwd, env: { NOLAPSE_TOKEN: token } })
  createReadStream(join(DIST, 'cli.js')).pipe(child.stdin)
  const [stdout, stderr] = [textOf(child.stdout), textOf(child.stderr as Readable)]
  const [code] = await once(child, 'close')
  return { code, stdout: await stdout, stderr: await stderr }
}

test('from standard input, the program works as it does from its file', async () => {
  const args = ['check', '--api-url', server.url, '--format', 'json']
  const good = await fromStandardInput(args, folder)
  expect(good).toMatchObject({ code: 0, stdout: expect.stringContaining('"reason":"ok"') })
  const bad = await fromStandardInput(args, folder, 'nlp_short')
  expect(bad).toMatchObject({ code: 5, stdout: expect.stringContaining('"reason":"malformed"') })
  expect(bad.stderr).toContain('What to do: ')
})

test('from standard input, the program runs no code that it finds in the working folder', async () => {
  const checkout = mkdtempSync(join(folder, 'checkout-'))
  const hostile = ['893', '84'].map(id => `// chunk ${id}\n// console.log("hostile"); process.exit(0)\n`)
  for (const name of ['[stdin]', '[eval]', '-', 'lint.js', 'cli.js'])
    writeFileSync(join(checkout, name), `console.log("hostile"); process.exit(0)\n${hostile.join('')}`)
  for (const [args, code] of [
    [['check', '--api-url', server.url], 5],
    [['lint'], 2],
  ] as const) {
    const run = await fromStandardInput([...args], checkout, 'nlp_short')
    expect(run).toMatchObject({ code, stdout: '' })
  }
  rmSync(checkout, { recursive: true })
})

test('a run that has begun needs its file no more', async () => {
  const lonely = mkdtempSync(join(folder, 'lonely-'))
  const program = join(lonely, 'cli.js')
  copyFileSync(join(DIST, 'cli.js'), program)
  await answering(response => {
    rmSync(program)
    response.writeHead(401).end('{"error":"invalid token"}')
  })
  const child = spawn(NODE, [program, 'check', '--api-url', server.url], { env: { NOLAPSE_TOKEN: TOKEN } })
  const said = textOf(child.stderr as Readable)
  expect(await once(child, 'close')).toEqual([5, null])
  expect(await said).toContain('rejected the token')
  rmSync(lonely, { recursive: true })
})

test('the token is never printed, for any answer of the platform', async () => {
  const echo: Reply = (response, request) => {
    const body = JSON.stringify({ error: `no such token: ${TOKEN}`, authorization: request.headers })
    response.writeHead(418, { 'x-request-id': TOKEN }).end(body)
  }
  await answering(echo)
  for (const format of ['text', 'json', 'dotenv']) {
    const run = await runCli(check('--format', format))
    expect(run.code).toBe(3)
    expect(run.stdout + run.stderr).not.toContain(TOKEN.slice(4, 12))
  }
})

test('output that is not a terminal has no colour, even if colour is forced', async () => {
  await answering({ body: { valid: false } })
  const run = await runCli({ ...check(), env: { NOLAPSE_TOKEN: TOKEN, FORCE_COLOR: '3' } })
  expect(run.code).toBe(5)
  expect(run.stderr).not.toContain('\u001b')
})

describe('A verdict that cannot be written does not count', () => {
  const withoutReader = async (...args: string[]) => {
    const { args: all, env } = check(...args)
    const child = spawn(NODE, [join(DIST, 'cli.js'), ...all], { env, stdio: ['ignore', 'pipe', 'ignore'] })
    child.stdout.destroy()
    const [code] = await once(child, 'close')
    return code
  }

  test('to a pipe without a reader', async () => {
    expect(await withoutReader()).toBe(3)
    expect(await withoutReader('--format', 'json')).toBe(3)
  })

  test('to a full disk, and a message says so', async () => {
    const full = openSync('/dev/full', 'w')
    const { args: all, env } = check()
    const child = spawn(NODE, [join(DIST, 'cli.js'), ...all], { env, stdio: ['ignore', full, 'pipe'] })
    const [code, said] = await Promise.all([
      once(child, 'close').then(([code]) => code),
      textOf(child.stderr as Readable),
    ])
    closeSync(full)
    expect(code).toBe(3)
    expect(said).toContain('the result is lost\nStandard output could not be written (ENOSPC).')
    expect((await runCli(check('--output', '/dev/full'))).code).toBe(2)
  })
})

test('a signal ends the run with 128 + n and leaves no verdict in the file', async () => {
  const file = join(folder, 'verdict')
  writeFileSync(file, 'NOLAPSE_TOKEN_VALID=true\n')
  let asked: () => void = () => undefined
  const request = new Promise<void>(resolve => {
    asked = resolve
  })
  await answering(() => asked())
  const { child, done } = startCli(check('--format', 'dotenv', '--output', file))
  await request
  child.kill('SIGTERM')
  expect(await done).toMatchObject({ code: 143, signal: null, stdout: '' })
  expect(readdirSync(folder)).toEqual([])
})
