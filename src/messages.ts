/** What a verdict means to a person: what is wrong, why that usually happens, what to do. One place per reason. */
import { STATUS_CODES } from 'node:http'
import type { Cause, Surprise, Wrong } from './answer.ts'
import type { Retry } from './retry.ts'
import { neutralise } from './sanitize.ts'
import type { Problem, Settings } from './settings.ts'
import { type Absence, type Flaw, TOKEN_LENGTH } from './token.ts'
import type { Verdict } from './verdict.ts'

export interface Message {
  /** What is wrong, in a sentence. */
  what: string
  /** Why that usually happens, the likeliest first; may be empty. */
  causes: string[]
  /** What to do. */
  remedy: string
}

/** What a message needs to know of the run. */
export interface Situation {
  /** The platform's host, where one is known. */
  host: string
  /** The deadline, in seconds. */
  seconds: number
  /** How the user writes a setting: `api-url` as an input, `--api-url` on the command line. */
  setting: (name: string) => string
}

/** @param setting how the user writes a setting */
export const situationOf = (settings: Settings | Problem[], setting: Situation['setting']): Situation =>
  Array.isArray(settings)
    ? { host: '', seconds: 0, setting }
    : { host: settings.api.host, seconds: settings.timeout / 1000, setting }

const HOME = 'https://github.com/nolapse/token-action'
const SET_AGAIN =
  'Store the token again, exactly as nolapse showed it: 44 characters, nlp_ first, nothing around it.'
const CREATE = 'Create a new token in nolapse and store it as NOLAPSE_TOKEN.'

/** The entry of docs/troubleshooting.md for a reason. */
export const linkTo = (reason: string): string => `${HOME}/blob/v1/docs/troubleshooting.md#${reason}`

export function explain(verdict: Exclude<Verdict, { reason: 'ok' }>, situation: Situation): Message {
  const { host, setting } = situation
  switch (verdict.reason) {
    case 'misconfigured':
      return {
        what: verdict.problems.map(({ subject, says }) => sentence(`${setting(subject)} ${says}`)).join('\n'),
        causes: [],
        remedy: 'Correct what is named above. Nothing was sent to the platform.',
      }
    case 'missing':
      return {
        what: ABSENCES[verdict.absence],
        causes: [],
        remedy: 'Make the token available as NOLAPSE_TOKEN.',
      }
    case 'malformed':
      return explainFlaw(verdict.flaw, verdict.length)
    case 'untrusted':
      return explainUntrusted(verdict.code, host)
    case 'unavailable':
      return explainUnavailable(verdict.cause, situation)
    case 'unexpected-response':
      return explainSurprise(verdict.surprise, situation)
    case 'invalid':
      return {
        what: `The platform at ${host} refuses this token: it is well-formed, but not valid.${verdict.said && ` It says: "${neutralise(verdict.said)}"`}`,
        causes: [
          'The token was rotated, and the time in which the old one still works is over.',
          'The token was revoked.',
          'The token was created less than a minute ago: a new one can take that long to work.',
          `The token belongs to another deployment of nolapse than ${host}.`,
        ],
        remedy: `If the token is new, run again in a minute. Otherwise check its status in nolapse and that ${setting('api-url')} is right. ${CREATE}`,
      }
    case 'wrong-org':
      return {
        what: `The token is valid, but it belongs to the organisation ${neutralise(verdict.orgId)}, which is not the expected one.`,
        causes: [
          'A token of another organisation is stored, or a nearer secret or variable of the same name hides the right one.',
          sentence(`${setting('expected-org-id')} is out of date.`),
        ],
        remedy: `Store a token of the expected organisation, or correct ${setting('expected-org-id')}.`,
      }
    case 'missing-scope':
      return {
        what: `The token is valid, but it lacks a required scope: ${listed(verdict.lacking)}. It has: ${listed(verdict.granted)}.`,
        causes: [
          'The token was created without that scope.',
          sentence(`${setting('required-scopes')} asks for more than is needed.`),
        ],
        remedy: `Create a token with that scope and store it, or correct ${setting('required-scopes')}.`,
      }
    case 'internal-error':
      return {
        what: `The gate itself failed (${verdict.defect}). This is a defect of nolapse/token-action, not of your token.`,
        causes: [],
        remedy: `Please report it, with this message, at ${HOME}/issues. A run that is repeated may pass.`,
      }
  }
}

/** The message as text: for an annotation, a terminal, a `message` field. */
export function textOf({ what, causes, remedy }: Message, reason: string): string {
  const likely = causes.length > 0 ? ['Likely causes:', ...causes.map(cause => `- ${cause}`)] : []
  return [what, ...likely, `What to do: ${remedy}`, `More: ${linkTo(reason)}`].join('\n')
}

/** The one line of a gate that passes. */
export const passed = (orgId: string, scopes: string[], host: string, elapsed: number): string =>
  `nolapse token is valid: organisation ${neutralise(orgId)}, scopes ${listed(scopes)} (${host}, ${Math.round(elapsed)} ms)`

