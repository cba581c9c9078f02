/** A platform that answers by a script, over real HTTP or HTTPS on loopback, and records its requests. */
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { Certificate } from './authority.ts'

export interface Received {
  method: string
  path: string
  headers: IncomingHttpHeaders
  body: string
}

/** An answer, or what to do instead of answering. A body that is no string is sent as JSON. */
export type Reply =
  | { status?: number; headers?: Record<string, string>; body?: unknown }
  | ((response: ServerResponse, request: IncomingMessage) => void)

export interface ScriptedServer {
  url: string
  port: number
  requests: Received[]
  /** Settles when the server has stopped and every connection to it is gone. */
  close(): Promise<void>
}

export const ORG = 'org_abc123'

/** The contract's answer for a valid token, with `changes` to it. */
export const granted = (changes: object = {}, headers: Record<string, string> = {}) => ({
  headers,
  body: { valid: true, org_id: ORG, scopes: ['execute'], ...changes },
})

/** Starts a server that sends `replies` one after the other; the last one serves all further requests. */
export async function startServer(
  replies: Reply | Reply[] = granted(),
  certificate?: Certificate,
): Promise<ScriptedServer> {
  const script = [replies].flat()
  const requests: Received[] = []
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', chunk => chunks.push(chunk))
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request
      requests.push({ method, path, headers, body: Buffer.concat(chunks).toString() })
      const reply = script[Math.min(requests.length, script.length) - 1] as Reply
      if (typeof reply === 'function') return reply(response, request)
      const { status = 200, headers: extra, body = '' } = reply
      response.writeHead(status, { 'content-type': 'application/json', ...extra })
      response.end(typeof body === 'string' ? body : JSON.stringify(body))
    })
  }
  const server = certificate ? createTlsServer(certificate, listener) : createServer(listener)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `${certificate ? 'https' : 'http'}://127.0.0.1:${port}`,
    port,
    requests,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

export interface ScriptedProxy {
  url: string
  /** What it was asked to connect to: `host:port`. */
  tunnels: string[]
  close(): Promise<void>
}

/** Starts a proxy that notes each CONNECT, answers with `status`, and leaves the connection to `then`. */
export async function startProxy(
  status: number,
  then: (socket: Socket) => void = socket => socket.end(),
): Promise<ScriptedProxy> {
  const tunnels: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer()
  server.on('connection', (socket: Socket) => sockets.add(socket))
  server.on('connect', (asked: IncomingMessage, socket: Socket) => {
    tunnels.push(asked.url ?? '')
    socket.on('error', () => undefined)
    socket.write(`HTTP/1.1 ${status} Scripted\r\n\r\n`)
    then(socket)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tunnels,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}
