/**
 * One bounded HTTP exchange; the only place that talks to the network.
 *
 * The request itself is made by `requestRaw` of @actions/http-client, which follows no redirect and repeats nothing, so
 * the token cannot travel further than the URL that it was meant for. What that package does not have is here: one time
 * limit for connecting, TLS, sending and the whole body, a limit on the size, and a tunnel that is safe (tunnel.ts).
 */
import * as http from 'node:http'
import * as https from 'node:https'
import type { Socket } from 'node:net'
import { HttpClient } from '@actions/http-client'
import { VERSION } from '../process/version.ts'
import type { Fault } from './fault.ts'
import { identityOf } from './identity.ts'
import { bareHost, portOf, proxyFor } from './proxy.ts'
import type { Tunnel } from './tunnel.ts'

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
  /** The statuses that mean nothing without their body. The body of any other status only explains it. */
  bodyDecides: readonly number[]
}

export interface Answer {
  kind: 'answer'
  status: number
  headers: http.IncomingHttpHeaders
  /** `undefined` if the status alone decides: then the body is not waited for. */
  body: Buffer | 'too-large' | undefined
}

/** Sends one request and reads its answer. Never throws for what the network does: that is a fault. */
export async function exchange(request: Exchange): Promise<Answer | Fault> {
  const tunnel = await tunnelFor(request)
  return new Promise((resolve, reject) => {
    let sent: http.ClientRequest | undefined
    /** The answer without its body, if the status alone decides. */
    let bare: Answer | undefined
    /** What broke the connection, such as a malformed chunk. The answer itself only learns that it was cut off. */
    let broken: Error | undefined
    /** Whether there was a connection to the platform, TLS included, for the request to go out on. */
    let connected = false
    let settled = false
    const settle = (outcome: Answer | Fault) => {
      settled = true
      clearTimeout(timer)
      resolve(outcome.kind === 'fault' && !connected ? { ...outcome, unsent: true } : outcome)
      sent?.destroy()
      tunnel?.abandon()
    }
    const fail = (error: Error) => {
      // A request that is given up breaks as well.
      if (!settled) faultFrom(error, sent?.socket).then(settle, reject)
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
        error => (bare ? settle(bare) : fail(broken ?? error)),
      )
    }
    const onConnected = () => {
      connected = true
    }
    const open = (options: http.RequestOptions, onResponse: (message: http.IncomingMessage) => void) => {
      sent = (request.url.protocol === 'https:' ? https : http).request(options, onResponse)
      sent.on('error', error => {
        broken = error
      })
      sent.on('socket', socket => {
        if (request.url.protocol === 'https:') socket.once('secureConnect', onConnected)
        else if (socket.connecting) socket.once('connect', onConnected)
        else onConnected()
      })
      // Without this listener a 101 would leave the promise unsettled for ever.
      return sent.on('upgrade', onResponse)
    }
    // `request` is all of the module that requestRaw uses.
    const httpModule = { request: open } as unknown as typeof http
    send(request, tunnel, httpModule).then(response => answered(response.message), fail)
  })
}

/** How to connect to a host with several addresses: Node would give each of them 250 ms, even if IPv6 has no route. */
const patienceWithin = (limit: number) => ({
  autoSelectFamilyAttemptTimeout: Math.min(3_000, Math.ceil(limit / 2)),
})

/** Which fault an error is. Loaded only if there is an error. */
async function faultFrom(error: Error, socket: Socket | null | undefined): Promise<Fault> {
  const { faultOf } = await import('./fault.ts')
  return faultOf(error, socket)
}

/** `misconfigured` comes first, so a proxy that cannot be used is never passed by, and never gets here. */
async function tunnelFor({ url, limit }: Exchange): Promise<Tunnel | undefined> {
  const proxy = proxyFor(url)
  if (!proxy) return undefined
  if ('flaw' in proxy) throw new Error(`the proxy in ${proxy.variable} cannot be used`)
  const { tunnelThrough } = await import('./tunnel.ts')
  return tunnelThrough(proxy, url, patienceWithin(limit))
}

function send(
  { method, url, body, bearer, limit }: Exchange,
  tunnel: Tunnel | undefined,
  httpModule: typeof http,
) {
  const client = new HttpClient(`nolapse-token-action/${VERSION}`)
  const host = bareHost(url.hostname)
  const options = {
    ...patienceWithin(limit),
    method,
    host,
    ...identityOf(host),
    port: portOf(url),
    path: url.pathname,
    // The client's own agent would decide by itself which proxy there is.
    ...(tunnel ? { createConnection: tunnel.createConnection } : { agent: false as const }),
    headers: {
      accept: 'application/json',
      'user-agent': client.userAgent as string,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
    },
  }
  return client.requestRaw(
    { options: options as http.RequestOptions, parsedUrl: url, httpModule },
    body === undefined ? '' : JSON.stringify(body),
  )
}

/** 3xx, 408, 429 and 5xx are judged by their status, and 407 comes from a proxy: their bodies are not read. */
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
