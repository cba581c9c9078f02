import { describe, expect, test } from '@jest/globals'
import type { Verdict } from '../../../src/gate/verdict.ts'
import { likelyCauses } from '../../../src/messages/causes/ci.ts'

const MISSING: Verdict = { reason: 'missing', absence: 'unset' }
const MALFORMED: Verdict = { reason: 'malformed', flaw: 'prefix', length: 9 }
const INVALID: Verdict = { reason: 'invalid', said: '', requestId: '' }
const UNTRUSTED: Verdict = { reason: 'untrusted', code: 'CERT_HAS_EXPIRED' }

const CIS: [name: string, env: NodeJS.ProcessEnv, missing: RegExp, malformed: RegExp, invalid: RegExp][] = [
  ['GitLab', { GITLAB_CI: 'true' }, /protected/, /type File/, /project's variable hides its group's/],
  [
    'Jenkins by its URL',
    { JENKINS_URL: 'https://ci' },
    /credentials\(/,
    /Secret text/,
    /folder's credential/,
  ],
  ['Jenkins without one', { BUILD_TAG: 'jenkins-1' }, /credentials\(/, /Secret text/, /folder's credential/],
  ['Bitbucket', { BITBUCKET_BUILD_NUMBER: '1' }, /secured variable/, /quotes/, /deployment's variable/],
  ['GitHub', { GITHUB_ACTIONS: 'true' }, /secrets\.NOLAPSE_TOKEN/, /gh secret set/, /secret/],
  ['a terminal', {}, /read -rs NOLAPSE_TOKEN/, /copied/, /\.env file/],
]

describe.each(CIS)('In %s', (_, env, missing, malformed, invalid) => {
  test('a bad token has the causes of that place', () => {
    expect(likelyCauses(MISSING, env).join('\n')).toMatch(missing)
    expect(likelyCauses(MALFORMED, env).join('\n')).toMatch(malformed)
    expect(likelyCauses(INVALID, env).join('\n')).toMatch(invalid)
  })

  test('what has nothing to do with how the token got here has none', () => {
    expect(likelyCauses(UNTRUSTED, env)).toEqual([])
  })
})

describe('In GitLab', () => {
  const first = (env: NodeJS.ProcessEnv, verdict = MISSING) =>
    likelyCauses(verdict, { GITLAB_CI: 'true', ...env })[0]

  test('an unexpanded name is explained by the line in variables: that brings it', () => {
    expect(first({}, { reason: 'missing', absence: 'unexpanded' })).toContain(
      '`NOLAPSE_TOKEN: $NOLAPSE_TOKEN`',
    )
  })

  test('a merge request from a fork is told as such', () => {
    const ids = { CI_MERGE_REQUEST_PROJECT_ID: '1', CI_MERGE_REQUEST_SOURCE_PROJECT_ID: '2' }
    expect(first(ids)).toContain('from a fork')
    expect(first({ ...ids, CI_MERGE_REQUEST_SOURCE_PROJECT_ID: '1' })).not.toContain('from a fork')
  })

  test('protected variables are no cause on a protected branch', () => {
    expect(first({ CI_COMMIT_REF_PROTECTED: 'false' })).toContain('is protected')
    expect(first({ CI_COMMIT_REF_PROTECTED: 'true' })).not.toContain('is protected')
  })
})
