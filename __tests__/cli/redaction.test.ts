import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { TOKEN } from '../../harness/runner.ts'
import { Secrets } from '../../src/api/secrets.ts'
import { jsonOf, shown, WITHHELD } from '../../src/cli/redaction.ts'

const NASTY = `a\u001b[2Jb\r\n::add-mask::x ##[error]y\u202Ez\u2028${TOKEN} ${TOKEN.slice(4)}`

test('a name is shown on one line, without control characters or anything like a token', () => {
  const name = shown(NASTY)
  expect(name).not.toMatch(/[\p{C}\u2028\u2029]|::|##/u)
  expect(name).not.toContain(TOKEN.slice(4))
  expect(name).toContain('(token-shaped text)')
})

test('no part of a token is shown even if a long name is cut', () => {
  fc.assert(
    fc.property(fc.integer({ min: 150, max: 200 }), length => {
      expect(shown('x'.repeat(length) + TOKEN)).not.toContain(TOKEN.slice(4, 12))
    }),
  )
})

test('JSON has the unchanged name, in harmless characters', () => {
  const text = jsonOf([{ name: 'a\u001b[2J\u202Eb ::c ##[d] é' }])
  expect(text).toMatch(/^[\n\x20-\x7e]*$/)
  expect(text).not.toMatch(/::|##/)
  expect(JSON.parse(text)).toEqual([{ name: 'a\u001b[2J\u202Eb ::c ##[d] é' }])
  expect(jsonOf({ name: NASTY })).not.toContain(TOKEN.slice(4))
})

test('a text that repeats a secret of the run is withheld, an ID is not', () => {
  const secrets = new Secrets().addToken(TOKEN).addSession('sess_Not-A-Real-One')
  const [part, session] = [`ci ${TOKEN.slice(20, 28)}`, 'a sess_Not-A-Real-One b']
  expect([shown(part, secrets), shown(session, secrets), shown('ci', secrets)]).toEqual([
    WITHHELD,
    WITHHELD,
    'ci',
  ])
  const id = TOKEN.slice(4, 36)
  expect(JSON.parse(jsonOf([{ id, name: part, scopes: [session] }], secrets))).toEqual([
    { id, name: WITHHELD, scopes: [WITHHELD] },
  ])
})
