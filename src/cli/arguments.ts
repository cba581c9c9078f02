/** What must not stand among the arguments, and must not come back in an answer to them. */
import { isTokenLike } from '../api/secrets.ts'

export const holdsToken = (args: readonly string[]): boolean => args.some(isTokenLike)

export const TOKEN_IN_ARGUMENTS =
  'A nolapse token stands among the arguments. Process lists, shell histories and job logs show arguments, so it ' +
  'counts as disclosed.\nWhat to do: revoke it and create a new one. A token to be checked comes from the ' +
  "environment's NOLAPSE_TOKEN; one to be shown, rotated or revoked is named by its id or its name."

/** What a person may have mistyped: a word or an option. Anything else between quotes could be a secret. */
const WORD = /^[a-z-]{1,30}( [<[][a-z.]+[>\]])?$/i

/** An error of the parser without the values that it quotes. */
export const withoutValues = (error: string): string =>
  error.replace(/'([^']*)'/g, (quoted, value) => (WORD.test(value) ? quoted : '(not shown)'))
