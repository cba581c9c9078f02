import { chmodSync, closeSync, openSync, writeFileSync } from 'node:fs'
import { devNull } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { recipientOf } from '../../../src/cli/issuing/recipient.ts'
import { run } from '../../../src/cli/program.ts'
import { type Bench, startBench } from '../../support/bench.ts'

let bench: Bench
beforeEach(async () => {
  bench = await startBench()
  // The tests' own standard output may be the null device, which no value is printed to.
  jest.replaceProperty(process.stdout, 'fd', 2 as 1)
})
afterEach(() => {
  jest.restoreAllMocks()
  return bench.close()
})

test('a Windows batch file is rejected if an argument could not be passed on', () => {
  const folder = bench.folder
  writeFileSync(join(folder, 'az.cmd'), '')
  chmodSync(join(folder, 'az.cmd'), 0o755)
  const here = process.platform
  Object.defineProperty(process, 'platform', { value: 'win32' })
  jest.replaceProperty(process, 'env', { PATH: folder })
  try {
    expect(() => recipientOf(['az', 'set', '100%'], false, {})).toThrow('is a batch file')
    expect(recipientOf(['az', 'set', '100'], false, {})).toBeInstanceOf(Function)
  } finally {
    Object.defineProperty(process, 'platform', { value: here })
    jest.restoreAllMocks()
  }
})

test('no value is printed to the null device, where no one would get it', () => {
  const nowhere = openSync(devNull, 'w')
  jest.replaceProperty(process.stdout, 'fd', nowhere as 1)
  try {
    expect(() => recipientOf([], false, { print: true })).toThrow('no one would get the value')
  } finally {
    closeSync(nowhere)
  }
})

test('a token that cannot be printed is revoked', async () => {
  let said = ''
  jest.spyOn(process.stderr, 'write').mockImplementation(text => {
    said += text
    return true
  })
  jest.spyOn(process.stdout, 'write').mockImplementation((_, done) => {
    ;(done as unknown as (error: Error) => void)(Object.assign(new Error('broken'), { code: 'EPIPE' }))
    return true
  })
  process.env.NOLAPSE_SESSION_TOKEN = bench.platform.session
  try {
    const args = ['create', '--name', 'ci', '--print', '--api-url', bench.relay.url]
    expect(await run(args, new Promise(() => undefined))).toBe(3)
  } finally {
    jest.restoreAllMocks()
    delete process.env.NOLAPSE_SESSION_TOKEN
  }
  expect(said).toContain('(EPIPE)')
  expect(said).toContain('was revoked')
  expect(Object.values(await bench.statuses())).toEqual(['revoked'])
})

test('a signal while the value is printed names the token', async () => {
  jest.spyOn(process.stderr, 'write').mockImplementation(() => true)
  jest.spyOn(process.stdout, 'write').mockImplementation(() => {
    process.emit('SIGTERM', 'SIGTERM')
    return true
  })
  process.env.NOLAPSE_SESSION_TOKEN = bench.platform.session
  try {
    const args = ['create', '--name', 'ci', '--print', '--api-url', bench.relay.url]
    expect(await run(args, new Promise(() => undefined))).toBe(143)
  } finally {
    jest.restoreAllMocks()
    delete process.env.NOLAPSE_SESSION_TOKEN
  }
  expect(Object.values(await bench.statuses())).toEqual(['active'])
})
