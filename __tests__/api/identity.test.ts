import { X509Certificate } from 'node:crypto'
import type { PeerCertificate } from 'node:tls'
import { afterAll, expect, test } from '@jest/globals'
import { makeAuthority } from '../../harness/authority.ts'
import { identityOf } from '../../src/api/identity.ts'

const authority = makeAuthority()
afterAll(() => authority.remove())

test('the server name is sent for a host name but not for an address', () => {
  expect(identityOf('nolapse.test')).toEqual({ servername: 'nolapse.test' })
  expect(identityOf('10.1.2.3')).toEqual({ servername: '' })
  expect(identityOf('2001:db8::1')).toMatchObject({ servername: '' })
})

test('an IPv6 address is found in a certificate, however it is written, and another one is not', () => {
  const certificate = new X509Certificate(authority.issue({ hosts: ['2001:db8::1'] }).cert)
  const peer = certificate.toLegacyObject() as PeerCertificate
  const check = (host: string) => identityOf(host).checkServerIdentity?.(host, peer)
  expect(check('2001:db8::1')).toBeUndefined()
  expect(check('2001:db8:0:0:0:0:0:1')).toBeUndefined()
  expect(check('2001:db8::2')).toHaveProperty('code', 'ERR_TLS_CERT_ALTNAME_INVALID')
})
