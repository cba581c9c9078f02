import { expect, test } from '@jest/globals'
import { failureOf } from '../../src/cli/failure.ts'

const SITUATION = { host: 'nolapse.example.com', seconds: 90, setting: (name: string) => `--${name}` }

test('a certificate that can not be verified is told with the way to trust it', () => {
  const { code, message } = failureOf(
    { kind: 'untrusted', code: 'SELF_SIGNED_CERT_IN_CHAIN' },
    'The tokens could not be listed',
    SITUATION,
  )
  expect(code).toBe(3)
  expect(message).toContain('The tokens could not be listed. The certificate of nolapse.example.com')
  expect(message).toContain('NODE_EXTRA_CA_CERTS')
})

test("the platform's words are told, made safe; without words the status is", () => {
  const refused = (said: string) =>
    failureOf({ kind: 'refused', status: 422, said, requestId: '' }, 'It failed', SITUATION).message
  expect(refused('a\u001b\n::b')).toContain('It failed: the platform rejects the request (422, "a : :b").')
  expect(refused('')).toContain('It failed: the platform rejects the request (422).')
})
