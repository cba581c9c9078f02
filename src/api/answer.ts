/** What an answer to a validation says, and whether anything is an answer at all: by status, headers and bytes. Pure. */
import { ORG_ID, REQUEST_ID, SCOPE } from './contract.ts'
import type { Answer } from './exchange.ts'
import type { Fault } from './fault.ts'
import type { Via } from './proxy.ts'
import { holdsToken, redact, Secrets } from './secrets.ts'

/** The most that an answer about one token may have, in bytes. */
export const MAX_ANSWER = 64 * 1024

/**
 * What is wrong with a field. `token`: it repeats a part of a secret. `other`: it is not the ID that was requested.
 * `old`: a new token has the ID of the old one.
 */
export type Wrong = 'missing' | 'type' | 'characters' | 'token' | 'other' | 'old'

/** How an answer differs from the contract. */
export type Surprise =
  | { kind: 'status'; status: number; html: boolean; said: string }
  | { kind: 'redirect'; status: number }
  | { kind: 'html'; status: number }
  | { kind: 'not-json'; status: number }
  | { kind: 'too-large'; status: number }
  | { kind: 'field'; field: string; wrong: Wrong }
  /** With `proxy`, it is the proxy that does not speak HTTP. */
  | { kind: 'not-http'; code: string; proxy?: Via }
  | { kind: 'handshake'; code: string; proxy?: Via }
  | { kind: 'proxy'; status: number; proxy: Via; schemes: string[] }

/** Why there was no usable answer. */
export type Cause =
  | Extract<Fault, { fault: 'unreachable' | 'proxy' | 'timed-out' }>
  | { kind: 'status'; status: number }

export type Finding =
  | { kind: 'granted'; orgId: string; scopes: string[]; requestId: string }
  | { kind: 'refused'; said: string; requestId: string }
  | NoAnswer

/** What no endpoint of the platform would say, or nothing at all. */
export type NoAnswer = Unexpected | { kind: 'untrusted'; code: string; proxy?: Via } | Unavailable

export interface Unexpected {
  kind: 'unexpected'
  surprise: Surprise
  requestId: string
  /** The request cannot have reached the platform. */
  unsent?: true
}

export interface Unavailable {
  kind: 'unavailable'
  cause: Cause
  requestId: string
  /** Whether asking again could help. */
  retry: boolean
  /** The platform's own word on when to ask again, as it came. */
  retryAfter?: string | undefined
  /** The answer's own `Date`, as it came: a date in `retryAfter` counts from it. */
  date?: string | undefined
  /** How long the platform asked to wait, in milliseconds, if that did not fit into the deadline and ended the run. */
  askedToWait?: number
  /** The name of the host, or of the proxy, does not exist. */
  unknownHost?: boolean
  /** The attempt ran out of its time. */
  timedOut?: boolean
}

/**
 * Judges what one attempt brought.
 *
 * @param token the token that was sent. The answer is compared with it, so that no part of it comes back as something else
 * @param others the other secrets of the run, which the answer must not repeat either
 */
export function judgeAnswer(outcome: Answer | Fault, token: string, others = new Secrets()): Finding {
  const secrets = others.and(token)
  const none = judgeNoAnswer(outcome, secrets)
  if (none) return none
  const { status, headers, body } = outcome as Answer
  const requestId = requestIdOf(headers['x-request-id'], secrets)
  const unexpected = (surprise: Surprise): Finding => ({ kind: 'unexpected', surprise, requestId })

  const html = isHtml(headers)
  if (status !== 200 && status !== 401)
    return unexpected({ kind: 'status', status, html, said: said(body, secrets) })
  if (body === 'too-large') return unexpected({ kind: 'too-large', status })
  const json = parse(body)
  if (json === undefined)
    return unexpected({ kind: html || /^\s*</.test(String(body)) ? 'html' : 'not-json', status })

  if (status === 401) {
    const refusal = isObject(json) && (typeof json.error === 'string' || json.valid === false)
    if (!refusal) return unexpected({ kind: 'field', field: 'error', wrong: 'missing' })
    return { kind: 'refused', said: said(body, secrets), requestId }
  }
  return judgeValidation(json, secrets, requestId)
}

