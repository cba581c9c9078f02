/** Finds the token that a person names by its id, or by a name that exactly one active token has. */
import { ID, listTokens, showToken, type TokenDetails, type TokenInfo } from '../api/tokens.ts'
import { EXIT } from './exit-codes.ts'
import { Failure, failureOf } from './failure.ts'
import { shown } from './redaction.ts'
import type { Session } from './session.ts'

/** @throws Failure where there is none, or more than one */
export async function findToken(session: Session, given: string): Promise<TokenDetails> {
  refuseValue(given)
  const { access, interruption, situation, lines } = session
  const show = (id: string) => interruption.during(() => showToken(access, id))

  if (ID.test(given)) {
    const shownToken = await show(given)
    if (shownToken.kind === 'done') return shownToken.value
    // A name may have the form of an id.
    if (shownToken.kind !== 'refused' || shownToken.status !== 404)
      throw failureOf(shownToken, `The token ${given} could not be looked up`, situation)
  }
  const list = await interruption.during(() => listTokens(access))
  if (list.kind !== 'done') throw failureOf(list, 'The tokens could not be listed', situation)
  const named = list.value.filter(({ name }) => name === given)
  const [token, ...others] = named.filter(({ status }) => status === 'active')
  if (!token) throw new Failure(EXIT.rejected, unknown(given, named, lines.list))
  if (others.length > 0) throw new Failure(EXIT.rejected, ambiguous(given, [token, ...others]))
  const details = await show(token.id)
  if (details.kind !== 'done')
    throw failureOf(details, `The token ${token.id} could not be looked up`, situation)
  return details.value
}

/** A token's value is a secret, and an argument is none. */
export function refuseValue(given: string): void {
  if (/^[0-9a-f]{40}$/i.test(given))
    throw new Failure(
      EXIT.usage,
      'What is given as TOKEN looks like the value of a token, which is never taken as one.\n' +
        'What to do: name the token by its id or its name, as `list` shows them.',
    )
}

const idsOf = (tokens: TokenInfo[]): string =>
  tokens.map(({ id, status }) => `  ${id} (${status})`).join('\n')

const unknown = (given: string, named: TokenInfo[], list: string): string =>
  named.length > 0
    ? `No active token is named ${shown(given)}, but these are of that name:\n${idsOf(named)}\nWhat to do: name the one that is meant by its id.`
    : `There is no token of the id or name ${shown(given)}.\nWhat to do: see what there is, with\n  ${list}`

const ambiguous = (given: string, tokens: TokenInfo[]): string =>
  `More than one active token is named ${shown(given)}:\n${idsOf(tokens)}\n` +
  'What to do: name the one that is meant by its id. After a rotation the name serves again once the old token is revoked.'
