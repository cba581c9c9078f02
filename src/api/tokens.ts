/**
 * The platform's `/v1/tokens` API, typed. Nothing of an answer is printed here.
 *
 * Only what the next step depends on must be right: one unusual token must not keep the user from listing the others, or
 * from revoking it.
 *
 * Requests that are safe to repeat are sent until there is an answer. Creating a token is not safe: after an unclear
 * failure, a second attempt could create a second token.
 */

import type { Clock } from '../process/clock.ts'
import {
  isHtml,
  isObject,
  judgeNoAnswer,
  MAX_ANSWER,
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
import { holdsTokenOrBody, type Secrets } from './secrets.ts'

/** The most that a list may have, in bytes. */
const MAX_LIST = 4 * 1024 * 1024

/** Where the platform is, and with which session to ask it. */
export interface Access {
  api: URL
  session: string
  /** What no answer may repeat. A new token is added as soon as its value is here. */
  secrets: Secrets
  /** The deadline of one call with all its attempts, in milliseconds. */
  timeout: number
  clock: Clock
  /** Told before each wait. */
  onRetry: (retry: Retry) => void | Promise<void>
}

/** A token's metadata. Only the ID is checked: redact every other text before printing it. */
export interface TokenInfo {
  id: string
  /** Empty if the platform sent no text. */
  name: string
  /** `active`, `rotating`, `revoked`: an open set. Only an `active` token can be rotated. */
  status: string
  scopes: string[]
  /** Informational; may be empty. */
  agentType: string
  /** What keeps a second token from being created like this one: its name, scopes or agent type is not as agreed. */
  flaw: { field: string; wrong: Wrong } | undefined
}

export interface TokenDetails extends TokenInfo {
  createdAt: string
}

export interface TokenList {
  tokens: TokenInfo[]
  /** How many more the platform listed, without an ID that can be used. */
  unusable: number
}

/** A token that was just created. `secret` is its value, this once. */
export interface Issued {
  id: string
  secret: string
}

/** The platform's own refusal: nothing was done. */
export interface Refused {
  kind: 'refused'
  status: number
  /** The platform's own words. Neutralise them before printing. */
  said: string
  requestId: string
}

export type Failed = Refused | NoAnswer

export type Outcome<T> = { kind: 'done'; value: T } | Failed

/** A token's ID is opaque: only its characters are checked. Not in contract.ts, which each passing run reads. */
export const TOKEN_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/

export const listTokens = (access: Access): Promise<Outcome<TokenList>> =>
  ask(access, { method: 'GET', path: '/v1/tokens', success: 200, maxBytes: MAX_LIST }, json => {
    const list = isObject(json) ? json.tokens : json
    if (!Array.isArray(list)) throw new WrongField('tokens', list === undefined ? 'missing' : 'type')
    const tokens = list.flatMap(row => rowOf(row, access.secrets) ?? [])
    return { tokens, unusable: list.length - tokens.length }
  })

export const showToken = (access: Access, id: string): Promise<Outcome<TokenDetails>> =>
  ask(access, { method: 'GET', path: pathOf(id), success: 200 }, json => ({
    ...infoOf(json, access.secrets, id),
    createdAt: textOrNone((json as Record<string, unknown>).created_at),
  }))

export const setAgentType = (access: Access, id: string, agentType: string): Promise<Outcome<TokenInfo>> =>
  ask(access, { method: 'PATCH', path: pathOf(id), success: 200, body: { agent_type: agentType } }, json =>
    infoOf(json, access.secrets, id),
  )

/** Revokes a token. 404 counts as done: an earlier attempt that was cut off may have revoked it. */
export async function revokeToken(access: Access, id: string): Promise<Outcome<undefined>> {
  const outcome = await ask(
    access,
    { method: 'DELETE', path: pathOf(id), success: 204 },
    (): undefined => undefined,
  )
  return outcome.kind === 'refused' && outcome.status === 404 ? { kind: 'done', value: undefined } : outcome
}

/** @param old the ID of the token that the new one replaces, if there is one */
export const createToken = (
  access: Access,
  name: string,
  scopes: string[],
  old?: string,
): Promise<Outcome<Issued>> =>
  askCarefully(access, { method: 'POST', path: '/v1/tokens', success: 201, body: { name, scopes } }, old)

/** The platform's own rotation: creates a new token, and the given one becomes `rotating`. */
export const rotateToken = (access: Access, id: string): Promise<Outcome<Issued>> =>
  askCarefully(access, { method: 'POST', path: `${pathOf(id)}/rotate`, success: 200 }, id)

/** Whether the platform may have done what was requested, although it did not say so. */
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

/** Without an `error` in the body, these come from another server, or from a platform without the endpoint. */
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

/** Retries after 429 only: it says that nothing was created. Returns the last attempt, the one that may have worked. */
async function askCarefully(access: Access, request: Request, old?: string): Promise<Outcome<Issued>> {
  let last: Outcome<Issued> | undefined
  const attempt = async (limit: number) => {
    last = await askOnce(access, request, limit, json => issuedOf(json, access.secrets, old))
    return last.kind === 'unavailable' ? { ...last, retry: isLimited(last) } : last
  }
  const { finding } = await askUntilAnswered(attempt, access.timeout, access.clock, access.onRetry)
  return last ?? /* istanbul ignore next -- there is always a first attempt */ finding
}

const isLimited = ({ cause }: Unavailable): boolean => cause.kind === 'status' && cause.status === 429

async function askOnce<T>(
  { api, session, secrets }: Access,
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
  const none = judgeNoAnswer(outcome, secrets)
  if (none) return none
  /* istanbul ignore next -- a fault is no answer, as judged above */
  if (outcome.kind !== 'answer') throw new Error('a fault that was judged to be an answer')
  const { status, headers, body: bytes } = outcome
  const html = isHtml(headers)
  // Read late: the body may bring a new secret.
  const requestId = () => requestIdOf(headers['x-request-id'], secrets)
  const unexpected = (surprise: Surprise): NoAnswer => ({
    kind: 'unexpected',
    surprise,
    requestId: requestId(),
  })

  const json = parse(bytes)
  if (status !== success) {
    const words = said(bytes, secrets)
    const inItsWords = isObject(json) && typeof json.error === 'string'
    if (status >= 400 && status < 500 && (inItsWords || !(html || NOT_THE_API.includes(status))))
      return { kind: 'refused', status, said: words, requestId: requestId() }
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

/** A field that breaks the contract. */
class WrongField extends Error {
  readonly field: string
  readonly wrong: Wrong
  constructor(field: string, wrong: Wrong) {
    super(field)
    this.field = field
    this.wrong = wrong
  }
}

function textOf(json: unknown, field: string): string {
  const value = isObject(json) ? json[field] : undefined
  if (typeof value !== 'string') throw new WrongField(field, value === undefined ? 'missing' : 'type')
  return value
}

const textOrNone = (value: unknown): string => (typeof value === 'string' ? value : '')

/** An ID is shown, and requests are made of it. */
function idOf(json: unknown, secrets: Secrets): string {
  const id = textOf(json, 'id')
  if (!TOKEN_ID.test(id)) throw new WrongField('id', 'characters')
  if (holdsTokenOrBody(id) || secrets.areInId(id)) throw new WrongField('id', 'token')
  return id
}

/** One token of a list; `undefined` if it has no ID that can be used. */
function rowOf(json: unknown, secrets: Secrets): TokenInfo | undefined {
  try {
    return infoOf(json, secrets)
  } catch {
    return undefined
  }
}

/** @param requested the ID that the answer must be about */
function infoOf(json: unknown, secrets: Secrets, requested?: string): TokenInfo {
  const id = idOf(json, secrets)
  if (requested !== undefined && id !== requested) throw new WrongField('id', 'other')
  const { name, status, scopes, agent_type: agentType } = json as Record<string, unknown>
  return {
    id,
    name: textOrNone(name),
    status: textOrNone(status),
    scopes: Array.isArray(scopes) ? scopes.filter(scope => typeof scope === 'string') : [],
    agentType: textOrNone(agentType),
    flaw: flawOf({ name, scopes, agentType }, secrets),
  }
}

function flawOf(
  { name, scopes, agentType }: Record<'name' | 'scopes' | 'agentType', unknown>,
  secrets: Secrets,
): TokenInfo['flaw'] {
  const flaw = (field: string, wrong: Wrong) => ({ field, wrong })
  if (typeof name !== 'string') return flaw('name', name === undefined ? 'missing' : 'type')
  if (!Array.isArray(scopes)) return flaw('scopes', scopes === undefined ? 'missing' : 'type')
  if (!scopes.every(scope => typeof scope === 'string')) return flaw('scopes', 'type')
  if (!scopes.every(scope => SCOPE.test(scope))) return flaw('scopes', 'characters')
  if (scopes.some(scope => holdsTokenOrBody(scope) || secrets.areIn(scope))) return flaw('scopes', 'token')
  if (typeof (agentType ?? '') !== 'string') return flaw('agent_type', 'type')
  return undefined
}

/** The value becomes a secret of the run before anything else is judged. */
function issuedOf(json: unknown, secrets: Secrets, old: string | undefined): Issued {
  const secret = textOf(json, 'secret')
  secrets.addToken(secret)
  if (!WELL_FORMED.test(secret)) throw new WrongField('secret', 'characters')
  const id = idOf(json, secrets)
  if (id === old) throw new WrongField('id', 'old')
  return { id, secret }
}
