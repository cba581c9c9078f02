import { expect, test } from '@jest/globals'
import { duration } from '../../src/messages/duration.ts'

test.each([
  [100, '1 s'],
  [120_000, '120 s'],
  [120_001, '3 min'],
  [7_200_000, '120 min'],
  [7_200_001, '3 h'],
  [172_800_000, '48 h'],
  [172_800_001, '3 days'],
  [365 * 86_400_000, '365 days'],
  [Number.MAX_SAFE_INTEGER, 'more than a year'],
])('%d ms is shown as %s', (milliseconds, told) => {
  expect(duration(milliseconds)).toBe(told)
})
