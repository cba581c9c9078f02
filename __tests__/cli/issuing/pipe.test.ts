import { spawnSync } from 'node:child_process'
import { closeSync, readdirSync, readSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { expect, test } from '@jest/globals'
import { borrowPipe, namePipe, openPipe } from '../../../src/cli/issuing/pipe.ts'

const LINUX = process.platform === 'linux'

test.each([
  ['a pipe borrowed from a shell', borrowPipe, LINUX],
  ['a named pipe', namePipe, process.platform !== 'win32'],
])('%s holds a value and the end of input before anybody reads', async (_, open, here) => {
  if (!here) return
  const pipe = await open()
  writeSync(pipe.write, 'a value')
  closeSync(pipe.write)
  const run = spawnSync('cat', { stdio: [pipe.read, 'pipe', 'pipe'] })
  expect(String(run.stdout)).toBe('a value')
  expect(readSync(pipe.read, Buffer.alloc(10))).toBe(0)
  closeSync(pipe.read)
})

test('what is not read stays in it', async () => {
  const pipe = await openPipe()
  if (!pipe) return
  writeSync(pipe.write, 'a value')
  closeSync(pipe.write)
  spawnSync('true', { stdio: [pipe.read, 'pipe', 'pipe'] })
  expect(readSync(pipe.read, Buffer.alloc(10))).toBe(7)
  closeSync(pipe.read)
})

test('a borrowed pipe can be opened as /dev/stdin, as some stores are told to read', async () => {
  if (!LINUX) return
  const pipe = await borrowPipe()
  writeSync(pipe.write, 'a value')
  closeSync(pipe.write)
  expect(String(spawnSync('cat', ['/dev/stdin'], { stdio: [pipe.read, 'pipe', 'pipe'] }).stdout)).toBe(
    'a value',
  )
  closeSync(pipe.read)
})

test('a named pipe leaves no name behind', async () => {
  const before = readdirSync(tmpdir()).filter(name => name.startsWith('nolapse-token-'))
  const pipe = await namePipe()
  closeSync(pipe.read)
  closeSync(pipe.write)
  expect(readdirSync(tmpdir()).filter(name => name.startsWith('nolapse-token-'))).toEqual(before)
})

test('where one way does not work the next is tried, and where none does there is none', async () => {
  const fails = () => Promise.reject(new Error('not here'))
  expect(await openPipe([fails, async () => ({ read: 1, write: 2 })])).toEqual({ read: 1, write: 2 })
  expect(await openPipe([fails])).toBeUndefined()
})
