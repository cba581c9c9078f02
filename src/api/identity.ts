/** Options of a TLS connection: whom the certificate must name, and whom to ask for. */
import { X509Certificate } from 'node:crypto'
import { isIPv4, isIPv6 } from 'node:net'
import { checkServerIdentity, type PeerCertificate } from 'node:tls'

/**
 * Node's own test compiles an expression that takes 6 % of a whole start. It is not asked about what has no colon.
 */
const isV6 = (host: string): boolean => host.includes(':') && isIPv6(host)

/** @param host a name or an address, without brackets */
export const identityOf = (host: string) => ({
  // An address is no name to ask a server for (RFC 6066, 3). The certificate is verified for it all the same.
  servername: isV6(host) || isIPv4(host) ? '' : host,
  ...(isV6(host) && {
    // Node 24.19 takes an IPv6 address for a name, so no certificate would ever match.
    checkServerIdentity: (_name: string, peer: PeerCertificate) =>
      new X509Certificate(peer.raw).checkIP(host) ? undefined : checkServerIdentity(host, peer),
  }),
})
