/** The release script, on a copy of what it writes. */
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'

const root = resolve('.')
let copy: string

const read = (path: string) => readFileSync(join(copy, path), 'utf8')

function write(path: string, text: string) {
  mkdirSync(dirname(join(copy, path)), { recursive: true })
  writeFileSync(join(copy, path), text)
}

function release(...args: string[]) {
  const script = join(root, 'scripts', 'release.ts')
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    cwd: copy,
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const [major, minor] = version.split('.').map(Number)
const next = `${major}.${minor + 1}.0`

beforeEach(() => {
  copy = mkdtempSync(join(tmpdir(), 'nolapse-release-'))
  for (const path of [
    ...['README.md', 'SECURITY.md', 'CHANGELOG.md', 'package.json', 'package-lock.json'],
    ...['docs', 'examples', 'templates'],
    ...[join('src', 'process', 'version.ts'), join('.github', 'workflows', 'token-gate.yml')],
    ...[join('run', 'action.yml'), 'action.yml'],
  ])
    if (existsSync(join(root, path))) cpSync(join(root, path), join(copy, path), { recursive: true })
  const changelog = read('CHANGELOG.md').split(/^## \[Unreleased\]$/m)[0]
  write(
    'CHANGELOG.md',
    `${changelog}## [Unreleased]\n\n### Fixed\n\n- Something.\n\n[Unreleased]: https://example.com\n`,
  )
  // What stands in for the build writes what it was built from: the version.
  const manifest = JSON.parse(read('package.json'))
  manifest.scripts = { build: "node -e \"fs.cpSync('src/process/version.ts', 'dist/index.js')\"" }
  write('package.json', `${JSON.stringify(manifest, null, 2)}\n`)
  write('dist/index.js', '')
  git('init', '--quiet', '--initial-branch', 'main')
  git('config', 'user.name', 'A tester')
  git('config', 'user.email', 'tester@example.com')
  commit('A repository of a test')
})

const git = (...args: string[]) => execFileSync('git', args, { cwd: copy, encoding: 'utf8' }).trim()

function commit(message: string) {
  git('add', '--all')
  git('commit', '--quiet', '--message', message)
}

afterEach(() => {
  rmSync(copy, { recursive: true, force: true })
})

test('a release names its version in every place, and then the check passes', () => {
  expect(release('--check', next)).toMatchObject({ status: 1, stderr: expect.stringContaining('README.md') })
  expect(release(next)).toMatchObject({ status: 0, stderr: '' })
  expect(read('src/process/version.ts')).toContain(`VERSION = '${next}'`)
  expect(JSON.parse(read('package.json')).version).toBe(next)
  expect(JSON.parse(read('package-lock.json'))).toMatchObject({
    version: next,
    packages: { '': { version: next } },
  })
  const parent = git('rev-parse', 'HEAD^')
  for (const path of ['.github/workflows/token-gate.yml', 'run/action.yml'])
    expect(read(path)).toContain(`uses: nolapse/token-action@${parent} # v${next}\n`)
  expect(git('status', '--porcelain')).toBe('')
  expect(git('show', `${parent}:dist/index.js`)).toBe(git('show', 'HEAD:dist/index.js'))
  expect(git('show', 'HEAD:dist/index.js')).toContain(next)
  expect(read('README.md')).toContain(`npx --yes @nolapse/token-action@${next} check`)
  expect(read('docs/versions.md')).toContain(`nolapse/token-action@<40-character commit SHA> # v${next}`)
  expect(read('SECURITY.md')).toContain(`@nolapse/token-action@${next} revoke`)
  const told = ['docs', 'examples', 'templates'].flatMap(folder =>
    readdirSync(join(copy, folder)).map(name => join(folder, name)),
  )
  for (const path of ['README.md', 'SECURITY.md', '.github/workflows/token-gate.yml', ...told])
    expect(read(path)).not.toContain(version)
  expect(release('--check', `v${next}`)).toMatchObject({ status: 0 })
})

test('the check fails if the pinned commit is not the parent, or has another action inside', () => {
  release(next)
  git('commit', '--quiet', '--allow-empty', '--message', 'Something else')
  expect(release('--check', next).stderr).toContain('not pinned to the parent commit')
  git('reset', '--quiet', '--hard', 'HEAD^')
  write('dist/index.js', 'something else')
  git('add', '--all')
  git('commit', '--quiet', '--amend', '--no-edit')
  expect(release('--check', next).stderr).toContain('another action inside: dist/index.js')
})

test('no release is made from a folder with uncommitted changes', () => {
  write('README.md', 'changed')
  expect(release(next)).toMatchObject({ status: 1, stderr: expect.stringContaining('has changes') })
})

test('the Unreleased section becomes the release notes', () => {
  release(next)
  const today = new Date().toISOString().slice(0, 10)
  expect(read('CHANGELOG.md')).toContain(
    `## [Unreleased]\n\n## [${next}] - ${today}\n\n### Fixed\n\n- Something.\n\n[Unreleased]:`,
  )
  expect(read('CHANGELOG.md')).toMatch(
    new RegExp(
      `^\\[Unreleased\\]: \\S+/compare/v${next}\\.\\.\\.HEAD\n\\[${next}\\]: \\S+/releases/tag/v${next}$`,
      'm',
    ),
  )
  expect(release('--notes', `v${next}`).stdout).toBe('### Fixed\n\n- Something.\n')
})

test('links to a tag and the digest of the GitLab template are updated', () => {
  write('templates/token-check.yml', `script: npx --yes @nolapse/token-action@${version} check\n`)
  write(
    'docs/example.md',
    [
      `remote: https://raw.githubusercontent.com/nolapse/token-action/v${version}/templates/token-check.yml`,
      "integrity: 'sha256-b2xk='",
      `https://github.com/nolapse/token-action/blob/v${version}/action.yml`,
      `VERSION=v${version}`,
    ].join('\n'),
  )
  commit('A page and a template')
  release(next)
  const digest = createHash('sha256').update(read('templates/token-check.yml')).digest('base64')
  expect(read('templates/token-check.yml')).toContain(`@${next} check`)
  expect(read('docs/example.md')).toBe(
    [
      `remote: https://raw.githubusercontent.com/nolapse/token-action/v${next}/templates/token-check.yml`,
      `integrity: 'sha256-${digest}'`,
      `https://github.com/nolapse/token-action/blob/v${next}/action.yml`,
      `VERSION=v${next}`,
    ].join('\n'),
  )
})

test('the current version can be released, as the first one is', () => {
  expect(release(version)).toMatchObject({ status: 0 })
  expect(release('--check', version)).toMatchObject({ status: 0 })
})

test.each([
  ['a version that is no version', () => ['next'], 'Usage'],
  [
    'a new major version, whose tag people would have to change to',
    () => [`${major + 1}.0.0`],
    'by hand first',
  ],
  ['notes of a version that the changelog does not have', () => ['--notes', '9.9.9'], 'has no 9.9.9'],
  ['an option that it does not have', () => ['--publish', next], '--publish is not known'],
])('%s is rejected, and nothing is written', (_case, args, says) => {
  const before = ['README.md', 'CHANGELOG.md', 'package.json'].map(read)
  expect(release(...args())).toMatchObject({ status: 1, stderr: expect.stringContaining(says) })
  expect(['README.md', 'CHANGELOG.md', 'package.json'].map(read)).toEqual(before)
})

test('an empty Unreleased section, or a version that is already released, is rejected', () => {
  release(next)
  expect(release(next).stderr).toContain('in CHANGELOG.md already')
  expect(release(`${major}.${minor + 2}.0`).stderr).toContain('says nothing under Unreleased')
  expect(release(version).stderr).toContain('older than')
})
