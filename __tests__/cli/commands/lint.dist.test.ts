/** `lint` as published: from dist/, in its own process. */

import { spawnSync } from 'node:child_process'
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { DIST, NODE, TOKEN } from '../../../harness/runner.ts'
import { loadLint } from '../../../src/cli/load-lint.ts'
import { runCli } from '../../support/cli.ts'
import { inFolder, WORKFLOW, workflow } from '../../support/linted.ts'

const folder = mkdtempSync(join(tmpdir(), 'lint-dist-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const linted = (files: Record<string, string>, ...args: string[]) =>
  inFolder(files, cwd => runCli({ args: ['lint', ...args], cwd }))

describe('A folder', () => {
  test('whose gate holds exits with 0 and names the check to require', async () => {
    const run = await linted({ [WORKFLOW]: workflow() }, '--strict')
    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(run.stdout.replace(/\s+/g, ' ')).toContain('if you require `coverage`')
  })

  test('whose gate does not hold exits with 5, in every format', async () => {
    const files = { [WORKFLOW]: workflow({ run: 'nolapse run || true' }) }
    expect((await linted(files)).code).toBe(5)
    const json = await linted(files, '--format', 'json')
    expect(JSON.parse(json.stdout)).toMatchObject({ holds: false, files: [WORKFLOW] })
    const sarif = await linted(files, '--format', 'sarif')
    expect(JSON.parse(sarif.stdout)).toMatchObject({ version: '2.1.0' })
    expect((await linted(files, '--format', 'github')).stdout).toMatch(
      /^::error file=\.github\/workflows\/coverage\.yml,line=/,
    )
  })

  test('without workflows is wrong usage', async () => {
    expect(await linted({})).toMatchObject({ code: 2 })
  })
})

/** The check that an example says to require: its verdict job, or its only job. */
const checkOf = (text: string): string => {
  const jobs = Object.keys(parse(text).jobs)
  return jobs.includes('verdict') ? 'verdict' : (jobs[0] as string)
}

const examples = readdirSync('examples').filter(name => {
  const text = readFileSync(join('examples', name), 'utf8')
  return name.endsWith('.yml') && !name.startsWith('gitlab-') && /^ {2}pull_request:/m.test(text)
})

test.each(examples)('examples/%s is proven with the check that it says to require', async name => {
  const path = resolve('examples', name)
  const check = checkOf(readFileSync(path, 'utf8'))
  const run = await runCli({
    args: ['lint', '--strict', '--format', 'json', '--required-check', check, path],
  })
  expect(run).toMatchObject({ code: 0, stderr: '' })
  expect(JSON.parse(run.stdout)).toMatchObject({ holds: true, findings: [] })
})

test.each(['gitlab-ci.yml', 'gitlab-template.yml'])('examples/%s has no finding', async name => {
  expect(await runCli({ args: ['lint', '--strict', resolve('examples', name)] })).toMatchObject({
    code: 0,
    stderr: '',
  })
})

test('the template for GitLab has no finding', async () => {
  expect(await runCli({ args: ['lint', resolve('templates/token-check.yml')] })).toMatchObject({
    code: 0,
    stderr: '',
  })
})

describe('The command line', () => {
  const run = (cli: string, ...args: string[]) =>
    spawnSync(NODE, [cli, ...args], { encoding: 'utf8', env: { PATH: process.env.PATH, HOME: folder } })

  test('without lint.js next to it does everything except lint, and says so', () => {
    const alone = join(folder, 'cli.js')
    copyFileSync(join(DIST, 'cli.js'), alone)
    const lint = run(alone, 'lint')
    expect(lint).toMatchObject({ status: 2, stdout: '' })
    expect(lint.stderr).toContain('needs the file lint.js in the folder of this program')
    expect(run(alone, 'check').status).toBe(5)
    expect(run(alone, 'lint', '--help').stdout).toContain('--required-check')
  })

  test('finds lint.js through a link, as npm makes one', async () => {
    const bin = join(folder, 'bin')
    mkdirSync(bin)
    symlinkSync(join(DIST, 'cli.js'), join(bin, 'nolapse-token'))
    expect(loadLint(join(bin, 'nolapse-token'))).toMatchObject({ lint: expect.any(Function) })
    expect(loadLint(join(folder, 'cli.js'))).toBeUndefined()
    const path = join(folder, 'w.yml')
    writeFileSync(path, workflow())
    expect(run(join(bin, 'nolapse-token'), 'lint', path)).toMatchObject({ status: 0, stderr: '' })
  })

  test('loads lint.js only for lint', () => {
    const file = join(folder, 'loaded.json')
    const loaded = (...args: string[]): string[] => {
      spawnSync(NODE, [join(DIST, 'cli.js'), ...args], {
        env: {
          PATH: process.env.PATH,
          LOADED: file,
          NODE_OPTIONS: `--require "${resolve('__tests__/support/loaded.cjs')}"`,
        },
      })
      return JSON.parse(readFileSync(file, 'utf8')).files.map((path: string) => path.split('/').at(-1))
    }
    expect(loaded('check')).not.toContain('lint.js')
    expect(loaded('--help')).not.toContain('lint.js')
    expect(loaded('lint', '/no/such/folder')).toContain('lint.js')
  })

  test('rejects a token among the arguments and does not echo it', () => {
    const refused = run(join(DIST, 'cli.js'), 'lint', '--required-check', TOKEN)
    expect(refused.status).toBe(2)
    expect(refused.stdout + refused.stderr).not.toContain(TOKEN.slice(0, 12))
  })
})

test('lint.js has at most 1.5 MiB, and licenses.txt names its contents', () => {
  expect(statSync(join(DIST, 'lint.js')).size).toBeLessThanOrEqual(1.5 * 1024 * 1024)
  const licenses = readFileSync(join(DIST, 'licenses.txt'), 'utf8')
  for (const name of ['unbash', 'yaml', '@actions/expressions', '@actions/workflow-parser'])
    expect(licenses).toMatch(new RegExp(`^${name} \\d`, 'm'))
})

test('--github without an answer exits with 3 and says why', async () => {
  const run = await linted({ [WORKFLOW]: workflow() }, '--github', 'acme/api')
  expect(run.code).toBe(3)
  expect(run.stderr).toMatch(/gh.*\n?.*What to do: /s)
})
