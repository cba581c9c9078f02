/** What the machine, the runner or a person can do to the process itself. */
import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { DIST, NODE, TOKEN } from '../../harness/runner.ts'
import {
  bench,
  check,
  expectPassed,
  expectQuiet,
  GRANTED,
  grant,
  HANG,
  partsOf,
  response,
  runBounded,
  send,
  sendAndClose,
  silence,
} from '../support/faults.ts'

const folder = mkdtempSync(join(tmpdir(), 'nolapse-faults-'))
const onLinux = process.platform === 'linux' ? test.concurrent : test.skip
const underUnix = process.platform === 'win32' ? test.skip : test.concurrent

describe('if outputs cannot be written, the step fails before the token is sent', () => {
  const readOnly = join(folder, 'read-only')
  writeFileSync(readOnly, '')
  chmodSync(readOnly, 0o444)
  const root = process.getuid?.() === 0
  const targets: [name: string, path: string | undefined][] = [
    ['GITHUB_OUTPUT is not set', undefined],
    ['GITHUB_OUTPUT is empty', ''],
    ['the file is not there', join(folder, 'nowhere', 'output')],
    ['it is a folder', folder],
    ...(existsSync('/dev/full') ? [['the disk is full', '/dev/full'] as [string, string]] : []),
    ...(root ? [] : [['the file is read-only', readOnly] as [string, string]]),
  ]
  test.concurrent.each(targets)('%s', async (_name, path) => {
    const peer = await bench(grant)
    const run = await check(peer.http, {}, { GITHUB_OUTPUT: path })
    await peer.close()
    expectQuiet(run)
    expect(run.code).toBe(1)
    expect(run.stdout).toContain('outputs cannot be written')
    expect(run.stdout).not.toContain('set-output')
    expect(peer.connections()).toBe(0)
  })
})

