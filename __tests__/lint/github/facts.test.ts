/** What is known about a repository after the real gh has asked a GitHub on loopback. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { type Authority, makeAuthority } from '../../../harness/authority.ts'
import { mayBeActions, type Needs, type RepositoryFacts, unseenIn } from '../../../src/lint/github/facts.ts'
import { type Look, lookAt } from '../../../src/lint/github/look.ts'
import { gh, type Sight, startSight } from '../../support/gh.ts'

const NEEDS: Needs = {
  secrets: [],
  environments: [],
  dependabot: true,
  codeowners: undefined,
}
const ACTIONS = 15368
const RULESET = 'a ruleset of acme/api'
const CLASSIC = 'the branch protection'

const suite = gh ? describe : describe.skip
suite('the facts about a repository (skipped where gh is not installed)', () => {
  let authority: Authority
  let sight: Sight
  beforeAll(() => {
    authority = makeAuthority()
  })
  afterAll(() => authority.remove())
  beforeEach(async () => {
    sight = await startSight(authority)
  })
  afterEach(() => sight.close())

  const look = (needs: Partial<Needs> = {}, options = {}): Promise<Look> => {
    const repository = { host: sight.github.host, owner: 'acme', name: 'api' }
    const { environment } = sight
    return lookAt({ repository, needs: { ...NEEDS, ...needs }, gh, environment, limit: 20_000, ...options })
  }
  const facts = async (needs: Partial<Needs> = {}, options = {}): Promise<RepositoryFacts> => {
    const seen = await look(needs, options)
    if (seen.kind !== 'seen') throw new Error(`${seen.why} ${seen.remedy}`)
    return seen.facts
  }
  /** For workflows that take the token from a secret. */
  const stores = (needs: Partial<Needs> = {}, options = {}) =>
    facts({ secrets: ['NOLAPSE_TOKEN'], ...needs }, options)
  const model = () => sight.github.repository
  const names = ({ found }: { found: { name: string }[] }) => found.map(({ name }) => name)
  const hidden = (seen: RepositoryFacts) => unseenIn(seen).map(({ what }) => what)
  /** Answers the paths that match in one way. */
  const fault = (pattern: RegExp, status: number, body: unknown = { message: 'Not Found' }) =>
    sight.github.faults.push((path, response) => {
      if (!pattern.test(path)) return false
      response.writeHead(status).end(JSON.stringify(body))
      return true
    })

  describe('the rulesets of the default branch', () => {
    test('show the required checks and which app must post them', async () => {
      const parameters = {
        required_status_checks: [{ context: 'verdict', integration_id: ACTIONS }, { context: 'a / b' }],
      }
      model().rules = [{ type: 'deletion' }, { type: 'required_status_checks', parameters }]
      expect((await facts()).checks).toEqual({
        found: [
          { name: 'verdict', app: ACTIONS, source: RULESET },
          { name: 'a / b', app: undefined, source: RULESET },
        ],
        unseen: [],
      })
    })

    test('show a merge queue, a code owner’s review and required workflows', async () => {
      const workflows = [
        { path: '.github/workflows/coverage.yml', repository_id: 4711, ref: 'refs/heads/main' },
        { path: '.github/workflows/scan.yml', repository_id: 1 },
      ]
      model().rules = [
        { type: 'merge_queue', ruleset_source: undefined, parameters: {} },
        { type: 'pull_request', parameters: { require_code_owner_review: true } },
        { type: 'pull_request', parameters: { require_code_owner_review: false } },
        { type: 'workflows', ruleset_source: 'acme', parameters: { workflows } },
      ]
      const seen = await facts()
      expect(seen.queue.found).toEqual(['a ruleset of the repository'])
      expect(seen.ownerReviews.found).toEqual([RULESET])
      expect(seen.workflows.found).toEqual([
        { path: '.github/workflows/coverage.yml', own: true, source: 'a ruleset of acme' },
        { path: '.github/workflows/scan.yml', own: false, source: 'a ruleset of acme' },
      ])
    })

    test('are read on every page', async () => {
      sight.github.page = 2
      model().rules = Array.from({ length: 5 }, (_, index) => ({
        type: 'required_status_checks',
        parameters: { required_status_checks: [{ context: `check ${index}` }] },
      }))
      expect(names((await facts()).checks)).toEqual([0, 1, 2, 3, 4].map(index => `check ${index}`))
    })

    test('are read for a branch of any name', async () => {
      model().branch = 'release/1.0 {branch} ü#%?&'
      model().rules = [{ type: 'merge_queue' }]
      model().protection = { checks: [{ context: 'old', app_id: null }], codeOwners: true, mergeQueue: true }
      const seen = await facts()
      expect(seen.branch).toBe('release/1.0 {branch} ü#%?&')
      expect(seen.queue.found).toEqual([RULESET, CLASSIC])
      expect(names(seen.checks)).toEqual(['old'])
      expect(seen.ownerReviews.found).toEqual([CLASSIC])
    })

    test('of another shape require nothing, and break nothing', async () => {
      model().rules = [
        null,
        7,
        { type: 'required_status_checks' },
        { type: 'required_status_checks', parameters: { required_status_checks: [null, { context: 7 }] } },
        { type: 'workflows', parameters: { workflows: [{ path: 7 }, 'x'] } },
      ] as never
      const seen = await facts()
      expect([seen.checks.found, seen.workflows.found]).toEqual([[], []])
    })

    test('do not exist on the free plan, which counts as known', async () => {
      model().freePlan = true
      fault(/\/branches\/main$/, 403, { message: 'Upgrade to GitHub Pro or make this repository public' })
      const seen = await facts()
      expect(seen.unprotectable).toBe(true)
      expect(hidden(seen)).toEqual([])
    })

    test('are unseen if GitHub does not show them', async () => {
      fault(/rules\/branches/, 404)
      const seen = await facts()
      for (const part of [seen.checks, seen.workflows, seen.queue, seen.ownerReviews])
        expect(part.unseen).toMatchObject([{ what: 'the rulesets of main', needs: 'metadata' }])
      expect(hidden(seen)).toEqual(['the rulesets of main'])
    })
  })

  describe('the protection of the default branch', () => {
    test('shows a reader everything that matters', async () => {
      sight.github.role = 'read'
      model().protection = {
        checks: [
          { context: 'verdict', app_id: ACTIONS },
          { context: 'any', app_id: null },
          { context: 'old', app_id: -1 },
        ],
        codeOwners: true,
        mergeQueue: true,
      }
      const seen = await facts()
      expect(seen.checks.found).toEqual([
        { name: 'verdict', app: ACTIONS, source: CLASSIC },
        { name: 'any', app: undefined, source: CLASSIC },
        { name: 'old', app: undefined, source: CLASSIC },
      ])
      expect([seen.queue.found, seen.ownerReviews.found]).toEqual([[CLASSIC], [CLASSIC]])
      expect(hidden(seen)).toEqual([])
    })

    test('that requires neither a queue nor a review says so', async () => {
      model().protection = { checks: [] }
      const seen = await facts()
      expect([seen.queue, seen.ownerReviews]).toEqual([
        { found: [], unseen: [] },
        { found: [], unseen: [] },
      ])
    })

    test('whose checks are switched off requires none', async () => {
      model().protection = { checks: [{ context: 'x', app_id: null }], enforcement_level: 'off' }
      expect((await facts()).checks.found).toEqual([])
    })

    test('of an older server has only names', async () => {
      fault(/\/branches\/main$/, 200, {
        protected: true,
        protection: {
          enabled: true,
          required_status_checks: { contexts: ['verdict', 7], checks: [{ context: 7 }] },
        },
      })
      expect((await facts()).checks.found).toEqual([{ name: 'verdict', app: undefined, source: CLASSIC }])
    })

    test.each([
      ['an administrator', 'admin', [CLASSIC], ['whether the protection of main requires a merge queue']],
      [
        'anyone else',
        'write',
        [],
        [
          'whether the protection of main requires a merge queue',
          "whether the protection of main requires a code owner's review",
        ],
      ],
    ] as const)('is partly visible to %s without GraphQL', async (_who, role, reviews, unseen) => {
      sight.github.role = role
      model().protection = { checks: [{ context: 'x', app_id: null }], codeOwners: true }
      fault(/graphql/, 404)
      const seen = await facts()
      expect(names(seen.checks)).toEqual(['x'])
      expect(seen.ownerReviews.found).toEqual(reviews)
      expect(hidden(seen)).toEqual(unseen)
    })

    test('requires no review if administrators see none', async () => {
      model().protection = { checks: [] }
      fault(/graphql/, 404)
      expect((await facts()).ownerReviews).toEqual({ found: [], unseen: [] })
    })

    test('is not requested in detail if there is none', async () => {
      await facts()
      expect(sight.github.requests.join('\n')).not.toMatch(/graphql|protection/)
    })

    test.each([
      [404, { message: 'Branch not found' }],
      [200, { protected: true }],
      [200, { protected: true, protection: {} }],
    ])('is unseen after %d with %j', async (status, body) => {
      fault(/\/branches\/main$/, status, body)
      expect(hidden(await facts())).toEqual(['the protection of main'])
    })

    test('is none on a server that only says so', async () => {
      fault(/\/branches\/main$/, 200, { protected: false })
      expect(hidden(await facts())).toEqual([])
    })
  })

  describe('CODEOWNERS', () => {
    const rules = [{ type: 'pull_request', parameters: { require_code_owner_review: true } }]

    test('is the first of the three files that GitHub looks for', async () => {
      model().rules = rules
      model().files = { 'docs/CODEOWNERS': '* @docs', CODEOWNERS: `* @ada # ${'ü'.repeat(100)}` }
      expect((await facts()).codeowners.found).toEqual([
        { path: 'CODEOWNERS', text: model().files.CODEOWNERS },
      ])
    })

    test('is the folder’s own if it has one', async () => {
      model().rules = rules
      const codeowners = { path: 'CODEOWNERS', text: '* @ada' }
      expect((await facts({ codeowners })).codeowners.found).toEqual([codeowners])
      expect(sight.github.requests.join('\n')).not.toContain('contents')
    })

    test('counts without what GitHub does not accept in it', async () => {
      const source = '.github/ @ghost @ada'
      model().rules = rules
      model().files = { CODEOWNERS: source }
      model().codeownersErrors = [{ line: 1, column: 10, source, kind: 'Unknown owner' }]
      expect((await facts()).codeowners.found).toEqual([{ path: 'CODEOWNERS', text: '.github/  @ada' }])
    })

    test.each([
      [200, { errors: [{ kind: 'Unknown owner' }, { kind: 'Unknown owner', source: '* @ghost' }] }],
      [404, { message: 'Not Found' }],
    ])('counts unchanged after %d with %j', async (status, body) => {
      model().rules = rules
      model().files = { CODEOWNERS: '* @ghost' }
      fault(/codeowners\/errors/, status, body)
      const seen = await facts()
      expect(seen.codeowners.found).toEqual([{ path: 'CODEOWNERS', text: '* @ghost' }])
      expect(hidden(seen)).toEqual([])
    })

    test('may be missing', async () => {
      model().rules = rules
      expect((await facts()).codeowners).toEqual({ found: [], unseen: [] })
    })

    test('is not read if no review is required', async () => {
      await facts()
      expect(sight.github.requests.join('\n')).not.toContain('contents')
    })

    test.each([
      [200, { encoding: 'none', content: '' }],
      [403, { message: 'Resource not accessible by integration' }],
    ])('is unseen after %d with %j', async (status, body) => {
      model().rules = rules
      fault(/contents\/CODEOWNERS/, status, body)
      expect((await facts()).codeowners).toMatchObject({ found: [], unseen: [{ what: 'CODEOWNERS' }] })
    })
  })

  describe('secrets and variables', () => {
    test('are those of the repository and the organisation, on every page, by name only', async () => {
      sight.github.page = 1
      model().secrets = ['ONE', 'NOLAPSE_TOKEN']
      model().organisationSecrets = ['SHARED']
      model().variables = ['LEVEL', 'MODE']
      model().organisationVariables = ['NOLAPSE_TOKEN']
      const seen = await stores()
      expect(seen.secrets.found).toEqual([
        { name: 'ONE', where: 'the repository' },
        { name: 'NOLAPSE_TOKEN', where: 'the repository' },
        { name: 'SHARED', where: 'the organisation' },
      ])
      expect(names(seen.variables)).toEqual(['LEVEL', 'MODE', 'NOLAPSE_TOKEN'])
      expect(JSON.stringify(seen)).not.toContain('the value of')
    })

    test('are not requested if no workflow uses one', async () => {
      const seen = await stores({ secrets: [], environments: ['production'], dependabot: undefined })
      expect(seen.dependabot).toBeUndefined()
      expect(sight.github.requests.join('\n')).not.toMatch(/secrets|variables|environments|dependabot/)
    })

    test('of a person’s repository are all its own', async () => {
      model().kind = 'User'
      model().secrets = ['NOLAPSE_TOKEN']
      fault(/organization-/, 404)
      const seen = await stores()
      expect(names(seen.secrets)).toEqual(['NOLAPSE_TOKEN'])
      expect(hidden(seen)).toEqual([])
    })

    test('that are not for a reader are each unseen', async () => {
      sight.github.role = 'read'
      model().environments = { production: { secrets: [], variables: [] } }
      expect(hidden(await stores({ environments: ['production'] }))).toEqual([
        'the secrets of the repository',
        'the secrets of the organisation',
        'the variables of the repository',
        'the variables of the organisation',
        'the secrets of the environment production',
        'the variables of the environment production',
        "Dependabot's secrets of the repository",
        "Dependabot's secrets of the organisation",
      ])
    })

    test.each(['production', 'Prod / EU west', 'grün 100%', '...', '{owner}?x#y'])(
      'of the environment %p are found',
      async name => {
        model().environments = { [name]: { secrets: ['NOLAPSE_TOKEN'], variables: ['MODE'] } }
        const { environments } = await stores({ environments: [name, name.toUpperCase()] })
        expect([...environments.keys()]).toEqual([name.toLowerCase()])
        const found = environments.get(name.toLowerCase())
        const where = `the environment ${name.toLowerCase()}`
        expect(found).toEqual({
          secrets: { found: [{ name: 'NOLAPSE_TOKEN', where }], unseen: [] },
          variables: { found: [{ name: 'MODE', where }], unseen: [] },
        })
      },
    )

    test.each(['.', '..'])(
      'of the environment %p are not requested, because its address would be another',
      async name => {
        expect(hidden(await stores({ environments: [name] }))).toEqual([`the environment ${name}`])
        expect(sight.github.requests.join('\n')).not.toContain('environments')
      },
    )

    test('of an environment that does not exist are none', async () => {
      const seen = await stores({ environments: ['production'] })
      expect(seen.environments.get('production')?.secrets).toEqual({ found: [], unseen: [] })
      expect(hidden(seen)).toEqual([])
    })

    test('of an environment that GitHub hides are unseen', async () => {
      model().environments = { production: { secrets: [], variables: [] } }
      fault(/environments\/production\//, 404)
      expect(hidden(await stores({ environments: ['production'] }))).toEqual([
        'the secrets of the environment production',
        'the variables of the environment production',
      ])
    })
  })

  describe("Dependabot's secrets", () => {
    test('are its own', async () => {
      model().dependabotSecrets = ['nolapse_token']
      const seen = await stores()
      expect(names(seen.dependabot as never)).toEqual(['nolapse_token'])
      // Only owners see the secrets of the organisation, so they are not requested unless needed.
      expect(sight.github.requests.join('\n')).not.toContain('orgs/')
    })

    test.each([
      ['all', { visibility: 'all' }, true, true],
      ['private ones, and it is private', { visibility: 'private' }, true, true],
      ['private ones, and it is public', { visibility: 'private' }, false, false],
      ['this one among others', { visibility: 'selected', repositories: ['acme/x', 'Acme/API'] }, true, true],
      ['others', { visibility: 'selected', repositories: ['acme/x'] }, true, false],
      ['no one can tell', { visibility: 'odd' }, true, false],
    ] as const)('may be the organisation’s, for %s', async (_for, shared, isPrivate, there) => {
      sight.github.page = 1
      model().private = isPrivate
      model().organisationDependabotSecrets = [
        { name: 'OTHER', visibility: 'all' },
        { name: 'NOLAPSE_TOKEN', ...shared } as never,
      ]
      expect(names((await stores()).dependabot as never)).toEqual(there ? ['NOLAPSE_TOKEN'] : [])
    })

    test('of the organisation are unseen without admin:org', async () => {
      sight.github.scopes = ['repo']
      expect(hidden(await stores())).toEqual(["Dependabot's secrets of the organisation"])
    })

    test('of the organisation are unseen if GitHub does not say with whom they are shared', async () => {
      model().organisationDependabotSecrets = [{ name: 'NOLAPSE_TOKEN', visibility: 'selected' }]
      fault(/NOLAPSE_TOKEN\/repositories/, 403)
      expect(hidden(await stores())).toEqual(["Dependabot's secrets of the organisation"])
    })

    test('of a person’s repository are its own alone', async () => {
      model().kind = 'User'
      expect((await stores()).dependabot).toEqual({ found: [], unseen: [] })
    })

    test('do not matter without a dependabot.yml', async () => {
      expect((await stores({ dependabot: false })).dependabot).toBeUndefined()
      expect((await stores({ dependabot: undefined })).dependabot).toBeUndefined()
    })

    test.each(['yml', 'yaml'])('matter if GitHub has a dependabot.%s', async end => {
      model().files = { [`.github/dependabot.${end}`]: 'version: 2' }
      expect((await stores({ dependabot: undefined })).dependabot).toBeDefined()
    })
  })

  test('say what was seen', async () => {
    model().protection = { checks: [], codeOwners: true }
    model().environments = { production: { secrets: [], variables: [] } }
    const { checked } = await stores({ environments: ['production'] })
    expect(checked).toEqual([
      'the rulesets of main',
      'the protection of main',
      'the merge queue',
      'CODEOWNERS',
      'the secrets of the environment production',
      'the secrets of the organisation',
      'the secrets of the repository',
      'the variables of the environment production',
      'the variables of the organisation',
      'the variables of the repository',
      "Dependabot's secrets of the organisation",
      "Dependabot's secrets of the repository",
    ])
  })

  test('are partly unseen if a part of GitHub hangs', async () => {
    sight.github.faults.push(path => path.includes('organization-secrets'))
    const seen = await stores({}, { limit: 3_000 })
    expect(unseenIn(seen)).toEqual([
      { what: 'the secrets of the organisation', needs: 'secrets', cause: { kind: 'silent' } },
    ])
  })

  describe('are none', () => {
    test('if gh is not installed', async () => {
      expect(await look({}, { gh: undefined })).toEqual({
        kind: 'nothing',
        why: '`gh`, the command line of GitHub, is not on the PATH.',
        remedy: `Install it from https://cli.github.com and run \`gh auth login --hostname ${sight.github.host}\`.`,
      })
    })

    test('if GH_HOST is an address instead of a name', async () => {
      const repository = { host: 'https://ghe.example.com', owner: 'acme', name: 'api' }
      expect(await look({}, { repository })).toMatchObject({ why: 'GH_HOST is not the name of a host.' })
    })

    test('if the token no longer counts', async () => {
      sight.github.role = 'anonymous'
      expect(await look()).toEqual({
        kind: 'nothing',
        why: `gh is not signed in to ${sight.github.host}.`,
        remedy: `Run \`gh auth login --hostname ${sight.github.host}\`, or set GH_ENTERPRISE_TOKEN.`,
      })
    })

    test('if the repository is not there, or hidden', async () => {
      sight.github.role = 'stranger'
      expect(await look()).toEqual({
        kind: 'nothing',
        why: 'GitHub does not show acme/api to the user of gh (404, "Not Found").',
        remedy: 'Check the name of the repository, and that the user of gh may read it.',
      })
    })

    test('beyond the rate limit', async () => {
      fault(/./, 403, { message: 'API rate limit exceeded for user ID 1.' })
      expect(await look()).toMatchObject({
        why: "GitHub's rate limit is reached.",
        remedy: 'Run again later.',
      })
    })

    test('if GitHub hangs', async () => {
      sight.github.faults.push(() => true)
      expect(await look({}, { limit: 1 })).toMatchObject({ why: 'GitHub did not answer in time.' })
    })

    test.each([[[]], [{}], [{ default_branch: 7 }]])('if the server is not GitHub (%j)', async body => {
      fault(/api$/, 200, body)
      expect(await look()).toMatchObject({ why: expect.stringContaining('gh got no usable answer from') })
    })
  })
})

test('on github.com a check of another app than GitHub Actions is not a job', () => {
  const repository = { host: 'github.com', owner: 'acme', name: 'api' }
  const check = (app: number | undefined) => ({ name: 'x', app, source: '' })
  expect([undefined, ACTIONS, 1].map(app => mayBeActions(repository, check(app)))).toEqual([
    true,
    true,
    false,
  ])
  expect(mayBeActions({ ...repository, host: 'ghe.example.com' }, check(1))).toBe(true)
})
