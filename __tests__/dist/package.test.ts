/** The package as it would be published, on a machine without any part of it. */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { TOKEN } from '../../harness/runner.ts'
import { pack } from '../support/registry.ts'

const folder = mkdtempSync(join(tmpdir(), 'nolapse-package-'))
const project = join(folder, 'project')
const manifest = JSON.parse(readFileSync('package.json', 'utf8'))

/** No cache, no configuration, and no registry that could answer. */
const env = {
  PATH: process.env.PATH,
  HOME: folder,
  npm_config_cache: join(folder, 'cache'),
  npm_config_offline: 'true',
  npm_config_registry: 'http://127.0.0.1:1/',
  npm_config_update_notifier: 'false',
}

let packed: ReturnType<typeof pack>
beforeAll(() => {
  mkdirSync(project)
  packed = pack(folder)
  execFileSync('npm', ['install', packed.tarball], { cwd: project, env, stdio: 'pipe' })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('contains what `files` names and what npm always adds', () => {
  const always = ['LICENSE', 'README.md', 'package.json']
  expect(packed.files.toSorted()).toEqual([...always, ...manifest.files].toSorted())
})

test('has one command, no dependencies and no install script, and supports Node 20', () => {
  expect(manifest.bin).toEqual({ 'nolapse-token': 'dist/cli.js' })
  expect(manifest.engines).toEqual({ node: '>=20' })
  expect(Object.keys(manifest)).not.toContain('dependencies')
  expect(Object.keys(manifest)).not.toContain('optionalDependencies')
  expect(Object.keys(manifest.scripts).filter(name => /install|prepare|prepublish/.test(name))).toEqual([])
})

test('installs no other package and contains the licences of what is bundled', () => {
  expect(readdirSync(join(project, 'node_modules', '@nolapse'))).toEqual(['token-action'])
  expect(readdirSync(join(project, 'node_modules')).filter(name => !name.startsWith('.'))).toEqual([
    '@nolapse',
  ])
  const installed = join(project, 'node_modules', '@nolapse', 'token-action')
  expect(existsSync(join(installed, 'node_modules'))).toBe(false)
  expect(readFileSync(join(installed, 'dist', 'licenses.txt'), 'utf8')).toMatch(/^commander \d/m)
})

test('runs as `npx @nolapse/token-action check`', () => {
  const npx = (...args: string[]) =>
    spawnSync('npx', ['--no-install', manifest.name, ...args], { cwd: project, env, encoding: 'utf8' })
  expect(npx('--version').stdout).toBe(`${manifest.version}\n`)
  const missing = npx('check', '--format', 'json')
  expect(missing.status).toBe(5)
  expect(JSON.parse(missing.stdout)).toMatchObject({ valid: false, reason: 'missing' })
  const refused = npx('check', TOKEN)
  expect(refused.status).toBe(2)
  expect(refused.stdout + refused.stderr).not.toContain(TOKEN)
})
