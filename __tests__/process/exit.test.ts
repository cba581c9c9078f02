import { afterEach, expect, jest, test } from '@jest/globals'

afterEach(() => {
  jest.restoreAllMocks()
})

/** The exit code of `end` if standard output fails with the given error. */
async function ended(code: number, broken: number | undefined, failing: { late?: boolean; now?: boolean }) {
  jest.resetModules()
  const { end, surviveBrokenPipes } = await import('../../src/process/exit.ts')
  const listeners: ((error: Error) => void)[] = []
  for (const name of ['stdout', 'stderr'] as const) {
    jest.spyOn(process[name], 'on').mockImplementation(((_: string, listener: (error: Error) => void) => {
      listeners.push(listener)
      return process[name]
    }) as never)
    jest.spyOn(process[name], 'write').mockImplementation(((_: string, done: (error?: Error) => void) => {
      done(failing.now && name === 'stdout' ? new Error('EPIPE') : undefined)
      return true
    }) as never)
  }
  surviveBrokenPipes()
  if (failing.late) for (const tell of listeners) tell(new Error('EPIPE'))
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

test('a result that could not be written is told, with the reason', async () => {
  jest.spyOn(process.stdout, 'write').mockImplementation(((_: string, done: (error: Error) => void) => {
    done(Object.assign(new Error('full'), { code: 'ENOSPC' }))
    return true
  }) as never)
  jest.spyOn(process, 'exit').mockImplementation((() => undefined) as never)
  jest.resetModules()
  const { end, ignoreBrokenOutput } = await import('../../src/process/exit.ts')
  const told: unknown[] = []
  end(0, 3, ({ code }) => told.push(code))
  expect(told).toEqual(['ENOSPC'])
  ignoreBrokenOutput()
  end(0, 3, ({ code }) => told.push(code))
  expect(told).toEqual(['ENOSPC'])
})

test('a failure keeps its exit code', async () => {
  expect(await ended(2, 3, { now: true })).toBe(2)
})
