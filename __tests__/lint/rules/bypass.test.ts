import { expect, test } from '@jest/globals'
import { findingsOf, GATE, onPullRequest } from '../../support/lint.ts'

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
  expect(found[0]).toContain('→ Add a last job with `if: ${{ always() }}` that needs the others')
})

test('an unproven case names what it assumes', async () => {
  expect(
    await findingsOf('unproven', onPullRequest(coverage('if: vars.ON')), { required: ['coverage'] }),
  ).toEqual([expect.stringContaining('can perhaps be merged without a nolapse run that passed.')])
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
