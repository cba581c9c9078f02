import { expect, test } from '@jest/globals'
import { apiUrlFromOutside } from '../../../src/lint/rules/api-url-from-outside.ts'
import { foundAlone } from '../../support/lint.ts'

const DISPATCH = '[pull_request, workflow_dispatch]'
const CALL = 'nolapse/token-action/.github/workflows/token-gate.yml@v1'

const withUrl = (value: string, { on = 'pull_request', uses = 'nolapse/token-action@v1' } = {}) => `on: ${on}
jobs:
  coverage:
    runs-on: ubuntu-latest
    strategy: {matrix: {server: [{outputs: "https://a.example"}]}}
    steps:
      - uses: ${uses}
        with: {api-url: "\${{ ${value} }}"}
`

const found = (at: string, written: string) => [
  `${at} The platform's address comes from \`${written}\`: anyone who can set it gets the token. → Write the address into the file.`,
]

test.each([
  ['github.event.pull_request.title', 'pull_request'],
  ['github.head_ref', 'pull_request'],
  ['steps.x.outputs.url', 'pull_request'],
  ['inputs.url', DISPATCH],
])('%s on %s comes from outside', async (value, on) =>
  expect(await foundAlone(apiUrlFromOutside, withUrl(value, { on }))).toEqual(found('8:16', value)),
)

test.each([
  ['inputs.url', 'pull_request'],
  ['vars.URL', DISPATCH],
  ['vars.event', DISPATCH],
  ['vars.head_ref', DISPATCH],
  ['github.server_url', DISPATCH],
  ['github.repository', DISPATCH],
  ['steps.x.outcome', 'pull_request'],
  ['matrix.server.outputs', 'pull_request'],
])('%s on %s does not', async (value, on) =>
  expect(await foundAlone(apiUrlFromOutside, withUrl(value, { on }))).toEqual([]),
)

test('the result of a job does not, its output does', async () => {
  const text = (value: string) => `on: pull_request
jobs:
  one: {runs-on: x, outputs: {url: x}, steps: [{run: make}]}
  gate: {needs: one, uses: ${CALL}, with: {api-url: "\${{ ${value} }}"}}
`
  expect(await foundAlone(apiUrlFromOutside, text('needs.one.result'))).toEqual([])
  expect(await foundAlone(apiUrlFromOutside, text('needs.one.outputs.url'))).toHaveLength(1)
})

test('an input of a dispatch counts in the environment of a workflow, and for a call of the gate', async () => {
  const text = (rest: string) => `on: ${DISPATCH}\n${rest}`
  const job = 'jobs: {a: {runs-on: x, steps: [{run: make}]}}'
  const env = 'env: {NOLAPSE_API_URL: "${{ inputs.url }}"}'
  expect(await foundAlone(apiUrlFromOutside, text(`${env}\n${job}`))).toEqual(found('2:7', 'inputs.url'))
  const call = (uses: string) => text(`jobs: {gate: {uses: ${uses}, with: {api-url: "\${{ inputs.url }}"}}}`)
  expect(await foundAlone(apiUrlFromOutside, call(CALL))).toHaveLength(1)
  expect(await foundAlone(apiUrlFromOutside, call('acme/ci/.github/workflows/x.yml@v1'))).toEqual([])
})

test('the input of another action is not reported', async () => {
  const value = 'github.event.pull_request.title'
  expect(await foundAlone(apiUrlFromOutside, withUrl(value, { uses: 'acme/other@v1' }))).toEqual([])
})

test('the input of a composite action comes from its caller, not from the dispatch', async () => {
  const files = {
    'act/action.yml': `name: A
description: An action
inputs: {url: {description: url}}
runs:
  using: composite
  steps:
    - {uses: nolapse/token-action@v1, with: {api-url: "\${{ inputs.url }}"}}
    - {run: make, shell: bash, env: {NOLAPSE_API_URL: "\${{ inputs.url }}"}}
`,
  }
  const text = (url: string) => `on: ${DISPATCH}
jobs: {a: {runs-on: x, steps: [{uses: ./act, with: {url: "${url}"}}]}}`
  expect(await foundAlone(apiUrlFromOutside, text('https://a.example'), { files })).toEqual([])
})
