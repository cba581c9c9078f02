import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { findCommand } from '../../../src/cli/issuing/command.ts'
import { findRemote, repositoryOf } from '../../../src/lint/github/remote.ts'

const git = findCommand(['git'])?.path

describe('the URL of a remote', () => {
  const ACME = { host: 'github.com', owner: 'acme', name: 'api' }

  test.each([
    'https://github.com/acme/api',
    'https://github.com/acme/api.git',
    'https://GitHub.com/acme/api/',
    'https://www.github.com/acme/api',
    'https://x-access-token:secret@github.com/acme/api.git',
    'git@github.com:acme/api.git',
    'github.com:acme/api',
    'ssh://git@github.com/acme/api.git',
    'ssh://git@ssh.github.com:443/acme/api.git',
    'git://github.com/acme/api',
    'git+ssh://git@github.com/acme/api',
  ])('%s is on github.com', url => {
    expect(repositoryOf(url, {})).toEqual(ACME)
  })

  test.each([
    'https://github.com.evil.example/acme/api',
    'https://github.com@evil.example/acme/api',
    'https://evil.example/github.com/acme/api',
    'https://evil.example/acme/api',
    'https://github.com:8443/acme/api',
    'git@evil.example:acme/api',
    'git@github.com/evil.example:acme/api',
    'github.com:/acme/api',
    'file:///github.com/acme/api',
    'ext::sh -c evil github.com/acme/api',
    '/srv/github.com/acme/api',
    '../acme/api',
    'https://github.com/acme',
    'https://github.com/acme/api/tree/main',
    'https://github.com/acme/..',
    'https://github.com/acme/%2e%2e',
    'https://github.com/acme/api?x=1',
    'https://github.com/acme/api#x',
    'https://github.com/--help/api',
    'git@github.com:-acme/api',
    'git@github.com:acme/api?x',
  ])('%s names no host that may be contacted', url => {
    expect(repositoryOf(url, {})).toBeUndefined()
  })

  test('may be on GH_HOST, whose port counts for HTTPS and not for SSH', () => {
    const GH_HOST = 'ghe.example.com:8443'
    const found = { host: GH_HOST, owner: 'acme', name: 'api' }
    expect(repositoryOf('https://GHE.example.com:8443/acme/api', { GH_HOST })).toEqual(found)
    expect(repositoryOf('ssh://git@ghe.example.com:22/acme/api', { GH_HOST })).toEqual(found)
    expect(repositoryOf('git@ghe.example.com:acme/api', { GH_HOST })).toEqual(found)
    expect(repositoryOf('https://ghe.example.com/acme/api', { GH_HOST })).toBeUndefined()
    expect(repositoryOf('git@github.com:acme/api', { GH_HOST })).toMatchObject({ host: 'github.com' })
  })
})

const suite = git ? describe : describe.skip
suite('the remotes of a folder', () => {
  let folder: string
  const run = (...args: string[]) => execFileSync(String(git), ['-C', folder, ...args], { stdio: 'pipe' })
  // The machine's own configuration may rewrite URLs.
  const find = (environment = {}) =>
    findRemote(git, folder, {
      PATH: process.env.PATH,
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_NOSYSTEM: '1',
      ...environment,
    })
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nolapse-remote-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const checkout = (remotes: Record<string, string>) => {
    run('init', '-q')
    for (const [name, url] of Object.entries(remotes)) run('config', `remote.${name}.url`, url)
  }

  test('name the repository', async () => {
    checkout({ origin: 'git@github.com:acme/api.git' })
    expect(await find()).toEqual({
      kind: 'found',
      repository: { host: 'github.com', owner: 'acme', name: 'api' },
      remote: 'origin',
    })
  })

  test('of a fork name the original repository', async () => {
    checkout({ origin: 'git@github.com:ada/api.git', upstream: 'git@github.com:acme/api.git' })
    expect(await find()).toMatchObject({ remote: 'upstream', repository: { owner: 'acme' } })
  })

  test('with custom names count if they name one repository', async () => {
    checkout({ work: 'git@github.com:acme/api.git', web: 'https://github.com/ACME/API' })
    expect(await find()).toMatchObject({ kind: 'found', repository: { owner: 'ACME' } })
  })

  test('that name several repositories are ambiguous', async () => {
    checkout({ one: 'git@github.com:b/api.git', two: 'https://github.com/a/api' })
    expect(await find()).toEqual({ kind: 'ambiguous', repositories: ['a/api', 'b/api'] })
  })

  test('on another host do not choose it', async () => {
    checkout({ origin: 'https://evil.example/acme/api', upstream: 'git@evil.example:acme/api' })
    expect(await find()).toEqual({ kind: 'elsewhere' })
  })

  test('on another host count if GH_HOST names it', async () => {
    checkout({ origin: 'https://ghe.example.com/acme/api' })
    expect(await find({ GH_HOST: 'ghe.example.com' })).toMatchObject({
      repository: { host: 'ghe.example.com' },
    })
  })

  test('are read as git uses them, with insteadOf applied', async () => {
    checkout({ origin: 'https://github.com/acme/api', short: 'gh:acme/web' })
    run('config', 'url.https://mirror.example/.insteadOf', 'https://github.com/')
    run('config', 'url.git@github.com:.insteadOf', 'gh:')
    expect(await find()).toMatchObject({ remote: 'short', repository: { name: 'web' } })
  })

  test('named like options are only names', async () => {
    checkout({})
    appendFileSync(
      join(folder, '.git/config'),
      '[remote "--upload-pack=touch x"]\n\turl = https://github.com/acme/api\n',
    )
    expect(await find()).toMatchObject({ kind: 'found', repository: { host: 'github.com', owner: 'acme' } })
  })

  test('do not exist in a folder that git does not know', async () => {
    expect(await find({ GIT_CEILING_DIRECTORIES: tmpdir() })).toEqual({ kind: 'no-repository' })
    expect(await findRemote(undefined, folder, {})).toEqual({ kind: 'no-repository' })
  })

  test('do not exist in a checkout without remotes', async () => {
    checkout({})
    expect(await find()).toEqual({ kind: 'no-repository' })
  })
})
