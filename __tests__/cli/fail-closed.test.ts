import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, expect, jest, test } from '@jest/globals'
import { TOKEN } from '../../harness/runner.ts'
import { startServer } from '../../harness/server.ts'
import { runCli } from '../support/cli.ts'

const folder = mkdtempSync(join(tmpdir(), 'nolapse-fail-closed-'))
afterAll(() => rmSync(folder, { recursive: true }))
afterEach(() => {
  jest.restoreAllMocks()
  process.removeAllListeners('uncaughtException')
  // The module sets a failing exit code; the tests have not failed.
  process.exitCode = undefined
})

/** The built command line, in a process that loads foreign code first. */
async function withPreload(code: string) {
  const path = join(folder, 'preload.cjs')
  writeFileSync(path, code)
  const platform = await startServer({ body: { valid: false } })
  const run = await runCli({
    args: ['check', '--api-url', platform.url],
    env: { NOLAPSE_TOKEN: TOKEN, NODE_OPTIONS: `--require ${JSON.stringify(path)}` },
  })
  await platform.close()
  return run
}

test.each([
  ['is rejected', '', 5, 'nolapse token: invalid'],
  [
    'cannot load',
    "require('module').prototype.require = () => { throw new Error(process.env.NOLAPSE_TOKEN) }",
    3,
    'could not start',
  ],
  [
    'crashes where nothing catches it',
    'setTimeout = () => { process.nextTick(() => { throw new TypeError(process.env.NOLAPSE_TOKEN) }) }',
    3,
    'internal-error',
  ],
  [
    'leaves a promise rejected',
    'setTimeout = () => { Promise.reject(new TypeError(process.env.NOLAPSE_TOKEN)) }',
    3,
    'internal-error',
  ],
  [
    'has nothing left to wait for',
    'setTimeout = () => {}; require("net").Socket.prototype.connect = function () { return this }',
    3,
    '',
  ],
])('a run that %s never exits with 1, and shows no token', async (_, code, exitCode, words) => {
  const run = await withPreload(code)
  expect(run.code).toBe(exitCode)
  expect(run.stderr).toContain(words)
  expect(run.stdout + run.stderr).not.toContain(TOKEN)
})

const crashWith = (error: Error) => (process as NodeJS.EventEmitter).emit('uncaughtException', error)

test('an uncaught error while the program loads ends the process with 3', async () => {
  let said = ''
  jest.spyOn(process.stderr, 'write').mockImplementation(text => {
    said += text
    return true
  })
  const exit = jest.spyOn(process, 'exit').mockImplementation((() => undefined) as never)
  const { crashOf } = await import('../../src/cli/fail-closed.ts')
  expect(process.exitCode).toBe(3)
  crashWith(new TypeError('a secret'))
  expect(exit).toHaveBeenCalledWith(3)
  expect(said).toContain('could not start (TypeError')
  expect(said).not.toContain('a secret')

  exit.mockClear()
  const crash = crashOf()
  crashWith(new RangeError('of the run'))
  await expect(crash).rejects.toThrow('of the run')
  expect(exit).not.toHaveBeenCalled()
})
