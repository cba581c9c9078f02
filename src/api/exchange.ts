/**
 * One bounded HTTP exchange; the only place that talks to the network.
 *
 * What @actions/http-client brings is the way out: proxies from the environment, by its agent. Its `requestRaw` follows
 * no redirect and repeats nothing, so the token can't travel further than the URL that it was meant for. What it does
 * not bring stands here: one time limit over connecting, TLS, sending and the whole body, and a limit on the size.
 */
import * as http from 'node:http'
import * as https from 'node:https'
import { HttpClient } from '@actions/http-client'
import { VERSION } from '../process/version.ts'

export interface Exchange {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  url: URL
  /** Sent as JSON. */
  body?: unknown
  /** The session of the /v1/tokens API; validation sends none. */
  bearer?: string
  /** The time that the exchange may take as a whole, in milliseconds. */
  limit: number
  /** The most that is read of a body, in bytes. */
  maxBytes: number
  /** The statuses whose body says what they mean; without it they are no answer. Of others the body only explains. */
  bodyDecides: readonly number[]
}

export interface Answer {
  kind: 'answer'
  status: number
  headers: http.IncomingHttpHeaders
  /** `undefined` where the status alone decides, so that the body was not waited for. */
  body: Buffer | 'too-large' | undefined
}

/** Why there is no answer. */
export type Fault =
  | { kind: 'fault'; fault: 'untrusted'; code: string }
  | { kind: 'fault'; fault: 'not-http'; code: string }
  | { kind: 'fault'; fault: 'unreachable'; code: string }
  | { kind: 'fault'; fault: 'proxy'; status: number | undefined }
  | { kind: 'fault'; fault: 'timed-out'; limit: number }

/** Sends one request and reads its answer. Never throws for what the network does: that is a fault. */
export function exchange(request: Exchange): Promise<Answer | Fault> {
  return new Promise(resolve => {
    let sent: http.ClientRequest | undefined
    /** What the answer's status says by itself, where its body could only explain that. */
    let bare: Answer | undefined
    /** What broke the connection. Of that, chunks that are none for one, the answer itself hears only that it is cut off. */
    let broken: Error | undefined
    const settle = (outcome: Answer | Fault) => {
      clearTimeout(timer)
      resolve(outcome)
      sent?.destroy()
    }
    const timer = setTimeout(
      () => settle(bare ?? { kind: 'fault', fault: 'timed-out', limit: request.limit }),
      request.limit,
    )
    const answered = (message: http.IncomingMessage) => {
      const status = message.statusCode as number
      const answer: Answer = { kind: 'answer', status, headers: message.headers, body: undefined }
      if (!request.bodyDecides.includes(status)) bare = answer
      if (!bodyMatters(status)) return settle(answer)
      read(message, request.maxBytes).then(
        body => settle({ ...answer, body }),
        error => settle(bare ?? faultOf(broken ?? error)),
      )
    }
    const open = (options: http.RequestOptions, onResponse: (message: http.IncomingMessage) => void) => {
      sent = (request.url.protocol === 'https:' ? https : http).request(options, onResponse)
      sent.on('error', error => {
        broken = error
      })
      // Without this listener a 101 would leave the promise unsettled for ever.
      return sent.on('upgrade', onResponse)
    }
    // `request` is all of the module that requestRaw uses.
    const httpModule = { request: open } as unknown as typeof http
    send(request, httpModule).then(
      response => answered(response.message),
      error => settle(faultOf(error)),
    )
  })
}

function send({ method, url, body, bearer }: Exchange, httpModule: typeof http) {
  const client = new HttpClient(`nolapse-token-action/${VERSION}`)
  const agent = client.getAgent(url.href)
  const options: http.RequestOptions = {
    method,
    // http-client, like Node's own URL support before it, would look an IPv6 address up with its brackets.
    host: isTunnel(agent) ? url.hostname : url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port || (url.protocol === 'https:' ? 443 : 80),
    path: url.pathname,
    agent,
    headers: {
      accept: 'application/json',
      'user-agent': client.userAgent as string,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
    },
  }
  return client.requestRaw(
    { options, parsedUrl: url, httpModule },
    body === undefined ? '' : JSON.stringify(body),
  )
}

const isTunnel = (agent: unknown): boolean => !(agent instanceof http.Agent)

/** 3xx, 408, 429 and 5xx are judged by their status, and 407 comes from a proxy: nothing in their bodies is for us. */
const bodyMatters = (status: number): boolean =>
  (status >= 200 && status < 300) || (status >= 400 && status < 500 && ![407, 408, 429].includes(status))

function read(message: http.IncomingMessage, maxBytes: number): Promise<Buffer | 'too-large'> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    message.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > maxBytes) resolve('too-large')
      else chunks.push(chunk)
    })
    message.on('end', () => resolve(Buffer.concat(chunks)))
    message.on('error', reject)
  })
}

/**
 * OpenSSL's and Node's names for a certificate that can't be verified (Node.js documentation, "X509 certificate
 * error codes").
 */
const UNVERIFIABLE =
  /^(UNABLE_TO_|CERT_|CRL_|DEPTH_ZERO_|SELF_SIGNED_|ERROR_IN_C|INVALID_(CA|PURPOSE)|PATH_LENGTH_|HOSTNAME_MISMATCH|ERR_TLS_CERT_|(EE|CA)_(KEY|MD)_)/

/** A peer that speaks, but not the protocol. An end in the middle (the other HPE_ codes) is a connection cut off. */
const NOT_THE_PROTOCOL =
  /^(HPE_(?!INVALID_EOF_STATE|CLOSED_CONNECTION)|ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG))/

function faultOf(error: Error & { code?: string }): Fault {
  // `tunnel` reports all that goes wrong before the tunnel stands as ECONNRESET; only its message says more.
  const refused = /^tunneling socket could not be established, statusCode=(\d+)/.exec(error.message)
  if (refused) return { kind: 'fault', fault: 'proxy', status: Number(refused[1]) }
  if (/^tunneling socket .*cause=getaddrinfo ENOTFOUND/.test(error.message))
    return { kind: 'fault', fault: 'unreachable', code: 'ENOTFOUND' }
  if (/^tunneling socket|^got illegal response body from proxy/.test(error.message))
    return { kind: 'fault', fault: 'proxy', status: undefined }
  const code = codeOf(error)
  if (UNVERIFIABLE.test(code)) return { kind: 'fault', fault: 'untrusted', code }
  if (NOT_THE_PROTOCOL.test(code)) return { kind: 'fault', fault: 'not-http', code }
  return { kind: 'fault', fault: 'unreachable', code }
}

/**
 * Where sending meets OpenSSL's error before receiving does, Node gives it the code EPROTO, and only the text tells which.
 * Other texts can hold what the peer chose, such as the names in its certificate.
 */
function codeOf(error: Error & { code?: string }): string {
  const reason = error.code === 'EPROTO' && /:SSL routines:[^:]*:([^:]+):/.exec(error.message)?.[1]
  if (reason) return `ERR_SSL_${reason.toUpperCase().replace(/\W/g, '_')}`
  return error.code ?? /* istanbul ignore next -- every error of Node's network has a code */ error.name
}
