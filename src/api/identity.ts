/** Options of a TLS connection: whom the certificate must name, and whom to ask for. */
import { X509Certificate } from 'node:crypto'
import { isIP, isIPv6 } from 'node:net'
import { checkServerIdentity, type PeerCertificate } from 'node:tls'

/** @param host a name or an address, without brackets */
export const identityOf = (host: string) => ({
  // An address is no name to ask a server for (RFC 6066, 3). The certificate is verified for it all the same.
  servername: isIP(host) ? '' : host,
  ...(isIPv6(host) && {
    // Node 24.19 takes an IPv6 address for a name, so no certificate would ever match.
    checkServerIdentity: (_name: string, peer: PeerCertificate) =>
      new X509Certificate(peer.raw).checkIP(host) ? undefined : checkServerIdentity(host, peer),
  }),
})
