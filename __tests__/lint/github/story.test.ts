/**
 * One whole story, on the built command line with the real gh: a repository set up as docs/gate-job.md says has no findings. Then
 * each setting is broken in turn, and the finding names it.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { type Authority, makeAuthority } from '../../../harness/authority.ts'
import { findCommand } from '../../../src/cli/issuing/command.ts'
import type { Finding, LintResult } from '../../../src/lint/findings.ts'
import { runCli } from '../../support/cli.ts'
import { gh, type Sight, startSight } from '../../support/gh.ts'
import type { Repository } from '../../support/github-repository.ts'
import { ACTIONS } from '../../support/repository-facts.ts'

const git = findCommand(['git'])?.path
const COVERAGE = '.github/workflows/coverage.yml'

const suite = gh && git ? describe : describe.skip
suite('lint --github (skipped where gh is not installed)', () => {
  let authority: Authority
  let sight: Sight
  let folder: string
  beforeAll(() => {
    authority = makeAuthority()
  })
  afterAll(() => authority.remove())
  beforeEach(async () => {
    sight = await startSight(authority)
    folder = mkdtempSync(join(tmpdir(), 'nolapse-story-'))
    execFileSync(String(git), ['-C', folder, 'init', '-q'])
    write('.github/dependabot.yml', 'version: 2\nupdates: []\n')
    write('.github/CODEOWNERS', '/.github/ @acme/security\n')
    cpSync('examples/gate-job.yml', join(folder, write(COVERAGE, '')))
    Object.assign(sight.github.repository, AS_DOCUMENTED)
    sight.github.repository.rules = rules({})
  })
  afterEach(async () => {
    rmSync(folder, { recursive: true, force: true })
    await sight.close()
  })

  function write(path: string, text: string): string {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
    return path
  }

  const env = () => ({ ...sight.environment, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' })
  const lint = (args: string[] = [], more: Record<string, string> = {}) =>
    runCli({
      args: ['lint', '--github', `${sight.github.host}/acme/api`, ...args],
      cwd: folder,
      env: { ...env(), ...more },
    })
  const findings = async (
    ...args: string[]
  ): Promise<{ code: number | null; found: Finding[] } & LintResult> => {
    const { code, stdout, stderr } = await lint(['--format', 'json', ...args])
    if (!stdout) throw new Error(stderr)
    const result: LintResult = JSON.parse(stdout)
    return { code, found: result.findings, ...result }
  }

  test('has no findings if everything is set up as documented, and says what it checked', async () => {
    const run = await lint(['--strict'])
    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(run.stdout.replaceAll(sight.github.host, 'HOST').replace(/\(\d+ cases?\)/g, '(N cases)')).toBe(
      `.github/workflows/coverage.yml, pull requests: holds with the required check
  \`verdict\` (N cases).

.github/workflows/coverage.yml, the merge queue: holds with the required check
  \`verdict\` (N cases).

Assumed: the pull request leaves these files unchanged, no one who has the right
to bypass the rules does so, and no one posts a check of that name by hand.

nolapse lint: the gate holds; 0 errors, 0 warnings.

Checked in acme/api on HOST:
  - required checks of main: \`verdict\`
  - merge queue: yes
  - the rulesets of main
  - the protection of main
  - CODEOWNERS
  - the secrets of the organisation
  - the secrets of the repository
  - the variables of the organisation
  - the variables of the repository
  - Dependabot's secrets of the repository
`,
    )
  })

  test('ends as docs/lint.md shows', async () => {
    const { stdout } = await lint()
    const end = stdout.slice(stdout.indexOf('nolapse lint:')).replaceAll(sight.github.host, 'github.com')
    expect(readFileSync('docs/lint.md', 'utf8')).toContain(`\`\`\`text\n${end}\`\`\``)
  })

  test('asks only for what these workflows need, and only for names', async () => {
    await lint()
    const asked = sight.github.requests.map(request => request.replace(/^GET \/api\/v3\//, '')).sort()
    expect(asked).toEqual([
      'repos/acme/api',
      'repos/acme/api/actions/organization-secrets?per_page=100',
      'repos/acme/api/actions/organization-variables?per_page=30',
      'repos/acme/api/actions/secrets?per_page=100',
      'repos/acme/api/actions/variables?per_page=30',
      'repos/acme/api/branches/main',
      'repos/acme/api/codeowners/errors',
      'repos/acme/api/dependabot/secrets?per_page=100',
      'repos/acme/api/rules/branches/main?per_page=100',
    ])
  })

  describe('names the setting that is broken:', () => {
    const BROKEN: [what: string, change: (repository: Repository) => void, rules: string[], says: RegExp][] =
      [
        [
          'nothing is required',
          model => {
            model.rules = rules({ checks: [] })
          },
          ['bypass', 'not-required'],
          /No check of this workflow is required on `main`/,
        ],
        [
          'the job was renamed since',
          model => {
            model.rules = rules({ checks: [{ context: 'Coverage / Verdict', integration_id: ACTIONS }] })
          },
          ['bypass', 'not-required', 'required-check-absent'],
          /Require `verdict` instead/,
        ],
        [
          'another job is required than the one that sums up',
          model => {
            model.rules = rules({ checks: [{ context: 'gate', integration_id: ACTIONS }] })
          },
          ['bypass'],
          /Require `verdict` instead/,
        ],
        [
          'any source may report the check',
          model => {
            model.rules = rules({ checks: [{ context: 'verdict' }] })
          },
          ['check-from-any-source'],
          /Choose "GitHub Actions" as its source/,
        ],
        [
          'no code owner has to review',
          model => {
            model.rules = rules({ owners: false })
          },
          ['gate-editable'],
          /turn on "Require review from Code Owners"/,
        ],
        [
          'the secret is not there',
          model => {
            model.secrets = ['NOLAPSE_TOKNE']
          },
          ['secret-missing'],
          /gh secret set NOLAPSE_TOKEN --repo acme\/api/,
        ],
        [
          'the secret is a variable',
          model => {
            model.secrets = []
            model.variables = ['NOLAPSE_TOKEN']
          },
          ['secret-is-variable', 'secret-missing'],
          /`NOLAPSE_TOKEN` is a variable of the repository/,
        ],
        [
          'Dependabot’s store is empty',
          model => {
            model.dependabotSecrets = []
          },
          ['dependabot-secret-missing'],
          /--app dependabot/,
        ],
      ]

    test.each(BROKEN)('%s', async (_what, change, expected, says) => {
      change(sight.github.repository)
      const { code, found } = await findings()
      expect([...new Set(found.map(({ rule }) => rule))].sort()).toEqual(expected)
      expect(found.map(({ message, remedy }) => `${message} ${remedy}`).join('\n')).toMatch(says)
      expect(code).toBe(found.some(({ level }) => level === 'error') ? 5 : 0)
    })

    test('the owner of .github/ is gone', async () => {
      write('.github/CODEOWNERS', '*.go @acme/go\n')
      const { code, found } = await findings()
      expect([code, found.map(({ rule }) => rule)]).toEqual([0, ['gate-editable']])
    })

    test('the queue waits for a workflow that does not run in it', async () => {
      write(COVERAGE, onPullRequestOnly())
      const { code, found } = await findings()
      expect([code, found.map(({ rule }) => rule)]).toEqual([5, ['required-check-absent']])
      expect(found[0]?.remedy).toBe('Add `merge_group:` to `on:`.')
    })
  })

  test('proves with the secret of an environment, and with the names that GitHub allows', async () => {
    const name = 'Prod / größer ✓ 100%'
    sight.github.repository.secrets = []
    sight.github.repository.environments = { [name]: { secrets: ['NOLAPSE_TOKEN'], variables: [] } }
    const jobs = onPullRequestOnly().replace(/^( {4}runs-on: .*)$/gm, `$1\n    environment: "${name}"`)
    write(COVERAGE, jobs)
    sight.github.repository.rules = rules({}).filter(({ type }) => type !== 'merge_queue')
    expect(await findings('--strict')).toMatchObject({ code: 0, found: [], holds: true })
  })

  test('says once what its user may not see, and proves nothing from it', async () => {
    sight.github.role = 'read'
    const run = await lint()
    expect(run.code).toBe(0)
    const text = run.stdout.replace(/\s+/g, ' ')
    expect(text.match(/Could not see [^.]*/g)).toEqual([
      'Could not see the secrets of the repository, the secrets of the organisation',
      'Could not see the variables of the repository, the variables of the organisation',
      "Could not see Dependabot's secrets of the repository",
      "Could not see Dependabot's secrets of the organisation",
    ])
    expect(text).toContain('the permission "Secrets: read"')
    expect(text).toContain('- not visible: the secrets of the repository')
    expect((await lint(['--strict'])).code).toBe(5)
  })

  describe('ends with 3 if it could see nothing:', () => {
    const nothing = async (more: Record<string, string> = {}) => {
      const { code, stderr } = await lint([], more)
      expect(code).toBe(3)
      return stderr.replace(/\s+/g, ' ')
    }

    test('gh is not installed', async () => {
      const bin = join(folder, 'bin')
      mkdirSync(bin)
      expect(await nothing({ PATH: bin })).toContain('is not on the PATH. What to do: Install it from')
    })

    test('gh is signed out', async () => {
      sight.github.role = 'anonymous'
      expect(await nothing({ GH_ENTERPRISE_TOKEN: '' })).toContain('Run `gh auth login --hostname localhost:')
    })

    test('the repository is hidden', async () => {
      sight.github.role = 'stranger'
      expect(await nothing()).toContain('GitHub does not show acme/api to the user of gh (404, "Not Found").')
    })

    test('the rate limit is reached', async () => {
      sight.github.faults.push((_path, response) => {
        response.writeHead(403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1790000000' }).end('{}')
        return true
      })
      expect(await nothing()).toContain(
        "GitHub's rate limit is reached. What to do: Run again after 2026-09-21T",
      )
    })

    test('GitHub does not answer', async () => {
      sight.github.faults.push(() => true)
      expect(await nothing()).toContain('GitHub did not answer in time.')
    })

    test('the remote is on a host that no one named', async () => {
      const url = `https://x:not-a-secret@${sight.github.host}/acme/api`
      execFileSync(String(git), ['-C', folder, 'config', 'remote.origin.url', url])
      const { code, stderr } = await runCli({
        args: ['lint', '--github'],
        cwd: folder,
        env: { ...env(), GH_HOST: 'ghe.invalid' },
      })
      expect(code).toBe(3)
      expect(stderr).toContain('No remote of this folder is on github.com or ghe.invalid (GH_HOST)')
      expect(stderr).not.toContain('not-a-secret')
      expect(sight.github.requests).toEqual([])
    })
  })

  test('uses the folder’s remote if GH_HOST names its host', async () => {
    execFileSync(String(git), [
      '-C',
      folder,
      'config',
      'remote.origin.url',
      `https://${sight.github.host}/acme/api`,
    ])
    const { code, stdout } = await runCli({ args: ['lint', '--strict', '--github'], cwd: folder, env: env() })
    expect([code, stdout]).toEqual([
      0,
      expect.stringContaining(`Checked in acme/api on ${sight.github.host}:`),
    ])
  })

  test('reads a word that is not a repository as a path', async () => {
    execFileSync(String(git), [
      '-C',
      folder,
      'config',
      'remote.origin.url',
      `https://${sight.github.host}/acme/api`,
    ])
    const { code, stdout } = await runCli({ args: ['lint', '--github', '.'], cwd: folder, env: env() })
    expect([code, stdout]).toEqual([0, expect.stringContaining('Checked in acme/api on')])
    expect((await runCli({ args: ['lint', '--github', './none'], cwd: folder, env: env() })).code).toBe(2)
  })

  test('shows no token of gh, and gives gh none of nolapse', async () => {
    const token = `nlp_${'a1'.repeat(20)}`
    const { stdout, stderr } = await lint([], {
      NOLAPSE_TOKEN: token,
      NOLAPSE_SESSION_TOKEN: 'session-of-a-test',
    })
    expect(stdout + stderr).not.toContain(token.slice(4, 12))
    expect(stdout + stderr).not.toContain('not-a-real-token')
    expect(sight.github.authorizations.size).toBe(1)
  })
})

const onPullRequestOnly = () =>
  readFileSync('examples/gate-job.yml', 'utf8').replace(/^ {2}merge_group:\n/m, '')

const AS_DOCUMENTED: Partial<Repository> = {
  secrets: ['NOLAPSE_TOKEN', 'OTHER'],
  organisationSecrets: ['SHARED'],
  variables: ['LEVEL'],
  dependabotSecrets: ['NOLAPSE_TOKEN'],
}

interface Rules {
  checks?: { context: string; integration_id?: number }[]
  owners?: boolean
}

/** What a ruleset for `main` has. */
const rules = ({ checks = [{ context: 'verdict', integration_id: ACTIONS }], owners = true }: Rules) => [
  { type: 'deletion' },
  { type: 'required_status_checks', parameters: { required_status_checks: checks } },
  {
    type: 'pull_request',
    parameters: { required_approving_review_count: 1, require_code_owner_review: owners },
  },
  { type: 'merge_queue', parameters: { grouping_strategy: 'ALLGREEN' } },
]
