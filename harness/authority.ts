/** A private certificate authority, made when a test asks for one: nothing that could expire lies in the repository. */
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
  /** Host names and IP addresses that the certificate is good for. */
  hosts?: string[]
  /** How many days ago it became valid, and in how many it ends; negative turns the direction. */
  since?: number
  until?: number
  /** Signed by its own key instead of the authority's. */
  selfSigned?: boolean
}

export interface Authority {
  /** PEM of the authority's own certificate. */
  cert: string
  /** A file with that, for NODE_EXTRA_CA_CERTS. */
  file: string
  issue(certified?: Certified): Certificate
  remove(): void
}

const LOOPBACK = ['localhost', '127.0.0.1', '::1']

/** Makes an authority that no machine trusts by itself. */
export function makeAuthority(): Authority {
  const name = [{ name: 'commonName', value: 'Private authority of a test' }]
  const own = makeKey()
  const key = makeKey()
  const root = draft(name, own, { since: 1, until: 2 })
  root.setIssuer(name)
  root.setExtensions([
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', keyCertSign: true, critical: true },
  ])
  own.sign(root)
  const cert = forge.pki.certificateToPem(root)
  const folder = mkdtempSync(join(tmpdir(), 'nolapse-authority-'))
  const file = join(folder, 'authority.pem')
  writeFileSync(file, cert)

  return {
    cert,
    file,
    issue({ hosts = LOOPBACK, since = 1, until = 1, selfSigned = false } = {}) {
      const subject = [{ name: 'commonName', value: 'nolapse platform of a test' }]
      const leaf = draft(subject, key, { since, until })
      leaf.setIssuer(selfSigned ? subject : name)
      leaf.setExtensions([
        { name: 'basicConstraints', cA: false },
        { name: 'extKeyUsage', serverAuth: true },
        {
          name: 'subjectAltName',
          altNames: hosts.map(host => (isIP(host) ? { type: 7, ip: host } : { type: 2, value: host })),
        },
      ])
      ;(selfSigned ? key : own).sign(leaf)
      return { key: key.pem, cert: forge.pki.certificateToPem(leaf) }
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** Keys and signatures are Node's: forge's own arithmetic takes seconds where tests run. */
function makeKey() {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  return {
    pem,
    publicKey: forge.pki.publicKeyFromPem(publicKey.export({ type: 'spki', format: 'pem' }).toString()),
    sign(certificate: forge.pki.Certificate) {
      const signer = {
        sign: (digest: forge.md.MessageDigest) => {
          const info = Buffer.concat([SHA256_INFO, Buffer.from(digest.digest().bytes(), 'binary')])
          return privateEncrypt({ key: privateKey, padding: constants.RSA_PKCS1_PADDING }, info).toString(
            'binary',
          )
        },
      }
      certificate.sign(signer as unknown as forge.pki.rsa.PrivateKey, forge.md.sha256.create())
    },
  }
}

/** What stands before a SHA-256 digest in a signature (RFC 8017, 9.2, note 1). */
const SHA256_INFO = Buffer.from('3031300d060960864801650304020105000420', 'hex')

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
