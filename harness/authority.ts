/** A private certificate authority, created on demand, so that nothing in the repository can expire. */
import { constants, generateKeyPairSync, privateEncrypt, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import forge from 'node-forge'

export interface Certificate {
  /** PEM, as `tls.createServer` takes them. */
  key: string
  cert: string
}

export interface Certified {
  /** Host names and IP addresses that the certificate is valid for. */
  hosts?: string[]
  /** How many days ago it became valid, and in how many it expires; negative values reverse the direction. */
  since?: number
  until?: number
  /** Signed by its own key instead of the authority's. */
  selfSigned?: boolean
  /** A flaw that a verifier finds too weak, or must reject because it does not know it. */
  flaw?: 'sha-1' | '1024-bit' | 'unknown-critical-extension'
}

export interface Authority {
  /** PEM of the authority's own certificate. */
  cert: string
  /** A file with this certificate, for NODE_EXTRA_CA_CERTS. */
  file: string
  issue(certified?: Certified): Certificate
  remove(): void
}

const LOOPBACK = ['localhost', '127.0.0.1', '::1']

/**
 * Creates an authority that no machine trusts by default.
 *
 * @param permitted the only domain that it is allowed to issue certificates for (a name constraint)
 */
export function makeAuthority(permitted?: string): Authority {
  const name = [{ name: 'commonName', value: 'Private authority of a test' }]
  const own = makeKey()
  const key = makeKey()
  const root = draft(name, own, { since: 1, until: 2 })
  root.setIssuer(name)
  root.setExtensions([
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', keyCertSign: true, critical: true },
    ...(permitted === undefined ? [] : [nameConstraint(permitted)]),
  ])
  own.sign(root)
  const cert = forge.pki.certificateToPem(root)
  const folder = mkdtempSync(join(tmpdir(), 'nolapse-authority-'))
  const file = join(folder, 'authority.pem')
  writeFileSync(file, cert)

  return {
    cert,
    file,
    issue({ hosts = LOOPBACK, since = 1, until = 1, selfSigned = false, flaw } = {}) {
      const subject = [{ name: 'commonName', value: 'nolapse platform of a test' }]
      const holder = flaw === '1024-bit' ? makeKey(1024) : key
      const leaf = draft(subject, holder, { since, until })
      leaf.setIssuer(selfSigned ? subject : name)
      leaf.setExtensions([
        { name: 'basicConstraints', cA: false },
        { name: 'extKeyUsage', serverAuth: true },
        {
          name: 'subjectAltName',
          altNames: hosts.map(host => (isIP(host) ? { type: 7, ip: host } : { type: 2, value: host })),
        },
        ...(flaw === 'unknown-critical-extension' ? [UNKNOWN] : []),
      ])
      ;(selfSigned ? holder : own).sign(leaf, flaw === 'sha-1' ? SHA1 : SHA256)
      return { key: holder.pem, cert: forge.pki.certificateToPem(leaf) }
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** Keys and signatures are Node's: forge's own arithmetic takes seconds where tests run. */
function makeKey(modulusLength = 2048) {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength })
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  return {
    pem,
    publicKey: forge.pki.publicKeyFromPem(publicKey.export({ type: 'spki', format: 'pem' }).toString()),
    sign(certificate: forge.pki.Certificate, { create, info: prefix } = SHA256) {
      const signer = {
        sign: (digest: forge.md.MessageDigest) => {
          const info = Buffer.concat([prefix, Buffer.from(digest.digest().bytes(), 'binary')])
          return privateEncrypt({ key: privateKey, padding: constants.RSA_PKCS1_PADDING }, info).toString(
            'binary',
          )
        },
      }
      certificate.sign(signer as unknown as forge.pki.rsa.PrivateKey, create())
    },
  }
}

/** A digest, and what precedes it in a signature (RFC 8017, 9.2, note 1). */
const SHA256 = {
  create: () => forge.md.sha256.create() as forge.md.MessageDigest,
  info: Buffer.from('3031300d060960864801650304020105000420', 'hex'),
}
const SHA1: typeof SHA256 = {
  create: () => forge.md.sha1.create(),
  info: Buffer.from('3021300906052b0e03021a05000414', 'hex'),
}

/** Any name below `permitted`, and no address (RFC 5280, 4.2.1.10). */
function nameConstraint(permitted: string) {
  const { Class, Type, create, toDer } = forge.asn1
  const name = create(Class.CONTEXT_SPECIFIC, 2, false, permitted)
  const subtree = create(Class.UNIVERSAL, Type.SEQUENCE, true, [name])
  const permittedSubtrees = create(Class.CONTEXT_SPECIFIC, 0, true, [subtree])
  const value = toDer(create(Class.UNIVERSAL, Type.SEQUENCE, true, [permittedSubtrees])).getBytes()
  return { id: '2.5.29.30', critical: true, value }
}

/** An extension that no verifier knows, and that must not be ignored. */
const UNKNOWN = { id: '1.3.6.1.4.1.99999.1', critical: true, value: '\x05\x00' }

function draft(
  subject: forge.pki.CertificateField[],
  { publicKey }: ReturnType<typeof makeKey>,
  { since, until }: { since: number; until: number },
): forge.pki.Certificate {
  const inDays = (days: number) => new Date(Date.now() + days * 24 * 60 * 60 * 1000)
  const certificate = forge.pki.createCertificate()
  certificate.publicKey = publicKey
  certificate.serialNumber = `01${randomBytes(8).toString('hex')}`
  certificate.validity.notBefore = inDays(-since)
  certificate.validity.notAfter = inDays(until)
  certificate.setSubject(subject)
  return certificate
}
