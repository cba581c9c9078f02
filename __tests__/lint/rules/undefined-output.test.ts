import { expect, test } from '@jest/globals'
import { undefinedOutput } from '../../../src/lint/rules/undefined-output.ts'
import { findingsOf, foundAlone, GATE, onPullRequest } from '../../support/lint.ts'

const after = (needs: string, value: string, more = '') =>
  onPullRequest(`${GATE}
  other:
    runs-on: ubuntu-latest
    steps: [{run: ./other}]
${more}
  report:
    needs: ${needs}
    runs-on: ubuntu-latest
    env: {VALUE: "\${{ ${value} }}"}
    steps: [{run: ./report}]
`)

test.each([
  ['[gate]', 'needs.gate.outputs.vaild', 'the job `gate` has no output `vaild`', 'Did you mean `valid`?'],
  [
    '[gate]',
    'needs.gate.outputs.org_id',
    'the job `gate` has no output `org_id`',
    'Map it in the `outputs` of `gate`.',
  ],
  ['[gate]', 'needs.gate.valid', 'a job has `result` and `outputs`', 'Write `needs.gate.outputs.valid`.'],
  ['[gate]', 'needs.gate.vald', 'a job has `result` and `outputs`', 'Name an output of the job.'],
  [
    '[gate]',
    'needs.other.outputs.x',
    'the job `report` does not need the job `other`',
    'Add `other` to the `needs` of `report`.',
  ],
  ['[gate]', 'needs.other.result', 'the job `report` does not need the job `other`', 'Add `other`'],
  ['[gate]', 'needs.gat.outputs.valid', 'there is no job `gat`', 'Did you mean `gate`?'],
  ['[gate]', 'needs.elsewhere.outputs.valid', 'there is no job `elsewhere`', 'Name a job that it needs.'],
  ['[gate]', 'steps.gate.outputs.valid', 'no step of the job has the id `gate`', 'Give the step `id: gate`.'],
])('needs %s, %s: %s', async (needs, value, why, remedy) => {
  // A job's `env` sees no steps: there GitHub itself refuses it.
  const text = value.startsWith('steps')
    ? after(needs, 'github.sha').replace('run: ./report', `run: "./report \${{ ${value} }}"`)
    : after(needs, value)
  const found = await findingsOf('undefined-output', text)
  expect(found).toEqual([expect.stringContaining(`\`${value}\` is always empty: ${why}`)])
  expect(found[0]).toContain(remedy)
})

test.each([
  ['gate', 'needs.gate.outputs.valid'],
  ['gate', 'needs.GATE.outputs.Valid'],
  ['gate', 'needs.gate.outputs.*'],
  ['gate', 'toJSON(needs.gate.outputs)'],
  ['[gate, other]', 'needs.other.result'],
  ['[gate, other]', 'needs.*.result'],
  ['gate', 'needs[github.job].outputs.x'],
  ['gate', 'toJSON(needs.gate)'],
  ['gate', 'needs.gate.*'],
  ['gate', 'needs.gate[github.job]'],
  ['gate', 'needs.gate.result.length'],
  ['gate', 'github.event.number'],
  ['gate', 'github.event.outputs.valid'],
])('needs %s, %s exists', async (needs, value) => {
  const listed = value.includes('*') ? `join(${value}, ',')` : value
  expect(await findingsOf('undefined-output', after(needs, listed))).toEqual([])
})

const withSteps = (use: string, first: string) =>
  onPullRequest(`
  coverage:
    runs-on: ubuntu-latest
    steps:
      - ${first}
      - run: echo "\${{ ${use} }}"
`)

