import { afterEach, expect, jest, test } from '@jest/globals'

const argv = process.argv
afterEach(() => {
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
    jest.spyOn(process[name], 'write').mockImplementation(((_: string, done?: () => void) => {
      done?.()
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

test('the process has failed until a command says otherwise', async () => {
  await main('--version')
  expect(process.exitCode).toBe(3)
})
