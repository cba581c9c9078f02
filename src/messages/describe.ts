/** The network in a sentence: what happened, which proxy, which status. */
import { STATUS_CODES } from 'node:http'
import type { Cause } from '../api/answer.ts'
import type { Via } from '../api/proxy.ts'

/** What happened instead of an answer, in a few words. */
export function describe(cause: Cause): string {
  if (cause.kind === 'status') return status(cause.status)
  switch (cause.fault) {
    case 'timed-out':
      return `no answer within ${Number((cause.limit / 1000).toFixed(1))} s`
    case 'proxy':
      return `the proxy refused with ${status(cause.status)} (${placeOf(cause.proxy)})`
    case 'unreachable': {
      const what = CODES[cause.code] ?? `the connection failed (${cause.code})`
      if (!cause.proxy) return what
      const proxy =
        cause.code === 'ENOTFOUND' ? "the proxy's host name does not exist" : `the proxy failed: ${what}`
      return `${proxy} (${placeOf(cause.proxy)})`
    }
  }
}

const placeOf = ({ variable, host }: Via): string => `${host}, from ${variable}`

/** A proxy in a sentence. */
export const nameOf = (proxy: Via): string => `the proxy (${placeOf(proxy)})`

const CODES: Record<string, string> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection cut off',
  EPIPE: 'connection cut off',
  HPE_INVALID_EOF_STATE: 'connection cut off',
  ENOTFOUND: 'the host name does not exist',
  EAI_AGAIN: 'the name server does not answer',
  ETIMEDOUT: 'no connection in time',
  EHOSTUNREACH: 'the host is unreachable',
  ENETUNREACH: 'the network is unreachable',
}

/** The reason phrase is our own: what the server sends in its place could be anything. */
export const status = (code: number): string => `${code} ${STATUS_CODES[code] ?? ''}`.trim()
