/** Why a token is missing or rejected, as it usually happens in Bitbucket (Bitbucket Support, "Variables and secrets"). */
import type { Verdict } from '../../gate/verdict.ts'
import { type Hints, isNotReplaced, NONE } from './hints.ts'

export function hintsOnBitbucket(verdict: Verdict): Hints {
  switch (verdict.reason) {
    case 'missing':
      return {
        causes: [
          'The variable does not exist here, or its name is misspelt.',
          'It is the variable of a deployment, and the step has no `deployment:`.',
          'The pipeline is for a pull request from a fork, and such pipelines get no secured variables.',
        ],
        remedy: 'Add the secured variable NOLAPSE_TOKEN under Repository settings → Repository variables.',
      }
    case 'malformed':
      return {
        causes: [],
        ...(isNotReplaced(verdict) && {
          remedy: 'Store the token itself in the secured variable NOLAPSE_TOKEN.',
        }),
        addition: 'The variable is under Repository settings → Repository variables.',
      }
    case 'invalid':
    case 'wrong-org':
      return {
        causes: [
          "A deployment's variable overrides the repository's of the same name, and that overrides the workspace's.",
        ],
      }
    default:
      return NONE
  }
}
