import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { TOKEN } from '../../../harness/runner.ts'
import { Masker } from '../../../src/cli/issuing/mask.ts'

const BODY = TOKEN.slice(4)

function masked(pieces: (string | Buffer)[]): string {
  const masker = new Masker(TOKEN)
  const out = pieces.map(piece => masker.push(Buffer.isBuffer(piece) ? piece : Buffer.from(piece)))
  return Buffer.concat([...out, masker.flush()]).toString()
}

test('a token is masked wherever it stands, and its body alone as well', () => {
  expect(masked([`a ${TOKEN} b ${BODY}${TOKEN}c`])).toBe('a *** b ******c')
})

test('a token is masked in whatever pieces it comes', () => {
  const text = `stored nlp_${TOKEN} as ${BODY}, nlp_nlp_${BODY.slice(0, 30)}`
  fc.assert(
    fc.property(fc.array(fc.nat(text.length)), cuts => {
      const ends = [0, ...cuts.sort((a, b) => a - b), text.length]
      const pieces = ends.slice(1).map((end, index) => text.slice(ends[index], end))
      expect(masked(pieces)).toBe(masked([text]))
      expect(masked(pieces)).not.toContain(BODY)
    }),
  )
})

test('what is not the token passes unchanged, bytes that are no text too', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array()), pieces => {
      const masker = new Masker(TOKEN)
      const out = pieces.map(piece => masker.push(Buffer.from(piece)))
      expect(Buffer.concat([...out, masker.flush()])).toEqual(Buffer.concat(pieces))
    }),
  )
})

test('no more than 43 bytes are held back, and nothing that can not begin the token', () => {
  const masker = new Masker(TOKEN)
  expect(masker.push(Buffer.from('a question? ')).toString()).toBe('a question? ')
  expect(masker.push(Buffer.from(`x${TOKEN.slice(0, 43)}`)).toString()).toBe('x')
  expect(masker.flush().toString()).toBe(TOKEN.slice(0, 43))
  expect(masker.flush().toString()).toBe('')
})
