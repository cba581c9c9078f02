import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { linesFor } from '../../src/cli/command-lines.ts'
import { readSettings, type Settings } from '../../src/gate/settings.ts'
import { VERSION } from '../../src/process/version.ts'

const before = process.env.npm_command
beforeEach(() => {
  delete process.env.npm_command
})
afterEach(() => {
  if (before !== undefined) process.env.npm_command = before
  else delete process.env.npm_command
})

const linesOf = (apiUrl = '', allowInsecureHttp = false) =>
  linesFor(
    { allowInsecureHttp },
    readSettings({ 'api-url': apiUrl, 'allow-insecure-http': String(allowInsecureHttp) }) as Settings,
  )

test('a line is as short as it can be', () => {
  expect(linesOf().list).toBe('nolapse-token list')
  expect(linesOf().revoke('ID')).toBe('nolapse-token revoke ID --yes')
  expect(linesOf().rotateInPlace('ID')).toBe('nolapse-token rotate ID --in-place -- COMMAND')
})

test('a line names the platform that it is for', () => {
  expect(linesOf('https://example.com/nolapse/').list).toBe(
    'nolapse-token list --api-url https://example.com/nolapse',
  )
  expect(linesOf('http://example.com', true).list).toBe(
    'nolapse-token list --api-url http://example.com --allow-insecure-http',
  )
})

test("a URL can't do anything in a shell", () => {
  expect(linesOf("https://example.com/$(x)'&y").list).toBe(
    "nolapse-token list --api-url 'https://example.com/$(x)%27&y'",
  )
  expect(linesOf('http://[::1]:8080').list).toBe("nolapse-token list --api-url 'http://[::1]:8080'")
})

test('whoever came by npx is given a line for npx', () => {
  process.env.npm_command = 'exec'
  expect(linesOf().list).toBe(`npx --yes @nolapse/token-action@${VERSION} list`)
})
