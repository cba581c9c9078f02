/** Why a token is missing or rejected, as it usually happens in Jenkins (Jenkins Handbook, "Using a Jenkinsfile"). */
import type { Verdict } from '../../gate/verdict.ts'
import { type Hints, isAnotherValue, isNotReplaced, NONE } from './hints.ts'

const BIND =
  "In the Jenkinsfile, bind the credential: `environment { NOLAPSE_TOKEN = credentials('NOLAPSE_TOKEN') }`. " +
  'The credential is of the kind "Secret text".'

export function hintsOnJenkins(verdict: Verdict): Hints {
  switch (verdict.reason) {
    case 'missing':
      return {
        causes: [
          'The step is outside the block that binds the credential, or binds it to a variable of another name.',
          'The step runs in a container or through sudo, and the variable is not passed on.',
        ],
        remedy: BIND,
      }
    case 'malformed':
      if (isNotReplaced(verdict)) return { causes: [], remedy: BIND }
      return isAnotherValue(verdict)
        ? {
            causes: [
              'The credential is not of the kind "Secret text": "Username with password" gives user:password, "Secret file" gives a path.',
            ],
          }
        : NONE
    case 'invalid':
    case 'wrong-org':
      return { causes: ["A folder's credential overrides a global credential of the same ID."] }
    default:
      return NONE
  }
}
