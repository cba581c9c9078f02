import { type AuthoritiesFlaw, flawOfExtraAuthorities } from '../../api/authorities.ts'
import type { Via } from '../../api/proxy.ts'
import { nameOf } from '../describe.ts'
import type { Message } from '../message.ts'

export function untrusted(code: string, host: string, proxy: Via | undefined): Message {
  const [causes, remedy] = explainCode(code, proxy ? 'the proxy' : 'the platform')
  return {
    what: proxy
      ? `The certificate of ${nameOf(proxy)} cannot be verified (${code}). Neither the proxy's password nor the token was sent.`
      : `The certificate of ${host} cannot be verified (${code}). The token was not sent.`,
    causes,
    remedy: `${remedy} Never switch the verification off.`,
  }
}

function explainCode(code: string, peer: string): [causes: string[], remedy: string] {
  if (/EXPIRED|NOT_YET/.test(code))
    return [
      [`The certificate of ${peer} has expired or is not valid yet.`, 'The clock of this machine is wrong.'],
      `Have the certificate of ${peer} renewed, and check this machine's clock.`,
    ]
  if (/ALTNAME|HOSTNAME/.test(code))
    return [
      [
        'The certificate was issued for another host than the one in the URL.',
        'Another server answers at that address.',
      ],
      'Use a host name that is in the certificate.',
    ]
  if (!UNKNOWN_AUTHORITY.test(code))
    return [
      [
        'The certificate, or one of its authorities, is too weak (SHA-1, a short key), or breaks a rule of its own (a name constraint, an unknown critical extension).',
      ],
      `Have the certificate of ${peer} replaced. \`openssl verify -x509_strict\` says what is wrong with it.`,
    ]
  const flaw = flawOfExtraAuthorities()
  const own = `The certificate of ${peer} is from a private authority, or a proxy on the way opens TLS connections.`
  if (flaw === 'unset')
    return [
      [own],
      'Set NODE_EXTRA_CA_CERTS to a file with the certificate of that authority, in the environment of this step.',
    ]
  if (flaw === 'none')
    return [
      [`${own} NODE_EXTRA_CA_CERTS is set, but that authority's certificate is not in its file.`],
      "Add that authority's certificate (PEM) to the file in NODE_EXTRA_CA_CERTS.",
    ]
  return [[`NODE_EXTRA_CA_CERTS ${FLAWS[flaw][0]}, so Node.js ignores it.`, own], FLAWS[flaw][1]]
}

/** The codes that only say that the signer is unknown. */
const UNKNOWN_AUTHORITY =
  /^(UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|CERT_UNTRUSTED|CERT_SIGNATURE_FAILURE|CERT_CHAIN_TOO_LONG|ERR_OSSL_)/

/** What is wrong with the variable, and what to do. Its value is not quoted: it can be anything. */
const FLAWS: Record<Exclude<AuthoritiesFlaw, 'unset' | 'none'>, [says: string, remedy: string]> = {
  content: [
    'holds a certificate itself, not the path of a file',
    'Write the certificate to a file, and set NODE_EXTRA_CA_CERTS to its path.',
  ],
  quotes: [
    'has quotes around the path',
    'Remove the quotes from NODE_EXTRA_CA_CERTS: they become a part of the path.',
  ],
  unexpanded: [
    'has a ~ or $ in its path, which only a shell expands',
    'Set NODE_EXTRA_CA_CERTS to the whole absolute path.',
  ],
  'no-file': [
    'names a file that does not exist on this machine',
    'Set NODE_EXTRA_CA_CERTS to the absolute path of a file that exists where this step runs.',
  ],
  'not-a-file': [
    'names something that is not a file, such as a folder',
    'Set NODE_EXTRA_CA_CERTS to one file with all the certificates.',
  ],
  unreadable: [
    'names a file that this process cannot read',
    'Give the user that runs this step the right to read the file.',
  ],
  der: [
    'names a file in binary (DER) form',
    'Convert the file to PEM: openssl x509 -inform der -in FILE -out FILE.pem',
  ],
  'no-certificate': [
    'names a file without a PEM certificate (-----BEGIN CERTIFICATE-----)',
    "Set NODE_EXTRA_CA_CERTS to a PEM file with the authority's certificate.",
  ],
}
