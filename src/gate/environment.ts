/** What the process's environment means for a run: what makes a safe request impossible, and what must not be shown. */
import { type ProxyFlaw, proxyFor } from '../api/proxy.ts'
import { Secrets } from '../api/secrets.ts'
import type { Problem, Settings } from './settings.ts'
import { examine } from './token.ts'

/** Adds the problems of the environment to those of the settings, if there are any. */
export function checkEnvironment(settings: Settings | Problem[]): Settings | Problem[] {
  const problems = Array.isArray(settings) ? [...settings] : []
  // A guard against accidents: with this setting, anyone on the way could get the token.
  if (process.env.NODE_TLS_REJECT_UNAUTHORIZED === '0')
    problems.push({
      subject: 'NODE_TLS_REJECT_UNAUTHORIZED',
      says:
        'is 0, which would send the token to anyone who answers. Remove it from the environment. ' +
        'For a private authority, set NODE_EXTRA_CA_CERTS to the file with its certificate.',
    })
  const proxy = Array.isArray(settings) ? undefined : proxyFor(settings.api)
  if (proxy && 'flaw' in proxy)
    problems.push({ subject: proxy.variable, says: `${FLAWS[proxy.flaw]} ${EXAMPLE}` })
  return problems.length > 0 ? problems : settings
}

/** The secrets that the environment holds. The name of a variable that was not expanded is not one. */
export function secretsOf({
  NOLAPSE_TOKEN: token = '',
  NOLAPSE_SESSION_TOKEN: session = '',
}: NodeJS.ProcessEnv): Secrets {
  const secrets = new Secrets()
  if (examine(token).form !== 'absent') secrets.addToken(token)
  if (examine(session).form !== 'absent') secrets.addSession(session)
  return secrets
}

const EXAMPLE = 'A proxy URL looks like http://user:password@proxy.example.com:3128.'

/** The value is not quoted: there can be a password in it. */
const FLAWS: Record<ProxyFlaw, string> = {
  word: 'is a word, not the URL of a proxy. To use no proxy, unset it, or add the host to no_proxy.',
  scheme: 'names a proxy that is not supported: only http:// and https:// are.',
  quotes: 'has quotes around the proxy URL. Remove them: they become a part of the value.',
  backslash:
    'has a backslash in the proxy URL, where it would count as a slash. Write DOMAIN\\user as DOMAIN%5Cuser.',
  encoding:
    'has a user name or password with a special character. Percent-encode it: % is %25, @ is %40, / is %2F, # is %23, ? is %3F.',
  url: 'is not a URL with a host name and, if there is one, a port number.',
}
