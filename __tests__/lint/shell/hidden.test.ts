import { expect, test } from '@jest/globals'
import type { ScriptPart } from '../../../src/lint/script-outcome.ts'
import { hiddenCall } from '../../../src/lint/shell/hidden.ts'
import { readShell } from '../../../src/lint/shell/script.ts'

const hidden = (parts: ScriptPart[]) => hiddenCall(readShell(parts, 'default'))
const ifThen = (...condition: ScriptPart[]): ScriptPart[] => [
  'if ',
  ...condition,
  '; then nolapse run || true; else nolapse run; fi',
]

test.each([
  ['[ "$X" = a ] && [ "$X" = a ]', 'nolapse'],
  ['[ "$X" = a ] && [ "$X" != b ]', 'nolapse'],
  ['[ "$Y" = a ] && [ "$X" = b ]', 'nolapse'],
  ['[ "$Y" = a ] && [ "$X" != a ]', 'nolapse'],
  ['[ "$X" != a ] && [ "$X" = b ]', 'nolapse'],
  ['[ "$X" = a ] && [ "$X" = b ]', undefined],
  ['[ "$X" = a ] && [ "$X" != a ]', undefined],
])('a failure is hidden if a variable can have the values of %j: %j', (condition, call) =>
  expect(hidden(ifThen(condition))).toBe(call),
)

test('a failure is hidden if inline expressions can have the values', () => {
  const [first, second] = [{ inline: 0 }, { inline: 1 }]
  expect(hidden(ifThen('[ "', first, '" = a ] && [ "', second, '" != a ]'))).toBe('nolapse')
  expect(hidden(ifThen('[ "', first, '" = a ] && [ "', second, '" = b ]'))).toBe('nolapse')
})

test.each([
  ['nolapse-token check || true', 'check'],
  ['nolapse-token check', undefined],
  ['make || true', undefined],
  ['retry() { "$@" || "$@"; }\nretry nolapse run', undefined],
  ['retry() { "$@" || "$@"; }\nretry nolapse run || true', 'nolapse'],
  ['retry() { "$@" || true; }\nretry nolapse-token check', 'check'],
])('in %j: %j', (script, call) => expect(hidden([script])).toBe(call))