/** The action by a shell that bends what the process gets. `script` starts it as "$@"; not every shell hands on INPUT_API-URL. */
function inShell(script: string, url: string, env: Record<string, string> = {}) {
  const output = join(mkdtempSync(join(folder, 'run-')), 'output')
  writeFileSync(output, '')
  const child = spawn(
    'sh',
    ['-c', script, 'sh', 'env', `INPUT_API-URL=${url}`, NODE, join(DIST, 'index.js')],
    {
      env: { PATH: process.env.PATH, GITHUB_OUTPUT: output, NOLAPSE_TOKEN: TOKEN, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  const guard = setTimeout(() => child.kill('SIGKILL'), HANG)
  let printed = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', text => {
      printed += text
    })
  return new Promise<{ code: number | null; printed: string; outputs: string }>(resolve =>
    child.on('close', code => {
      clearTimeout(guard)
      resolve({ code, printed, outputs: readFileSync(output, 'utf8') })
    }),
  )
}

describe('if something cannot be written', () => {
  onLinux('a full disk behind the summary costs the summary, not the verdict', async () => {
    const peer = await bench([grant, sendAndClose(response(401, '{"error":"no"}'))])
    const passed = await check(peer.http, {}, { GITHUB_STEP_SUMMARY: '/dev/full' })
    const refused = await check(peer.http, {}, { GITHUB_STEP_SUMMARY: '/dev/full' })
    await peer.close()
    expectPassed(passed)
    expectQuiet(refused)
    expect({ code: refused.code, reason: refused.outputs.reason }).toEqual({ code: 1, reason: 'invalid' })
  })

  onLinux('a disk that fills up while outputs are written fails the step, and valid is not set', async () => {
    const peer = await bench(grant)
    const output = join(folder, 'nearly-full')
    // One block of 512 bytes is the most that a file may have: room for the first output only.
    writeFileSync(output, `${'#'.repeat(411)}\n`)
    const { code, printed } = await inShell('ulimit -f 1; exec "$@"', peer.http, { GITHUB_OUTPUT: output })
    await peer.close()
    expect(code).not.toBe(0)
    expect(peer.connections()).toBe(1)
    expect(readFileSync(output, 'utf8')).not.toMatch(/valid<<.*\ntrue/)
    expect(partsOf(TOKEN, printed.replace(/^::add-mask::.*$/gm, ''))).toEqual([])
  })

  onLinux('a standard output that is full fails the step, though the token is valid', async () => {
    const peer = await bench(grant)
    const { code, printed } = await inShell('exec "$@" > /dev/full', peer.http)
    await peer.close()
    expect(code).toBe(1)
    expect(printed).toBe('')
  })

  underUnix('without any standard streams the verdict is the same', async () => {
    const peer = await bench([grant, sendAndClose(response(401, '{"error":"no"}'))])
    const closed = 'exec "$@" <&- >&- 2>&-'
    const passed = await inShell(closed, peer.http)
    const refused = await inShell(closed, peer.http)
    await peer.close()
    expect(passed).toMatchObject({ code: 0, outputs: expect.stringContaining('true') })
    expect(refused).toMatchObject({ code: 1, outputs: expect.stringContaining('invalid') })
  })

  test.concurrent('a closed standard output fails the step', async () => {
    const peer = await bench(silence)
    const run = await runBounded(
      { inputs: { 'api-url': peer.http, 'timeout-seconds': '1' }, env: { NOLAPSE_TOKEN: TOKEN } },
      child => child.stdout?.destroy(),
    )
    await peer.close()
    expect(run.code).toBe(1)
    expect(run.outputs.valid).not.toBe('true')
  })
})

describe('a cancelled run ends at once and does not pass', () => {
  const waits: [name: string, script: Parameters<typeof bench>[0]][] = [
    ['for an answer', silence],
    ['for the rest of an answer', send(response(200, GRANTED.slice(0, 20), ['Content-Length: 500']))],
    ['for the next attempt', sendAndClose(response(503, '', ['Retry-After: 60']))],
  ]
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'] as const)
    test.concurrent.each(process.platform === 'win32' ? [] : waits)(
      `${signal} while it waits %s`,
      async (name, script) => {
        const peer = await bench(async one => {
          ;(script as (one: unknown) => unknown)(one)
          await one.request
          if (name !== 'for the next attempt') stop()
        })
        let stop = () => undefined as unknown
        // The peer can't see that the wait has begun, but its log line can.
        const run = await runBounded(
          { inputs: { 'api-url': peer.http, 'timeout-seconds': '600' }, env: { NOLAPSE_TOKEN: TOKEN } },
          child => {
            stop = () => child.kill(signal)
            child.stdout?.on('data', text => String(text).includes('Next attempt in') && stop())
          },
        )
        await peer.close()
        expect({ code: run.code, signal: run.signal }).toEqual({ code: null, signal })
        expect(run.outputs.valid).not.toBe('true')
        expect(partsOf(TOKEN, run.traces)).toEqual([])
        expect(peer.connections()).toBe(1)
      },
    )
})

describe('once there is a verdict, nothing keeps the process alive', () => {
  test.concurrent('not a peer that keeps its connection open and goes on sending', async () => {
    const peer = await bench(async one => {
      await one.request
      one.socket.write(response(200, GRANTED, ['Connection: keep-alive', 'Keep-Alive: timeout=600']))
      const timer = setInterval(() => one.socket.write('x'), 50)
      one.socket.on('close', () => clearInterval(timer))
    })
    const run = await check(peer.http, { 'timeout-seconds': '600' })
    await peer.close()
    expectPassed(run)
    expect(peer.connections()).toBe(1)
  })
})

test.concurrent('a process that ends without a verdict fails', async () => {
  const peer = await bench(silence)
  const strayed = join(folder, 'strayed.cjs')
  // No timer, no socket holds this process: the event loop runs empty in mid-run.
  writeFileSync(
    strayed,
    'const {setTimeout: later} = globalThis\nglobalThis.setTimeout = (...a) => later(...a).unref()\nrequire("net").Socket.prototype.connect = function () { return this.unref() }\n',
  )
  const run = await runBounded({
    inputs: { 'api-url': peer.http },
    env: { NOLAPSE_TOKEN: TOKEN, NODE_OPTIONS: `--require ${strayed}` },
  })
  await peer.close()
  expect(run.code).toBe(1)
  expect(run.outputs.valid).not.toBe('true')
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))
