import { spawnSync } from 'node:child_process'
import { closeSync, readdirSync, readSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { expect, test } from '@jest/globals'
import { borrowPipe, namePipe, openPipe } from '../../../src/cli/issuing/pipe.ts'

const LINUX = process.platform === 'linux'

test.each([
  ['a pipe borrowed from a shell', borrowPipe, LINUX],
  ['a named pipe', namePipe, process.platform !== 'win32'],
])('%s holds a value and the end of input before it is read', async (_, open, here) => {
  if (!here) return
  const pipe = await open()
  writeSync(pipe.write, 'a value')
  closeSync(pipe.write)
  const run = spawnSync('cat', { stdio: [pipe.read, 'pipe', 'pipe'] })
  expect(String(run.stdout)).toBe('a value')
  expect(readSync(pipe.look, Buffer.alloc(10))).toBe(0)
  for (const end of [pipe.read, pipe.look]) closeSync(end)
})

test('unread bytes stay in the pipe', async () => {
  const pipe = await openPipe()
  if (!pipe) return
  writeSync(pipe.write, 'a value')
  closeSync(pipe.write)
  spawnSync('true', { stdio: [pipe.read, 'pipe', 'pipe'] })
  expect(readSync(pipe.look, Buffer.alloc(10))).toBe(7)
  for (const end of [pipe.read, pipe.look]) closeSync(end)
})

test.each([
  ['a borrowed pipe', borrowPipe, LINUX],
  ['a named pipe', namePipe, process.platform !== 'win32'],
])('checking %s does not wait, even if something could still write to it', async (_, open, here) => {
  if (!here) return
  const pipe = await open()
  expect(() => readSync(pipe.look, Buffer.alloc(10))).toThrow('EAGAIN')
  for (const end of Object.values(pipe)) closeSync(end)
})

test('a borrowed pipe can be opened as /dev/stdin, which some secret stores need', async () => {
  if (!LINUX) return
  const pipe = await borrowPipe()
  writeSync(pipe.write, 'a value')
  closeSync(pipe.write)
  expect(String(spawnSync('cat', ['/dev/stdin'], { stdio: [pipe.read, 'pipe', 'pipe'] }).stdout)).toBe(
    'a value',
  )
  for (const end of [pipe.read, pipe.look]) closeSync(end)
})

test('a named pipe leaves no name behind', async () => {
  const before = readdirSync(tmpdir()).filter(name => name.startsWith('nolapse-token-'))
  const pipe = await namePipe()
  for (const end of Object.values(pipe)) closeSync(end)
  expect(readdirSync(tmpdir()).filter(name => name.startsWith('nolapse-token-'))).toEqual(before)
})

test('if one kind of pipe does not work, the next is tried; if none works, there is no pipe', async () => {
  const PIPE = { read: 1, look: 2, write: 3 }
  const fails = () => Promise.reject(new Error('not here'))
  expect(await openPipe([fails, async () => ({ ...PIPE })])).toEqual(PIPE)
  expect(await openPipe([fails])).toBeUndefined()
})
