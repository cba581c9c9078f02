import { expect, test } from '@jest/globals'
import { TOKEN } from '../../harness/runner.ts'
import { holdsToken, holdsTokenOrBody, redact, Secrets, tokensIn } from '../../src/api/secrets.ts'

const OTHER = `nlp_${'fedcba9876543210'.repeat(3).slice(0, 40)}`
const BODY = TOKEN.slice(4)

test('every well-formed token inside a text is found', () => {
  expect(tokensIn(`a=${TOKEN}&b="${OTHER}"`)).toEqual([TOKEN, OTHER])
  expect(tokensIn('none')).toEqual([])
})

test.each([
  ['nlp_production', false],
  ['nlp_abc', false],
  ['nlp_--------------------', false],
  ['nlp_0123abcd', true],
  ['NLP_0123ABCD', true],
  ['nlp_zzzzzzzzzzzzzzzzzzzz', true],
])('%s holds a token, or what was meant to be one: %s', (text, meant) => {
  expect(holdsToken(text)).toBe(meant)
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
])('%s holds a token or only its body: %s', (text, shaped) => {
  expect(holdsTokenOrBody(text)).toBe(shaped)
})

const SESSION = 'sess_Not-A-Real-One'
const secrets = new Secrets().addToken(TOKEN).addSession(` ${SESSION} `)

test('8 consecutive characters of a token’s body, in any case, give it away', () => {
  for (const start of [0, 13, 32]) {
    expect(secrets.areIn(`org_${BODY.slice(start, start + 8)}`)).toBe(true)
    expect(secrets.areIn(BODY.slice(start, start + 8).toUpperCase())).toBe(true)
  }
})

test('the last 8 characters of a body give it away like any others', () => {
  const ends = new Secrets().addToken(`nlp_${'0'.repeat(32)}deadbeef`)
  expect(ends.areIn('deadbeef')).toBe(true)
})

test('fewer than 8 characters of a token, or its prefix, do not give it away', () => {
  expect(secrets.areIn(`x${BODY.slice(5, 12)}x`)).toBe(false)
  expect(secrets.areIn(`${BODY.slice(0, 7)}-${BODY.slice(7, 14)}`)).toBe(false)
  expect(secrets.areIn('nlp_0123')).toBe(false)
  expect(secrets.areIn('')).toBe(false)
})

test('a session counts as a whole, in any case', () => {
  expect(secrets.areIn(`x ${SESSION.toUpperCase()} x`)).toBe(true)
  expect(secrets.areIn(SESSION.slice(1))).toBe(false)
  expect(secrets.areIn(SESSION.slice(0, -1))).toBe(false)
})

test('without secrets, none is in any text', () => {
  expect(new Secrets().areIn(`Stryker was here ${TOKEN}`)).toBe(false)
})

test('invisible characters do not hide a secret', () => {
  expect(secrets.areIn([...BODY.slice(0, 8)].join('\u200b'))).toBe(true)
  expect(secrets.areIn([...SESSION].join('\ufe0f'))).toBe(true)
})

test('a token without its prefix, or with another body, is a secret like any other', () => {
  expect(new Secrets().addToken(` ${BODY}\n`).areIn(BODY.slice(5, 13))).toBe(true)
  const older = `nlp_${'AbCdEfGhIj'.repeat(4)}`
  expect(new Secrets().addToken(`"${older}"`).areIn(older.slice(10, 18))).toBe(true)
})

test('text with the shape of a token is replaced, and nothing else is', () => {
  expect(redact(`a ${TOKEN} b`)).toBe('a (token-shaped text) b')
  expect(redact(`a nlp_${'0'.repeat(8)} b`)).toBe('a (token-shaped text) b')
  expect(redact(`a ${'f'.repeat(40)} b`)).toBe('a (token-shaped text) b')
  const harmless = `nlp_0123456 ${'f'.repeat(39)} ${'nlp_'.repeat(3)} ${'g'.repeat(60)} nlp_--------`
  expect(redact(harmless)).toBe(harmless)
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
  ['of 40 characters that does not begin with hex', `x${BODY.slice(1)}`, false],
  ['of 40 characters that does not end with hex', `${BODY.slice(0, -1)}x`, false],
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
  const secrets = new Secrets().addToken(OTHER).addToken(TOKEN).addSession(SESSION)
  expect(secrets.areInId(BODY.slice(0, 32))).toBe(false)
  expect(secrets.areInId(`id-${BODY}`)).toBe(true)
  expect(secrets.areInId(`id-${TOKEN}`)).toBe(true)
  expect(secrets.areInId(`id_${BODY.slice(0, 20)}-${BODY.slice(20)}`)).toBe(true)
  expect(secrets.areInId(`id-${SESSION}`)).toBe(true)
})
