import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { neutralise } from '../../src/messages/neutralise.ts'

test('harmless text stays unchanged', () => {
  expect(neutralise('invalid token: “näher” (#3)')).toBe('invalid token: “näher” (#3)')
})

test.each([
  ['a\r\n::error::b', 'a : :error: :b'],
  ['::::', ': : : :'],
  ['##[group]', '# #[group]'],
  ['###[x', '# # #[x'],
  ['\u001b[31mred\u0007', '[31mred'],
  ['a\u2028b\u0085c', 'a b c'],
  ['\u202eright to left', 'right to left'],
  ['tag\u{e0041}\u{e0000}\u{e007f}s', 'tag s'],
  ['fillers\u3164\u115f\u1160\uffa0\u2800\u034f', 'fillers'],
  ['variation\ufe00\ufe0f\u{e0100}\u180bs', 'variation s'],
  ['half a \ud800pair', 'half a  pair'],
])('%j is printed as %j', (text, printed) => {
  expect(neutralise(text)).toBe(printed)
})

test('at most 200 characters are printed, and none is cut in half', () => {
  expect(neutralise('x'.repeat(200))).toBe('x'.repeat(200))
  expect(neutralise('😀'.repeat(201))).toBe(`${'😀'.repeat(199)}…`)
})

test('any text becomes one short line without runner commands', () => {
  const pieces = fc.constantFrom(
    '::',
    '##[',
    '\n',
    '\r',
    ' ',
    ':',
    '#',
    '[',
    'x',
    '\u2028',
    '\u0000',
    '\u200b',
  )
  const texts = fc.oneof(fc.string({ unit: pieces, maxLength: 300 }), fc.string({ unit: 'binary' }))
  fc.assert(
    fc.property(texts, text => {
      const line = neutralise(text)
      expect(line).not.toMatch(/::|##|[\u0000-\u001f\u007f-\u009f\u2028\u2029]/)
      expect([...line].length).toBeLessThanOrEqual(200)
    }),
  )
})

test('every printable ASCII character stays unchanged', () => {
  const ascii = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)).join('')
  expect(neutralise(`a${ascii}a`)).toBe(`a${ascii}a`)
})

test('one unprintable character anywhere in printable text becomes a blank', () => {
  for (const character of ['\0', '\n', '\x7f', '\u200b', '\u2028', '\u2800', '\u{e0041}'])
    expect(neutralise(`plain${character}text`)).toBe('plain text')
})
