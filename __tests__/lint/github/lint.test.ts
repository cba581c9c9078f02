/** lint with `--github`, in this process: which folder is asked about, and what becomes of the answer. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { type Authority, makeAuthority } from '../../../harness/authority.ts'
import { findCommand } from '../../../src/cli/issuing/command.ts'
import type { LintResult } from '../../../src/lint/findings.ts'
import { lint } from '../../../src/lint/lint.ts'
import { gh, type Sight, startSight } from '../../support/gh.ts'
import { type Files, inFolder } from '../../support/linted.ts'
import { ACTIONS, soundWorkflow } from '../../support/repository-facts.ts'

const git = findCommand(['git'])?.path
const WORKFLOW = '.github/workflows/coverage.yml'

const suite = gh && git ? describe : describe.skip
suite('lint --github (skipped where gh is not installed)', () => {
  let authority: Authority
  let sight: Sight
  beforeAll(() => {
    authority = makeAuthority()
  })
  afterAll(() => authority.remove())
  beforeEach(async () => {
    sight = await startSight(authority)
    const checks = [{ context: 'verdict', integration_id: ACTIONS }]
    const { repository } = sight.github
    repository.secrets = ['NOLAPSE_TOKEN']
    repository.rules = [{ type: 'required_status_checks', parameters: { required_status_checks: checks } }]
  })
  afterEach(() => sight.close())

  async function linted(files: Files, paths: string[], word?: string) {
    return inFolder(files, async folder => {
      execFileSync(String(git), ['-C', folder, 'init', '-q'])
      const url = `https://${sight.github.host}/acme/api`
      execFileSync(String(git), ['-C', folder, 'config', 'remote.origin.url', url])
      const environment = { ...sight.environment, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' }
      const { document, ...outcome } = await lint({
        paths: paths.map(path => join(folder, path)),
        required: [],
        strict: false,
        format: 'json',
        here: folder,
        version: '1.0.0',
        github: { word, gh, git, environment },
      })
      const result: LintResult = JSON.parse(document)
      return { ...outcome, holds: result.holds, rules: result.findings.map(({ rule }) => rule) }
    })
  }

  test('asks about the repository of the folder’s remote', async () => {
    const outcome = await linted({ [WORKFLOW]: soundWorkflow() }, ['.'])
    expect(outcome).toEqual({ exit: 0, complaints: [], blind: [], holds: true, rules: ['gate-editable'] })
  })

  test('reads a word that is not a repository as a path', async () => {
    const outcome = await linted({ [WORKFLOW]: soundWorkflow() }, [], './none')
    expect(outcome).toMatchObject({ exit: 2, complaints: [expect.stringContaining('No file or folder')] })
    expect(await linted({ [WORKFLOW]: soundWorkflow() }, [], '.')).toMatchObject({ exit: 0 })
  })

  test('asks GitHub for the files next to a workflow in another place', async () => {
    sight.github.repository.files = { '.github/dependabot.yml': '' }
    const outcome = await linted({ 'x.yml': soundWorkflow() }, ['x.yml'], `${sight.github.host}/acme/api`)
    expect(outcome.rules).toEqual(['gate-editable', 'dependabot-secret-missing'])
  })

  test('says once why it saw nothing, and proves nothing about the repository', async () => {
    sight.github.role = 'stranger'
    const files = { [`a/${WORKFLOW}`]: soundWorkflow(), [`b/${WORKFLOW}`]: soundWorkflow() }
    expect(await linted(files, ['a', 'b'], `${sight.github.host}/acme/api`)).toEqual({
      exit: 3,
      complaints: [],
      blind: [expect.stringMatching(/^GitHub does not show acme\/api .*\nWhat to do: Check the name/)],
      holds: null,
      rules: [],
    })
  })

  test('asks nothing about a folder with only a GitLab pipeline', async () => {
    const pipeline = 'check:\n  script: [nolapse-token check]\n'
    await linted({ '.gitlab-ci.yml': pipeline }, ['.'])
    expect(sight.github.requests).toEqual([])
  })
})
