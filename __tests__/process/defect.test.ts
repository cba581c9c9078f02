import { expect, test } from '@jest/globals'
import { defectOf } from '../../src/process/defect.ts'

test('a defect is reported by its kind and place, without folders and without its text', () => {
  expect(defectOf(new RangeError('a secret'))).toMatch(/^RangeError at defect\.test\.ts:\d+:\d+$/)
})

test('a defect with an endless text is reported at once, without the text', () => {
  const place = /^Error at defect\.test\.ts:\d+:\d+$/
  expect(defectOf(new Error('a'.repeat(1_000_000)))).toMatch(place)
  expect(defectOf(new Error('a secret:1:2\n    at (secret:3:4)'))).toMatch(place)
})

test('a defect without a place has only a kind', () => {
  const error = new TypeError('a secret')
  error.stack = `TypeError: a secret`
  expect(defectOf(error)).toBe('TypeError')
})

test('a thrown value that is not an error has only a kind', () => {
  expect(defectOf('a secret')).toBe('string')
})
