import { Socket } from 'node:net'
import { expect, test } from '@jest/globals'
import { Faulty, faultOf } from '../../src/api/fault.ts'

const PROXY = { variable: 'https_proxy', host: 'proxy.test:3128' }
const error = (code: string | undefined, message = '') =>
  Object.assign(new Error(message), code === undefined ? {} : { code })
/** A socket on which Node has recorded that the certificate could not be verified. */
const unverified = () => Object.assign(new Socket(), { authorizationError: 'any' })

test.each([
  ['CERT_HAS_EXPIRED', 'certificate has expired', 'CERT_HAS_EXPIRED'],
  ['UNSPECIFIED', 'permitted subtree violation', 'PERMITTED_SUBTREE_VIOLATION'],
  [undefined, 'EE certificate key too weak', 'EE_CERTIFICATE_KEY_TOO_WEAK'],
  ['A_CODE_OF_TOMORROW', '', 'A_CODE_OF_TOMORROW'],
])('a certificate that Node cannot verify is untrusted, with any code: %s', (code, message, told) => {
  const fault = { kind: 'fault', fault: 'untrusted', code: told }
  expect(faultOf(error(code, message), unverified())).toEqual(fault)
  expect(faultOf(error(code, message), unverified(), PROXY)).toEqual({ ...fault, proxy: PROXY, unsent: true })
})

test('a certificate that cannot be read is untrusted', () => {
  expect(faultOf(error('ERR_OSSL_ASN1_WRONG_TAG'), new Socket())).toMatchObject({ fault: 'untrusted' })
  const text = 'write EPROTO 0:error:0680009B:asn1 encoding routines:asn1_get_object:too long:a.c:1:\n'
  expect(faultOf(error('EPROTO', text), null)).toMatchObject({
    fault: 'untrusted',
    code: 'ERR_OSSL_TOO_LONG',
  })
})

test.each([
  'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE',
  'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
  'ERR_SSL_TLSV1_UNRECOGNIZED_NAME',
  'ERR_SSL_UNSUPPORTED_PROTOCOL',
  'ERR_SSL_DH_KEY_TOO_SMALL',
])('%s ends the handshake for good', code => {
  expect(faultOf(error(code), new Socket())).toEqual({ kind: 'fault', fault: 'handshake', code })
})

test('a server that demands a client certificate has not read the request', () => {
  const code = 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED'
  expect(faultOf(error(code), new Socket())).toEqual({
    kind: 'fault',
    fault: 'handshake',
    code,
    unsent: true,
  })
  const text =
    'write EPROTO 0:error:0A00045C:SSL routines:ssl3_read_bytes:tlsv13 alert certificate required:a.c:1:\n'
  expect(faultOf(error('EPROTO', text), undefined)).toMatchObject({ fault: 'handshake', code })
})

test.each([
  'ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR',
  'ERR_SSL_SSLV3_ALERT_BAD_RECORD_MAC',
  'ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC',
  'ERR_SSL_UNEXPECTED_EOF_WHILE_READING',
  'ECONNRESET',
  'EPROTO',
])('%s is temporary', code => {
  expect(faultOf(error(code), new Socket())).toEqual({ kind: 'fault', fault: 'unreachable', code })
})

test('a fault that another module has already found is kept', () => {
  const fault = { kind: 'fault', fault: 'timed-out', limit: 1 } as const
  expect(faultOf(new Faulty(fault), unverified(), PROXY)).toBe(fault)
})
