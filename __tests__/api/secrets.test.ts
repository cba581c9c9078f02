import { expect, test } from '@jest/globals'
import { TOKEN } from '../../harness/runner.ts'
import { isTokenLike, sharesWithToken, tokensIn } from '../../src/api/secrets.ts'
import { masksOf } from '../../src/gate/masks.ts'
import { REASONS } from '../../src/gate/reasons.ts'

const OTHER = `nlp_${'fedcba9876543210'.repeat(3).slice(0, 40)}`
const BODY = TOKEN.slice(4)

test('every well-formed token inside a text is found', () => {
  expect(tokensIn(`a=${TOKEN}&b="${OTHER}"`)).toEqual([TOKEN, OTHER])
  expect(tokensIn('none')).toEqual([])
})

test('a token is masked as it is', () => {
  expect(masksOf(TOKEN)).toEqual([TOKEN])
})

test('of a value of several lines each is masked, trimmed', () => {
  expect(masksOf('  first line\r\n\tsecond line \nthird line')).toEqual([
    'first line',
    'second line',
    'third line',
  ])
})

test('lines shorter than 8 characters are not masked, since a mask matches anywhere', () => {
  expect(masksOf('')).toEqual([])
  expect(masksOf('true\n[\n1234567\n12345678')).toEqual(['12345678'])
})

test("the reasons' own names are not masked, since the runner would drop the output", () => {
  for (const reason of REASONS) expect(masksOf(reason)).toEqual([])
  expect(masksOf('response')).toEqual([])
})

test('a well-formed token inside of a value is masked by itself, too', () => {
  expect(masksOf(`"${TOKEN}"`)).toEqual([`"${TOKEN}"`, TOKEN])
})

test('8 characters in a row of the body, in whatever case, give a part of the token away', () => {
  for (const start of [0, 13, 32]) {
    expect(sharesWithToken(`org_${BODY.slice(start, start + 8)}`, TOKEN)).toBe(true)
    expect(sharesWithToken(BODY.slice(start, start + 8).toUpperCase(), TOKEN)).toBe(true)
  }
})

test('the last 8 characters are a part like any other', () => {
  expect(sharesWithToken('deadbeef', `nlp_${'0'.repeat(32)}deadbeef`)).toBe(true)
})

test('fewer than 8, and the prefix, do not', () => {
  expect(sharesWithToken(`${BODY.slice(0, 7)}-${BODY.slice(7, 14)}`, TOKEN)).toBe(false)
  expect(sharesWithToken('nlp_0123', TOKEN)).toBe(false)
  expect(sharesWithToken('', TOKEN)).toBe(false)
})

test.each([
  ['nlp_production', false],
  ['nlp_abc', false],
  ['nlp_--------------------', false],
  ['nlp_0123abcd', true],
  ['NLP_0123ABCD', true],
  ['nlp_zzzzzzzzzzzzzzzzzzzz', true],
])('%s was meant to be a token: %s', (text, meant) => {
  expect(isTokenLike(text)).toBe(meant)
})
