/** Certificates: the token travels only to who can prove to be the platform. */
import { afterAll, describe, expect, test } from '@jest/globals'
import { makeAuthority } from '../../harness/authority.ts'
import { TOKEN } from '../../harness/runner.ts'
import { bench, check, expectFailed, expectPassed, grant } from '../support/faults.ts'

const authority = makeAuthority()
const stranger = makeAuthority()
const trusting = { NODE_EXTRA_CA_CERTS: authority.file }
afterAll(() => {
  authority.remove()
  stranger.remove()
})

describe('a certificate that can’t be verified ends the run at once, and not a byte of the request is sent', () => {
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

  test.concurrent('a certificate whose names read like an error of OpenSSL is no outage, and none of them is told', async () => {
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

  test.concurrent('the run says how to trust a private authority, and never to switch verification off', async () => {
    const peer = await bench(grant, { certificate: authority.issue() })
    const run = await check(peer.https)
    await peer.close()
    expect(run.stdout).toMatch(/NODE_EXTRA_CA_CERTS.*Never switch the verification off/s)
  })

  test.concurrent('an authority that is named and can not be read is not trusted', async () => {
    const peer = await bench(grant, { certificate: authority.issue() })
    const run = await check(peer.https, {}, { NODE_EXTRA_CA_CERTS: '/nonexistent/authority.pem' })
    await peer.close()
    // Node itself warns on standard error.
    expectFailed({ ...run, stderr: '' }, 'untrusted')
    expect(peer.received()).toBe('')
  })

  test.concurrent('NODE_TLS_REJECT_UNAUTHORIZED=0 is refused before anything is sent', async () => {
    const peer = await bench(grant, { certificate: authority.issue() })
    const run = await check(peer.https, {}, { NODE_TLS_REJECT_UNAUTHORIZED: '0' })
    await peer.close()
    expectFailed(run, 'misconfigured')
    expect(peer.connections()).toBe(0)
  })

  // Only exactly 0 switches it off for Node.
  test.concurrent.each(['', '1', 'false', '00'])(
    'NODE_TLS_REJECT_UNAUTHORIZED=%s switches nothing off',
    async value => {
      const peer = await bench(grant, { certificate: authority.issue({ selfSigned: true }) })
      const run = await check(peer.https, {}, { NODE_TLS_REJECT_UNAUTHORIZED: value })
      await peer.close()
      expectFailed(run, 'untrusted')
      expect(peer.received()).toBe('')
    },
  )
})

test.concurrent('a private authority that NODE_EXTRA_CA_CERTS names is trusted', async () => {
  const peer = await bench(grant, { certificate: authority.issue() })
  const run = await check(peer.https, {}, trusting)
  await peer.close()
  expectPassed(run)
  expect(peer.connections()).toBe(1)
})
