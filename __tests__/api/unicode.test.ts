import { expect, test } from '@jest/globals'
import { replaceClasses } from '../../src/api/unicode.ts'

test('each run of characters of a class is replaced at once', () => {
  expect(replaceClasses('a\u200b\u0301\u200bb\u0301', '\\p{C}\\p{M}', '-')).toBe('a-b-')
})

test('printable ASCII is left as it is, and so is text without such characters', () => {
  expect(replaceClasses('plain ~', '\\p{C}', '-')).toBe('plain ~')
  expect(replaceClasses('n\u00e4her', '\\p{C}', '-')).toBe('n\u00e4her')
})
