/** `test`, `[` and `[[`, side by side with what bash makes of them. */
import { expect, test } from '@jest/globals'
import { outcomesOf } from '../../support/script-world.ts'

const yes = ['success']
const no = ['failure']
const both = ['failure', 'success']

test.each([
  ['1 -eq 1', yes],
  ['1 -eq 2', no],
  ['2 -eq 1', no],
  ['1 -ne 2', yes],
  ['1 -ne 1', no],
  ['2 -gt 1', yes],
  ['1 -gt 1', no],
  ['1 -gt 2', no],
  ['1 -lt 2', yes],
  ['1 -lt 1', no],
  ['2 -lt 1', no],
  ['2 -ge 1', yes],
  ['1 -ge 1', yes],
  ['1 -ge 2', no],
  ['1 -le 2', yes],
  ['1 -le 1', yes],
  ['2 -le 1', no],
  ['10 -eq 10', yes],
  ['123456789 -gt 12345678', yes],
  ['-1 -lt 0', yes],
  ['+1 -eq 1', yes],
])('%s', (comparison, expected) => {
  for (const script of [`test ${comparison}`, `[ ${comparison} ]`, `[[ ${comparison} ]]`])
    expect([script, outcomesOf(script)]).toEqual([script, expected])
})

test.each([
  // No numbers: an error.
  ['test x1 -ne 1', no],
  ['test x -ne 1', no],
  // Shells do not agree on these.
  ['test 1x -ne 1', both],
  ['test 1 -ne 1x', both],
  ['test 1234567890 -gt 1', both],
  ['test ! a b', no],
  ['test ! ! a', yes],
  ['test ! a = b', yes],
  ['[ ! ! a = b ]', both],
  ['[ a b', no],
  // In [[, it would be octal.
  ['[ 010 -eq 10 ]', yes],
  ['[[ 010 -eq 10 ]]', both],
  ['[[ 8 -eq 010 ]]', both],
  ['[[ 0 -eq 0 ]]', yes],
  ['[[ 1 -eq ~ ]]', both],
  ['[ a = a', no],
  ['[ a = b = c ]', both],
])('%s', (script, expected) => expect(outcomesOf(script).toSorted()).toEqual(expected))

test.each([
  ['$? -ge 0', yes],
  ['$? -gt 0', yes],
  ['$? -ne 0', yes],
  ['$? -eq 0', no],
  ['$? -lt 0', no],
  ['$? -le 0', no],
  ['$? -ge 1', both],
  ['"$?0" -eq 0', both],
])('after nolapse has failed: [ %s ]', (comparison, expected) =>
  expect(
    outcomesOf(`set +e\nnolapse run\n[ ${comparison} ]`, 'default', { nolapse: false }).toSorted(),
  ).toEqual(expected),
)
