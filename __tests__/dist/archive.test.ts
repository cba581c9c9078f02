/** What a runner downloads for `uses:`, unpacked alone: small, and complete. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { archiveOf, unpack } from '../../bench/archive.ts'
import { runAction, type Setup, TOKEN } from '../../harness/runner.ts'
import { type ScriptedServer, startServer } from '../../harness/server.ts'
import { pack } from '../support/registry.ts'

const folder = mkdtempSync(join(tmpdir(), 'nolapse-download-'))
const archive = archiveOf('.')
const action = unpack(archive, folder)
const entry = join(action, 'dist', 'index.js')
const files = (readdirSync(action, { recursive: true }) as string[])
  .filter(name => statSync(join(action, name)).isFile())
  .map(name => name.replaceAll('\\', '/'))
  .toSorted()

let server: ScriptedServer
let refusing: ScriptedServer
beforeAll(async () => {
  server = await startServer()
  refusing = await startServer({ status: 200, body: { valid: false } })
  // As in a home folder with a project of its own, above a runner's.
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}')
})
afterAll(async () => {
  await Promise.all([server.close(), refusing.close()])
  rmSync(folder, { recursive: true, force: true })
})

/** Runs the unpacked action and returns which of its files were loaded. */
async function run({ env, ...setup }: Setup = {}) {
  const file = join(folder, 'loaded.json')
  const done = await runAction({
    ...setup,
    entry,
    env: { ...env, LOADED: file, NODE_OPTIONS: `--require "${resolve('__tests__/support/loaded.cjs')}"` },
  })
  const loaded: string[] = JSON.parse(readFileSync(file, 'utf8')).files
  return { ...done, loaded: loaded.map(path => relative(action, path).replaceAll('\\', '/')) }
}

test('a runner downloads at most 60 kB and 12 files', () => {
  expect(archive.length).toBeLessThanOrEqual(60_000)
  expect(files.length).toBeLessThanOrEqual(12)
})

test('the archive has the action, its licences, and nothing for people or other tools', () => {
  const built = readdirSync('dist').filter(name => name === 'index.js' || /^\d+\.index\.js$/.test(name))
  const own = existsSync('run')
    ? (readdirSync('run', { recursive: true }) as string[]).map(name => `run/${name}`)
    : []
  expect(files).toEqual(
    [
      'LICENSE',
      'action.yml',
      'package.json',
      'dist/licenses.txt',
      ...built.map(name => `dist/${name}`),
      ...own,
    ]
      .filter(name => statSync(name).isFile())
      .toSorted(),
  )
})

test('unpacked on its own, even inside an ES module package, the action works as in a clone', async () => {
  const missing = await run({ event: { pull_request: { head: { repo: { fork: true } } } } })
  expect(missing).toMatchObject({ code: 1, stderr: '', outputs: { reason: 'missing' } })
  expect(missing.stdout).toContain('Likely causes:')
  expect(missing.summary).toContain('<code>missing</code>')

  const refused = await run({ inputs: { 'api-url': refusing.url }, env: { NOLAPSE_TOKEN: TOKEN } })
  expect(refused).toMatchObject({ code: 1, stderr: '', outputs: { reason: 'invalid' } })
  expect(refused.summary).toContain('<code>invalid</code>')

  const valid = await run({ inputs: { 'api-url': server.url }, env: { NOLAPSE_TOKEN: TOKEN } })
  expect(valid).toMatchObject({ code: 0, stderr: '', outputs: { valid: 'true' } })
  const proxied = await run({
    inputs: { 'api-url': 'http://nolapse.example', 'allow-insecure-http': 'true', 'timeout-seconds': '1' },
    env: { NOLAPSE_TOKEN: TOKEN, http_proxy: 'http://127.0.0.1:1' },
  })
  expect(proxied).toMatchObject({ code: 1, stderr: '', outputs: { reason: 'unavailable' } })

  const unreachable = await run({
    inputs: { 'api-url': 'http://127.0.0.1:1', 'timeout-seconds': '2' },
    env: { NOLAPSE_TOKEN: TOKEN },
  })
  expect(unreachable).toMatchObject({ code: 1, stderr: '', outputs: { reason: 'unavailable' } })
  expect(unreachable.stdout).toContain('Attempt 1: ')

  const used = new Set([missing, refused, valid, proxied, unreachable].flatMap(({ loaded }) => loaded))
  expect([...used].toSorted()).toEqual(files.filter(name => /^dist\/.*\.js$/.test(name)))
})

test('every file that the action definitions name is in the archive', () => {
  const definitions = files.filter(name => /(^|\/)action\.yml$/.test(name))
  expect(definitions).toContain('action.yml')
  for (const name of definitions) {
    const text = readFileSync(join(action, name), 'utf8')
    const named = [
      ...text.matchAll(/^ {2}(?:main|pre|post): *(\S+)$/gm),
      ...text.matchAll(/\$\{\{ *github\.action_path *\}\}\/([\w./-]+)|\$GITHUB_ACTION_PATH\/([\w./-]+)/g),
    ].map(([, first, second]) => join(name, '..', (first ?? second) as string))
    expect(named.filter(path => !existsSync(join(action, path)))).toEqual([])
  }
})

test('the package for npm is not made from the archive: it has the command line', () => {
  expect(files).not.toContain('dist/cli.js')
  expect(pack(folder).files).toContain('dist/cli.js')
})

test('a clone has every file, which Forgejo, Gitea and pre-commit need', () => {
  const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8', stdio: 'pipe' })
  const clone = join(folder, 'clone')
  git('clone', '--quiet', '.', clone)
  const tracked = git('ls-tree', '-r', '--name-only', '-z', 'HEAD').split('\0').filter(Boolean)
  expect(tracked.filter(name => !existsSync(join(clone, name)))).toEqual([])
  expect(tracked).toEqual(expect.arrayContaining(['dist/cli.js', 'README.md', 'src/package.json']))
})
