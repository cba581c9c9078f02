import { expect, test } from '@jest/globals'
import { unknownInput } from '../../../src/lint/rules/unknown-input.ts'
import { foundAlone, onPullRequest } from '../../support/lint.ts'

const step = (uses: string, name: string) =>
  onPullRequest(`
  a:
    runs-on: x
    steps:
      - run: nolapse run
      - uses: ${uses}
        with: {${name}: x}
`)
const call = (uses: string, name: string) => onPullRequest(`\n  a: {uses: ${uses}, with: {${name}: x}}`)
const found = (at: string, name: string, remedy: string) => [
  `${at} The gate has no input \`${name}\`, so this line has no effect. → ${remedy}`,
]

const GATE = 'nolapse/token-action@v1'
const RUN = 'nolapse/token-action/run@v1'
const CALLED = 'nolapse/token-action/.github/workflows/token-gate.yml@v1'
const ALL = 'token, api-url, required-scopes, expected-org-id, tolerate, timeout-seconds, allow-insecure-http'

test.each([
  ['expected_org_id', 'Write `expected-org-id`.'],
  ['my-api-url', 'Write `api-url`.'],
  ['tokn', 'Write `token`.'],
  ['tok', `Remove it. The inputs are ${ALL}.`],
  ['command', `Remove it. The inputs are ${ALL}.`],
])('the gate knows no input %s', async (name, remedy) =>
  expect(await foundAlone(unknownInput, step(GATE, name))).toEqual(found('8:16', name, remedy)),
)

test('the run action knows the inputs of the gate and its own', async () => {
  expect(await foundAlone(unknownInput, step(RUN, 'command'))).toEqual([])
  expect(await foundAlone(unknownInput, step(RUN, 'working-directory'))).toEqual([])
  expect(await foundAlone(unknownInput, step(RUN, 'fetch-depth'))).toEqual(
    found('8:16', 'fetch-depth', `Remove it. The inputs are ${ALL}, command, working-directory.`),
  )
})

test('the reusable workflow takes no token as an input', async () => {
  const remedy = `Remove it. The inputs are ${ALL.replace('token, ', '')}, runs-on.`
  expect(await foundAlone(unknownInput, call(CALLED, 'nolapse-token'))).toEqual(
    found(`3:${`  a: {uses: ${CALLED}, with: {`.length + 1}`, 'nolapse-token', remedy),
  )
})

test('the inputs of other actions and workflows are not reported', async () => {
  expect(await foundAlone(unknownInput, step('actions/checkout@v7', 'fetch-depth'))).toEqual([])
  expect(await foundAlone(unknownInput, step('nolapse/nolapse-action@v1', 'fetch-depth'))).toEqual([])
  expect(await foundAlone(unknownInput, call('acme/ci/.github/workflows/x.yml@v1', 'depth'))).toEqual([])
})
