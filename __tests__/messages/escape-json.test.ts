import { expect, test } from '@jest/globals'
import { escapeJson } from '../../src/messages/escape-json.ts'

test('JSON is escaped where it could act on a terminal or a runner, and means the same', () => {
  const value = { text: '\u001b[2J \u202e ::error:: ##[error] é 😀', number: 1 }
  const json = escapeJson(JSON.stringify(value, null, 2))
  expect(json).toMatch(/^[\n\x20-\x7e]*$/)
  expect(json).not.toMatch(/::|##/)
  expect(JSON.parse(json)).toEqual(value)
})
