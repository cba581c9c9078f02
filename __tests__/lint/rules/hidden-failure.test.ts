import { expect, test } from '@jest/globals'
import { hiddenFailure } from '../../../src/lint/rules/hidden-failure.ts'
import { foundAlone, onPullRequest } from '../../support/lint.ts'

const step = (text: string) => onPullRequest(`\n  a:\n    runs-on: x\n    steps:\n      - ${text}\n`)
const command = (text: string, uses = 'nolapse/token-action/run@v1') =>
  step(`{uses: ${uses}, with: {command: "${text}"}}`)
const REMEDY =
  'Let its exit status decide: remove `|| true`, use `set -o pipefail` before a pipe, and run no command after it without `set -e`.'

test.each([
  ['a command that runs nolapse', step('run: nolapse run || true'), '6:14', '`nolapse run`'],
  ['a command that checks', step('run: nolapse-token check || true'), '6:14', '`nolapse-token check`'],
  ['a command of the run action', command('nolapse run || true'), '6:52', '`nolapse run`'],
])('%s can hide the failure', async (_, text, at, call) =>
  expect(await foundAlone(hiddenFailure, text)).toEqual([
    `${at} The step can succeed even if ${call} fails in it. → ${REMEDY}`,
  ]),
)

test.each([
  ['the same input of another action', command('nolapse run || true', 'acme/run@v1')],
  ['the same input of the gate', command('nolapse run || true', 'nolapse/token-action@v1')],
  ['a command that is an expression', command('${{ vars.COMMAND }}')],
  ['an empty command', command('')],
  ['a run action without a command', step('uses: nolapse/token-action/run@v1')],
])('%s is not reported', async (_, text) => expect(await foundAlone(hiddenFailure, text)).toEqual([]))
