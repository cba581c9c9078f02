import { expect, test } from '@jest/globals'
import { judge } from '../../../src/lint/judge.ts'
import { findingsOf, GATE, onPullRequest, workflowOf } from '../../support/lint.ts'

const TOKEN = "env: {NOLAPSE_TOKEN: '${{ secrets.NOLAPSE_TOKEN }}'}"
const GATE_STEP = "- {id: gate, uses: nolapse/token-action@v1, with: {token: '${{ secrets.NOLAPSE_TOKEN }}'}}"
const of = (text: string, files = {}) => findingsOf('nolapse-before-gate', text, { files })

const steps = (...lines: string[]) =>
  onPullRequest(`
  coverage:
    runs-on: ubuntu-latest
    steps:
${lines.map(line => `      ${line}`).join('\n')}
`)

test('nolapse with the token and no gate before it is reported', async () => {
  expect(await of(steps(`- {run: nolapse run, ${TOKEN}}`))).toEqual([
    "6:9 nolapse runs with the token here, but no gate has passed before it. → Put `uses: nolapse/token-action@v1` before this step, or let the job need the gate's job and its `valid == 'true'`.",
  ])
  expect(await of(steps(`- {run: nolapse run, ${TOKEN}}`, GATE_STEP))).toHaveLength(1)
  expect(
    await of(
      steps("- {uses: nolapse/nolapse-action@v1, with: {nolapse-token: '${{ secrets.NOLAPSE_TOKEN }}'}}"),
    ),
  ).toHaveLength(1)
  expect(await of(steps(`- {uses: nolapse/nolapse-action@v1, ${TOKEN}}`))).toHaveLength(1)
})

test('a gate before it in the job or in an earlier job is enough, and without the token none is needed', async () => {
  expect(await of(steps(GATE_STEP, `- {run: nolapse run, ${TOKEN}}`))).toEqual([])
  expect(await of(steps('- run: nolapse run'))).toEqual([])
  expect(
    await of(steps("- {uses: nolapse/token-action/run@v1, with: {token: '${{ secrets.NOLAPSE_TOKEN }}'}}")),
  ).toEqual([])
  const later = (condition: string) =>
    onPullRequest(`${GATE}
  coverage:
    needs: gate
    ${condition}
    runs-on: ubuntu-latest
    steps: [{run: nolapse run, ${TOKEN}}]
`)
  expect(await of(later(''))).toEqual([])
  expect(await of(later('if: ${{ always() }}'))).toHaveLength(1)
  expect(await of(later("if: ${{ always() && needs.gate.outputs.valid == 'true' }}"))).toEqual([])
})

test('a gate that may fail without failing its step has not passed', async () => {
  const tolerant = GATE_STEP.replace('uses:', 'continue-on-error: true, uses:')
  expect(await of(steps(tolerant, `- {run: nolapse run, ${TOKEN}}`))).toHaveLength(1)
})

test('a gate also counts before the job that calls the workflow of nolapse', async () => {
  const files = {
    '.github/workflows/called.yml': `on: {workflow_call: {secrets: {NOLAPSE_TOKEN: {}}}}
jobs:
  inner:
    runs-on: ubuntu-latest
    steps: [{run: nolapse run, ${TOKEN}}]
`,
  }
  const call = (needs: string) =>
    onPullRequest(`
  gate:
    uses: nolapse/token-action/.github/workflows/token-gate.yml@v1
    secrets: inherit
  outer:
    ${needs}
    uses: ./.github/workflows/called.yml
    secrets: inherit
`)
  expect(await of(call('needs: gate'), files)).toEqual([])
  expect(await of(call(''), files)).toHaveLength(1)
})

test('a workflow on push is checked too, one without nolapse is not', async () => {
  expect(await of(steps(`- {run: nolapse run, ${TOKEN}}`).replace('pull_request', 'push'))).toHaveLength(1)
  expect(
    await of(steps(`- {run: nolapse run, ${TOKEN}}`).replace('pull_request', 'workflow_dispatch')),
  ).toHaveLength(1)
  expect(await of(steps('- run: ./test'))).toEqual([])
})

test('the workflow runs for the event that starts it', async () => {
  const gate = (event: string) =>
    steps(
      GATE_STEP.replace('uses:', `if: "github.event_name == '${event}'", uses:`),
      `- {run: nolapse run, ${TOKEN}}`,
    )
  expect(await of(gate('pull_request'))).toEqual([])
  expect(await of(gate('push'))).toHaveLength(1)
  expect(await of(gate('merge_group').replace('on: pull_request', 'on: merge_group'))).toEqual([])
})

test('the finding is in the file of the step', async () => {
  const files = {
    '.github/workflows/called.yml': `on: {workflow_call: {secrets: {NOLAPSE_TOKEN: {}}}}
jobs:
  inner: {runs-on: x, steps: [{run: nolapse run, ${TOKEN}}]}
`,
  }
  const text = onPullRequest('\n  outer: {uses: ./.github/workflows/called.yml, secrets: inherit}')
  const workflow = await workflowOf(text, { files })
  const { findings } = judge([workflow], { required: null })
  expect(findings.filter(({ rule }) => rule === 'nolapse-before-gate')).toMatchObject([
    { file: '.github/workflows/called.yml', line: 3, column: 31 },
  ])
})