/** The line before each wait. */
export const retrying = ({ attempt, unavailable, wait }: Retry, host: string): string =>
  `Attempt ${attempt}: ${describe(unavailable.cause)} (${host}). Next attempt in ${(wait / 1000).toFixed(1)} s.`

const ABSENCES: Record<Absence, string> = {
  unset: 'There is no nolapse token: NOLAPSE_TOKEN is not set, or empty.',
  blank: 'There is no nolapse token: the value has nothing but white space in it.',
  unexpanded:
    'There is no nolapse token: the value is the name of a variable that was not there to be expanded, like $NAME.',
}

const FLAWS: Record<Exclude<Flaw, `vendor:${string}`>, [what: string, remedy: string]> = {
  'line-break': [
    'it has a line break at an end, as pasting or `echo` adds one',
    `${SET_AGAIN} With a shell, use printf, not echo.`,
  ],
  'several-lines': [
    'it has several lines',
    `${SET_AGAIN} A file or several values were stored in its place.`,
  ],
  'white-space': ['it has white space at an end or inside', SET_AGAIN],
  quotes: [
    'it has quotes around it, and quotes are stored as they are',
    `${SET_AGAIN} Leave the quotes out.`,
  ],
  bearer: [
    'it starts with the name of an authentication scheme, such as Bearer',
    `${SET_AGAIN} Leave that word out.`,
  ],
  assignment: [
    'it is an assignment, like NAME=value',
    `${SET_AGAIN} Only what stands after the = belongs there.`,
  ],
  expression: [
    'it is an expression of a workflow that was not evaluated: ${{ … }} as text',
    'Write the expression where workflows evaluate it (with: or env:), not in a script, a file or the secret itself.',
  ],
  masked: [
    'it is a row of asterisks: what a log shows in the place of a secret, not the secret',
    `A token is shown once, when it is created, and can not be copied from a log. ${CREATE}`,
  ],
  json: [
    'it is JSON',
    `${SET_AGAIN} Where the platform's answer was stored, only its field "secret" is the token.`,
  ],
  invisible: [
    'it has characters that are invisible or not of ASCII, as copying from a page or a chat brings them',
    SET_AGAIN,
  ],
  'prefix-case': ['its prefix is not in lower case', SET_AGAIN],
  prefix: ['it does not start with nlp_', SET_AGAIN],
  'before-v0.2.0': [
    'it has the form of tokens issued before v0.2.0 of nolapse, which this gate does not take',
    CREATE,
  ],
  'upper-case': ['it has upper-case letters, and a token has only 0-9 and a-f after nlp_', SET_AGAIN],
  length: ['its length is not that of a token', `${SET_AGAIN} Part of it may not have been copied.`],
  characters: ['it has characters that no token has: after nlp_ come 0-9 and a-f alone', SET_AGAIN],
}

function explainFlaw(flaw: Flaw, length: number): Message {
  const vendor = /^vendor:(.*)/.exec(flaw)?.[1]
  const [what, remedy] = vendor
    ? [`it looks like a token of ${vendor}`, `Store the token of nolapse instead, which starts with nlp_.`]
    : FLAWS[flaw as keyof typeof FLAWS]
  return {
    what: `The value given as NOLAPSE_TOKEN is not a nolapse token: ${what}. (It has ${length} characters; a token has ${TOKEN_LENGTH}.)`,
    causes: [],
    remedy: `${remedy} Nothing was sent to the platform.`,
  }
}

function explainUntrusted(code: string, host: string): Message {
  const own =
    'The platform uses a certificate of a private authority, or a proxy on the way opens TLS connections.'
  const [causes, remedy] = /EXPIRED|NOT_YET/.test(code)
    ? [
        [
          "The platform's certificate has expired or is not valid yet.",
          'The clock of this machine is wrong.',
        ],
        "Have the platform's certificate renewed, and check this machine's clock.",
      ]
    : /ALTNAME|HOSTNAME/.test(code)
      ? [
          [
            'The host in the URL is not the one that the certificate was made for.',
            'Another server answers at that address.',
          ],
          'Use the host name that the certificate names.',
        ]
      : [
          [own],
          'Point NODE_EXTRA_CA_CERTS at a file with the certificate of that authority, in the environment of this step.',
        ]
  return {
    what: `The certificate of ${host} can't be verified (${code}). The token was not sent.`,
    causes,
    remedy: `${remedy} Never switch the verification off.`,
  }
}

