import { expect, test } from '@jest/globals'
import type { Surprise } from '../../src/api/answer.ts'
import { failureOf } from '../../src/cli/failure.ts'

const SITUATION = { host: 'nolapse.example.com', seconds: 90, setting: (name: string) => `--${name}` }

test('the message for an unverified certificate says how to trust it', () => {
  const { code, message } = failureOf(
    { kind: 'untrusted', code: 'SELF_SIGNED_CERT_IN_CHAIN' },
    'The tokens could not be listed',
    SITUATION,
  )
  expect(code).toBe(3)
  expect(message).toContain('The tokens could not be listed. The certificate of nolapse.example.com')
  expect(message).toContain('NODE_EXTRA_CA_CERTS')
})

const PROXY = { variable: 'https_proxy', host: 'proxy.test:3128' }
const told = (failed: Parameters<typeof failureOf>[0]) => failureOf(failed, 'It failed', SITUATION)

test('a fault of a proxy is not blamed on the platform', () => {
  const code = 'ENOTFOUND'
  const unavailable = { kind: 'unavailable', requestId: '', retry: true } as const
  const unreachable = { kind: 'fault', fault: 'unreachable', code } as const
  expect(told({ ...unavailable, cause: { ...unreachable, proxy: PROXY } })).toMatchObject({
    code: 3,
    message: expect.stringMatching(
      /^It failed: .* the proxy's host name does not exist \(proxy\.test:3128, .*\nWhat to do: Correct https_proxy/,
    ),
  })
  expect(told({ ...unavailable, cause: unreachable }).message).toMatch(/What to do: Check --api-url/)
  const surprise: Surprise = { kind: 'proxy', status: 403, proxy: PROXY, schemes: [] }
  expect(told({ kind: 'unexpected', surprise, requestId: '' })).toMatchObject({
    code: 3,
    message: expect.stringMatching(/^It failed\. The proxy \(proxy\.test:3128, .*\nWhat to do: Have nolapse/),
  })
  expect(told({ kind: 'untrusted', code: 'CERT_HAS_EXPIRED', proxy: PROXY }).message).toMatch(
    /^It failed\. The certificate of the proxy \(proxy\.test:3128/,
  )
})

test('a failed handshake has its own fix', () => {
  const surprise = { kind: 'handshake', code: 'ERR_SSL_UNSUPPORTED_PROTOCOL' } as const
  expect(told({ kind: 'unexpected', surprise, requestId: '' }).message).toMatch(
    /What to do: Turn on TLS 1\.2/,
  )
})

test('the text of the platform is quoted safely; without text, the status is shown', () => {
  const refused = (said: string) =>
    failureOf({ kind: 'refused', status: 422, said, requestId: '' }, 'It failed', SITUATION).message
  expect(refused('a\u001b\n::b')).toContain('It failed: the platform rejects the request (422, "a : :b").')
  expect(refused('')).toContain('It failed: the platform rejects the request (422).')
})
