/** Where this process runs, as far as messages are the better for it. Nothing else depends on it. */
import type { Verdict } from '../../gate/verdict.ts'
import { causesOnBitbucket } from './bitbucket.ts'
import { causesOnGitHub } from './github.ts'
import { causesOnGitLab } from './gitlab.ts'
import { causesOnJenkins } from './jenkins.ts'
import { causesInTerminal } from './terminal.ts'

/** Why such a verdict usually comes about here, the likeliest first. */
export function likelyCauses(verdict: Verdict, env: NodeJS.ProcessEnv): string[] {
  if (env.GITLAB_CI) return causesOnGitLab(verdict, env)
  if (env.JENKINS_URL || env.BUILD_TAG) return causesOnJenkins(verdict.reason)
  if (env.BITBUCKET_BUILD_NUMBER) return causesOnBitbucket(verdict.reason)
  if (env.GITHUB_ACTIONS) return causesOnGitHub(verdict.reason)
  return causesInTerminal(verdict.reason)
}
