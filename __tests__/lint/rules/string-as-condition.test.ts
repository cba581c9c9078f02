import { expect, test } from '@jest/globals'
import { stringAsCondition } from '../../../src/lint/rules/string-as-condition.ts'
import { findingsOf, foundAlone, GATE, onPullRequest } from '../../support/lint.ts'

const report = (condition: string) =>
  onPullRequest(`${GATE}
  report:
    needs: gate
    if: \${{ ${condition} }}
    runs-on: ubuntu-latest
    steps:
      - run: ./report
`)

test.each([
  ['needs.gate.outputs.valid', 'needs.gate.outputs.valid'],
  ['!needs.gate.outputs.valid', 'needs.gate.outputs.valid'],
  ['always() && needs.gate.outputs.valid', 'needs.gate.outputs.valid'],
  ["needs.gate.outputs.valid || github.actor == 'x'", 'needs.gate.outputs.valid'],
  ["(needs.gate.outputs.valid) && 'a'", 'needs.gate.outputs.valid'],
  ["needs['gate'].outputs.valid", 'needs.gate.outputs.valid'],
  ['(needs.gate.outputs.valid || failure())', 'needs.gate.outputs.valid'],
])('%s is true for the string `false`', async (condition, written) => {
  expect(await findingsOf('string-as-condition', report(condition))).toEqual([
    `15:9 \`${written}\` is used as a condition, but an output is a string: the string 'false' counts as true. → Compare it: \`${written} == 'true'\`.`,
  ])
})

test.each(['needs.gate.outputs.reason', '!needs.gate.outputs.reason'])(
  '%s is never empty',
  async condition => {
    expect(await findingsOf('string-as-condition', report(condition))).toEqual([
      "15:9 `needs.gate.outputs.reason` is used as a condition, but an output is a string: it is never empty, so it always counts as true. → Compare it: `needs.gate.outputs.reason == '…'`.",
    ])
  },
)

test.each([
  "needs.gate.outputs.valid == 'true'",
  "needs.gate.outputs.valid != 'false' && needs.gate.outputs.reason == 'ok'",
  'fromJSON(needs.gate.outputs.valid)',
  "contains(needs.gate.outputs.reason || 'none', 'ok')",
  'success()',
  'needs.none.outputs.valid',
  'github.event.outputs.valid',
])('%s is a comparison', async condition => {
  expect(await foundAlone(stringAsCondition, report(condition))).toEqual([])
})

test('the last operand of a value is the value, not a condition', async () => {
  const step = (value: string) => inSteps(`env: {A: "\${{ ${value} }}"}`)
  expect(await foundAlone(stringAsCondition, step('github.sha && steps.gate.outputs.valid'))).toEqual([])
  expect(await foundAlone(stringAsCondition, step('steps.gate.outputs.valid && github.sha'))).toHaveLength(1)
})

const inSteps = (step: string, gate = 'uses: nolapse/token-action@v1') =>
  onPullRequest(`
  coverage:
    runs-on: ubuntu-latest
    steps:
      - id: gate
        ${gate}
      - ${step}
        run: nolapse run
`)

test('steps and values are judged in the same way', async () => {
  expect(await findingsOf('string-as-condition', inSteps('if: steps.gate.outputs.valid'))).toHaveLength(1)
  expect(await findingsOf('string-as-condition', inSteps('if: steps.gate.outputs.org_id'))).toEqual([])
  expect(
    await findingsOf(
      'string-as-condition',
      inSteps("env: {A: \"${{ steps.gate.outputs.valid && 'a' || 'b' }}\"}"),
    ),
  ).toHaveLength(1)
  expect(
    await findingsOf(
      'string-as-condition',
      inSteps('env: {A: "${{ steps.gate.outputs.scopes || \'[]\' }}"}'),
    ),
  ).toEqual([])
  expect(await findingsOf('string-as-condition', inSteps('if: steps.gate.outputs.scopes'))).toHaveLength(1)
  expect(
    await findingsOf(
      'string-as-condition',
      inSteps('if: steps.gate.outputs.valid', 'uses: nolapse/token-action/run@v1'),
    ),
  ).toHaveLength(1)
  expect(
    await findingsOf('string-as-condition', inSteps('if: steps.gate.outputs.valid', 'uses: acme/other@v1')),
  ).toEqual([])
  expect(await findingsOf('string-as-condition', inSteps('if: steps.other.outputs.valid'))).toEqual([])
  expect(await findingsOf('string-as-condition', inSteps('if: steps.gate.outcome'))).toEqual([])
})

test('an output is followed through the jobs and files that pass it on', async () => {
  const use = (job: string, what = 'ok') =>
    onPullRequest(`${job}
  report:
    needs: gate
    if: needs.gate.outputs.${what}
    runs-on: ubuntu-latest
    steps: [{run: ./report}]
`)
  const mapped = (value: string) => `
  gate:
    runs-on: ubuntu-latest
    outputs: {ok: "${value}"}
    steps:
      - id: gate
        uses: nolapse/token-action@v1
`
  for (const value of [
    "${{ (steps.gate.outputs.valid == 'true') }}",
    "${{ !contains('a', 'b') }}",
    'true',
    "${{ github.sha == 'x' && contains('a', 'b') }}",
  ])
    expect(await findingsOf('string-as-condition', use(mapped(value)))).toHaveLength(1)
  for (const value of [
    "${{ steps.gate.outputs.valid == 'true' && 'yes' || '' }}",
    'yes',
    "${{ format('{0}', 1) }}",
    '${{ github.sha }}',
  ])
    expect(await findingsOf('string-as-condition', use(mapped(value)))).toEqual([])
  const call = '\n  gate:\n    uses: nolapse/token-action/.github/workflows/token-gate.yml@v1\n'
  expect(await findingsOf('string-as-condition', use(call, 'valid'))).toHaveLength(1)
  expect(await findingsOf('string-as-condition', use(call, 'org_id'))).toEqual([])
  expect(
    await findingsOf(
      'string-as-condition',
      use('\n  gate:\n    uses: acme/ci/.github/workflows/gate.yml@v1\n'),
    ),
  ).toEqual([])
  const files = {
    'gate/action.yml': `name: Gate
description: The gate
outputs: {ok: {description: ok, value: '\${{ steps.inner.outputs.valid }}'}}
runs:
  using: composite
  steps:
    - id: inner
      uses: nolapse/token-action@v1
`,
  }
  const composite = onPullRequest(`
  coverage:
    runs-on: ubuntu-latest
    steps:
      - {id: gate, uses: ./gate}
      - {if: steps.gate.outputs.ok, run: nolapse run}
`)
  expect(await findingsOf('string-as-condition', composite, { files })).toHaveLength(1)
})

test('the outputs of alls-green are strings too', async () => {
  const green = onPullRequest(`
  verdict:
    runs-on: ubuntu-latest
    steps:
      - {id: green, uses: re-actors/alls-green@v1, with: {jobs: '\${{ toJSON(needs) }}'}}
      - {if: steps.green.outputs.success, run: ./report}
      - {if: steps.green.outputs.result, run: ./report}
`)
  expect(await findingsOf('string-as-condition', green)).toHaveLength(2)
})
