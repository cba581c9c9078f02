/** From a folder to the facts about its repository, as the command does it. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { type Authority, makeAuthority } from '../../../harness/authority.ts'
import { findCommand } from '../../../src/cli/issuing/command.ts'
import { look } from '../../../src/lint/github/look.ts'
import { gh, type Sight, startSight } from '../../support/gh.ts'
import { workflowOf } from '../../support/lint.ts'
import { soundWorkflow } from '../../support/repository-facts.ts'

const git = findCommand(['git'])?.path

const suite = gh && git ? describe : describe.skip
suite('the repository of a folder (skipped where gh is not installed)', () => {
  let authority: Authority
  let sight: Sight
  let folder: string
  beforeAll(() => {
    authority = makeAuthority()
  })
  afterAll(() => authority.remove())
  beforeEach(async () => {
    sight = await startSight(authority)
    folder = mkdtempSync(join(tmpdir(), 'nolapse-look-'))
    execFileSync(String(git), ['-C', folder, 'init', '-q'])
  })
  afterEach(async () => {
    rmSync(folder, { recursive: true, force: true })
    await sight.close()
  })

  const remote = (name: string, url: string) =>
    execFileSync(String(git), ['-C', folder, 'config', `remote.${name}.url`, url])
  const lookNow = async (options = {}) =>
    look({
      named: undefined,
      folder,
      git,
      gh,
      environment: { ...sight.environment, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
      workflows: [await workflowOf(soundWorkflow())],
      readFile: () => undefined,
      ...options,
    })

  test('is the one of its remote, and only what the workflows need is requested', async () => {
    remote('origin', `https://${sight.github.host}/acme/api.git`)
    sight.github.repository.secrets = ['NOLAPSE_TOKEN']
    expect(await lookNow({ limit: 20_000 })).toMatchObject({
      kind: 'seen',
      facts: {
        repository: { host: sight.github.host, owner: 'acme', name: 'api' },
        secrets: { found: [{ name: 'NOLAPSE_TOKEN' }] },
      },
    })
  })

  test('is the one given by name, for any remote', async () => {
    remote('origin', 'https://evil.invalid/acme/other')
    const named = { host: sight.github.host, owner: 'acme', name: 'api' }
    expect(await lookNow({ named })).toMatchObject({ kind: 'seen' })
  })

  test('is none if its remote is elsewhere: no host is contacted, and gh is not started', async () => {
    remote('origin', `https://x:secret@127.0.0.1:${sight.github.host.split(':')[1]}/acme/api`)
    expect(await lookNow({ gh: '/nonexistent' })).toEqual({
      kind: 'nothing',
      why:
        `No remote of this folder is on github.com or ${sight.github.host} (GH_HOST), and lint asks no other host, ` +
        'because gh would send its token there.',
      remedy: 'Name the repository: `--github OWNER/REPO`, or `--github HOST/OWNER/REPO`. Or set GH_HOST.',
    })
    expect(await lookNow({ environment: { PATH: process.env.PATH } })).toMatchObject({
      why: expect.stringContaining('is on github.com, and'),
    })
    expect(sight.github.requests).toEqual([])
  })

  test('is none without a remote', async () => {
    expect(await lookNow()).toMatchObject({ kind: 'nothing', why: 'This folder has no git remote.' })
  })

  test('is none if the remotes name several', async () => {
    remote('one', 'git@github.com:acme/api')
    remote('two', 'git@github.com:acme/web')
    expect(await lookNow()).toMatchObject({
      why: 'The remotes of this folder name several repositories: acme/api, acme/web.',
    })
  })
})
