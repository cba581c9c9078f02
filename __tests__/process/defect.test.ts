import { expect, test } from '@jest/globals'
import { defectOf } from '../../src/process/defect.ts'

test('a defect is told by its kind and its place, without folders and without its text', () => {
  expect(defectOf(new RangeError('a secret'))).toMatch(/^RangeError at defect\.test\.ts:\d+:\d+$/)
})

test('what was thrown without being an error has only a kind', () => {
  expect(defectOf('a secret')).toBe('string')
})
