/** What the user asks of a run: settings as text, from inputs or a command line, checked and typed. */
import { ORG_ID, SCOPE } from '../api/contract.ts'
import { isLoopback } from '../api/loopback.ts'
import { holdsToken } from '../api/secrets.ts'

export type SettingName =
  | 'api-url'
  | 'required-scopes'
  | 'expected-org-id'
  | 'tolerate'
  | 'timeout-seconds'
  | 'allow-insecure-http'

/** Each setting as the user wrote it; an empty value means the default. */
export type RawSettings = Partial<Record<SettingName, string>>

export type Tolerable = 'missing' | 'unavailable'

export interface Settings {
  /** The platform's base URL, without a slash at the end of its path. */
  api: URL
  /** Each must be granted. */
  requiredScopes: string[]
  /** The organisation that the token must belong to, if one is expected. */
  expectedOrgId: string | undefined
  tolerate: Tolerable[]
  /** One deadline for the whole validation, in milliseconds. */
  timeout: number
}

/** What is wrong with one setting and how to fix it, without quoting its value. */
export interface Problem {
  /** The setting, or the environment variable, that cannot be used. */
  subject: string
  /** `{api-url}` stands for the way the user writes that setting. */
  says: string
}

export const DEFAULTS: Record<SettingName, string> = {
  'api-url': 'https://api.nolapse.dev',
  'required-scopes': 'execute',
  'expected-org-id': '',
  tolerate: '',
  'timeout-seconds': '90',
  'allow-insecure-http': 'false',
}

class Unusable extends Error {}

const unusable = (says: string): never => {
  throw new Unusable(says)
}

const refuseToken = () => unusable('holds a nolapse token. A token belongs in NOLAPSE_TOKEN only.')

/** Reads every setting, so that one run reports every problem. */
export function readSettings(raw: RawSettings): Settings | Problem[] {
  const problems: Problem[] = []

  /** Notes the problem if a value cannot be used. What is returned then is never read. */
  function read<T>(name: SettingName, parse: (value: string) => T): T {
    const value = raw[name]?.trim() || DEFAULTS[name]
    try {
      if (holdsToken(value)) refuseToken()
      return parse(value)
    } catch (error) {
      /* istanbul ignore if -- a defect: nothing else is thrown by the parsers below */
      if (!(error instanceof Unusable)) throw error
      problems.push({ subject: name, says: error.message })
      return undefined as T
    }
  }

  const insecure = read('allow-insecure-http', parseBoolean)
  const settings: Settings = {
    api: read('api-url', value => parseApiUrl(value, insecure)),
    requiredScopes: read('required-scopes', parseScopes),
    expectedOrgId: read('expected-org-id', parseOrgId),
    tolerate: read('tolerate', parseTolerate),
    timeout: read('timeout-seconds', parseSeconds) * 1000,
  }
  return problems.length > 0 ? problems : settings
}

const listOf = (value: string): string[] => [...new Set(value.split(/[\s,]/).filter(Boolean))]

function parseApiUrl(value: string, insecure: boolean): URL {
  if (!/^https?:\/\//i.test(value) || /[\s\\]/.test(value) || !URL.canParse(value))
    return unusable('is not an absolute http(s) URL. Write it like https://nolapse.example.com.')
  const url = new URL(value)
  if (url.username || url.password || /^[^/]*\/\/[^/]*@/.test(value))
    return unusable('has a user name or password in it. Remove them: the token is the only credential.')
  if (value.includes('?') || value.includes('#'))
    return unusable('has a query or a fragment (? or #). Write the base URL only.')
  url.pathname = withoutSlashes(url.pathname)
  if (/\/v1(\/auth(\/validate)?)?$/.test(url.pathname))
    return unusable("ends in the API's own path. Remove /v1 and what follows it: the gate adds that itself.")
  if (url.protocol === 'http:' && !insecure && !isLoopback(url.hostname))
    return unusable(
      'is plain http:// to a host that is not this machine, which would send the token unencrypted. ' +
        'Use https://, or, if you trust the network, set {allow-insecure-http}.',
    )
  return url
}

/** Whether two base URLs name the same platform; `undefined` if the first one names none. */
export function isSamePlatform(one: string, other: string): boolean | undefined {
  const [known, compared] = [one, other].map(url => {
    try {
      return parseApiUrl(url.trim(), true).href
    } catch {
      return undefined
    }
  })
  return known === undefined ? undefined : known === compared
}

/** Not by `/\/+$/`: on a path of 125,000 slashes and a letter, that takes 10 s. */
function withoutSlashes(path: string): string {
  let end = path.length
  while (path[end - 1] === '/') end--
  return path.slice(0, end)
}

function parseScopes(value: string): string[] {
  const scopes = listOf(value)
  if (scopes.length === 1 && scopes[0] === 'none') return []
  // A message names the scopes that are missing, and this has the form of a token's body.
  if (scopes.some(scope => scope.length === 40 && /^[0-9a-f]+$/i.test(scope))) return refuseToken()
  if (scopes.length === 0 || scopes.includes('none') || !scopes.every(scope => SCOPE.test(scope)))
    return unusable(
      'is not a list of scopes. Separate scopes with commas, spaces or new lines, such as execute. ' +
        'To require none, write none.',
    )
  return scopes
}

function parseOrgId(value: string): string | undefined {
  if (value !== '' && !ORG_ID.test(value))
    return unusable('is not an organisation ID. Write it as the platform does, such as org_abc123.')
  return value || undefined
}

function parseTolerate(value: string): Tolerable[] {
  const reasons = listOf(value)
  const tolerable = (reason: string): reason is Tolerable => reason === 'missing' || reason === 'unavailable'
  if (reasons.every(tolerable) && (value === '' || reasons.length > 0)) return reasons
  return unusable(
    'can only be missing, unavailable, or both. For other reasons, use `continue-on-error` in the workflow ' +
      '(`allow_failure` in GitLab).',
  )
}

function parseSeconds(value: string): number {
  const seconds = /^\d+$/.test(value) ? Number(value) : Number.NaN
  return seconds >= 1 && seconds <= 600
    ? seconds
    : unusable('is not a whole number of seconds from 1 to 600.')
}

/** The spellings that GitHub's own actions take (YAML 1.2 core schema). */
function parseBoolean(value: string): boolean {
  if (!/^(true|True|TRUE|false|False|FALSE)$/.test(value)) return unusable('is neither true nor false.')
  return value.toLowerCase() === 'true'
}
