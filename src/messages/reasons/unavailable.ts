import type { Cause } from '../../api/answer.ts'
import { describe } from '../describe.ts'
import type { Message, Situation } from '../message.ts'

export function unavailable(cause: Cause, { host, seconds, setting }: Situation): Message {
  const again = `Try again later. To wait out a longer outage, raise ${setting('timeout-seconds')}. To continue without a validated token, add unavailable to ${setting('tolerate')}.`
  const message = (causes: string[], remedy = again): Message => ({
    what: `The platform at ${host} gave no usable answer: ${describe(cause)}. (The limit is ${seconds} s.)`,
    causes,
    remedy,
  })
  if (cause.kind === 'status') {
    if (cause.status === 429)
      return message(
        ['Many jobs validate the same token at once.'],
        `${again} Use one gate job for all jobs: it asks only once.`,
      )
    return message(['The platform, or a proxy before it, is down or overloaded.'], again)
  }
  if ('proxy' in cause && cause.proxy) {
    const { variable } = cause.proxy
    if (cause.fault === 'proxy')
      return message(
        ['The proxy cannot reach the platform, or is overloaded.'],
        `Check the proxy named in ${variable}. ${WITHOUT}`,
      )
    if (cause.code === 'ENOTFOUND')
      return message(
        [`The host name in ${variable} is misspelt, or known only inside another network.`],
        `Correct ${variable}, or unset it if this machine needs no proxy.`,
      )
    return message(
      ['The proxy is down, or a firewall is in the way.'],
      `Check the proxy named in ${variable}. ${WITHOUT}`,
    )
  }
  if (cause.fault === 'unreachable' && cause.code === 'ENOTFOUND')
    return message(
      [
        `The host name in ${setting('api-url')} is misspelt, or known only inside another network.`,
        'A proxy is needed to reach it.',
      ],
      `Correct ${setting('api-url')}, or set https_proxy.`,
    )
  return message(['The platform is down.', 'A firewall is in the way, or a proxy is needed to reach it.'])
}

const WITHOUT = 'If this machine can reach the platform without a proxy, add its host to no_proxy.'
