import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { parseOutputs, TOKEN } from '../../harness/runner.ts'
import { startServer } from '../../harness/server.ts'

/**
 * The entry decides how the process ends, so the process is a double here: its exit is recorded, not performed.
 * action/exit.test.ts tests the same with a real process.
 */
const environment = { ...process.env }
const before = process.exitCode
let folder: string
let broken = false
let lost = false
let ended: Promise<number>

/** Settles at the next exit of the process. */
const end = () =>
  new Promise<number>(resolve => {
    jest.spyOn(process, 'exit').mockImplementation(code => resolve(Number(code)) as never)
  })

beforeEach(() => {
  jest.resetModules()
  folder = mkdtempSync(join(tmpdir(), 'nolapse-index-'))
  writeFileSync(join(folder, 'output'), '')
  writeFileSync(join(folder, 'summary'), '')
  broken = lost = false
  Object.assign(process.env, {
    GITHUB_OUTPUT: join(folder, 'output'),
    GITHUB_STEP_SUMMARY: join(folder, 'summary'),
    NOLAPSE_TOKEN: 'not a token',
  })
  ended = end()
  jest.spyOn(process.stdout, 'write').mockImplementation(((chunk: string, done?: unknown) => {
    if (broken && chunk !== '') throw new Error('broken')
    if (typeof done === 'function') done(lost ? new Error('lost') : undefined)
    return true
  }) as typeof process.stdout.write)
})
afterEach(() => {
  jest.restoreAllMocks()
  process.removeAllListeners('uncaughtException')
  process.stdout.removeAllListeners('error')
  process.env = { ...environment }
  process.exitCode = before
  rmSync(folder, { recursive: true, force: true })
})

const reason = () => parseOutputs(readFileSync(join(folder, 'output'), 'utf8')).reason

test('the process counts as failed from its first line and ends with the exit code of the action', async () => {
  process.env.INPUT_TOLERATE = 'missing'
  process.env.NOLAPSE_TOKEN = ''
  await import('../../src/action/index.ts')
  expect(process.exitCode).toBe(1)
  expect(await ended).toBe(0)
  expect(reason()).toBe('missing')
})

test('a verdict that cannot be printed fails the step', async () => {
  process.env.INPUT_TOLERATE = 'missing'
  process.env.NOLAPSE_TOKEN = ''
  lost = true
  await import('../../src/action/index.ts')
  expect(await ended).toBe(1)
})

test('if not even a defect can be reported, the step fails', async () => {
  broken = true
  await import('../../src/action/index.ts')
  expect(await ended).toBe(1)
})

test('if standard output breaks, the step fails', async () => {
  process.env.INPUT_TOLERATE = 'missing'
  process.env.NOLAPSE_TOKEN = ''
  await import('../../src/action/index.ts')
  process.stdout.emit('error', new Error('EPIPE'))
  expect(await ended).toBe(1)
  // Here the process has not really ended, so the action runs to its end.
  expect(await end()).toBe(0)
})

test('an uncaught error is reported as a defect, even while a request is running', async () => {
  let answer = () => {}
  const platform = await startServer(response => {
    answer = () => response.writeHead(401).end('{"error":"invalid token"}')
    process.emit('uncaughtException', new Error('from nowhere'))
  })
  process.env['INPUT_API-URL'] = platform.url
  process.env.NOLAPSE_TOKEN = TOKEN
  await import('../../src/action/index.ts')
  expect(await ended).toBe(1)
  expect(reason()).toBe('internal-error')
  // Here the process has not really ended, so the platform's answer still arrives, but too late.
  answer()
  await platform.close()
  expect(reason()).toBe('internal-error')
})
