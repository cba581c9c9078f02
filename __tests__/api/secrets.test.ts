import { expect, test } from '@jest/globals'
import { TOKEN } from '../../harness/runner.ts'
import {
  isTokenLike,
  isTokenShaped,
  redact,
  Secrets,
  sharesWithToken,
  tokensIn,
} from '../../src/api/secrets.ts'
import { masksOf } from '../../src/gate/masks.ts'
import { REASONS } from '../../src/gate/reasons.ts'

const OTHER = `nlp_${'fedcba9876543210'.repeat(3).slice(0, 40)}`
const BODY = TOKEN.slice(4)

test('every well-formed token inside a text is found', () => {
  expect(tokensIn(`a=${TOKEN}&b="${OTHER}"`)).toEqual([TOKEN, OTHER])
  expect(tokensIn('none')).toEqual([])
})

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

test('8 consecutive characters of the body, in any case, reveal a part of the token', () => {
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

test.each([
  [TOKEN, true],
  [TOKEN.slice(4), true],
  [TOKEN.slice(4).toUpperCase(), true],
  [`a-${TOKEN.slice(4)}.b`, true],
  ['nlp_0a1b2c3d', true],
  ['f'.repeat(64), false],
  ['0123abcd-4567-89ab-cdef-0123456789ab', false],
  ['nlp_abc', false],
])('%s has the shape of a token: %s', (text, shaped) => {
  expect(isTokenShaped(text)).toBe(shaped)
})

const SESSION = 'sess_Not-A-Real-One'
const secrets = new Secrets().addToken(TOKEN).addSession(SESSION)

test('a part of a token is a secret, a part of a session is not', () => {
  expect(secrets.areIn(`x${BODY.slice(10, 18).toUpperCase()}x`)).toBe(true)
  expect(secrets.areIn(`x ${SESSION.toUpperCase()} x`)).toBe(true)
  expect(secrets.areIn(SESSION.slice(1))).toBe(false)
  expect(secrets.areIn('nothing of them')).toBe(false)
})

test('invisible characters do not hide a secret', () => {
  expect(secrets.areIn([...BODY.slice(0, 8)].join('\u200b'))).toBe(true)
  expect(secrets.areIn([...SESSION].join('\ufe0f'))).toBe(true)
})

test('an ID may be a part of a token, but not a whole secret', () => {
  expect(secrets.areInId(BODY.slice(0, 32))).toBe(false)
  expect(secrets.areInId(`x_${BODY.slice(0, 20)}-${BODY.slice(20)}`)).toBe(true)
  expect(secrets.areInId(`x${SESSION}`)).toBe(true)
})

test('a token without its prefix, or with another body, is a secret like any other', () => {
  expect(new Secrets().addToken(` ${BODY}\n`).areIn(BODY.slice(5, 13))).toBe(true)
  const older = `nlp_${'AbCdEfGhIj'.repeat(4)}`
  expect(new Secrets().addToken(`"${older}"`).areIn(older.slice(10, 18))).toBe(true)
})

test('a value of fewer than 8 characters is not searched for', () => {
  expect(new Secrets().addSession('execute').areIn('execute')).toBe(false)
})

test('adding a token does not change the other secrets', () => {
  expect(secrets.and(OTHER).areIn(OTHER)).toBe(true)
  expect(secrets.and(OTHER).areIn(TOKEN)).toBe(true)
  expect(secrets.areIn(OTHER)).toBe(false)
})

test('text with the shape of a token is replaced, and nothing else is', () => {
  expect(redact(`a ${TOKEN} b`)).toBe('a (token-shaped text) b')
  expect(redact(`a nlp_${'0'.repeat(8)} b`)).toBe('a (token-shaped text) b')
  expect(redact(`a ${'f'.repeat(40)} b`)).toBe('a (token-shaped text) b')
  const harmless = `nlp_0123456 ${'f'.repeat(39)} ${'nlp_'.repeat(3)} ${'g'.repeat(60)} nlp_--------`
  expect(redact(harmless)).toBe(harmless)
})

test('a secret is found whole, and a token also by 8 characters of its body', () => {
  const secrets = new Secrets().addToken(TOKEN).addSession(' session-of-a-person ')
  expect(secrets.areIn(`x${BODY.slice(5, 13)}x`)).toBe(true)
  expect(secrets.areIn(`x${BODY.slice(5, 12)}x`)).toBe(false)
  expect(secrets.areIn('a SESSION-OF-A-PERSON b')).toBe(true)
  expect(secrets.areIn('a session-of-a-perso b')).toBe(false)
  expect(new Secrets().areIn(`Stryker was here ${TOKEN}`)).toBe(false)
})

test('a session of 8 characters counts, and a shorter one does not', () => {
  expect(new Secrets().addSession('12345678').areIn('a12345678b')).toBe(true)
  expect(new Secrets().addSession('1234567').areIn('a1234567b')).toBe(false)
})

test.each([
  ['without its prefix', BODY, true],
  ['without its prefix, with white space around it', ` ${BODY} `, true],
  ['without its prefix, one character too long', `${BODY}0`, false],
  ['without its prefix, after other text', `x ${BODY}`, false],
])('a token %s counts as a body: %j', (_, value, counts) => {
  const secrets = new Secrets().addToken(value)
  expect(secrets.areIn(`part ${BODY.slice(0, 8)}`)).toBe(counts)
  expect(secrets.areInId(BODY.replace(/(.{8})/g, '$1-'))).toBe(counts)
})

test('a malformed token counts as a whole, too', () => {
  expect(new Secrets().addToken('not-a-token-at-all').areIn('is not-a-token-at-all here')).toBe(true)
})

test('one more token does not lose the secrets that were there, and is not added to them', () => {
  const first = new Secrets().addToken(TOKEN).addSession('session-of-a-person')
  const both = first.and(OTHER)
  const part = (token: string) => token.slice(12, 20)
  expect([part(TOKEN), part(OTHER), 'session-of-a-person'].map(text => both.areIn(text))).toEqual([
    true,
    true,
    true,
  ])
  expect(first.areIn(part(OTHER))).toBe(false)
})

test('an ID may hold a part of a token, but no whole secret', () => {
  const secrets = new Secrets().addToken(OTHER).addToken(TOKEN)
  expect(secrets.areInId(BODY.slice(0, 32))).toBe(false)
  expect(secrets.areInId(`id-${BODY}`)).toBe(true)
  expect(secrets.areInId(`id-${TOKEN}`)).toBe(true)
})
