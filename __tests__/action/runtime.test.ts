/**
 * The built action and command line on a Node.js that is too old, as a container's PATH can bring it.
 *
 * OLD_NODES names real ones (paths, separated by colons). Without it, this Node.js claims to be an old one, and lacks
 * what old ones lack, as far as its own start does without it.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { DIST, NODE, parseOutputs, TOKEN } from '../../harness/runner.ts'

const folder = mkdtempSync(join(tmpdir(), 'nolapse-runtime-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const file = (name: string, content = '') => {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}
const preload = (version: string) =>
  file(
    `${version}.cjs`,
    `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })
    delete URL.canParse
    delete globalThis.fetch
    delete AbortSignal.any
    delete Promise.withResolvers`,
  )

const real = process.env.OLD_NODES?.split(':') ?? []
const nodes: [name: string, node: string, args: string[]][] =
  real.length > 0
    ? real.map(path => [path, path, []])
    : ['16.20.2', '18.16.1', '18.20.8'].map(version => [version, NODE, ['--require', preload(version)]])

/** Resolves to the result of an old `node`. */
function run(node: string, args: string[], env: Record<string, string>) {
  const { status, stdout, stderr } = spawnSync(node, args, {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, NOLAPSE_TOKEN: TOKEN, ...env },
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

test.each(nodes)(
  'on Node.js %s, the action is misconfigured and its outputs are written',
  (_, node, args) => {
    const output = file('output')
    const summary = file('summary')
    const { status, stdout, stderr } = run(node, [...args, join(DIST, 'index.js')], {
      GITHUB_ACTIONS: 'true',
      GITHUB_OUTPUT: output,
      GITHUB_STEP_SUMMARY: summary,
    })
    expect(status).toBe(1)
    expect(stderr).toBe('')
    expect(parseOutputs(readFileSync(output, 'utf8'))).toMatchObject({
      valid: 'false',
      reason: 'misconfigured',
    })
    expect(stdout.match(/^::error .*/gm)).toEqual([
      expect.stringMatching(
        /misconfigured::Node\.js \d+\.\d+\.\d+ is too old: Node\.js 20 or later is needed\./,
      ),
    ])
    expect(readFileSync(summary, 'utf8')).toContain('is too old')
  },
)

test.each(nodes)('on Node.js %s, check still writes its document and exits with 2', (_, node, args) => {
  const cli = [...args, join(DIST, 'cli.js')]
  const dotenv = join(folder, 'gate.env')
  expect(run(node, [...cli, 'check', '--format', 'dotenv', '--output', dotenv], {}).status).toBe(2)
  expect(readFileSync(dotenv, 'utf8')).toMatch(
    /^NOLAPSE_TOKEN_VALID=false\nNOLAPSE_TOKEN_REASON=misconfigured\n/,
  )
  const json = run(node, [...cli, 'check', '--format', 'json'], {})
  expect(json.status).toBe(2)
  expect(JSON.parse(json.stdout)).toMatchObject({ valid: false, reason: 'misconfigured' })
  expect(json.stderr).toContain('is too old')
})

test.each(nodes)(
  'on Node.js %s, every other command exits with 2 before it does anything',
  (_, node, args) => {
    for (const command of [
      ['list'],
      ['show', 'ci'],
      ['create', '--name', 'ci'],
      ['rotate', 'ci'],
      ['revoke', 'ci', '--yes'],
    ]) {
      const outcome = run(node, [...args, join(DIST, 'cli.js'), ...command], {
        NOLAPSE_SESSION_TOKEN: 'a-session',
      })
      expect(outcome.status).toBe(2)
      expect(outcome.stderr).toContain('is too old')
      expect(outcome.stdout).toBe('')
    }
  },
)
