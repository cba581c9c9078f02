import type { Surprise, Wrong } from '../../api/answer.ts'
import { status } from '../describe.ts'
import { type Message, type Situation, sentence } from '../message.ts'
import { neutralise } from '../neutralise.ts'

export function unexpectedResponse(surprise: Surprise, { host, setting }: Situation): Message {
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
