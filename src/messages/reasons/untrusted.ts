import type { Message } from '../message.ts'

export function untrusted(code: string, host: string): Message {
  const own =
    'The platform uses a certificate of a private authority, or a proxy on the way opens TLS connections.'
  const [causes, remedy] = /EXPIRED|NOT_YET/.test(code)
    ? [
        [
          "The platform's certificate has expired or is not valid yet.",
          'The clock of this machine is wrong.',
        ],
        "Have the platform's certificate renewed, and check this machine's clock.",
      ]
    : /ALTNAME|HOSTNAME/.test(code)
      ? [
          [
            'The host in the URL is not the one that the certificate was made for.',
            'Another server answers at that address.',
          ],
          'Use the host name that the certificate names.',
        ]
      : [
          [own],
          'Point NODE_EXTRA_CA_CERTS at a file with the certificate of that authority, in the environment of this step.',
        ]
  return {
    what: `The certificate of ${host} can't be verified (${code}). The token was not sent.`,
    causes,
    remedy: `${remedy} Never switch the verification off.`,
  }
}
