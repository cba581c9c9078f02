import { describe, expect, test } from '@jest/globals'
import type { Flaw } from '../../../src/gate/token.ts'
import type { Verdict } from '../../../src/gate/verdict.ts'
import { hintsOnForgejo } from '../../../src/messages/causes/forgejo.ts'
import type { Run } from '../../../src/messages/causes/fork.ts'
import { hintsOnGitHub } from '../../../src/messages/causes/github.ts'

const MISSING: Verdict = { reason: 'missing', absence: 'unset' }
const malformed = (flaw: Flaw): Verdict => ({ reason: 'malformed', flaw, length: 46 })
const INVALID: Verdict = { reason: 'invalid', said: '', requestId: '' }
const UNTRUSTED: Verdict = { reason: 'untrusted', code: 'CERT_HAS_EXPIRED' }

const run = (payload: Run['payload'] = {}, actor = 'octocat'): Run => ({
  eventName: 'pull_request',
  actor,
  payload,
})
const pull = (head: object | null, base: object = { repo: { id: 1 } }) => ({ pull_request: { head, base } })
const FROM_A_FORK = run(pull({ repo: { id: 2 } }))
const IN_A_FORK = run({ repository: { fork: true } })

describe.each([
  ['GitHub', hintsOnGitHub, 'Settings → Secrets and variables → Actions'],
  ['Forgejo and Gitea', hintsOnForgejo, 'Settings → Actions → Secrets'],
] as const)('On %s', (_, hints, page) => {
  test('a pull request from a fork has no secrets, and that is the only cause', () => {
    expect(hints(MISSING, FROM_A_FORK)).toMatchObject({
      causes: [expect.stringContaining('comes from a fork')],
      remedy: expect.stringContaining('tolerate: missing'),
      noTokenHere: true,
    })
  })

  test('a run in a fork has no secrets of the original repository, and that is the only cause', () => {
    expect(hints(MISSING, IN_A_FORK)).toMatchObject({
      causes: [expect.stringContaining('This repository is a fork')],
      remedy: expect.stringContaining(page),
      noTokenHere: true,
    })
  })

  test('the remedy for a missing token names the settings page and the line that passes it on', () => {
    for (const elsewhere of [undefined, run(), run(pull({ repo: { id: 1 } }))]) {
      const { causes, remedy, noTokenHere } = hints(MISSING, elsewhere)
      expect(remedy).toContain(page)
      expect(remedy).toContain('with: token: ${{ secrets.NOLAPSE_TOKEN }}')
      expect(causes.join()).toMatch(/misspelt.*secrets: inherit/)
      expect(causes.length).toBeLessThanOrEqual(3)
      expect(noTokenHere).toBeUndefined()
    }
  })

  test('`token: $NOLAPSE_TOKEN` is explained: nothing replaces it there, even in a fork', () => {
    for (const where of [undefined, FROM_A_FORK])
      expect(hints({ reason: 'missing', absence: 'unexpanded' }, where)).toMatchObject({
        causes: [expect.stringMatching(/with:.*\$NAME/)],
        remedy: expect.stringContaining('${{ secrets.NOLAPSE_TOKEN }}'),
      })
  })

  test('a malformed token keeps the remedy for its flaw and adds where to store it', () => {
    const stored = expect.stringMatching(/gh secret set|Settings → Actions → Secrets/)
    for (const flaw of ['quotes', 'vendor:GitHub', 'before-v0.2.0'] as const)
      expect(hints(malformed(flaw))).toEqual({ causes: [], addition: stored })
  })

  test('a rejected token or another organisation can be caused by a secret that overrides the right one', () => {
    for (const verdict of [INVALID, { reason: 'wrong-org', orgId: 'org_other', requestId: '' } as const])
      expect(hints(verdict).causes).toEqual([expect.stringContaining('overrides')])
  })

  test('other reasons have nothing to do with the secret', () => {
    expect(hints(UNTRUSTED, run())).toEqual({ causes: [] })
  })
})

test("on GitHub, Dependabot's runs use their own secrets", () => {
  expect(hintsOnGitHub(MISSING, run(pull({ repo: { id: 1 } }), 'dependabot[bot]'))).toMatchObject({
    causes: [expect.stringContaining('Dependabot')],
    remedy: expect.stringContaining('Settings → Secrets and variables → Dependabot'),
  })
})

test('on GitHub, a Dependabot run whose event has a field on only one side is not from a fork', () => {
  const event = pull({ repo: { id: 1 } }, { repo: { id: 1, full_name: 'acme/api', fork: false } })
  expect(hintsOnGitHub(MISSING, run(event, 'dependabot[bot]')).causes).toEqual([
    expect.stringContaining('Dependabot'),
  ])
})

test('on GitHub, an environment secret is named as well', () => {
  expect(hintsOnGitHub(MISSING).causes.join()).toContain('`environment:`')
})

test('on Forgejo and Gitea, no message mentions GitHub or gh', () => {
  for (const verdict of [MISSING, malformed('quotes'), INVALID])
    for (const where of [undefined, FROM_A_FORK, IN_A_FORK])
      expect(JSON.stringify(hintsOnForgejo(verdict, where))).not.toMatch(/GitHub|Dependabot|\bgh\b/)
})
