import { expect, test } from '@jest/globals'
import { present } from '../../src/lint/present.ts'

test('what is there is given back, and what is not is a defect', () => {
  expect(present(0)).toBe(0)
  expect(() => present(undefined)).toThrow('lint expected a value here')
})
