import { describe, expect, test } from '@jest/globals'
import type { Verdict } from '../../../src/gate/verdict.ts'
import { hintsFor } from '../../../src/messages/causes/ci.ts'

const MISSING: Verdict = { reason: 'missing', absence: 'unset' }
const MALFORMED: Verdict = { reason: 'malformed', flaw: 'prefix', length: 46 }
const INVALID: Verdict = { reason: 'invalid', said: '', requestId: '' }
const UNTRUSTED: Verdict = { reason: 'untrusted', code: 'CERT_HAS_EXPIRED' }

const CIS: [name: string, env: NodeJS.ProcessEnv, missing: RegExp, malformed: RegExp, invalid: RegExp][] = [
  ['GitLab', { GITLAB_CI: 'true' }, /protected/, /type File/, /project's variable overrides its group's/],
  [
    'Jenkins by its URL',
    { JENKINS_URL: 'https://ci' },
    /credentials\(/,
    /Secret text/,
    /folder's credential/,
  ],
  ['Jenkins without one', { BUILD_TAG: 'jenkins-1' }, /credentials\(/, /Secret text/, /folder's credential/],
  [
    'Bitbucket',
    { BITBUCKET_BUILD_NUMBER: '1' },
    /secured variable/,
    /Repository variables/,
    /deployment's variable/,
  ],
  [
    'Forgejo',
    { GITHUB_ACTIONS: 'true', FORGEJO_ACTIONS: 'true' },
    /Actions → Secrets/,
    /Actions → Secrets/,
    /secret/,
  ],
  [
    'Gitea',
    { GITHUB_ACTIONS: 'true', GITEA_ACTIONS: 'true' },
    /Actions → Secrets/,
    /Actions → Secrets/,
    /secret/,
  ],
  ['GitHub', { GITHUB_ACTIONS: 'true' }, /secrets\.NOLAPSE_TOKEN/, /gh secret set/, /secret/],
  ['a terminal', {}, /read -rs NOLAPSE_TOKEN/, /read -rs/, /\.env file/],
]

describe.each(CIS)('In %s', (_, env, missing, malformed, invalid) => {
  const told = (verdict: Verdict) => {
    const { causes, remedy, addition } = hintsFor(verdict, env)
    return [...causes, remedy, addition].join('\n')
  }

  test('a bad token has the likely causes on that CI', () => {
    expect(told(MISSING)).toMatch(missing)
    expect(told(MALFORMED)).toMatch(malformed)
    expect(told(INVALID)).toMatch(invalid)
    expect(told({ reason: 'wrong-org', orgId: 'org_other', requestId: '' })).toMatch(invalid)
  })

  test('a value with an obvious flaw has no further causes', () => {
    for (const flaw of ['vendor:GitHub', 'quotes', 'before-v0.2.0'] as const)
      expect(hintsFor({ reason: 'malformed', flaw, length: 40 }, env).causes).toEqual([])
  })

  test('a verdict that does not depend on where the token is stored has no causes', () => {
    expect(hintsFor(UNTRUSTED, env)).toEqual({ causes: [] })
  })
})

test('in Jenkins, a pull request from a fork is not a cause: its build can use the credentials', () => {
  expect(hintsFor(MISSING, { JENKINS_URL: 'https://ci' }).causes.join()).not.toContain('fork')
})

test.each([
  ['GitLab', { GITLAB_CI: 'true' }, /\.gitlab-ci\.yml/],
  ['Jenkins', { JENKINS_URL: 'https://ci' }, /credentials\(/],
  ['Bitbucket', { BITBUCKET_BUILD_NUMBER: '1' }, /secured variable/],
])('in %s, text that was not replaced gets a remedy of that CI, not one for workflows', (_, env, remedy) => {
  for (const flaw of ['variable', 'expression'] as const)
    expect(hintsFor({ reason: 'malformed', flaw, length: 20 }, env).remedy).toMatch(remedy)
  expect(hintsFor(MALFORMED, env).remedy).toBeUndefined()
})

describe('In GitLab', () => {
  const hints = (env: NodeJS.ProcessEnv, verdict = MISSING) =>
    hintsFor(verdict, { GITLAB_CI: 'true', ...env })

  test('an unexpanded name is explained by the line under variables: that causes it', () => {
    const { causes, remedy } = hints({}, { reason: 'missing', absence: 'unexpanded' })
    expect(causes[0]).toContain('`NOLAPSE_TOKEN: $NOLAPSE_TOKEN`')
    expect(remedy).toMatch(/^Remove that line/)
  })

  test('a merge request from a fork is named as such', () => {
    const ids = { CI_MERGE_REQUEST_PROJECT_ID: '1', CI_MERGE_REQUEST_SOURCE_PROJECT_ID: '2' }
    expect(hints(ids)).toMatchObject({ causes: [expect.stringContaining('fork')], noTokenHere: true })
    expect(hints({ ...ids, CI_MERGE_REQUEST_SOURCE_PROJECT_ID: '1' }).noTokenHere).toBeUndefined()
  })

  test('protected variables are not a cause on a protected branch', () => {
    expect(hints({ CI_COMMIT_REF_PROTECTED: 'false' }).causes[0]).toContain('is protected')
    expect(hints({ CI_COMMIT_REF_PROTECTED: 'true' }).causes[0]).not.toContain('is protected')
  })
})
