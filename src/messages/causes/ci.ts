/** Where this process runs. Only messages depend on it. */
import type { Verdict } from '../../gate/verdict.ts'
import { hintsOnBitbucket } from './bitbucket.ts'
import { hintsOnForgejo } from './forgejo.ts'
import { hintsOnGitHub } from './github.ts'
import { hintsOnGitLab } from './gitlab.ts'
import type { Hints } from './hints.ts'
import { hintsOnJenkins } from './jenkins.ts'
import { isForgejoOrGitea } from './server.ts'
import { hintsInTerminal } from './terminal.ts'

/** Why such a verdict usually happens here, and what to do about it here. */
export function hintsFor(verdict: Verdict, env: NodeJS.ProcessEnv): Hints {
  if (env.GITLAB_CI) return hintsOnGitLab(verdict, env)
  if (env.JENKINS_URL || env.BUILD_TAG) return hintsOnJenkins(verdict)
  if (env.BITBUCKET_BUILD_NUMBER) return hintsOnBitbucket(verdict)
  if (isForgejoOrGitea(env)) return hintsOnForgejo(verdict)
  if (env.GITHUB_ACTIONS) return hintsOnGitHub(verdict)
  return hintsInTerminal(verdict)
}