test.each([
  [
    'steps.gate.outputs.organisation',
    '{id: gate, uses: nolapse/token-action@v1}',
    ['has no output `organisation`'],
  ],
  [
    'steps.gate.outputs.exit_code',
    '{id: gate, uses: nolapse/token-action@v1}',
    ['has no output `exit_code`'],
  ],
  ['steps.gate.outputs.exit_code', '{id: gate, uses: nolapse/token-action/run@v1}', []],
  ['steps.gate.outputs.request_id', '{id: gate, uses: nolapse/token-action@v1}', []],
  ['steps.gate.outputs.valid', '{uses: nolapse/token-action@v1}', ['no step of the job has the id `gate`']],
  ['steps.gat.outcome', '{id: gate, uses: nolapse/token-action@v1}', ['no step of the job has the id `gat`']],
  ['steps.build.outputs.anything', '{id: build, run: ./build}', []],
  ['steps.build.outputs.anything', '{id: build, uses: acme/build@v1}', []],
  [
    'steps.green.outputs.sucess',
    "{id: green, uses: re-actors/alls-green@v1, with: {jobs: '${{ toJSON(needs) }}'}}",
    ['has no output `sucess`'],
  ],
  ['toJSON(steps)', '{id: build, run: ./build}', []],
  ['steps.gate.outcome.length', '{id: gate, uses: nolapse/token-action@v1}', []],
  ['toJSON(steps.gate.outputs)', '{id: gate, uses: nolapse/token-action@v1}', []],
  ["join(steps.gate.outputs.*, ',')", '{id: gate, uses: nolapse/token-action@v1}', []],
])('%s after %s', async (use, first, expected) => {
  expect(await findingsOf('undefined-output', withSteps(use, first))).toEqual(
    expected.map(one => expect.stringContaining(one)),
  )
})

test('the outputs of a step are listed if none is similar', async () => {
  const text = withSteps('steps.gate.outputs.organisation', '{id: gate, uses: nolapse/token-action@v1}')
  expect(await foundAlone(undefinedOutput, text)).toEqual([
    '7:20 `steps.gate.outputs.organisation` is always empty: the step `gate` has no output `organisation`. → ' +
      'Use one of `valid`, `reason`, `org_id`, `scopes`, `request_id`.',
  ])
  expect(await foundAlone(undefinedOutput, text.replace('organisation', 'valid'))).toEqual([])
})

test('the outputs of a workflow elsewhere are not known', async () => {
  const call = '\n  called:\n    uses: acme/ci/.github/workflows/x.yml@v1\n'
  expect(await foundAlone(undefinedOutput, after('called', 'needs.called.valid', call))).toEqual([
    expect.stringMatching(
      /`needs\.called\.valid` is always empty: a job has `result` and `outputs`\. → Name an output of the job\.$/,
    ),
  ])
})

test('a called workflow has the outputs that it declares', async () => {
  const call = (uses: string) => `
  called:
    uses: ${uses}
`
  const files = {
    '.github/workflows/called.yml': `on: {workflow_call: {outputs: {one: {value: "\${{ jobs.inner.outputs.two }}"}}}}
jobs:
  inner:
    runs-on: ubuntu-latest
    outputs: {one: x}
    steps: [{run: ./inner}]
`,
  }
  const of = (uses: string, name: string) =>
    findingsOf('undefined-output', after('called', `needs.called.outputs.${name}`, call(uses)), { files })
  expect(await of('./.github/workflows/called.yml', 'one')).toEqual([])
  expect(await of('./.github/workflows/called.yml', 'two')).toHaveLength(1)
  expect(await of('nolapse/token-action/.github/workflows/token-gate.yml@v1', 'scopes')).toEqual([])
  expect(await of('nolapse/token-action/.github/workflows/token-gate.yml@v1', 'request_id')).toHaveLength(1)
  expect(await of('acme/ci/.github/workflows/x.yml@v1', 'anything')).toEqual([])
  expect(await of('./.github/workflows/missing.yml', 'anything')).toEqual([])
  const own = files['.github/workflows/called.yml'] ?? ''
  expect(await findingsOf('undefined-output', own, { file: '.github/workflows/called.yml' })).toEqual([
    expect.stringContaining('`jobs.inner.outputs.two` is always empty: the job `inner` has no output `two`'),
  ])
})

test('a composite action has the outputs that it declares, and steps of its own', async () => {
  const files = {
    'act/action.yml': `name: A
description: An action
outputs: {one: {description: one, value: '\${{ steps.there.outputs.x }}'}}
runs:
  using: composite
  steps:
    - id: there
      run: ./x
      shell: bash
    - run: echo "\${{ steps.nowhere.outputs.x }}"
      shell: bash
`,
  }
  const twice = onPullRequest(`
  coverage:
    runs-on: ubuntu-latest
    steps:
      - {id: a, uses: ./act}
      - {id: b, uses: ./act}
      - run: echo "\${{ steps.a.outputs.one }} \${{ steps.b.outputs.two }}"
`)
  const found = await findingsOf('undefined-output', twice, { files })
  expect(found).toEqual([
    expect.stringContaining('no step of the job has the id `nowhere`'),
    expect.stringContaining('the step `b` has no output `two`'),
  ])
})
