import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, expect, test } from '@jest/globals'
import { flawOfExtraAuthorities } from '../../src/api/authorities.ts'

const folder = mkdtempSync(join(tmpdir(), 'nolapse-authorities-'))
const before = process.env.NODE_EXTRA_CA_CERTS
afterEach(() => {
  if (before === undefined) delete process.env.NODE_EXTRA_CA_CERTS
  else process.env.NODE_EXTRA_CA_CERTS = before
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const PEM = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'

const write = (name: string, content: string) => {
  const path = join(folder, name)
  writeFileSync(path, Buffer.from(content, 'latin1'))
  return path
}

test.each([
  ['', 'unset'],
  [PEM, 'content'],
  ['~/ca.pem', 'unexpanded'],
  ['$HOME/ca.pem', 'unexpanded'],
  ['"/ca.pem"', 'quotes'],
  ['/nonexistent/ca.pem', 'no-file'],
  ['ca.pem', 'no-file'],
  [folder, 'not-a-file'],
  ['/dev/zero', 'not-a-file'],
  [write('ca.der', '\x30\x82\x01\x02'), 'der'],
  [write('ca.txt', 'no certificate'), 'no-certificate'],
  [write('key.pem', PEM.replaceAll('CERTIFICATE', 'PRIVATE KEY')), 'no-certificate'],
  [write('ca.pem', `# a comment\n${PEM}`), 'none'],
  [write('trusted.pem', PEM.replaceAll('CERTIFICATE', 'TRUSTED CERTIFICATE')), 'none'],
])('NODE_EXTRA_CA_CERTS=%j: %s', (value, flaw) => {
  process.env.NODE_EXTRA_CA_CERTS = value
  expect(flawOfExtraAuthorities()).toBe(flaw)
})

test('an unset variable has no flaw', () => {
  delete process.env.NODE_EXTRA_CA_CERTS
  expect(flawOfExtraAuthorities()).toBe('unset')
})

test('a link to itself cannot be read', () => {
  const path = join(folder, 'loop.pem')
  symlinkSync(path, path)
  process.env.NODE_EXTRA_CA_CERTS = path
  expect(flawOfExtraAuthorities()).toBe('unreadable')
})

test('a path that is too long cannot be read', () => {
  process.env.NODE_EXTRA_CA_CERTS = `/${'a'.repeat(5000)}`
  expect(flawOfExtraAuthorities()).toBe('no-file')
})
