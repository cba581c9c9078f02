import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, expect, test } from '@jest/globals'
import { untrusted } from '../../src/messages/reasons/untrusted.ts'

const folder = mkdtempSync(join(tmpdir(), 'nolapse-untrusted-'))
const der = join(folder, 'authority.der')
const pem = join(folder, 'authority.pem')
writeFileSync(der, Buffer.from([0x30, 0x82, 1, 2]))
writeFileSync(pem, '-----BEGIN CERTIFICATE-----')
const before = process.env.NODE_EXTRA_CA_CERTS
afterEach(() => {
  if (before === undefined) delete process.env.NODE_EXTRA_CA_CERTS
  else process.env.NODE_EXTRA_CA_CERTS = before
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test.each([
  ['', /^Set NODE_EXTRA_CA_CERTS to a file with/],
  [der, /^Convert the file to PEM/],
  [pem, /^Add that authority's certificate \(PEM\) to the file/],
])('with NODE_EXTRA_CA_CERTS=%j, the fix for an unknown authority is: %s', (value, remedy) => {
  process.env.NODE_EXTRA_CA_CERTS = value
  const message = untrusted('SELF_SIGNED_CERT_IN_CHAIN', 'nolapse.test', undefined)
  expect(message.remedy).toMatch(remedy)
  expect(message.remedy).toMatch(/Never switch the verification off\.$/)
  expect(JSON.stringify(message)).not.toContain(folder)
})

test('a flaw of the certificate itself is not blamed on NODE_EXTRA_CA_CERTS', () => {
  process.env.NODE_EXTRA_CA_CERTS = der
  const message = untrusted('PERMITTED_SUBTREE_VIOLATION', 'nolapse.test', undefined)
  expect(message.causes[0]).toMatch(/too weak .*, or breaks a rule/)
  expect(JSON.stringify(message)).not.toContain('NODE_EXTRA_CA_CERTS')
})
