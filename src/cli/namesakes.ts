/** Other active tokens with the name of a new one: its name is ambiguous while they exist. */
import { listTokens } from '../api/tokens.ts'
import type { Session } from './session.ts'

/** How long one look at the list may take, in milliseconds. It is a courtesy: everything is done by then. */
const GLANCE = 5_000

/** @param known the IDs of the tokens that the user knows of */
export async function namesakesOf(
  { access, interruption }: Session,
  name: string,
  known: readonly string[],
): Promise<string[]> {
  const list = await interruption.during(() =>
    listTokens({ ...access, timeout: Math.min(GLANCE, access.timeout) }),
  )
  if (list.kind !== 'done') return []
  return list.value.tokens
    .filter(token => token.status === 'active' && token.name === name && !known.includes(token.id))
    .map(({ id }) => id)
}
