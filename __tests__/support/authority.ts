/** A private certificate authority, made when a test asks for one: nothing that could expire lies in the repository. */
import { generateKeyPairSync, randomBytes } from 'node:crypto'
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
  root.sign(own.privateKey, forge.md.sha256.create())
  const cert = forge.pki.certificateToPem(root)
  const folder = mkdtempSync(join(tmpdir(), 'nolapse-authority-'))
  const file = join(folder, 'authority.pem')
  writeFileSync(file, cert)

  return {
    cert,
    file,
    issue({ hosts = LOOPBACK, since = 1, until = 1 } = {}) {
      const leaf = draft([{ name: 'commonName', value: 'nolapse platform of a test' }], key, { since, until })
      leaf.setIssuer(name)
      leaf.setExtensions([
        { name: 'basicConstraints', cA: false },
        { name: 'extKeyUsage', serverAuth: true },
        {
          name: 'subjectAltName',
          altNames: hosts.map(host => (isIP(host) ? { type: 7, ip: host } : { type: 2, value: host })),
        },
      ])
      leaf.sign(own.privateKey, forge.md.sha256.create())
      return { key: key.pem, cert: forge.pki.certificateToPem(leaf) }
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** Node makes RSA keys many times faster than forge does by itself. */
function makeKey() {
  const pem = generateKeyPairSync('rsa', { modulusLength: 2048 })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString()
  const privateKey = forge.pki.privateKeyFromPem(pem)
  return { pem, privateKey, publicKey: forge.pki.setRsaPublicKey(privateKey.n, privateKey.e) }
}

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
