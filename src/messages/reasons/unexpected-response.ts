import type { Surprise, Wrong } from '../../api/answer.ts'
import { nameOf, status } from '../describe.ts'
import { type Message, type Situation, sentence } from '../message.ts'
import { neutralise } from '../neutralise.ts'

export function unexpectedResponse(surprise: Surprise, { host, setting }: Situation): Message {
  const apiUrl = setting('api-url')
  const unexpected = (what: string, cause: string, remedy: string): Message => ({
    what: `The server at ${host} does not answer like the nolapse API: ${what}.`,
    causes: [sentence(cause)],
    remedy,
  })
  switch (surprise.kind) {
    case 'redirect':
      return unexpected(
        `it redirects (${status(surprise.status)}), and the token is not sent to another place`,
        `${apiUrl} has http:// instead of https://, or an old host name, or the platform is behind a sign-in page.`,
        `Set ${apiUrl} to the platform's current address.`,
      )
    case 'html':
      return unexpected(
        `it sent an HTML page (${status(surprise.status)}), as a proxy, a captive portal or a sign-in page does`,
        'Something between this machine and the platform answers instead of it.',
        `Allow connections to ${host} in the proxy or the firewall, and check ${apiUrl}.`,
      )
    case 'not-json':
      return unexpected(
        `its answer (${status(surprise.status)}) is not JSON`,
        `${apiUrl} points to another service, or something on the way changes the answer.`,
        `Check ${apiUrl}, and any proxy between this machine and the platform.`,
      )
    case 'too-large':
      return unexpected(
        `its answer (${status(surprise.status)}) is longer than 64 KiB`,
        `${apiUrl} points to another service.`,
        `Check ${apiUrl}.`,
      )
    case 'proxy':
      return explainProxy(surprise, host)
    case 'handshake':
      return explainHandshake(surprise, host, apiUrl)
    case 'not-http':
      if (surprise.proxy)
        return {
          what: `${sentence(nameOf(surprise.proxy))} does not speak HTTP (${surprise.code}). The token was not sent.`,
          causes: [
            `${surprise.proxy.variable} has https:// for a proxy with http://, or the reverse, or the port of another service.`,
          ],
          remedy: `Correct the scheme or the port in ${surprise.proxy.variable}.`,
        }
      return unexpected(
        `it does not speak HTTP there (${surprise.code})`,
        `${apiUrl} has https:// for a server with http://, or the reverse, or the port of another service.`,
        `Correct the scheme or the port in ${apiUrl}.`,
      )
    case 'field':
      return unexpected(
        `in its answer, ${surprise.field} ${WRONG[surprise.wrong]}`,
        'The versions of the platform and this gate do not match, or another service answers.',
        `Update both, and check ${apiUrl}.`,
      )
    case 'status':
      return explainStatus(surprise, unexpected, apiUrl)
  }
}

function explainProxy(
  { status: code, proxy, schemes }: Extract<Surprise, { kind: 'proxy' }>,
  host: string,
): Message {
  const { variable } = proxy
  const rejects = (cause: string, remedy: string): Message => ({
    what: `${sentence(nameOf(proxy))} rejects the request: ${status(code)}. The token was not sent.`,
    causes: [cause],
    remedy,
  })
  if (code === 407 && schemes.length > 0 && !schemes.includes('Basic'))
    return rejects(
      `The proxy offers only ${schemes.join(' and ')}, and this gate supports only Basic.`,
      `Have the proxy accept Basic for this machine, or run a local proxy that signs in for you (such as cntlm or px), and set ${variable} to that.`,
    )
  if (code === 407)
    return rejects(
      `${variable} has no user name and password, or the proxy does not accept them.`,
      `Set ${variable} to a URL like http://user:password@proxy.example.com:3128, with special characters percent-encoded.`,
    )
  if (code === 401 || code === 403)
    return rejects(
      `The proxy does not allow connections to ${host}.`,
      `Have ${host} allowed on the proxy. If this machine can reach the platform without a proxy, add its host to no_proxy.`,
    )
  return rejects(
    'The server there is not a proxy, or it does not support CONNECT.',
    `Correct ${variable}: it needs the scheme, host and port of the proxy.`,
  )
}

function explainHandshake(
  { code, proxy }: Extract<Surprise, { kind: 'handshake' }>,
  host: string,
  apiUrl: string,
): Message {
  const peer = proxy ? nameOf(proxy) : host
  const place = proxy ? proxy.variable : apiUrl
  const failed = (cause: string, remedy: string): Message => ({
    what: `The TLS handshake with ${peer} failed (${code}). No request was accepted.`,
    causes: [cause],
    remedy,
  })
  if (/PROTOCOL|VERSION/.test(code))
    return failed(
      'The server supports only TLS 1.1 or older.',
      'Turn on TLS 1.2 or 1.3 there. Older versions are not safe for a token.',
    )
  if (/UNRECOGNIZED_NAME/.test(code))
    return failed(
      `The server that answers has no site with the host name in ${place}.`,
      `Check the host name in ${place}, and the TLS configuration of the server or load balancer.`,
    )
  if (/CERTIFICATE/.test(code)) return failed(CLIENT_CERTIFICATE, WITHOUT_CERTIFICATE)
  return failed(
    'The server requires a client certificate, which this gate does not have, or TLS settings that Node.js does not support.',
    WITHOUT_CERTIFICATE,
  )
}

const CLIENT_CERTIFICATE = 'The server requires a client certificate, which this gate does not have.'
const WITHOUT_CERTIFICATE =
  'Let this machine reach POST /v1/auth/validate without a client certificate. `openssl s_client -connect HOST:443` shows the handshake.'

const WRONG: Record<Wrong, string> = {
  missing: 'is missing',
  type: 'has the wrong type',
  characters: 'has characters that it must not have',
  token: 'repeats a part of the token',
  other: 'is not the ID that was requested',
  old: 'is that of the old token',
}

function explainStatus(
  { status: code, html, said }: Extract<Surprise, { kind: 'status' }>,
  unexpected: (what: string, cause: string, remedy: string) => Message,
  apiUrl: string,
): Message {
  const words = said ? ` and says "${neutralise(said)}"` : ''
  const what = `it answered ${status(code)}${html ? ', with an HTML page' : ''}${words}`
  if (code === 404 || code === 405 || code === 501)
    return unexpected(
      what,
      `${apiUrl} is not the base URL of a nolapse platform, or that platform does not have the validation endpoint yet.`,
      `Check ${apiUrl}, and update a self-hosted platform. The cloud may not offer validation yet.`,
    )
  if (code === 407)
    return unexpected(
      what,
      'A proxy on the way asks for a user name and password.',
      "Set https_proxy to that proxy's URL, with the user name and password.",
    )
  if (code === 403)
    return unexpected(
      what,
      'A firewall or proxy on the way blocks the request.',
      'Allow this machine to send POST /v1/auth/validate to the platform.',
    )
  return unexpected(
    what,
    `${apiUrl} names another service, or the versions of the platform and this gate do not match.`,
    `Check ${apiUrl}, and update both.`,
  )
}
