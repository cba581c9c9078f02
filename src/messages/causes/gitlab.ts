/** Why a token is missing or rejected, as it usually happens in GitLab CI (GitLab Docs, "GitLab CI/CD variables"). */
import type { Verdict } from '../../gate/verdict.ts'
import { type Hints, isAnotherValue, isNotReplaced, NONE } from './hints.ts'

const VARIABLES = 'Settings → CI/CD → Variables'
const FORK: Hints = {
  causes: ["This pipeline runs in a fork, which does not have this project's variables."],
  remedy: 'Add `--tolerate missing`. The job then passes, and nolapse runs locally, without a token.',
  noTokenHere: true,
}
const LITERAL =
  '.gitlab-ci.yml has `NOLAPSE_TOKEN: $NOLAPSE_TOKEN` under `variables:`. If the project has no such variable, the job gets that text.'
const PROTECTED = 'The variable is protected, and this branch or tag is not.'
const NOT_HERE = [
  'The variable does not exist here: its name is misspelt, or it belongs to a group that the project is not in.',
  'The variable is limited to an environment, and the job has no `environment:`.',
]
const ADD = `Add the variable NOLAPSE_TOKEN under ${VARIABLES}. Project variables reach every job by themselves.`
const REMOVE = `Remove that line from .gitlab-ci.yml, and add the variable NOLAPSE_TOKEN under ${VARIABLES}.`

/** The likeliest cause first. What the pipeline's own variables show for certain stands before the rest. */
export function hintsOnGitLab(verdict: Verdict, env: NodeJS.ProcessEnv): Hints {
  switch (verdict.reason) {
    case 'missing': {
      if (isFromFork(env)) return FORK
      const literal = verdict.absence === 'unexpanded'
      const causes = [
        ...(literal ? [LITERAL] : []),
        ...(env.CI_COMMIT_REF_PROTECTED === 'true' ? [] : [PROTECTED]),
        ...NOT_HERE,
      ]
      return { causes, remedy: literal ? REMOVE : ADD }
    }
    case 'malformed':
      return {
        causes: isAnotherValue(verdict)
          ? [
              'The variable has the type File, and the job gets the path of a file. Change the type to Variable.',
            ]
          : [],
        ...(isNotReplaced(verdict) && {
          remedy:
            'Store the token itself in the variable, and remove any line that sets NOLAPSE_TOKEN in .gitlab-ci.yml.',
        }),
        addition: `The variable is under ${VARIABLES}.`,
      }
    case 'invalid':
    case 'wrong-org':
      return {
        causes: [
          "A project's variable overrides its group's variable of the same name, and a pipeline's variable overrides both.",
        ],
      }
    default:
      return NONE
  }
}

const isFromFork = (env: NodeJS.ProcessEnv): boolean =>
  env.CI_MERGE_REQUEST_SOURCE_PROJECT_ID !== undefined &&
  env.CI_MERGE_REQUEST_SOURCE_PROJECT_ID !== env.CI_MERGE_REQUEST_PROJECT_ID
