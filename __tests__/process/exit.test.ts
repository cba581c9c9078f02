import { afterEach, expect, jest, test } from '@jest/globals'

afterEach(() => {
  jest.restoreAllMocks()
})

/** The exit code of `end` if standard output fails with the given error. */
async function ended(code: number, broken: number | undefined, failing: { late?: boolean; now?: boolean }) {
  jest.resetModules()
  const { end, surviveBrokenPipes } = await import('../../src/process/exit.ts')
  const listeners: (() => void)[] = []
  for (const name of ['stdout', 'stderr'] as const) {
    jest.spyOn(process[name], 'on').mockImplementation(((_: string, listener: () => void) => {
      listeners.push(listener)
      return process[name]
    }) as never)
    jest.spyOn(process[name], 'write').mockImplementation(((_: string, done: (error?: Error) => void) => {
      done(failing.now && name === 'stdout' ? new Error('EPIPE') : undefined)
      return true
    }) as never)
  }
  surviveBrokenPipes()
  if (failing.late) for (const tell of listeners) tell()
  let exit: number | undefined
  jest.spyOn(process, 'exit').mockImplementation(((given: number) => {
    exit = given
  }) as never)
  end(code, broken)
  return exit
}

test('a process ends with the exit code of its verdict once all output is written', async () => {
  expect(await ended(0, 3, {})).toBe(0)
  expect(await ended(1, 3, {})).toBe(1)
})

test('a success that could not be printed is a failure', async () => {
  expect(await ended(0, 3, { now: true })).toBe(3)
  expect(await ended(0, 3, { late: true })).toBe(3)
  expect(await ended(0, undefined, { now: true })).toBe(1)
})

test('a failure keeps its exit code', async () => {
  expect(await ended(2, 3, { now: true })).toBe(2)
})
