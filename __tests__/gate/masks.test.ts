import { expect, test } from '@jest/globals'
import { TOKEN } from '../../harness/runner.ts'
import { masksOf } from '../../src/gate/masks.ts'
import { REASONS } from '../../src/gate/reasons.ts'

test('a well-formed token has one mask, the token itself', () => {
  expect(masksOf(TOKEN)).toEqual([TOKEN])
})

test('each line of a multi-line value is masked, trimmed', () => {
  expect(masksOf('  first line\r\n\tsecond line \nthird line')).toEqual([
    'first line',
    'second line',
    'third line',
  ])
})

test('lines shorter than 8 characters are not masked, because a mask matches anywhere', () => {
  expect(masksOf('')).toEqual([])
  expect(masksOf('true\n[\n1234567\n12345678')).toEqual(['12345678'])
})

test('names of reasons are not masked, because the runner would drop the output', () => {
  for (const reason of REASONS) expect(masksOf(reason)).toEqual([])
  expect(masksOf('response')).toEqual([])
})

test('a well-formed token inside a value is also masked on its own', () => {
  expect(masksOf(`"${TOKEN}"`)).toEqual([`"${TOKEN}"`, TOKEN])
})
