/** What must not be among the arguments, and must not come back in a message about them. */
import { holdsToken, type Secrets } from '../api/secrets.ts'

/**
 * Whether an argument holds a secret, or what has the shape of one. COMMAND's arguments may be 40 hex characters: a
 * commit's hash has the form of a token's body.
 */
export function holdSecret(args: readonly string[], secrets: Secrets): boolean {
  if (args.some(arg => holdsToken(arg) || secrets.areInId(arg))) return true
  return ownOf(args).some(arg => /^(--[a-z-]+=)?[0-9a-f]{40}$/i.test(arg))
}

/** The arguments before `--`. */
export function ownOf(args: readonly string[]): readonly string[] {
  const end = args.indexOf('--')
  return end < 0 ? args : args.slice(0, end)
}

export const SECRET_IN_ARGUMENTS =
  'An argument holds a token, the session, or text that looks like a token. Process lists, shell histories and job logs ' +
  'show arguments, so anyone who reads them has it.\nWhat to do: Revoke the token, or end the session. Secrets come from ' +
  'the environment: NOLAPSE_TOKEN and NOLAPSE_SESSION_TOKEN. To show, rotate or revoke a token, use its ID or its name.'

/** What a user may have mistyped: a word or an option. Any other text between quotes could be a secret. */
const WORD = /^[a-z-]{1,30}( [<[][a-z.]+[>\]])?$/i

/** An error of the parser without the values that it quotes. */
export function withoutValues(error: string, args: readonly string[]): string {
  // The parser does not escape quotes, so the end of such a value cannot be found.
  if (ownOf(args).some(arg => arg.includes("'")))
    return 'error: wrong usage. The arguments are not shown here, because one of them holds a single quote.\n'
  return error.replace(/'([^']*)'/g, (quoted, value) => (WORD.test(value) ? quoted : '(not shown)'))
}
