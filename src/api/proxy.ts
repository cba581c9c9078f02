/**
 * The proxy that the environment names for a URL.
 *
 * These are the rules of @actions/http-client, except for two that it silently gets wrong: it sends the request directly
 * if it cannot use the proxy's URL, and to any host whose name begins with `127.`.
 */
import { isLoopback } from './loopback.ts'

export interface ProxyServer {
  /** Which proxy this is, for a message. */
  via: Via
  /** Whether the connection to the proxy itself is TLS. */
  secure: boolean
  /** A name or an address, without brackets. */
  hostname: string
  port: number
  /** The value of `Proxy-Authorization`. */
  authorization: string | undefined
}

export interface Via {
  /** The environment variable that names the proxy. */
  variable: string
  /** The proxy's host and port. */
  host: string
}

/** Why a proxy's URL cannot be used as it was meant. */
export type ProxyFlaw = 'word' | 'scheme' | 'quotes' | 'backslash' | 'encoding' | 'url'

export interface UnusableProxy {
  variable: string
  flaw: ProxyFlaw
}

/** `undefined` if the request goes out directly. */
export function proxyFor(url: URL): ProxyServer | UnusableProxy | undefined {
  if (isLoopback(url.hostname) || isExcepted(url)) return undefined
  const scheme = url.protocol.slice(0, -1)
  for (const variable of [`${scheme}_proxy`, `${scheme.toUpperCase()}_PROXY`]) {
    const value = process.env[variable]?.trim()
    if (value) return read(variable, value)
  }
  return undefined
}

/** The port of a URL, also if it is the scheme's own. */
export const portOf = (url: URL): number => Number(url.port) || (url.protocol === 'https:' ? 443 : 80)

/** A URL writes an IPv6 address in brackets; a look-up and a certificate need it without. */
export const bareHost = (hostname: string): string => hostname.replace(/^\[|\]$/g, '')

/** docs/networking.md has a table of what works in `NO_PROXY`. */
function isExcepted(url: URL): boolean {
  const hosts = [url.hostname, `${url.hostname}:${portOf(url)}`]
  const entries = (process.env.no_proxy || process.env.NO_PROXY || '').toLowerCase().split(',')
  return entries
    .map(entry => entry.trim())
    .some(
      entry =>
        entry === '*' ||
        (entry !== '' &&
          hosts.some(host => host === entry || host.endsWith(entry.startsWith('.') ? entry : `.${entry}`))),
    )
}

function read(variable: string, value: string): ProxyServer | UnusableProxy {
  const unusable = (flaw: ProxyFlaw): UnusableProxy => ({ variable, flaw })
  if (/^["'`‘’“”«]|["'`‘’“”»]$/.test(value)) return unusable('quotes')
  // A URL takes it for a slash: in http://DOMAIN\user:password@proxy, the host would be `domain`.
  if (value.includes('\\')) return unusable('backslash')
  const [, scheme, rest = value] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(value) ?? []
  if (scheme !== undefined && !/^https?$/i.test(scheme)) return unusable('scheme')
  if (scheme === undefined && /^[\w-]+$/.test(value)) return unusable('word')
  // What follows a bare / ? or # would be no part of the password, and what precedes it would be the host.
  const end = rest.search(/[/?#]/)
  if (end >= 0 && rest.includes('@', end)) return unusable('encoding')
  const address = `${scheme ?? 'http'}://${rest}`
  if (/\s/.test(value) || !URL.canParse(address)) return unusable('url')
  const { protocol, hostname, port, username, password } = new URL(address)
  if (!/^([a-z0-9._-]+|\[[0-9a-f:.]+\])$/.test(hostname)) return unusable('url')
  const credentials = decoded(`${username}:${password}`)
  if (credentials === undefined) return unusable('encoding')
  const secure = protocol === 'https:'
  const number = Number(port) || (secure ? 443 : 80)
  return {
    via: { variable, host: `${hostname}:${number}` },
    secure,
    hostname: bareHost(hostname),
    port: number,
    authorization: credentials === ':' ? undefined : `Basic ${Buffer.from(credentials).toString('base64')}`,
  }
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
