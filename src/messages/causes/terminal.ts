/** Why a token is missing or rejected, as it usually happens on a person's own machine or in an unknown CI system. */
import type { Verdict } from '../../gate/verdict.ts'
import { type Hints, NONE } from './hints.ts'

export function hintsInTerminal(verdict: Verdict): Hints {
  switch (verdict.reason) {
    case 'missing':
      return {
        causes: [
          'The variable is set, but not exported.',
          'sudo, a container or another shell does not pass it on.',
        ],
        remedy:
          'Set NOLAPSE_TOKEN: `read -rs NOLAPSE_TOKEN && export NOLAPSE_TOKEN` asks for it without showing it. ' +
          'In a CI system, store it as a secret variable.',
      }
    case 'malformed':
      return { causes: [], addition: '`read -rs NOLAPSE_TOKEN` asks for the token without showing it.' }
    case 'invalid':
    case 'wrong-org':
      return { causes: ['The shell still has an old token, from a start-up file or an .env file.'] }
    default:
      return NONE
  }
}
