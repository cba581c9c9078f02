import { once } from 'node:events'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { TOKEN } from '../../../harness/runner.ts'
import { granted, ORG, type Reply, type ScriptedServer, startServer } from '../../../harness/server.ts'
import { invoke } from '../../support/in-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'nolapse-check-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let server: ScriptedServer
const answering = async (reply: Reply) => {
  await server.close()
  server = await startServer(reply)
}
beforeEach(async () => {
  server = await startServer(granted({}, { 'x-request-id': 'req-1' }))
})
afterEach(() => server.close())

const check = (args: string[] = [], env: Record<string, string> = { NOLAPSE_TOKEN: TOKEN }) =>
  invoke(['check', '--api-url', server.url, ...args], env)

const REFUSED = { body: { valid: false }, headers: { 'x-request-id': 'req-2' } }
const BUSY = { status: 503, headers: { 'retry-after': '3600' } }

test('a signal ends the run with 128 + n and without a verdict', async () => {
  let asked: () => void = () => undefined
  const request = new Promise<void>(resolve => {
    asked = resolve
  })
  await answering(() => asked())
  const run = check(['--format', 'json', '--timeout-seconds', '1'])
  await request
  process.emit('SIGINT', 'SIGINT')
  expect(await run).toMatchObject({
    code: 130,
    stdout: '',
    stderr: expect.stringContaining('ended by SIGINT'),
  })
})

describe('As text', () => {
  test('a valid token prints one line on standard output, and nothing else', async () => {
    const run = await check()
    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(run.stdout).toMatch(
      /^nolapse token is valid: organisation org_abc123, scopes execute \(127\.0\.0\.1:\d+, \d+ ms\)\n$/,
    )
  })

  test('a bad token is explained on standard error, in terms of the command line', async () => {
    await answering(REFUSED)
    const run = await check()
    expect(run).toMatchObject({ code: 5, stdout: '' })
    expect(run.stderr).toMatch(/^nolapse token: invalid\nThe platform at .* rejected the token/)
    expect(run.stderr).toContain('than the one in --api-url')
    expect(run.stderr).toContain('#invalid')
  })

  test('a tolerated reason warns and exits with 0', async () => {
    const run = await check(['--tolerate', 'missing'], {})
    expect(run).toMatchObject({ code: 0, stdout: '' })
    expect(run.stderr).toMatch(
      /^nolapse token: missing \(tolerated\)\nThe job continues without a validated token: --tolerate allows missing\./,
    )
  })

  test('a bad token is not tolerated if only an outage is', async () => {
    await answering(REFUSED)
    expect((await check(['--tolerate', 'missing,unavailable'])).code).toBe(5)
  })

  test('each wait before a retry is reported', async () => {
    let asked = 0
    await answering(response => {
      response.writeHead(asked++ ? 200 : 503).end(JSON.stringify(granted().body))
    })
    const run = await check()
    expect(run.code).toBe(0)
    expect(run.stderr).toMatch(
      /^Attempt 1: 503 Service Unavailable \(127.+\)\. Next attempt in [\d.]+ s\.\n$/,
    )
  })
})

