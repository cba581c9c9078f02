/** Why a token is missing or bad, as it usually happens in GitLab CI (GitLab Docs, "GitLab CI/CD variables"). */
import type { Verdict } from '../../gate/verdict.ts'

const LITERAL =
  '.gitlab-ci.yml has `NOLAPSE_TOKEN: $NOLAPSE_TOKEN` under variables:, which gives the name itself where there is no ' +
  'such variable. Remove that line: variables of the project reach every job without it.'
const FORK =
  "The pipeline is for a merge request from a fork, and runs there without this project's variables. With " +
  '--tolerate missing the job goes on, and nolapse runs locally, without a token.'
const PROTECTED =
  'The variable is protected, and this branch or tag is not: protected variables reach protected ones alone.'
const NOT_HERE = [
  'The project has no such variable (Settings, CI/CD, Variables): it is misspelled, or in a group that the project is not in.',
  'The variable is for one environment, and the job does not name it by `environment:`.',
]

/** The likeliest first; what the pipeline's own variables show for certain stands before the rest. */
export function causesOnGitLab(verdict: Verdict, env: NodeJS.ProcessEnv): string[] {
  if (verdict.reason === 'malformed')
    return [
      'The variable is of the type File: the job then gets the path of a file. Change its type to Variable.',
      'The value was pasted with something around it, or a `$` in it was expanded.',
    ]
  if (verdict.reason === 'invalid')
    return [
      "The variable still holds a token that was replaced; a project's variable hides its group's, and a pipeline's hides both.",
    ]
  if (verdict.reason !== 'missing') return []
  return [
    ...(verdict.absence === 'unexpanded' ? [LITERAL] : []),
    ...(isFromFork(env) ? [FORK] : []),
    ...(env.CI_COMMIT_REF_PROTECTED === 'true' ? [] : [PROTECTED]),
    ...NOT_HERE,
  ]
}

const isFromFork = (env: NodeJS.ProcessEnv): boolean =>
  env.CI_MERGE_REQUEST_SOURCE_PROJECT_ID !== undefined &&
  env.CI_MERGE_REQUEST_SOURCE_PROJECT_ID !== env.CI_MERGE_REQUEST_PROJECT_ID