/** What is no answer at any endpoint: faults, transient statuses, redirects. */
export function judgeNoAnswer(outcome: Answer | Fault, secrets: Secrets): NoAnswer | undefined {
  if (outcome.kind === 'fault') return judgeFault(outcome)
  const { status, headers } = outcome
  const requestId = requestIdOf(headers['x-request-id'], secrets)
  // Only a proxy answers so, one on the way that the environment does not name.
  if (status === 407)
    return { kind: 'unexpected', surprise: { kind: 'status', status, html: false, said: '' }, requestId }
  if (isTransient(status))
    return {
      kind: 'unavailable',
      cause: { kind: 'status', status },
      retry: true,
      retryAfter: headers['retry-after'],
      date: headers.date,
      requestId,
    }
  if (status >= 300 && status < 400)
    return { kind: 'unexpected', surprise: { kind: 'redirect', status }, requestId }
  return undefined
}

/** A 200: only this decides that a token is valid. */
function judgeValidation(json: unknown, secrets: Secrets, requestId: string): Finding {
  const unexpected = (field: 'valid' | 'org_id' | 'scopes', wrong: Wrong): Finding => ({
    kind: 'unexpected',
    surprise: { kind: 'field', field, wrong },
    requestId,
  })
  const { valid, org_id: orgId, scopes } = isObject(json) ? json : {}
  if (valid === false) return { kind: 'refused', said: '', requestId }
  if (valid !== true) return unexpected('valid', valid === undefined ? 'missing' : 'type')
  if (typeof orgId !== 'string') return unexpected('org_id', orgId === undefined ? 'missing' : 'type')
  if (!ORG_ID.test(orgId)) return unexpected('org_id', 'characters')
  if (repeats(orgId, secrets)) return unexpected('org_id', 'token')
  if (!Array.isArray(scopes)) return unexpected('scopes', scopes === undefined ? 'missing' : 'type')
  if (!scopes.every(scope => typeof scope === 'string')) return unexpected('scopes', 'type')
  if (!scopes.every(scope => SCOPE.test(scope))) return unexpected('scopes', 'characters')
  if (scopes.some(scope => repeats(scope, secrets))) return unexpected('scopes', 'token')
  return { kind: 'granted', orgId, scopes, requestId }
}

/** Whether a field that is passed on would pass on a secret: one of this run, or a token of someone else. */
const repeats = (field: string, secrets: Secrets): boolean => secrets.areIn(field) || holdsToken(field)

function judgeFault(fault: Fault): NoAnswer {
  const unexpected = (surprise: Surprise): Unexpected => ({
    kind: 'unexpected',
    surprise,
    requestId: '',
    ...(fault.unsent && { unsent: true }),
  })
  const proxy = 'proxy' in fault && fault.proxy && { proxy: fault.proxy }
  switch (fault.fault) {
    case 'untrusted':
      return { kind: 'untrusted', code: fault.code, ...proxy }
    case 'not-http':
    case 'handshake':
      return unexpected({ kind: fault.fault, code: fault.code, ...proxy })
    case 'proxy':
      if (!isTransient(fault.status))
        return unexpected({ kind: 'proxy', status: fault.status, proxy: fault.proxy, schemes: fault.schemes })
  }
  return {
    kind: 'unavailable',
    cause: fault,
    requestId: '',
    retry: true,
    unknownHost: fault.fault === 'unreachable' && fault.code === 'ENOTFOUND',
    timedOut: fault.fault === 'timed-out',
  }
}

/**
 * Whether the next attempt may get another status: after 408, 429 and 5xx, but not after 501 (not implemented). There are
 * no statuses from 600 on.
 */
const isTransient = (status: number): boolean =>
  status === 408 || status === 429 || (status >= 500 && status < 600 && status !== 501)

export const isHtml = (headers: Answer['headers']): boolean => /\bhtml\b/i.test(headers['content-type'] ?? '')

export const isObject = (json: unknown): json is Record<string, unknown> =>
  typeof json === 'object' && json !== null && !Array.isArray(json)

/** The body as JSON; `undefined` if it is not JSON, too large, or was not read. */
export function parse(body: Answer['body']): unknown {
  try {
    return JSON.parse(String(body))
  } catch {
    return undefined
  }
}

/**
 * The platform's own words (`{"error": "…"}`), unless they repeat a secret, and without token-shaped text. Neutralise
 * them before printing.
 */
export function said(body: Answer['body'], secrets: Secrets): string {
  const json = parse(body)
  const words = isObject(json) && typeof json.error === 'string' ? json.error : ''
  return secrets.areIn(words) ? '' : redact(words)
}

/** The ID of the request; empty if it is not fit to be an output and to be printed, where `::` would start a command. */
export function requestIdOf(header: string | string[] | undefined, secrets: Secrets): string {
  const id = String(header ?? '')
  return REQUEST_ID.test(id) && !id.includes('::') && !repeats(id, secrets) ? id : ''
}