describe('For machines', () => {
  test('JSON is one object, and the text for people is on standard error', async () => {
    const run = await check(['--format', 'json'])
    const message = run.stderr.trimEnd()
    expect(message).toMatch(/^nolapse token is valid/)
    expect(JSON.parse(run.stdout)).toEqual({
      valid: true,
      reason: 'ok',
      org_id: ORG,
      scopes: ['execute'],
      request_id: 'req-1',
      message,
    })
  })

  test('JSON is written for a verdict that fails, with its request id and its explanation', async () => {
    await answering(REFUSED)
    const run = await check(['--format', 'json'])
    expect(run.code).toBe(5)
    const { message, ...rest } = JSON.parse(run.stdout)
    expect(rest).toEqual({ valid: false, reason: 'invalid', org_id: '', scopes: [], request_id: 'req-2' })
    expect(run.stderr).toBe(`nolapse token: invalid\n${message}\n`)
  })

  test('dotenv is four lines, with the scopes separated by commas', async () => {
    await answering(granted({ scopes: ['execute', 'read:reports'] }))
    expect((await check(['--format', 'dotenv'])).stdout).toBe(
      'NOLAPSE_TOKEN_VALID=true\nNOLAPSE_TOKEN_REASON=ok\nNOLAPSE_ORG_ID=org_abc123\nNOLAPSE_SCOPES=execute,read:reports\n',
    )
  })

  test('dotenv contains nothing that an answer tries to inject', async () => {
    await answering(granted({ org_id: 'org_abc123\nNOLAPSE_TOKEN_VALID=true' }))
    const run = await check(['--format', 'dotenv'])
    expect(run.code).toBe(3)
    expect(run.stdout).toBe(
      'NOLAPSE_TOKEN_VALID=false\nNOLAPSE_TOKEN_REASON=unexpected-response\nNOLAPSE_ORG_ID=\nNOLAPSE_SCOPES=\n',
    )
  })

  test('a tolerated reason has valid=false, although the exit code is 0', async () => {
    await answering(BUSY)
    const run = await check(['--format', 'dotenv', '--tolerate', 'unavailable'])
    expect(run.code).toBe(0)
    expect(run.stdout).toContain('NOLAPSE_TOKEN_VALID=false\nNOLAPSE_TOKEN_REASON=unavailable\n')
  })

  test.each(['json', 'dotenv'])('%s is also written for invalid settings', async format => {
    const run = await check(['--format', format, '--timeout-seconds', 'soon'])
    expect(run.code).toBe(2)
    expect(run.stdout).toContain('misconfigured')
    expect(run.stderr).toContain('--timeout-seconds is not a whole number')
    expect(server.requests).toEqual([])
  })

  test.each(['json', 'dotenv'])('%s is also written for a defect in the gate itself', async format => {
    const timer = jest.spyOn(globalThis, 'setTimeout').mockImplementation(() => {
      throw new TypeError(`something with ${TOKEN} in it`)
    })
    const run = await check(['--format', format])
    timer.mockRestore()
    expect(run.code).toBe(3)
    expect(run.stdout).toContain('internal-error')
    expect(run.stderr).toContain('nolapse/token-action itself failed (TypeError at check.test.ts:')
    expect(run.stdout + run.stderr).not.toContain(TOKEN)
  })

  test('a crash is the only verdict of its run, even if the platform still answers', async () => {
    let crash: (error: Error) => void = () => undefined
    const crashed = new Promise<never>((_, reject) => {
      crash = reject
    })
    let answer: () => Promise<unknown> = () => Promise.resolve()
    await answering(response => {
      answer = () => {
        response.end(JSON.stringify(granted().body))
        return once(response, 'close')
      }
      crash(new TypeError(TOKEN))
    })
    const file = join(folder, 'crashed')
    const args = ['check', '--api-url', server.url, '--format', 'dotenv', '--output', file]
    const run = await invoke(args, { NOLAPSE_TOKEN: TOKEN }, crashed)
    await answer()
    // Closes only after the gate has read the answer and closed the connection.
    await server.close()
    expect(run.code).toBe(3)
    expect(readFileSync(file, 'utf8')).toContain(
      'NOLAPSE_TOKEN_VALID=false\nNOLAPSE_TOKEN_REASON=internal-error',
    )
    rmSync(file)
  })
})

describe('Settings', () => {
  test('can require scopes and an organisation', async () => {
    expect((await check(['--required-scopes', 'execute,admin'])).stderr).toContain('scope: admin')
    expect((await check(['--expected-org-id', 'org_other'])).stderr).toMatch(/^nolapse token: wrong-org/)
    expect((await check(['--required-scopes', 'none', '--expected-org-id', ORG])).code).toBe(0)
  })

  test('that are empty mean the default', async () => {
    const empty = [
      '--required-scopes',
      '',
      '--expected-org-id',
      '',
      '--tolerate',
      '',
      '--timeout-seconds',
      '',
    ]
    expect((await check([...empty, '--output', ''])).code).toBe(0)
  })

  test('take the platform from NOLAPSE_API_URL if --api-url is not given', async () => {
    const env = { NOLAPSE_TOKEN: TOKEN, NOLAPSE_API_URL: server.url }
    expect((await invoke(['check'], env)).code).toBe(0)
    expect((await invoke(['check', '--api-url', ''], env)).code).toBe(0)
    expect((await check([], { ...env, NOLAPSE_API_URL: 'http://127.0.0.1:1' })).code).toBe(0)
  })

  test('are named in messages as the user wrote them', async () => {
    const bad = 'http://platform.example.com'
    expect((await invoke(['check', '--api-url', bad])).stderr).toContain('\n--api-url is plain http://')
    expect((await invoke(['check'], { NOLAPSE_API_URL: bad })).stderr).toContain('\nNOLAPSE_API_URL is plain')
    const insecure = await invoke(['check', '--api-url', bad, '--allow-insecure-http'])
    expect(insecure.stderr).toMatch(/^nolapse token: missing/)
    const env = { NOLAPSE_TOKEN: TOKEN, NODE_TLS_REJECT_UNAUTHORIZED: '0' }
    expect((await check([], env)).stderr).toContain('\nNODE_TLS_REJECT_UNAUTHORIZED is 0')
  })
})

