/** Certificates: the token is sent only to a server that proves to be the platform. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TlsOptions } from 'node:tls'
import { afterAll, describe, expect, test } from '@jest/globals'
import { type Authority, type Certified, makeAuthority } from '../../harness/authority.ts'
import { NODE, TOKEN } from '../../harness/runner.ts'
import { bench, check, expectFailed, expectPassed, grant } from '../support/faults.ts'

const authority = makeAuthority()
const stranger = makeAuthority()
const onNode24 = execFileSync(NODE, ['--version']).toString().startsWith('v24.')
const trusting = { NODE_EXTRA_CA_CERTS: authority.file }
afterAll(() => {
  authority.remove()
  stranger.remove()
})

describe('a certificate that cannot be verified ends the run before any byte of the request is sent', () => {
  const bad: [
    name: string,
    certificate: { key: string; cert: string },
    env: Record<string, string>,
    code: string,
  ][] = [
    ['a private authority, not named', authority.issue(), {}, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    ['another private authority than the one named', stranger.issue(), trusting, 'CERT_SIGNATURE_FAILURE'],
    ['self-signed', authority.issue({ selfSigned: true }), {}, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['expired', authority.issue({ since: 3, until: -1 }), trusting, 'CERT_HAS_EXPIRED'],
    ['not valid yet', authority.issue({ since: -1, until: 3 }), trusting, 'CERT_NOT_YET_VALID'],
    [
      'of another host',
      authority.issue({ hosts: ['platform.example.com'] }),
      trusting,
      'ERR_TLS_CERT_ALTNAME_INVALID',
    ],
    ['of no host at all', authority.issue({ hosts: [] }), trusting, 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ]
  test.concurrent.each(bad)('%s', async (_name, certificate, env, code) => {
    const peer = await bench(grant, { certificate })
    const run = await check(peer.https, { tolerate: 'missing, unavailable' }, env)
    await peer.close()
    expectFailed(run, 'untrusted')
    expect(run.stdout).toContain(code)
    expect(peer.connections()).toBe(1)
    expect(peer.received()).toBe('')
  })

  test.concurrent('a certificate with names like an OpenSSL error is not an outage, and its names are not shown', async () => {
    const certificate = authority.issue({ hosts: [`error:0A000000:SSL routines:any:${TOKEN}:`] })
    const peer = await bench(grant, { certificate })
    const run = await check(
      `https://localhost:${peer.port}`,
      { tolerate: 'unavailable', 'timeout-seconds': '2' },
      trusting,
    )
    await peer.close()
    expectFailed(run, 'untrusted')
    expect(peer.connections()).toBe(1)
    expect(peer.received()).toBe('')
  })

  test.concurrent('the message says how to trust a private authority, and never how to turn off verification', async () => {
    const peer = await bench(grant, { certificate: authority.issue() })
    const run = await check(peer.https)
    await peer.close()
    expect(run.stdout).toMatch(/NODE_EXTRA_CA_CERTS.*Never switch the verification off/s)
  })

  test.concurrent('NODE_TLS_REJECT_UNAUTHORIZED=0 is rejected before anything is sent', async () => {
    const peer = await bench(grant, { certificate: authority.issue() })
    const run = await check(peer.https, {}, { NODE_TLS_REJECT_UNAUTHORIZED: '0' })
    await peer.close()
    expectFailed(run, 'misconfigured')
    expect(peer.connections()).toBe(0)
  })

  // Only exactly 0 switches it off for Node.
  test.concurrent.each(['', '1', 'false', '00'])(
    'NODE_TLS_REJECT_UNAUTHORIZED=%s does not turn off verification',
    async value => {
      const peer = await bench(grant, { certificate: authority.issue({ selfSigned: true }) })
      const run = await check(peer.https, {}, { NODE_TLS_REJECT_UNAUTHORIZED: value })
      await peer.close()
      expectFailed(run, 'untrusted')
      expect(peer.received()).toBe('')
    },
  )
})

describe('a flaw without a Node error code is untrusted as well', () => {
  const constrained = makeAuthority('corp.test')
  afterAll(() => constrained.remove())
  // A server of today refuses to start with such a key or signature of its own.
  const lenient = { ciphers: 'DEFAULT:@SECLEVEL=0' }
  const unnamed: [name: string, authority: Authority, Certified, code: string][] = [
    ['a name constraint', constrained, { hosts: ['localhost'] }, 'PERMITTED_SUBTREE_VIOLATION'],
    [
      'an unknown critical extension',
      authority,
      { flaw: 'unknown-critical-extension' },
      'UNHANDLED_CRITICAL_EXTENSION',
    ],
    ['a SHA-1 signature', authority, { flaw: 'sha-1' }, 'CA_SIGNATURE_DIGEST_ALGORITHM_TOO_WEAK'],
    // Node 20 still accepts 1,024 bits.
    ...(onNode24
      ? ([
          ['a key of 1,024 bits', authority, { flaw: '1024-bit' }, 'EE_CERTIFICATE_KEY_TOO_WEAK'],
        ] as typeof unnamed)
      : []),
  ]
  test.concurrent.each(unnamed)('%s', async (_name, { file, issue }, certified, code) => {
    const peer = await bench(grant, { certificate: { ...issue(certified), ...lenient } })
    const run = await check(
      `https://localhost:${peer.port}`,
      { tolerate: 'unavailable' },
      { NODE_EXTRA_CA_CERTS: file },
    )
    await peer.close()
    expectFailed(run, 'untrusted')
    expect(run.stdout).toContain(`(${code})`)
    expect(run.stdout).toContain('too weak (SHA-1, a short key), or breaks a rule')
    expect(peer.connections()).toBe(1)
    expect(peer.received()).toBe('')
  })
})

describe('a server that rejects the handshake for good is unexpected, not an outage', () => {
  const rejecting: [name: string, options: TlsOptions, says: RegExp][] = [
    [
      'a client certificate is required, TLS 1.2',
      { requestCert: true, maxVersion: 'TLSv1.2' },
      /client certificate/,
    ],
    [
      'only TLS 1.1 is supported',
      { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' },
      /TLS 1\.2 or 1\.3/,
    ],
    ['no cipher is shared', { ciphers: 'PSK', maxVersion: 'TLSv1.2' }, /handshake/],
  ]
  test.concurrent.each(rejecting)('%s', async (_name, options, says) => {
    const peer = await bench(grant, { certificate: { ...authority.issue(), ...options } })
    const run = await check(peer.https, { tolerate: 'unavailable' }, trusting)
    await peer.close()
    expectFailed(run, 'unexpected-response')
    expect(run.stdout).toMatch(says)
    expect(peer.connections()).toBe(1)
  })

  // Under TLS 1.3 the alert races with the request. If the connection breaks first, the next attempt tells.
  test('a client certificate is required, TLS 1.3', async () => {
    const peer = await bench(grant, { certificate: { ...authority.issue(), requestCert: true } })
    const run = await check(peer.https, { tolerate: 'unavailable' }, trusting)
    await peer.close()
    expectFailed(run, 'unexpected-response')
    expect(run.stdout).toMatch(/CERTIFICATE_REQUIRED.*requires a client certificate/s)
    expect(peer.received()).toBe('')
  })
})

describe('NODE_EXTRA_CA_CERTS that Node cannot use: the message says what is wrong with it, and does not show it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nolapse-extra-'))
  const write = (name: string, content: string | Buffer) => {
    const path = join(folder, name)
    writeFileSync(path, content)
    return path
  }
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const der = Buffer.from(authority.cert.replace(/-----.*-----|\s/g, ''), 'base64')
  const wrong: [name: string, value: string, says: RegExp][] = [
    ['no such file', '/nonexistent/authority.pem', /names a file that does not exist/],
    ['a DER file', write('authority.der', der), /openssl x509 -inform der.*binary \(DER\) form/s],
    ['a path with ~', '~/authority.pem', /~ or \$ in its path, which only a shell expands/],
    ['a path with a variable', '$HOME/authority.pem', /~ or \$ in its path/],
    ['a PEM itself', authority.cert, /Write the certificate to a file.*holds a certificate itself/s],
    ['a path in quotes', `"${authority.file}"`, /quotes around the path/],
    ['a folder', folder, /not a file, such as a folder/],
    ['a file without a certificate', write('empty.pem', 'nothing'), /without a PEM certificate/],
    ['a file with another authority', stranger.file, /is set, but that/],
  ]
  test.concurrent.each(wrong)('%s', async (_name, value, says) => {
    const peer = await bench(grant, { certificate: authority.issue() })
    const run = await check(peer.https, {}, { NODE_EXTRA_CA_CERTS: value })
    await peer.close()
    // Node itself warns on standard error.
    expectFailed({ ...run, stderr: '', traces: run.traces.replace(run.stderr, '') }, 'untrusted')
    expect(run.stdout).toMatch(says)
    expect(run.stdout).not.toMatch(/Point NODE_EXTRA_CA_CERTS/)
    for (const line of value.split('\n').filter(text => text !== '')) {
      expect(run.stdout + run.summary).not.toContain(line)
    }
    expect(peer.received()).toBe('')
  })
})

test.concurrent('a private authority that NODE_EXTRA_CA_CERTS names is trusted', async () => {
  const peer = await bench(grant, { certificate: authority.issue() })
  const run = await check(peer.https, {}, trusting)
  await peer.close()
  expectPassed(run)
  expect(peer.connections()).toBe(1)
})
