import { expect, test } from '@jest/globals'
import { closest } from '../../src/lint/closest.ts'

test.each([
  ['gate', ['verdict', 'gates', 'gate', 'coverage'], ['gate', 'gates', 'coverage', 'verdict']],
  ['Verdict', ['VERDICT ', 'v', 'verdict'], ['verdict', 'VERDICT ', 'v']],
  // Equally close names stay in their order.
  ['ab', ['abd', 'abc', 'b', 'a'], ['abd', 'abc', 'b', 'a']],
  ['a', [], []],
])('the names closest to %s come first', (name, known, expected) => {
  expect(closest(name, known)).toEqual(expected)
})

test.each([
  [0, ['token']],
  [1, ['token', 'tokens']],
  [2, ['token', 'tokens', 'taken!']],
])('only names that differ by at most %i letters count', (within, expected) => {
  expect(closest('token', ['taken!', 'api-url', 'tokens', 'token'], within)).toEqual(expected)
})

test('only the first 200 letters of a name count', () => {
  const long = 'x'.repeat(200)
  expect(closest(`${long}abc`, [`${long}def`, long.slice(1)], 0)).toEqual([`${long}def`])
  expect(closest(long, [`${long}def`], 0)).toEqual([`${long}def`])
  expect(closest(`${long}abc`, [long], 0)).toEqual([long])
})
