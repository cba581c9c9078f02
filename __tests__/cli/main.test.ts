import { afterEach, expect, jest, test } from '@jest/globals'

const argv = process.argv
let said = ''
/** Why standard output cannot be written. */
let failure: Error | undefined
afterEach(() => {
  said = ''
  failure = undefined
  jest.restoreAllMocks()
  process.argv = argv
  process.removeAllListeners('uncaughtException')
  // The entry sets a failing exit code first; the tests have not failed.
  process.exitCode = undefined
})

/** Imports the entry, as Node does, and waits for the exit code that it ends with. */
async function main(...args: string[]): Promise<number> {
  jest.resetModules()
  process.argv = ['node', 'cli.js', ...args]
  for (const name of ['stdout', 'stderr'] as const)
    jest.spyOn(process[name], 'write').mockImplementation(((text: string, done?: (error?: Error) => void) => {
      if (name === 'stderr') said += text
      done?.(name === 'stdout' ? failure : undefined)
      return true
    }) as never)
  return new Promise(resolve => {
    jest.spyOn(process, 'exit').mockImplementation(((code: number) => resolve(code)) as never)
    import('../../src/cli/main.ts')
  })
}

test('the entry ends the process with the exit code of the command', async () => {
  expect(await main('--version')).toBe(0)
  expect(await main('--versoin')).toBe(2)
})

test('a result that cannot be written is a failure, and a message says why', async () => {
  failure = Object.assign(new Error('full'), { code: 'ENOSPC' })
  expect(await main('--version')).toBe(3)
  expect(said).toContain('the result is lost\nStandard output could not be written (ENOSPC).')
})

test('a reader that has closed the pipe gets no message', async () => {
  failure = Object.assign(new Error('closed'), { code: 'EPIPE' })
  expect(await main('--version')).toBe(3)
  expect(said).toBe('')
})

test('the process has failed until a command says otherwise', async () => {
  await main('--version')
  expect(process.exitCode).toBe(3)
})
