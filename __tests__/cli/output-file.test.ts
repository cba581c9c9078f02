import { execFileSync } from 'node:child_process'
import {
  closeSync,
  constants,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { openOutput, UnwritableOutput } from '../../src/cli/output-file.ts'
import { isStandardOutput, removeEarlier } from '../../src/cli/output-place.ts'
import type { Clock } from '../../src/process/clock.ts'
import { invoke } from '../support/in-process.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nolapse-output-'))
  file = join(folder, 'verdict')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** A clock that moves only during waits, and reports each wait. */
function patience(milliseconds: number, onWait: () => void = () => undefined) {
  let now = 0
  const clock: Clock = {
    now: () => now,
    date: () => 0,
    random: () => 0,
    sleep: async wait => {
      now += wait
      onWait()
    },
  }
  return { clock, deadline: milliseconds }
}

const READ = constants.O_RDONLY | constants.O_NONBLOCK
const fifo = () => execFileSync('mkfifo', [file])
const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'written',
    error => error instanceof UnwritableOutput && error.message,
  )

test('the file of an earlier run is removed, and its permissions are kept', () => {
  writeFileSync(file, 'old', { mode: 0o640 })
  expect(removeEarlier(['check', '--output', file]).get(file)).toBe(0o100640)
  expect(statSync(file, { throwIfNoEntry: false })).toBeUndefined()
})

test('a file that could not be removed is replaced, with its permissions', async () => {
  writeFileSync(file, 'old', { mode: 0o600 })
  const write = await openOutput(file, undefined, patience(0))
  await write('new', patience(0))
  expect([readFileSync(file, 'utf8'), statSync(file).mode & 0o777]).toEqual(['new', 0o600])
})

test('a file that cannot be removed is emptied', () => {
  writeFileSync(file, 'old')
  removeEarlier(['check', `--output=${file}`], () => {
    throw new Error('EPERM')
  })
  expect(readFileSync(file, 'utf8')).toBe('')
})

test('a file that is not regular, or cannot be found, is left alone', () => {
  fifo()
  expect(removeEarlier(['check', '--output', file, '--output', join(folder, 'none'), '--output']).size).toBe(
    0,
  )
  expect(statSync(file).isFIFO()).toBe(true)
  expect(removeEarlier(['--output', '/dev/stdout', '--output=']).size).toBe(0)
})

test('a file at --output is removed for wrong usage too, but not for a command that has no such option', async () => {
  for (const [args, left] of [
    [['check', '--timeout'], false],
    [['chekc'], false],
    [['list'], true],
    [['create', '--name', 'ci', 'store'], true],
  ] as const) {
    writeFileSync(file, 'old')
    expect(await invoke([...args, '--output', file])).toMatchObject({ code: 2, stdout: '' })
    expect({ args, left: existsSync(file) }).toEqual({ args, left })
  }
})

test('standard output is recognised under several names', () => {
  for (const name of ['-', '/dev/stdout', '/dev/fd/1', '/proc/self/fd/1', '/dev/../dev/stdout'])
    expect(isStandardOutput(name)).toBe(true)
  for (const name of ['/dev/stderr', '/dev/stdin', './-', '/dev/fd/10'])
    expect(isStandardOutput(name)).toBe(false)
})

test('a link to a file that does not exist yet is followed', async () => {
  symlinkSync('real', join(folder, 'middle'))
  symlinkSync(join(folder, 'middle'), file)
  const write = await openOutput(file, undefined, patience(0))
  await write('document', patience(0))
  expect(readFileSync(join(folder, 'real'), 'utf8')).toBe('document')
})

test('circular links cannot be written', async () => {
  symlinkSync('verdict', join(folder, 'other'))
  symlinkSync('other', file)
  expect(await code(openOutput(file, undefined, patience(0)))).toBe('ELOOP')
})

test('a named pipe is written to once it has a reader, without being opened again', async () => {
  fifo()
  let reader = -1
  const ready = patience(10_000, () => {
    if (reader < 0) reader = openSync(file, READ)
  })
  const write = await openOutput(file, undefined, ready)
  await write('document', patience(0))
  const bytes = Buffer.alloc(100)
  expect(bytes.toString('utf8', 0, readSync(reader, bytes))).toBe('document')
  // The end of input, because nothing holds the pipe open any more.
  expect(readSync(reader, bytes)).toBe(0)
  closeSync(reader)
})

test('a named pipe without a reader cannot be written after the deadline', async () => {
  fifo()
  expect(await code(openOutput(file, undefined, patience(100)))).toBe('ENXIO')
})

test('a full pipe is written to once it has room, or fails at the deadline', async () => {
  fifo()
  const reader = openSync(file, constants.O_RDWR | constants.O_NONBLOCK)
  const fill = () => {
    try {
      for (;;) writeSync(reader, 'x'.repeat(4096))
    } catch {
      // It is full.
    }
  }
  fill()
  const first = await openOutput(file, undefined, patience(100))
  expect(await code(first('document', patience(100)))).toBe('EAGAIN')
  const second = await openOutput(file, undefined, patience(100))
  const room = patience(100, () => readSync(reader, Buffer.alloc(8192)))
  expect(await code(second('document', room))).toBe('written')
  closeSync(reader)
})

test('an open file is written to; a folder, and a file that is not open, cannot be', async () => {
  const open = openSync(file, 'a')
  const write = await openOutput(`/dev/fd/${open}`, undefined, patience(0))
  await write('document', patience(0))
  expect(readFileSync(file, 'utf8')).toBe('document')
  expect(await code(openOutput('/dev/fd/4242', undefined, patience(0)))).toBe('EBADF')
  expect(await code(openOutput(folder, undefined, patience(0)))).toBe('EISDIR')
})

test('a signal ends the wait for a reader', async () => {
  fifo()
  const run = invoke(['check', '--output', file], { NOLAPSE_TOKEN: 'nlp_' })
  while (process.listenerCount('SIGTERM') === 0) await new Promise(resolve => setImmediate(resolve))
  process.emit('SIGTERM', 'SIGTERM')
  expect(await run).toMatchObject({ code: 143, stdout: '' })
})
