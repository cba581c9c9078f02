import { expect, test } from '@jest/globals'
import { judge } from '../../../src/lint/judge.ts'
import { findingsOf, GATE, onPullRequest, workflowOf } from '../../support/lint.ts'

const coverage = (lines = '') => `
  coverage:
    ${lines}
    runs-on: ubuntu-latest
    steps: [{run: nolapse run}]
`

test('shows the case and which checks to require instead', async () => {
  const text = onPullRequest(GATE + coverage('needs: gate'))
  expect(await findingsOf('bypass', text, { required: ['coverage'] })).toEqual([
    '13:3 A pull request can be merged without a nolapse run that passed. The case: a pull request on a branch of the repository, token missing, nolapse does not run; jobs: gate failure, coverage skipped. → Require `gate` and `coverage` instead.',
  ])
})

test('says what to write if no check is enough', async () => {
  const found = await findingsOf('bypass', onPullRequest(coverage("if: github.head_ref != 'x'")))
  expect(found).toEqual([expect.stringContaining("Assumed: github.head_ref is 'x'.")])
  expect(found[0]).toMatch(
    / → Add a last job with `if: \$\{\{ always\(\) \}\}` that needs the others and fails unless nolapse’s job ended with `success`, and require that job\.$/,
  )
})

test('names every assumption', async () => {
  const text = onPullRequest(coverage("if: github.head_ref != 'x' || github.event.pull_request.title != 'y'"))
  expect(await findingsOf('bypass', text)).toEqual([
    expect.stringContaining("Assumed: github.head_ref is 'x'; github.event.pull_request.title is 'y'. →"),
  ])
})

test('suggests checks that are enough for the event of the case, in this repository', async () => {
  const only = (event: string) => `
  ${event}:
    if: github.event_name == '${event}' && github.repository == 'acme/api'
    runs-on: ubuntu-latest
    steps: [{run: nolapse run}]
`
  const text = `on: [pull_request, merge_group]\njobs:${only('pull_request')}${only('merge_group')}
  other: {runs-on: ubuntu-latest, steps: [{run: make}]}
`
  const found = await findingsOf('bypass', text, { required: ['other'], repository: 'acme/api' })
  expect(found.map(one => one.split(' → ')[1])).toEqual([
    'Require `pull_request` instead.',
    'Require `merge_group` instead.',
  ])
})

test('suggests no check that is enough only for the other event', async () => {
  const text = `on: [pull_request, merge_group]
jobs:
  coverage:
    if: github.event_name == 'merge_group'
    runs-on: ubuntu-latest
    steps: [{run: nolapse run}]
  other: {runs-on: ubuntu-latest, steps: [{run: make}]}
`
  const found = await findingsOf('bypass', text, { required: ['other'] })
  expect(found.map(one => one.split(' → ')[1]?.slice(0, 14))).toEqual(['Add a last job', 'Require `cover'])
})

test('is reported in its own file', async () => {
  const workflows = [
    await workflowOf(onPullRequest(coverage()), { file: 'a.yml' }),
    await workflowOf(
      onPullRequest(`\n  other: {runs-on: x, steps: [{run: make}]}${coverage('if: failure()')}`),
      {
        file: 'b.yml',
      },
    ),
  ]
  const { findings } = judge(workflows, { required: null })
  expect(findings.filter(({ rule }) => rule === 'bypass')).toMatchObject([
    { file: 'b.yml', line: 4, ofProof: true },
  ])
})

test('an unproven case names what it assumes', async () => {
  expect(
    await findingsOf('unproven', onPullRequest(coverage('if: vars.ON')), { required: ['coverage'] }),
  ).toEqual([
    expect.stringContaining('may be possible to merge a pull request without a nolapse run that passed.'),
  ])
})

test('too many cases are unproven, and the finding says so', async () => {
  let time = 0
  const options = { required: ['coverage'], limit: 0, now: () => time++ }
  expect(await findingsOf('unproven', onPullRequest(coverage()), options)).toEqual([
    expect.stringContaining(
      'Time ran out before all cases were checked. None of the 0 checked so far shows a way around nolapse.',
    ),
  ])
})

test('a proof is not a finding', async () => {
  expect(await findingsOf('bypass', onPullRequest(coverage()), { required: ['coverage'] })).toEqual([])
})
