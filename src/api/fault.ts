/** Why an exchange brought no answer: Node's errors, sorted by what can be done about them. Pure. */
import type { Socket } from 'node:net'
import type { Via } from './proxy.ts'

export type Fault = {
  kind: 'fault'
  /** The request cannot have reached the platform. */
  unsent?: true
} & (
  | { fault: 'untrusted'; code: string; proxy?: Via }
  | { fault: 'not-http'; code: string; proxy?: Via }
  /** The peer ends the TLS handshake for good, or it cannot be completed with this peer. */
  | { fault: 'handshake'; code: string; proxy?: Via }
  /** With `proxy`, it is the proxy that cannot be reached. */
  | { fault: 'unreachable'; code: string; proxy?: Via }
  /** The proxy opens no tunnel, and says so. */
  | { fault: 'proxy'; status: number; proxy: Via; schemes: string[] }
  | { fault: 'timed-out'; limit: number }
)

/** An error that knows already which fault it is. */
export class Faulty extends Error {
  readonly fault: Fault
  constructor(fault: Fault) {
    super(fault.fault)
    this.fault = fault
  }
}

/**
 * A peer that speaks, but not the protocol. If it ends in the middle (the other HPE_ codes), that is a connection
 * cut off.
 */
const NOT_THE_PROTOCOL =
  /^(HPE_(?!INVALID_EOF_STATE|CLOSED_CONNECTION)|ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG))/

/** Errors of TLS that another attempt may not meet: a fault inside the peer, or bytes damaged on the way. */
const TRANSIENT = /^ERR_SSL_.*(INTERNAL_ERROR|USER_CANCELLED|BAD_RECORD_MAC|UNEXPECTED_EOF)/

/** @param proxy set if the peer is the proxy */
export function faultOf(
  error: Error & { code?: string },
  socket: Socket | null | undefined,
  proxy?: Via,
): Fault {
  if (error instanceof Faulty) return error.fault
  const peer = proxy && { proxy, unsent: true as const }
  if (isUnverified(socket))
    return { kind: 'fault', fault: 'untrusted', code: certificateCode(error), ...peer }
  const code = codeOf(error)
  // The certificate, or its key, cannot even be read.
  if (/^ERR_OSSL_/.test(code)) return { kind: 'fault', fault: 'untrusted', code, ...peer }
  if (NOT_THE_PROTOCOL.test(code)) return { kind: 'fault', fault: 'not-http', code, ...peer }
  if (/^ERR_SSL_/.test(code) && !TRANSIENT.test(code)) {
    // Under TLS 1.3 this alert comes after the request is sent, and instead of reading it.
    const unread = /_CERTIFICATE_/.test(code) && { unsent: true as const }
    return { kind: 'fault', fault: 'handshake', code, ...unread, ...peer }
  }
  return { kind: 'fault', fault: 'unreachable', code, ...peer }
}

/**
 * Whether it was the verification of the certificate that failed. Node notes on the socket that it did, also for what
 * it has no code for: OpenSSL knows more reasons than Node's list of "X509 certificate error codes".
 */
const isUnverified = (socket: Socket | null | undefined): boolean =>
  Boolean(socket && 'authorizationError' in socket && socket.authorizationError)

/** OpenSSL's own words, which are fixed texts, if Node has no code for them. */
const certificateCode = ({ code, message }: Error & { code?: string }): string =>
  code === undefined || code === 'UNSPECIFIED' ? constantOf(message) : code

/**
 * If sending meets OpenSSL's error before receiving does, Node gives it the code EPROTO, and only the text says which.
 * Other texts can hold what the peer chose, such as the names in its certificate.
 */
function codeOf(error: Error & { code?: string }): string {
  const reason = error.code === 'EPROTO' && /:(\w+)[ \w]* routines:[^:]*:([^:]+):/.exec(error.message)
  if (reason) return `ERR_${reason[1] === 'SSL' ? 'SSL' : 'OSSL'}_${constantOf(reason[2] as string)}`
  return error.code ?? /* istanbul ignore next -- every error of Node's network has a code */ error.name
}

const constantOf = (words: string): string => words.toUpperCase().replace(/\W+/g, '_')
