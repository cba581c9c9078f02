import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { partsIn, TOKEN } from '../../../harness/runner.ts'
import { Masker } from '../../../src/cli/issuing/mask.ts'

/** Unlike TOKEN's, no part of its body occurs twice. */
const OTHER = 'nlp_3f7a2c1b0e4d9a8f5c6b2e1d0a3f7c4b9e2d1a0f'

function masked(pieces: (string | Buffer)[], token = TOKEN): string {
  const masker = new Masker(token)
  const out = pieces.map(piece => masker.push(Buffer.isBuffer(piece) ? piece : Buffer.from(piece)))
  return Buffer.concat([...out, masker.flush()]).toString()
}

test('a token is masked anywhere in the output, and so is its body alone', () => {
  const body = OTHER.slice(4)
  expect(masked([`a ${OTHER} b ${body}${OTHER}c`], OTHER)).toBe('a *** b ******c')
})

test('8 consecutive characters of its body are masked, 7 are not', () => {
  expect(masked(['a 2c1b0e4d b 2c1b0e4 c'], OTHER)).toBe('a *** b 2c1b0e4 c')
  expect(masked(['nlp_3f7a2c1b nlp_3f7a2c1 nlp_'], OTHER)).toBe('*** nlp_3f7a2c1 nlp_')
  expect(masked(['A NLP_3F7A2C1B0E'], OTHER)).toBe('A ***')
})

test('a part of a token followed by other text is masked', () => {
  for (let end = 12; end < OTHER.length; end++)
    expect(masked([`${OTHER.slice(0, end)}\nmore`], OTHER)).toBe('***\nmore')
})

test('a part of a token at the end of the output is masked', () => {
  for (let end = 12; end <= OTHER.length; end++) expect(masked([OTHER.slice(0, end)], OTHER)).toBe('***')
})

test('a token that arrives in pieces is masked, and no revealing part is left', () => {
  const part = fc
    .tuple(fc.nat(44), fc.nat(44), fc.boolean())
    .map(([from, to, upper]) => (upper ? OTHER.toUpperCase() : OTHER).slice(from, to))
  const words = fc.array(fc.oneof(part, fc.constantFrom('nlp_', '3f7a', ' ', '\n', 'é', 'stored')), {
    maxLength: 8,
  })
  fc.assert(
    fc.property(words, fc.array(fc.nat(400)), (all, cuts) => {
      const text = all.join('')
      const ends = [0, ...cuts.map(cut => Math.min(cut, text.length)).sort((a, b) => a - b), text.length]
      const pieces = ends.slice(1).map((end, index) => text.slice(ends[index], end))
      expect(masked(pieces, OTHER)).toBe(masked([text], OTHER))
      expect(partsIn(masked(pieces, OTHER), OTHER)).toEqual([])
    }),
  )
})

test('other bytes pass unchanged, even if they are no text', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array()), pieces => {
      const masker = new Masker(TOKEN)
      const out = pieces.map(piece => masker.push(Buffer.from(piece)))
      expect(Buffer.concat([...out, masker.flush()])).toEqual(Buffer.concat(pieces))
    }),
  )
})

test('at most 43 bytes are held back, and only bytes that can belong to the token', () => {
  const masker = new Masker(OTHER)
  expect(masker.push(Buffer.from('a question? ')).toString()).toBe('a question? ')
  expect(masker.push(Buffer.from(`x${OTHER.slice(0, 43)}`)).toString()).toBe('x')
  expect(masker.push(Buffer.from(OTHER.slice(43))).toString()).toBe('***')
  expect(masker.flush().toString()).toBe('')
})
