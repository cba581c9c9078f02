import { expect, test } from '@jest/globals'
import { onPullRequest } from '../../support/lint.ts'
import { found, foundBy, hidden, RULESET, soundWorkflow } from '../../support/repository-facts.ts'

const owners = (text: string) => ({ codeowners: found({ path: 'CODEOWNERS', text }) })
const RUNS_FILES = onPullRequest(`
  a: {uses: ./.github/workflows/called.yml}
  gate: {uses: nolapse/token-action/.github/workflows/token-gate.yml@v1, secrets: inherit}
  verdict: {runs-on: x, steps: [{uses: ./act}, {run: nolapse run}]}`)
const FILES = {
  '.github/workflows/called.yml':
    'on: workflow_call\njobs: {b: {runs-on: x, steps: [{uses: ./more}]}, c: {uses: x/y/.github/workflows/z.yml@v1}}',
  'act/action.yml': 'name: x\ndescription: x\nruns: {using: composite, steps: [{run: make, shell: sh}]}',
  'more/action.yml': 'name: x\ndescription: x\nruns: {using: composite, steps: [{run: make, shell: sh}]}',
}

test('names the rule that is missing', async () => {
  expect(await foundBy('gate-editable', { facts: { ownerReviews: found() } })).toEqual([
    "2:1 A pull request can remove the gate: it runs its own workflow files, and no rule of `main` requires a code owner's " +
      'review. → Add `/.github/ @OWNER` to `.github/CODEOWNERS`, and turn on "Require review from Code Owners".',
  ])
})

test('names the file that is missing', async () => {
  expect(await foundBy('gate-editable', { facts: { codeowners: found() } })).toEqual([
    expect.stringContaining('and there is no CODEOWNERS file. → Add `.github/CODEOWNERS`'),
  ])
})

test.each([
  ['*.go @ada', '.github/workflows/coverage.yml'],
  ['/.github/workflows/coverage.yml @ada', 'other files in .github/workflows'],
])('names what %j leaves without an owner', async (text, what) => {
  expect(await foundBy('gate-editable', { facts: owners(text) })).toEqual([
    expect.stringContaining(
      `CODEOWNERS names no owner for ${what}. → Add \`/.github/ @OWNER\` as the last line of CODEOWNERS.`,
    ),
  ])
})

test('names an action of the folder without an owner', async () => {
  const setting = { text: RUNS_FILES, files: FILES }
  expect(await foundBy('gate-editable', { ...setting, facts: owners('.github/ @ada\n/act/ @ada') })).toEqual([
    expect.stringContaining('names no owner for more/action.yml'),
  ])
  expect(await foundBy('gate-editable', { ...setting, facts: owners('* @ada') })).toEqual([])
  const each = owners('.github/ @ada\n/act/ @ada\n/more/ @ada')
  expect(await foundBy('gate-editable', { ...setting, facts: each })).toEqual([])
})

test('does not report a workflow that a ruleset requires, because it runs from the branch', async () => {
  const workflows = found({ path: '.github/workflows/coverage.yml', own: true, source: RULESET })
  expect(await foundBy('gate-editable', { facts: { ownerReviews: found(), workflows } })).toEqual([])
})

test('does not report a workflow that runs for no pull request', async () => {
  expect(await foundBy('gate-editable', { text: soundWorkflow('push'), facts: owners('') })).toEqual([])
})

test.each([
  ['the rule', { ownerReviews: hidden('the rule', 'administration') }],
  ['CODEOWNERS', { codeowners: hidden('CODEOWNERS', 'contents') }],
  ['the workflows', { ...owners(''), workflows: hidden('the workflows', 'metadata') }],
  ['the workflows', { ownerReviews: found<string>(), workflows: hidden('the workflows', 'metadata') }],
])('is unproven if %s could not be seen', async (what, facts) => {
  expect(await foundBy('gate-editable', { facts })).toEqual([])
  expect(await foundBy('unproven', { facts })).toEqual([expect.stringContaining(`Could not see ${what}.`)])
})
