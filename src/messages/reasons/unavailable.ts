import type { Cause } from '../../api/answer.ts'
import { describe } from '../describe.ts'
import type { Message, Situation } from '../message.ts'

export function unavailable(cause: Cause, { host, seconds, setting }: Situation): Message {
  const again = `Run again later. To ride out a longer outage, raise ${setting('timeout-seconds')}. To go on without a validated token, name unavailable in ${setting('tolerate')}.`
  const message = (causes: string[], remedy = again): Message => ({
    what: `The platform at ${host} gave no usable answer: ${describe(cause)}. (The limit is ${seconds} s.)`,
    causes,
    remedy,
  })
  if (cause.kind === 'status') {
    if (cause.status === 407) return message(['A proxy asks for a user name and password.'], PROXY)
    if (cause.status === 429)
      return message(
        ['Many jobs validate the same token at once.'],
        `${again} One gate job for all others asks only once.`,
      )
    return message(['The platform, or a proxy before it, is down or overloaded.'], again)
  }
  if (cause.fault === 'proxy') return message(['The proxy refuses, or can not reach the platform.'], PROXY)
  if (cause.fault === 'unreachable' && cause.code === 'ENOTFOUND')
    return message(
      [
        `The host name in ${setting('api-url')} is misspelled, or known only inside another network.`,
        'A proxy is needed to reach it.',
      ],
      `Correct ${setting('api-url')}, or set https_proxy.`,
    )
  return message(['The platform is down.', 'A firewall is in the way, or a proxy is needed to reach it.'])
}

const PROXY =
  'Check the proxy that the environment names (https_proxy, http_proxy, no_proxy) and its credentials.'
