/** Finds the token that the user names by its ID, or by a name that exactly one active token has. */
import {
  type Failed,
  listTokens,
  showToken,
  TOKEN_ID,
  type TokenDetails,
  type TokenInfo,
} from '../api/tokens.ts'
import type { Situation } from '../messages/message.ts'
import { EXIT } from './exit-codes.ts'
import { Failure, failureOf } from './failure.ts'
import { shown } from './redaction.ts'
import type { Session } from './session.ts'

/**
 * Looks in the list first: an ID is opaque, so a name may look like one.
 *
 * @throws Failure if there is no such token, or more than one
 */
export async function findToken(session: Session, given: string): Promise<TokenDetails> {
  refuseValue(given)
  const { access, interruption, situation } = session
  const list = await interruption.during(() => listTokens(access))
  if (list.kind === 'done') {
    const found = candidates(list.value.tokens, given)
    const [token, ...others] = found
    if (token && others.length > 0) throw new Failure(EXIT.rejected, ambiguous(session, given, found))
    if (token) return lookUp(session, token.id)
  } else if (list.kind !== 'unexpected' || !TOKEN_ID.test(given)) throw unlisted(list, situation)
  // A platform may list only some tokens, or have no list.
  if (TOKEN_ID.test(given)) {
    const details = await interruption.during(() => showToken(access, given))
    if (details.kind === 'done') return details.value
    if (list.kind === 'done' && !(details.kind === 'refused' && details.status === 404))
      throw failureOf(details, `The token ${shown(given)} could not be looked up`, situation)
  }
  if (list.kind !== 'done') throw unlisted(list, situation)
  throw new Failure(EXIT.rejected, unknown(session, given, list.value.tokens))
}

const unlisted = (list: Failed, situation: Situation): Failure =>
  failureOf(list, 'The tokens could not be listed', situation)

/** @throws Failure if the platform does not show the token of this ID, or shows another one */
async function lookUp({ access, interruption, situation }: Session, id: string): Promise<TokenDetails> {
  const details = await interruption.during(() => showToken(access, id))
  if (details.kind === 'done') return details.value
  throw failureOf(details, `The token ${id} could not be looked up`, situation)
}

/** The tokens that TOKEN can mean: the one with this ID, and the active ones with this name. */
const candidates = (tokens: TokenInfo[], given: string): TokenInfo[] =>
  distinct(tokens.filter(({ id, name, status }) => id === given || (name === given && status === 'active')))

const distinct = (tokens: TokenInfo[]): TokenInfo[] => [
  ...new Map(tokens.map(token => [token.id, token])).values(),
]

/** The value of a token is a secret, so it is never an argument. */
export function refuseValue(given: string): void {
  if (/^[0-9a-f]{40}$/i.test(given))
    throw new Failure(
      EXIT.usage,
      'TOKEN looks like the value of a token. A value is never accepted as TOKEN.\n' +
        'What to do: Use the ID or the name of the token, as `list` shows them.',
    )
}

/** The most IDs that a message lists. */
const MOST = 10

function idsOf(tokens: TokenInfo[], { access: { secrets } }: Session): string {
  const lines = tokens
    .slice(0, MOST)
    .map(({ id, name, status }) => `  ${id} (${shown(status, secrets)}) ${shown(name, secrets)}`.trimEnd())
  const rest = tokens.length - lines.length
  return [...lines, ...(rest > 0 ? [`  and ${rest} more`] : [])].join('\n')
}

function unknown(session: Session, given: string, tokens: TokenInfo[]): string {
  const named = tokens.filter(({ name }) => name === given)
  if (named.length > 0)
    return (
      `No active token is named ${shown(given)}. These tokens have that name:\n${idsOf(named, session)}\n` +
      'What to do: Use the ID of the token that you mean.'
    )
  const active = tokens.filter(({ status }) => status === 'active')
  const what = `There is no token with the ID or the name ${shown(given)}.`
  const known = active.length > 0 ? ` These tokens are active:\n${idsOf(active, session)}` : ''
  return `${what}${known}\nWhat to do: See all tokens with:\n  ${session.lines.list}`
}

const ambiguous = (session: Session, given: string, tokens: TokenInfo[]): string =>
  `TOKEN is ambiguous: ${shown(given)} could be any of these:\n${idsOf(tokens, session)}\n` +
  'What to do: Use the ID of the token that you mean. After a rotation, the name works again once the old token is revoked.'
