/** Why a token is missing or bad, as it usually happens in Jenkins (Jenkins Handbook, "Using a Jenkinsfile"). */
import type { Reason } from '../../gate/reasons.ts'

export function causesOnJenkins(reason: Reason): string[] {
  switch (reason) {
    case 'missing':
      return [
        "The Jenkinsfile does not bind it: `environment { NOLAPSE_TOKEN = credentials('nolapse-token') }`, or withCredentials around the step.",
        'The step runs in a container or by sudo, which does not hand the variable on.',
        'The build is for a pull request from a fork, and those get no credentials.',
      ]
    case 'malformed':
      return [
        'The credential is not of the kind "Secret text": "Username with password" gives user:password, "Secret file" a path.',
      ]
    case 'invalid':
      return [
        "The credential still holds a token that was replaced; a folder's credential hides a global one of the same id.",
      ]
    default:
      return []
  }
}
