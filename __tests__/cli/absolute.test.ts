/** A working folder that is removed while a process is in it, as a job's clean-up or `git worktree remove` can do. */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { DIST, NODE, TOKEN } from '../../harness/runner.ts'
import { absolute } from '../../src/cli/absolute.ts'
import { commandLinesFor } from '../../src/cli/command-lines.ts'
import { readSettings, type Settings } from '../../src/gate/settings.ts'
import { type Bench, STORE, startBench } from '../support/bench.ts'

let bench: Bench
beforeEach(async () => {
  bench = await startBench()
})
afterEach(() => bench.close())

/** Runs the built command line in a folder that is gone. */
async function inRemovedFolder(...args: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'nolapse-removed-'))
  const script = 'rmdir "$PWD"; exec "$0" "$@"'
  const env = {
    PATH: process.env.PATH,
    NOLAPSE_API_URL: bench.relay.url,
    NOLAPSE_SESSION_TOKEN: bench.platform.session,
    NOLAPSE_TOKEN: TOKEN,
    STORE: join(bench.folder, 'store'),
  }
  const command = ['-c', script, NODE, join(DIST, 'cli.js'), ...args]
  const run = promisify(execFile)('/bin/sh', command, { cwd: folder, env })
  return run.then(
    streams => ({ code: 0, ...streams }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  )
}

test('in a removed folder, check cannot write a relative file, and says so', async () => {
  const run = await inRemovedFolder('check', '--output', 'verdict')
  expect(run).toMatchObject({ code: 2, stdout: '' })
  expect(run.stderr).toContain('the output is not writable')
  expect(bench.relay.calls).toEqual([])
})

test('in a removed folder, a token is created and handed to a command on the PATH', async () => {
  const run = await inRemovedFolder('create', '--name', 'ci', ...STORE)
  expect(run).toMatchObject({ code: 0 })
  expect(Object.values(await bench.statuses())).toEqual(['active'])
})

test('in a removed folder, a command with a relative path cannot be found', async () => {
  const run = await inRemovedFolder('create', '--name', 'ci', '--', './store')
  expect(run).toMatchObject({ code: 2, stdout: '' })
  expect(run.stderr).toContain('The command ./store cannot be found')
  expect(await bench.statuses()).toEqual({})
})

test('without a working folder, paths stay as they are, and command lines name the whole path', () => {
  const before = process.cwd()
  const { argv } = process
  process.argv = ['node', join(before, 'dist', 'cli.js')]
  const lines = () => commandLinesFor({}, readSettings({}) as Settings)
  expect(absolute('verdict')).toBe(resolve('verdict'))
  expect(lines().list).toContain(' dist/cli.js list')
  const folder = mkdtempSync(join(tmpdir(), 'nolapse-removed-'))
  process.chdir(folder)
  rmSync(folder, { recursive: true })
  try {
    expect(absolute('verdict')).toBe('verdict')
    expect(lines().list).toContain(`${join(before, 'dist', 'cli.js')} list`)
  } finally {
    process.chdir(before)
    process.argv = argv
  }
})
