import { expect, test } from '@jest/globals'
import { causesOnGitHub, type Run } from '../../../src/messages/causes/github.ts'

const run = (payload: Run['payload'] = {}, actor = 'octocat'): Run => ({
  eventName: 'pull_request',
  actor,
  payload,
})
const pull = (head: object | null, base: object = { repo: { id: 1 } }) => ({ pull_request: { head, base } })

test('a pull request from a fork has no secrets, and that is all there is to say', () => {
  expect(causesOnGitHub('missing', run(pull({ repo: { id: 2 } })))).toEqual([
    expect.stringMatching(/fork[\s\S]*tolerate: missing/),
  ])
})

test('a fork is known by whatever the event tells of it', () => {
  for (const [head, base] of [
    [{ full_name: 'stranger/api' }, { full_name: 'acme/api' }],
    [{ fork: true }, { fork: false }],
  ] as const)
    expect(causesOnGitHub('missing', run(pull({ repo: head }, { repo: base })))).toEqual([
      expect.stringContaining('fork'),
    ])
})

test('a pull request within a repository that is itself a fork is not from one', () => {
  const repo = { id: 1, full_name: 'acme/api', fork: true }
  expect(causesOnGitHub('missing', run(pull({ repo }, { repo })))).not.toContainEqual(
    expect.stringContaining('from a fork'),
  )
})

test('so it is where the fork has been deleted, or Dependabot runs there', () => {
  for (const actor of ['octocat', 'dependabot[bot]'])
    expect(causesOnGitHub('missing', run(pull({ repo: null }), actor))[0]).toMatch(/fork/)
})

test("Dependabot's runs have secrets of their own", () => {
  expect(causesOnGitHub('missing', run(pull({ repo: { id: 1 } }), 'dependabot[bot]'))).toEqual([
    expect.stringMatching(/Dependabot/),
  ])
})

test('elsewhere every usual way to miss a secret is named', () => {
  for (const elsewhere of [undefined, run(), run(pull({ repo: { id: 1 } }))]) {
    const causes = causesOnGitHub('missing', elsewhere).join('\n')
    for (const usual of ['misspelled', 'with: token:', 'secrets: inherit', 'environment:'])
      expect(causes).toContain(usual)
  }
})

test('malformed and refused tokens have causes here, other reasons do not', () => {
  expect(causesOnGitHub('malformed')).toEqual([expect.stringContaining('gh secret set')])
  expect(causesOnGitHub('invalid')).toEqual([expect.stringContaining('replaced')])
  expect(causesOnGitHub('unavailable', run())).toEqual([])
})
