/** The proxy that the environment names, as far as it can be used. */
import { checkBypass, getProxyUrl } from '@actions/http-client/lib/proxy'

/**
 * The environment variable with the proxy for `url`, where http-client can't use what it holds. It would pass such a
 * proxy by without a word (a bare `%` in the password, no host) and send the request, with the token, directly.
 */
export function unusableProxy(url: URL): string | undefined {
  if (checkBypass(url)) return undefined
  const scheme = url.protocol.slice(0, -1)
  const name = [`${scheme}_proxy`, `${scheme.toUpperCase()}_PROXY`].find(candidate => process.env[candidate])
  if (name === undefined) return undefined
  try {
    const proxy = getProxyUrl(url)
    return proxy?.hostname && /^https?:$/.test(proxy.protocol) ? undefined : name
  } catch {
    return name
  }
}
