import { expect, test } from '@jest/globals'
import { present } from '../../src/lint/present.ts'

test('a present value is returned, and a missing one is a defect', () => {
  expect(present(0)).toBe(0)
  expect(() => present(undefined)).toThrow('lint expected a value here')
})
