/**
 * Prepares a release, and answers what the release workflow asks.
 *
 *   npm run release -- 1.2.3           makes the two commits of a release
 *   npm run release -- --check v1.2.3  fails unless every file names that version, and the pinned commit is the parent,
 *                                      with the same action inside
 *   npm run release -- --notes v1.2.3  prints the changelog's section of that version
 *
 * --check and --notes need only Node and git: the workflow runs them in jobs with write access, which install no packages.
 */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const HOME = 'https://github.com/nolapse/token-action'
const TEMPLATE = join('templates', 'token-check.yml')

class Refused extends Error {}

const refuse = (says: string): never => {
  throw new Refused(says)
}

const read = (path: string) => readFileSync(path, 'utf8')

const filesIn = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter(name => /\.(md|ya?ml)$/.test(name))
        .map(name => join(folder, name))
    : []

/** The files that use the action itself, pinned by commit, so that a policy of pinned actions holds for them as well. */
const PINNING = [join('.github', 'workflows', 'token-gate.yml'), join('run', 'action.yml')]

/** Their `uses:` line. */
const PIN = /(uses: nolapse\/token-action@)([0-9a-f]{40})( # v\d+\.\d+\.\d+)/

/** The files that run when the action is used by commit. They must be the same in the pinned commit and in the release. */
const INSIDE = ['action.yml', 'dist']

const git = (...args: string[]): string => execFileSync('git', args, { encoding: 'utf8' }).trim()

/** The files that say what to use: each version of this project in them is that of the release itself. */
const mentioning = () => [
  'README.md',
  'SECURITY.md',
  ...PINNING,
  ...['docs', 'examples', 'templates'].flatMap(filesIn),
]

/**
 * What stands before such a version: the package or the action, a tag in a URL, a pinned commit's comment, GitLab's component, a
 * shell's variable.
 */
const MENTIONS = [
  /(nolapse\/token-action(?:\/\.github\/workflows\/token-gate\.yml)?[@/]v?)\d+\.\d+\.\d+/g,
  /(nolapse\/token-action\/(?:blob|tree|raw|releases\/tag)\/v)\d+\.\d+\.\d+/g,
  /(nolapse\/token-action@(?:<[^>\n]*>|[0-9a-f]{40}) # v)\d+\.\d+\.\d+/g,
  /(\/token-action\/token-check@)\d+\.\d+\.\d+/g,
  /(^VERSION=v?)\d+\.\d+\.\d+/gm,
]

const mention = (text: string, version: string) =>
  MENTIONS.reduce((written, pattern) => written.replace(pattern, `$1${version}`), text)

/** GitLab compares the included template with this hash. */
function integrity(text: string, version: string): string {
  if (!existsSync(TEMPLATE)) return text
  const digest = createHash('sha256')
    .update(mention(read(TEMPLATE), version))
    .digest('base64')
  return text.replace(/(integrity: ['"]?sha256-)[A-Za-z0-9+/]+=*/g, `$1${digest}`)
}

const SOURCE = join('src', 'process', 'version.ts')

/** Every file that names the version, with its expected content. */
function written(version: string): Map<string, string> {
  const files = new Map(mentioning().map(path => [path, integrity(mention(read(path), version), version)]))
  files.set(SOURCE, read(SOURCE).replace(/(VERSION = ')[^']*/, `$1${version}`))
  files.set('package.json', read('package.json').replace(/("version": ")[^"]*/, `$1${version}`))
  const lock = JSON.parse(read('package-lock.json'))
  lock.version = version
  lock.packages[''].version = version
  files.set('package-lock.json', `${JSON.stringify(lock, null, 2)}\n`)
  return files
}

/** The changelog's section of a version, without its heading; undefined if there is none. */
function sectionOf(heading: string): string | undefined {
  const [, rest] = read('CHANGELOG.md').split(
    new RegExp(`^## \\[${heading.replaceAll('.', '\\.')}\\].*$`, 'm'),
  )
  return rest?.split(/^(?:## |\[[^\]]+\]: )/m)[0]?.trim()
}

function changelog(version: string): string {
  if (!sectionOf('Unreleased')) refuse('CHANGELOG.md says nothing under Unreleased.')
  const today = new Date().toISOString().slice(0, 10)
  return read('CHANGELOG.md')
    .replace('## [Unreleased]\n', `## [Unreleased]\n\n## [${version}] - ${today}\n`)
    .replace(
      /^\[Unreleased\]: .*$/m,
      `[Unreleased]: ${HOME}/compare/v${version}...HEAD\n[${version}]: ${HOME}/releases/tag/v${version}`,
    )
}

function prepare(version: string): void {
  const now: string = JSON.parse(read('package.json')).version
  const [major, minor = 0, patch = 0] = version.split('.').map(Number)
  const [nowMajor, nowMinor = 0, nowPatch = 0] = now.split('.').map(Number)
  if (sectionOf(version) !== undefined) refuse(`${version} is in CHANGELOG.md already.`)
  if (major !== nowMajor)
    refuse(`From ${now} to ${version} the tag that people use changes: replace @v${nowMajor} by hand first.`)
  if (minor < nowMinor || (minor === nowMinor && patch < nowPatch)) refuse(`${version} is older than ${now}.`)
  if (git('status', '--porcelain')) refuse('The working folder has changes. Commit them first.')
  const log = changelog(version)
  for (const [path, text] of written(version)) writeFileSync(path, text)
  writeFileSync('CHANGELOG.md', log)
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' })
  const parent = commit(`Release ${version}`)
  for (const path of PINNING) writeFileSync(path, read(path).replace(PIN, `$1${parent}$3`))
  commit(`Pin the gate inside to the commit of ${version}\n\nIts dist/ and action.yml are the same as here.`)
  console.log(
    [
      `The two commits of ${version} are made. Next:`,
      '  npm run check && npm test',
      '  push them to main unchanged: a squash would change the pinned commit',
      `  git tag --sign v${version} && git push origin v${version}`,
    ].join('\n'),
  )
}

/** Commits all changes and returns the new commit. */
function commit(message: string): string {
  git('add', '--all')
  git('commit', '--quiet', '--message', message)
  return git('rev-parse', 'HEAD')
}

function check(version: string): void {
  const differing = [...written(version)].filter(([path, text]) => read(path) !== text).map(([path]) => path)
  if (sectionOf(version) === undefined) differing.push('CHANGELOG.md')
  if (differing.length > 0) refuse(`${version} is not what these files name: ${differing.join(', ')}.`)
  const parent = git('rev-parse', 'HEAD^')
  const elsewhere = PINNING.filter(path => PIN.exec(read(path))?.[2] !== parent)
  if (elsewhere.length > 0)
    refuse(`The gate inside is not pinned to the parent commit ${parent}: ${elsewhere.join(', ')}.`)
  const changed = git('diff', '--name-only', 'HEAD^', 'HEAD', '--', ...INSIDE)
  if (changed) refuse(`The pinned commit has another action inside: ${changed.split('\n').join(', ')}.`)
  console.log(`Every file names ${version}, and the gate inside is the same as here.`)
}

function main([first = '', second]: string[]): void {
  const version = (second ?? first).replace(/^v/, '')
  if (!/^\d+\.\d+\.\d+$/.test(version)) refuse('Usage: npm run release -- [--check | --notes] 1.2.3')
  if (first === '--check') check(version)
  else if (first === '--notes') console.log(sectionOf(version) ?? refuse(`CHANGELOG.md has no ${version}.`))
  else if (second === undefined) prepare(version)
  else refuse(`${first} is not known.`)
}

try {
  main(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof Refused)) throw error
  console.error(error.message)
  process.exitCode = 1
}