describe('--output', () => {
  const file = join(folder, 'verdict')
  afterEach(() => rmSync(file, { recursive: true, force: true }))
  const output = (...args: string[]) => check(['--output', file, ...args])

  test('replaces standard output', async () => {
    const run = await output('--format', 'json')
    expect(run).toMatchObject({ code: 0, stdout: '' })
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ valid: true, org_id: ORG })
  })

  test('writes the text for every verdict, and people still see it', async () => {
    const passing = await output()
    expect(readFileSync(file, 'utf8')).toBe(passing.stderr)
    await answering(REFUSED)
    expect((await output()).code).toBe(5)
    expect(readFileSync(file, 'utf8')).toMatch(/^The platform at/)
  })

  test('replaces a file whole, keeps its permissions, and leaves nothing else in the folder', async () => {
    writeFileSync(file, 'x'.repeat(10_000))
    chmodSync(file, 0o640)
    await output('--format', 'dotenv')
    expect(readFileSync(file, 'utf8')).toMatch(/^NOLAPSE_TOKEN_VALID=true\n.*\n.*\n.*\n$/)
    expect(statSync(file).mode & 0o777).toBe(0o640)
    expect(readdirSync(folder)).toEqual(['verdict'])
  })

  test('follows a link and keeps the link', async () => {
    const real = join(folder, 'real')
    writeFileSync(real, '')
    symlinkSync(real, file)
    await output('--format', 'dotenv')
    expect(readFileSync(real, 'utf8')).toContain('NOLAPSE_TOKEN_VALID=true')
    expect(readFileSync(file, 'utf8')).toContain('NOLAPSE_TOKEN_VALID=true')
    rmSync(real)
  })

  test('removes the verdict of an earlier run before this one ends', async () => {
    writeFileSync(file, 'NOLAPSE_TOKEN_VALID=true\n')
    let there: string[] | undefined
    await answering(response => {
      there = readdirSync(folder)
      response.end(JSON.stringify(granted().body))
    })
    expect((await output()).code).toBe(0)
    expect(there).toEqual([])
  })

  test('if it cannot be written, the run ends before anything is sent, without naming the file', async () => {
    mkdirSync(file)
    for (const path of [file, join(folder, 'no', 'such', 'folder')]) {
      const run = await check(['--output', path])
      expect(run).toMatchObject({ code: 2, stdout: '' })
      expect(run.stderr).toMatch(
        /^nolapse-token: the output is not writable\n.* \(E[A-Z]+\)\. Nothing was sent/,
      )
      expect(run.stderr).not.toContain(path)
    }
    expect(server.requests).toEqual([])
    expect(readdirSync(folder)).toEqual(['verdict'])
  })

  test('if it can no longer be written, the verdict does not count', async () => {
    await answering(response => {
      mkdirSync(join(file, 'in-the-way'), { recursive: true })
      response.end(JSON.stringify(granted().body))
    })
    const run = await output()
    expect(run.code).toBe(2)
    expect(run.stderr).toContain('The verdict is lost')
    expect(readdirSync(folder)).toEqual(['verdict'])
  })

  test('writes to a device in place', async () => {
    const before = statSync('/dev/null')
    expect((await check(['--output', '/dev/null'])).code).toBe(0)
    expect(statSync('/dev/null')).toMatchObject({ ino: before.ino, rdev: before.rdev })
  })
})
