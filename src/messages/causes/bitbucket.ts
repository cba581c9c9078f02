/** Why a token is missing or bad, as it usually happens in Bitbucket (Bitbucket Support, "Variables and secrets"). */
import type { Reason } from '../../gate/reasons.ts'

export function causesOnBitbucket(reason: Reason): string[] {
  switch (reason) {
    case 'missing':
      return [
        'There is no secured variable of that name (Repository settings, Repository variables), or it is misspelled.',
        "It is a deployment's variable, and the step does not name that `deployment:`.",
        'The pipeline is for a pull request from a fork, and those get no secured variables.',
      ]
    case 'malformed':
      return ['The variable was pasted with something around it; quotes are stored as they are.']
    case 'invalid':
      return [
        "The variable still holds a token that was replaced; a deployment's variable hides the repository's, and that the workspace's.",
      ]
    default:
      return []
  }
}
