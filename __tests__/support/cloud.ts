/**
 * api.nolapse.dev on loopback, so that workflows run unchanged, including the default URL: a forward proxy that knows
 * this one host, and behind it real TLS by a private authority, in front of a platform.
 */
import { createServer, request } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, connect, type Server, type Socket } from 'node:net'
import { makeAuthority } from '../../harness/authority.ts'

export interface Cloud {
  /** What a job's environment needs to get there. */
  env: { HTTPS_PROXY: string; NODE_EXTRA_CA_CERTS: string }
  close(): Promise<void>
}

/** Starts the route to a platform, or without one to an outage with a Retry-After beyond every deadline. */
export async function startCloud(platform?: string, host = 'api.nolapse.dev'): Promise<Cloud> {
  const authority = makeAuthority()
  const front = createTlsServer(authority.issue({ hosts: [host] }), (asked, answer) => {
    if (!platform) {
      answer.writeHead(503, { 'retry-after': '3600', 'content-type': 'application/json' })
      answer.end('{"error":"internal error"}')
      return
    }
    const { method, headers, url = '' } = asked
    const onward = request(new URL(url, platform), { method, headers }, response => {
      answer.writeHead(response.statusCode ?? 502, response.headers)
      response.pipe(answer)
    })
    onward.on('error', () => answer.destroy())
    asked.pipe(onward)
  })
  const port = await listen(front)

  const proxy = createServer((_asked, answer) => {
    answer.writeHead(403).end()
  })
  const sockets = new Set<Socket>()
  proxy.on('connection', socket => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  proxy.on('connect', (asked, client: Socket) => {
    client.on('error', () => client.destroy())
    if (asked.url !== `${host}:443`) {
      client.end('HTTP/1.1 403 Forbidden\r\n\r\n')
      return
    }
    const server = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      server.pipe(client).pipe(server)
    })
    server.on('error', () => client.destroy())
    server.on('close', () => client.destroy())
    client.on('close', () => server.destroy())
  })
  const url = `http://127.0.0.1:${await listen(proxy)}`

  return {
    env: { HTTPS_PROXY: url, NODE_EXTRA_CA_CERTS: authority.file },
    async close() {
      authority.remove()
      front.closeAllConnections()
      for (const socket of sockets) socket.destroy()
      await Promise.all([front, proxy].map(server => new Promise(resolve => server.close(resolve))))
    },
  }
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}
