/** Tests the bench itself, not its times: a shared machine makes times unreliable. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { startProgress } from '../../bench/progress.ts'

const folder = mkdtempSync(join(tmpdir(), 'nolapse-peers-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const bench = (script: string, ...args: string[]) =>
  spawnSync(process.execPath, [join('bench', script), ...args], { encoding: 'utf8' })

function peer(name: string, runs: string, files: Record<string, string>): string {
  const path = join(folder, name)
  mkdirSync(path, { recursive: true })
  for (const [file, text] of Object.entries({ 'action.yml': runs, ...files }))
    writeFileSync(join(path, file), text)
  return path
}

test.each(['startup.ts', 'herd.ts'])('%s --help shows the options and measures nothing', script => {
  const { status, stdout, stderr } = bench(script, '--help')
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(stdout).toMatch(/^Usage: npm run bench/m)
  expect(stdout).toContain('--json')
})

test('the cost of a job is reported for this action and each peer: archive, unpacking, start, and their sum', () => {
  const script = peer('one/script', 'runs: {using: node20, main: main.js}', {
    'main.js': 'process.exit(3)',
    'README.md': 'Left out.',
    '.gitattributes': 'README.md export-ignore',
  })
  const composite = peer('composite', 'runs: {using: composite, steps: []}', {})
  const { status, stdout, stderr } = bench(
    'startup.ts',
    ...['--rounds', '1', '--json', '--peer', script, '--peer', composite],
  )
  expect({ status, stderr }).toEqual({ status: 0, stderr: 'rounds: 1 of 1\n' })
  const [own, first, second] = JSON.parse(stdout).job
  for (const { milliseconds } of [own, first])
    expect(milliseconds.sum).toBeCloseTo(milliseconds.unpack + milliseconds.start, 6)
  expect(own.name).toBe('nolapse/token-action')
  expect(own.bytes).toBeGreaterThan(10_000)
  expect(first).toMatchObject({ name: 'script', files: 3 })
  expect(second).toMatchObject({ name: 'composite', files: 1 })
  expect(Object.keys(second.milliseconds)).toEqual(['unpack'])
})

test('a peer without an action.yml is an error that names the folder', () => {
  mkdirSync(join(folder, 'empty'))
  writeFileSync(join(folder, 'empty', 'README.md'), '')
  const { status, stderr } = bench('startup.ts', '--rounds', '1', '--peer', join(folder, 'empty'))
  expect(status).toBe(1)
  expect(stderr).toContain(`${join(folder, 'empty')}: no action.yml`)
})

test('progress is one line that counts up on a terminal, and a line for each tenth elsewhere', () => {
  const told = (isTTY: boolean) => {
    let text = ''
    const progress = startProgress('cases', 20, {
      isTTY,
      write: (chunk: string | Uint8Array) => {
        text += String(chunk)
        return true
      },
    })
    for (let step = 0; step < 20; step++) progress.step()
    return text
  }
  expect(told(true)).toMatch(/^\rcases: 1 of 20\rcases: 2 of 20[\s\S]*\rcases: 20 of 20\n$/)
  expect(told(false).split('\n')).toHaveLength(11)
  expect(told(false)).toMatch(/^cases: 2 of 20\n[\s\S]*cases: 20 of 20\n$/)
})