function explainUnavailable(cause: Cause, { host, seconds, setting }: Situation): Message {
  const again = `Run again later. To ride out a longer outage, raise ${setting('timeout-seconds')}. To go on without a validated token, name unavailable in ${setting('tolerate')}.`
  const unavailable = (causes: string[], remedy = again): Message => ({
    what: `The platform at ${host} gave no usable answer: ${describe(cause)}. (The limit is ${seconds} s.)`,
    causes,
    remedy,
  })
  if (cause.kind === 'status') {
    if (cause.status === 407) return unavailable(['A proxy asks for a user name and password.'], PROXY)
    if (cause.status === 429)
      return unavailable(
        ['Many jobs validate the same token at once.'],
        `${again} One gate job for all others asks only once.`,
      )
    return unavailable(['The platform, or a proxy before it, is down or overloaded.'], again)
  }
  if (cause.fault === 'proxy')
    return unavailable(['The proxy refuses, or can not reach the platform.'], PROXY)
  if (cause.fault === 'unreachable' && cause.code === 'ENOTFOUND')
    return unavailable(
      [
        `The host name in ${setting('api-url')} is misspelled, or known only inside another network.`,
        'A proxy is needed to reach it.',
      ],
      `Correct ${setting('api-url')}, or set https_proxy.`,
    )
  return unavailable(['The platform is down.', 'A firewall is in the way, or a proxy is needed to reach it.'])
}

const PROXY =
  'Check the proxy that the environment names (https_proxy, http_proxy, no_proxy) and its credentials.'

function explainSurprise(surprise: Surprise, { host, setting }: Situation): Message {
  const apiUrl = setting('api-url')
  const unexpected = (what: string, cause: string, remedy: string): Message => ({
    what: `What answered at ${host} is not the nolapse API as we know it: ${what}.`,
    causes: [sentence(cause)],
    remedy,
  })
  switch (surprise.kind) {
    case 'redirect':
      return unexpected(
        `it redirects (${status(surprise.status)}), and the token is not sent to another place`,
        `${apiUrl} has http:// for https://, or an old host name; or a sign-in page stands before the platform.`,
        `Set ${apiUrl} to where the platform really is.`,
      )
    case 'html':
      return unexpected(
        `it sent an HTML page (${status(surprise.status)}), as a proxy, a captive portal or a sign-in page does`,
        'Something between this machine and the platform answers in its place.',
        `Open the way to ${host}, by the proxy's settings or a firewall's, and check ${apiUrl}.`,
      )
    case 'not-json':
      return unexpected(
        `its answer (${status(surprise.status)}) is not JSON`,
        `${apiUrl} names another service, or something on the way changes the answer.`,
        `Check ${apiUrl}, and what stands between this machine and the platform.`,
      )
    case 'too-large':
      return unexpected(
        `its answer (${status(surprise.status)}) is longer than 64 KiB`,
        `${apiUrl} names another service.`,
        `Check ${apiUrl}.`,
      )
    case 'not-http':
      return unexpected(
        `it does not speak HTTP there (${surprise.code})`,
        `${apiUrl} has https:// where the server has http://, the other way round, or the port of something else.`,
        `Correct the scheme or the port in ${apiUrl}.`,
      )
    case 'field':
      return unexpected(
        `in its answer, ${surprise.field} ${WRONG[surprise.wrong]}`,
        'The platform and this gate are of versions that do not fit, or another service answers.',
        `Update both, and check ${apiUrl}.`,
      )
    case 'status':
      return explainStatus(surprise, unexpected, apiUrl)
  }
}

const WRONG: Record<Wrong, string> = {
  missing: 'is missing',
  type: 'has the wrong type',
  characters: 'has characters that it must not have',
  token: 'repeats a part of the token',
}

function explainStatus(
  { status: code, html, said }: Extract<Surprise, { kind: 'status' }>,
  unexpected: (what: string, cause: string, remedy: string) => Message,
  apiUrl: string,
): Message {
  const words = said ? ` and says "${neutralise(said)}"` : ''
  const what = `it answered ${status(code)}${html ? ', with an HTML page' : ''}${words}`
  if (code === 404 || code === 405 || code === 501)
    return unexpected(
      what,
      `${apiUrl} is not the base URL of a nolapse platform, or that platform does not have the validation endpoint yet.`,
      `Check ${apiUrl}; update a platform of your own. The cloud may not offer validation yet.`,
    )
  if (code === 403)
    return unexpected(
      what,
      'A firewall or proxy on the way forbids the request.',
      'Allow this machine to reach POST /v1/auth/validate of the platform.',
    )
  return unexpected(
    what,
    `${apiUrl} names another service, or the platform and this gate are of versions that do not fit.`,
    `Check ${apiUrl}, and update both.`,
  )
}

/** What happened instead of an answer, in a few words. */
export function describe(cause: Cause): string {
  if (cause.kind === 'status') return status(cause.status)
  switch (cause.fault) {
    case 'timed-out':
      return `no answer within ${Number((cause.limit / 1000).toFixed(1))} s`
    case 'proxy':
      return cause.status ? `the proxy refused with ${status(cause.status)}` : 'the proxy failed'
    case 'unreachable':
      return CODES[cause.code] ?? `the connection failed (${cause.code})`
  }
}

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
const status = (code: number): string => `${code} ${STATUS_CODES[code] ?? ''}`.trim()

/** The name of a variable, such as https_proxy, keeps its first letter. */
const sentence = (text: string): string =>
  /^[a-z]+_/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1)

const listed = (scopes: string[]): string => neutralise(scopes.join(', ')) || 'none'
