/** What in the process's environment makes a safe request impossible. */
import { unusableProxy } from '../api/proxy.ts'
import type { Problem, Settings } from './settings.ts'

/** Adds the environment's problems to those of the settings, if there are any. */
export function checkEnvironment(settings: Settings | Problem[]): Settings | Problem[] {
  const problems = Array.isArray(settings) ? [...settings] : []
  // A guard against accidents: with it, whoever is on the way could have the token.
  if (process.env.NODE_TLS_REJECT_UNAUTHORIZED === '0')
    problems.push({
      subject: 'NODE_TLS_REJECT_UNAUTHORIZED',
      says:
        'is 0, which would send the token to whoever answers. Remove it from the environment; ' +
        'for a private authority set NODE_EXTRA_CA_CERTS to the file of its certificate.',
    })
  const proxy = Array.isArray(settings) ? undefined : unusableProxy(settings.api)
  if (proxy)
    problems.push({
      subject: proxy,
      says:
        'holds a proxy URL that can not be used. Write it like http://user:password@proxy.example.com:3128, ' +
        'with % and other special characters of the password percent-encoded (% is %25).',
    })
  return problems.length > 0 ? problems : settings
}
