/**
 * The platform's `/v1/tokens` API, typed. An answer counts only as far as it was checked; nothing of it is printed here.
 *
 * What can be repeated without harm is asked until it is answered. Making a token is not: after anything but the
 * platform's own refusal a second attempt could make a second token.
 */

import type { Clock } from '../process/clock.ts'
import {
  isObject,
  judgeNoAnswer,
  type NoAnswer,
  parse,
  requestIdOf,
  type Surprise,
  said,
  type Unavailable,
  type Wrong,
} from './answer.ts'
import { SCOPE, WELL_FORMED } from './contract.ts'
import { endpoint } from './endpoint.ts'
import { type Exchange, exchange } from './exchange.ts'
import { askUntilAnswered, type Retry } from './retry.ts'

/** The most that an answer may have, in bytes; only a list may be long. */
const MAX_ANSWER = 64 * 1024
const MAX_LIST = 4 * 1024 * 1024

/** Where the platform is, and as whom to ask it. */
export interface Access {
  api: URL
  session: string
  /** The deadline of one call with all its attempts, in milliseconds. */
  timeout: number
  clock: Clock
  /** Told before each wait. */
  onRetry: (retry: Retry) => void
}

export interface TokenInfo {
  id: string
  /** As somebody chose it: to be made safe where it is printed. */
  name: string
  /** `active`, `rotating`, `revoked`; an open set, of which only `active` can be rotated. */
  status: string
  scopes: string[]
  /** Informational, as somebody chose it; may be empty. */
  agentType: string
}

export interface TokenDetails extends TokenInfo {
  createdAt: string
}

/** A token that was made just now. `secret` is its value, this once. */
export interface Issued {
  id: string
  secret: string
}

/** The platform's own refusal: nothing was done. */
export interface Refused {
  kind: 'refused'
  status: number
  /** The platform's words; to be neutralised where printed. */
  said: string
  requestId: string
}

export type Failed = Refused | NoAnswer

export type Outcome<T> = { kind: 'done'; value: T } | Failed

/** An id is a UUID. */
export const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

const STATUS = /^[a-z][a-z_-]{0,31}$/
const ANYTHING = /^/
const DATE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/

/** The id that the platform keeps in a token's body; the only part of one that is ever shown. */
export const idOf = (token: string): string =>
  token.slice(4, 36).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')

export const listTokens = (access: Access): Promise<Outcome<TokenInfo[]>> =>
  ask(access, { method: 'GET', path: '/v1/tokens', success: 200, maxBytes: MAX_LIST }, json => {
    const list = isObject(json) ? json.tokens : json
    if (!Array.isArray(list)) throw new WrongField('tokens', list === undefined ? 'missing' : 'type')
    return list.map(infoOf)
  })

export const showToken = (access: Access, id: string): Promise<Outcome<TokenDetails>> =>
  ask(access, { method: 'GET', path: pathOf(id), success: 200 }, json => ({
    ...infoOf(json),
    createdAt: text(json, 'created_at', DATE),
  }))

export const setAgentType = (access: Access, id: string, agentType: string): Promise<Outcome<TokenInfo>> =>
  ask(access, { method: 'PATCH', path: pathOf(id), success: 200, body: { agent_type: agentType } }, infoOf)

/** Revokes. A token that is not there any more is revoked too, by whomever: by an attempt that was cut off, for one. */
export async function revokeToken(access: Access, id: string): Promise<Outcome<undefined>> {
  const outcome = await ask(
    access,
    { method: 'DELETE', path: pathOf(id), success: 204 },
    (): undefined => undefined,
  )
  return outcome.kind === 'refused' && outcome.status === 404 ? { kind: 'done', value: undefined } : outcome
}

export const createToken = (access: Access, name: string, scopes: string[]): Promise<Outcome<Issued>> =>
  askCarefully(access, { method: 'POST', path: '/v1/tokens', success: 201, body: { name, scopes } })

/** The platform's own rotation: a new token, and the given one is on its way out. */
export const rotateToken = (access: Access, id: string): Promise<Outcome<Issued>> =>
  askCarefully(access, { method: 'POST', path: `${pathOf(id)}/rotate`, success: 200 })

/** Whether the platform may have done what it was asked to, although it did not say so. */
export function mayHaveWorked(failed: Failed): boolean {
  switch (failed.kind) {
    case 'refused':
    case 'untrusted':
      return false
    case 'unexpected': {
      const { surprise, unsent } = failed
      return !unsent && !('status' in surprise && surprise.status >= 400 && surprise.status < 500)
    }
    case 'unavailable': {
      const { cause } = failed
      return cause.kind === 'status' ? cause.status >= 500 : !cause.unsent
    }
  }
}

/** Without the platform's own words: what a server says that is not the platform, or that does not have the endpoint. */
const NOT_THE_API = [404, 405]

