import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { Interrupted, Interruption } from '../../src/process/interruption.ts'

let interruption: Interruption
beforeEach(() => {
  interruption = new Interruption()
})
afterEach(() => interruption.stopListening())

const signal = (name: NodeJS.Signals) => process.emit(name, name)
const never = () => new Promise<never>(() => undefined)

test('without a signal, a step runs as usual', async () => {
  expect(await interruption.during(async () => 7)).toBe(7)
  await expect(interruption.during(() => Promise.reject(new Error('of its own')))).rejects.toThrow(
    'of its own',
  )
  expect(interruption.interrupted).toBeUndefined()
})

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)('%s ends a step, as exit code %i', async (name, exitCode) => {
  const step = interruption.during(never)
  signal(name)
  const error = await step.catch(reason => reason)
  expect(error).toBeInstanceOf(Interrupted)
  expect(error).toMatchObject({ signal: name, exitCode })
  expect(interruption.interrupted).toBe(error)
})

test('the first signal counts', () => {
  signal('SIGTERM')
  signal('SIGINT')
  expect(interruption.interrupted?.signal).toBe('SIGTERM')
})

test('after a signal, no step starts', async () => {
  signal('SIGINT')
  let begun = false
  const step = interruption.during(async () => {
    begun = true
  })
  await expect(step).rejects.toBeInstanceOf(Interrupted)
  expect(begun).toBe(false)
})

test('the result of a step that ends during the wait counts', async () => {
  let finish: (value: string) => void = () => undefined
  const heard: string[] = []
  const step = interruption.during(
    () =>
      new Promise<string>(resolve => {
        finish = resolve
      }),
    60_000,
    name => heard.push(name),
  )
  signal('SIGTERM')
  finish('done')
  expect(await step).toBe('done')
  expect(heard).toEqual(['SIGTERM'])
})

test('required work after a signal is finished, however long it takes', async () => {
  signal('SIGINT')
  expect(await interruption.bound(async () => 7, 60_000)).toBe(7)
  await expect(interruption.bound(never, 0)).rejects.toBeInstanceOf(Interrupted)
})

test('a signal ends a sleep', async () => {
  const sleep = interruption.clock.sleep(60_000)
  signal('SIGTERM')
  await expect(sleep).rejects.toBeInstanceOf(Interrupted)
  await expect(interruption.clock.sleep(0)).rejects.toBeInstanceOf(Interrupted)
})

test('a parent that has ended counts as a hang-up, at the next step and during a wait', async () => {
  let ended = false
  const below = new Interruption(() => ended)
  below.check()
  const step = below.during(never)
  ended = true
  await expect(step).rejects.toMatchObject({ signal: 'SIGHUP', exitCode: 129 })
  below.stopListening()

  const another = new Interruption(() => true)
  expect(() => another.check()).toThrow('SIGHUP')
  expect(another.interrupted?.signal).toBe('SIGHUP')
  another.stopListening()
})

test('a run that ignores hang-ups continues after SIGHUP and ends at any other signal', () => {
  const deaf = new Interruption(false)
  signal('SIGHUP')
  deaf.check()
  signal('SIGTERM')
  expect(deaf.interrupted?.signal).toBe('SIGTERM')
  deaf.stopListening()
})

test('a pending signal is handled before a step that cannot be undone', async () => {
  setImmediate(() => signal('SIGHUP'))
  await expect(interruption.hear()).rejects.toBeInstanceOf(Interrupted)
})

test('the clock sleeps', async () => {
  await interruption.clock.sleep(1)
})

test('after a run, signals end the process again', () => {
  const before = process.listenerCount('SIGTERM')
  interruption.stopListening()
  expect(process.listenerCount('SIGTERM')).toBe(before - 1)
})
