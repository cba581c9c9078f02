import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { TOKEN } from '../../harness/runner.ts'
import { jsonOf, shown } from '../../src/cli/redaction.ts'

const NASTY = `a\u001b[2Jb\r\n::add-mask::x ##[error]y\u202Ez\u2028${TOKEN} ${TOKEN.slice(4)}`

test('a name is shown on one line, with nothing in it that acts, and nothing that has the form of a token', () => {
  const name = shown(NASTY)
  expect(name).not.toMatch(/[\p{C}\u2028\u2029]|::|##/u)
  expect(name).not.toContain(TOKEN.slice(4))
  expect(name).toContain('(token-shaped text)')
})

test('a token is not shown in part either, where a long name is cut', () => {
  fc.assert(
    fc.property(fc.integer({ min: 150, max: 200 }), length => {
      expect(shown('x'.repeat(length) + TOKEN)).not.toContain(TOKEN.slice(4, 12))
    }),
  )
})

test('JSON has the name as it is, in characters that do nothing', () => {
  const text = jsonOf([{ name: 'a\u001b[2J\u202Eb ::c ##[d] é' }])
  expect(text).toMatch(/^[\n\x20-\x7e]*$/)
  expect(text).not.toMatch(/::|##/)
  expect(JSON.parse(text)).toEqual([{ name: 'a\u001b[2J\u202Eb ::c ##[d] é' }])
  expect(jsonOf({ name: NASTY })).not.toContain(TOKEN.slice(4))
})