interface Request {
  method: Exchange['method']
  path: string
  success: number
  body?: unknown
  maxBytes?: number
}

const pathOf = (id: string): string => `/v1/tokens/${id}`

async function ask<T>(access: Access, request: Request, read: (json: unknown) => T): Promise<Outcome<T>> {
  const attempt = (limit: number) => askOnce(access, request, limit, read)
  const { finding } = await askUntilAnswered(attempt, access.timeout, access.clock, access.onRetry)
  return finding
}

/** Asks again after 429 alone, by which nothing was made. What is told is the last attempt: the one that may have worked. */
async function askCarefully(access: Access, request: Request): Promise<Outcome<Issued>> {
  let last: Outcome<Issued> | undefined
  const attempt = async (limit: number) => {
    last = await askOnce(access, request, limit, issuedOf)
    return last.kind === 'unavailable' ? { ...last, retry: isLimited(last) } : last
  }
  const { finding } = await askUntilAnswered(attempt, access.timeout, access.clock, access.onRetry)
  return last ?? /* istanbul ignore next -- there is always a first attempt */ finding
}

const isLimited = ({ cause }: Unavailable): boolean => cause.kind === 'status' && cause.status === 429

async function askOnce<T>(
  { api, session }: Access,
  { method, path, success, body, maxBytes = MAX_ANSWER }: Request,
  limit: number,
  read: (json: unknown) => T,
): Promise<Outcome<T>> {
  const outcome = await exchange({
    method,
    url: endpoint(api, path),
    bearer: session,
    ...(body !== undefined && { body }),
    limit,
    maxBytes,
    bodyDecides: success === 204 ? [] : [success],
  })
  const none = judgeNoAnswer(outcome, session)
  if (none) return none
  /* istanbul ignore next -- a fault is no answer, as judged above */
  if (outcome.kind !== 'answer') throw new Error('a fault that was judged to be an answer')
  const { status, headers, body: bytes } = outcome
  const requestId = requestIdOf(headers['x-request-id'], session)
  const html = /\bhtml\b/i.test(headers['content-type'] ?? '')
  const unexpected = (surprise: Surprise): NoAnswer => ({ kind: 'unexpected', surprise, requestId })

  const json = bytes === 'too-large' ? undefined : parse(bytes)
  if (status !== success) {
    const words = said(bytes, session)
    const inItsWords = isObject(json) && typeof json.error === 'string'
    if (status >= 400 && status < 500 && (inItsWords || !(html || NOT_THE_API.includes(status))))
      return { kind: 'refused', status, said: words, requestId }
    return unexpected({ kind: 'status', status, html, said: words })
  }
  if (success === 204) return { kind: 'done', value: read(undefined) }
  if (bytes === 'too-large') return unexpected({ kind: 'too-large', status })
  if (json === undefined) return unexpected({ kind: html ? 'html' : 'not-json', status })
  try {
    return { kind: 'done', value: read(json) }
  } catch (error) {
    /* istanbul ignore if -- a defect: nothing else is thrown by the readers */
    if (!(error instanceof WrongField)) throw error
    return unexpected({ kind: 'field', field: error.field, wrong: error.wrong })
  }
}

/** A field that is not as the contract has it. */
class WrongField extends Error {
  readonly field: string
  readonly wrong: Wrong
  constructor(field: string, wrong: Wrong) {
    super(field)
    this.field = field
    this.wrong = wrong
  }
}

function text(json: unknown, field: string, form: RegExp): string {
  const value = isObject(json) ? json[field] : undefined
  if (typeof value !== 'string') throw new WrongField(field, value === undefined ? 'missing' : 'type')
  if (!form.test(value)) throw new WrongField(field, 'characters')
  return value
}

function infoOf(json: unknown): TokenInfo {
  const scopes = isObject(json) ? json.scopes : undefined
  const agentType = isObject(json) ? (json.agent_type ?? '') : ''
  const info = {
    id: text(json, 'id', ID),
    name: text(json, 'name', ANYTHING),
    status: text(json, 'status', STATUS),
  }
  if (!Array.isArray(scopes)) throw new WrongField('scopes', scopes === undefined ? 'missing' : 'type')
  if (!scopes.every(scope => typeof scope === 'string')) throw new WrongField('scopes', 'type')
  if (!scopes.every(scope => SCOPE.test(scope))) throw new WrongField('scopes', 'characters')
  return { ...info, scopes, agentType: text({ agent_type: agentType }, 'agent_type', ANYTHING) }
}

/** The id has to be the one in the value: otherwise what would be named, and revoked, is another token. */
function issuedOf(json: unknown): Issued {
  const secret = text(json, 'secret', ANYTHING)
  if (!WELL_FORMED.test(secret)) throw new WrongField('secret', 'characters')
  const id = text(json, 'id', ID)
  if (id !== idOf(secret)) throw new WrongField('id', 'characters')
  return { id, secret }
}
