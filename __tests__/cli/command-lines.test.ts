import { resolve } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { commandLinesFor } from '../../src/cli/command-lines.ts'
import { readSettings, type Settings } from '../../src/gate/settings.ts'
import { VERSION } from '../../src/process/version.ts'

const { argv, argv0: node } = process
const before = process.env.npm_command
beforeEach(() => {
  delete process.env.npm_command
  startedAs('/usr/local/bin/nolapse-token')
})
afterEach(() => {
  process.argv = argv
  if (before !== undefined) process.env.npm_command = before
  else delete process.env.npm_command
})

function startedAs(script: string) {
  process.argv = ['/usr/bin/node', script]
}

const linesOf = (apiUrl = '', allowInsecureHttp = false) =>
  commandLinesFor(
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

test('a URL in a line is harmless to a shell', () => {
  expect(linesOf("https://example.com/$(x)'&y").list).toBe(
    "nolapse-token list --api-url 'https://example.com/$(x)%27&y'",
  )
  expect(linesOf('http://[::1]:8080').list).toBe("nolapse-token list --api-url 'http://[::1]:8080'")
})

test('a line starts the program in the same way as this run', () => {
  startedAs(resolve('dist/cli.js'))
  expect(linesOf().list).toBe(`${node} dist/cli.js list`)
  startedAs('/opt/tools/cli.js')
  expect(linesOf().list).toBe(`${node} /opt/tools/cli.js list`)
  startedAs(resolve('node_modules/.bin/nolapse-token'))
  expect(linesOf().list).toBe('node_modules/.bin/nolapse-token list')
  startedAs("/opt/it's here/cli.js")
  expect(linesOf().list).toBe(`${node} '/opt/it'\\''s here/cli.js' list`)
})

test.each(['exec', 'run'])('a run inside npm %s gives a line for npx', command => {
  startedAs('/home/ci/.npm/_npx/1a2b/node_modules/.bin/nolapse-token')
  process.env.npm_command = command
  expect(linesOf().list).toBe(`npx --yes @nolapse/token-action@${VERSION} list`)
  startedAs(resolve('dist/cli.js'))
  expect(linesOf().list).toBe(`${node} dist/cli.js list`)
})

test('without a script, a line has only the program name', () => {
  process.argv = ['/usr/bin/node']
  expect(linesOf().list).toBe('nolapse-token list')
})
