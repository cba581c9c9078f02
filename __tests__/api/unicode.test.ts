import { expect, test } from '@jest/globals'
import { replaceClasses } from '../../src/api/unicode.ts'

test('each run of characters of a class is replaced once', () => {
  expect(replaceClasses('a\u200b\u0301\u200bb\u0301', '\\p{C}\\p{M}', '-')).toBe('a-b-')
})

test('printable ASCII and text without such characters stay unchanged', () => {
  expect(replaceClasses('plain ~', '\\p{C}', '-')).toBe('plain ~')
  expect(replaceClasses('n\u00e4her', '\\p{C}', '-')).toBe('n\u00e4her')
})
