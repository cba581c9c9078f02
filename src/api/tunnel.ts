/**
 * A connection to the platform through a proxy (CONNECT; RFC 9110, 9.3.6).
 *
 * Not by `tunnel`, the library that @actions/http-client brings for this (0.0.6, of 2018). It verifies the certificate
 * of an https:// proxy for the platform's name, and sends the password to anyone with a certificate for that name
 * (koichik/node-tunnel 41), it turns every error into ECONNRESET, hides what the proxy says, and takes no IPv6 address.
 */
import * as http from 'node:http'
import * as https from 'node:https'
import type { Socket } from 'node:net'
import { connect } from 'node:tls'
import { Faulty, faultOf } from './fault.ts'
import { identityOf } from './identity.ts'
import { bareHost, type ProxyServer, portOf } from './proxy.ts'

export interface Tunnel {
  /** For the option of that name of a request. */
  createConnection: (options: unknown, done: Done) => undefined
  /** Ends an attempt to open the tunnel. */
  abandon: () => void
}

type Done = (error: Error | null, socket: Socket) => void

/** @param patience options of `net.connect` for the connection to the proxy */
export function tunnelThrough(proxy: ProxyServer, url: URL, patience: object): Tunnel {
  const target = `${url.hostname}:${portOf(url)}`
  const request = () =>
    (proxy.secure ? https : http).request({
      ...patience,
      method: 'CONNECT',
      host: proxy.hostname,
      port: proxy.port,
      path: target,
      agent: false,
      // Node would take it from the header `host`, which names the platform.
      ...identityOf(proxy.hostname),
      headers: {
        host: target,
        ...(proxy.authorization && { 'proxy-authorization': proxy.authorization }),
      },
    })
  let asked: http.ClientRequest | undefined

  return {
    createConnection(_options, done) {
      const fail = (error: Error) => done(error, undefined as unknown as Socket)
      asked = request()
      asked.on('error', error => fail(new Faulty(faultOf(error, asked?.socket, proxy.via))))
      asked.on('connect', (response, socket, head) => {
        const status = response.statusCode as number
        if (status !== 200 || head.length > 0) {
          socket.destroy()
          const refusal = { kind: 'fault', unsent: true, proxy: proxy.via } as const
          return fail(
            new Faulty(
              status === 200
                ? { ...refusal, fault: 'not-http', code: 'UNEXPECTED_DATA' }
                : { ...refusal, fault: 'proxy', status, schemes: schemesOf(response) },
            ),
          )
        }
        if (url.protocol === 'http:') return done(null, socket)
        const host = bareHost(url.hostname)
        done(null, connect({ socket, host, ...identityOf(host), ALPNProtocols: ['http/1.1'] }))
      })
      asked.end()
      return undefined
    },
    abandon: () => asked?.destroy(),
  }
}

/** The authentication schemes that the proxy offers. */
function schemesOf(response: http.IncomingMessage): string[] {
  const offered = String(response.headers['proxy-authenticate'] ?? '')
  return ['Basic', 'Digest', 'NTLM', 'Negotiate', 'Kerberos'].filter(scheme =>
    new RegExp(`(^|,)\\s*${scheme}(\\s|,|$)`, 'i').test(offered),
  )
}
