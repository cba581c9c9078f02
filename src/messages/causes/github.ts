/** Why a token is missing or rejected, as it usually happens on GitHub (GitHub Docs, "Using secrets in GitHub Actions"). */
import type { Verdict } from '../../gate/verdict.ts'
import { forkOf, type Run } from './fork.ts'
import { type Hints, NONE } from './hints.ts'

const SECRETS = 'Settings → Secrets and variables → Actions'
const PASS_IT = '`with: token: ${{ secrets.NOLAPSE_TOKEN }}`'

const FORK: Hints = {
  causes: ['This pull request comes from a fork. GitHub gives it no secrets.'],
  remedy: 'Set `tolerate: missing`. The step then passes, and nolapse runs locally, without a token.',
  noTokenHere: true,
}
const IN_A_FORK: Hints = {
  causes: ['This repository is a fork. It does not have the secrets of the original repository.'],
  remedy: `In your fork, set \`tolerate: missing\`, or add your own NOLAPSE_TOKEN under ${SECRETS} and pass it with ${PASS_IT}.`,
  noTokenHere: true,
}
const DEPENDABOT: Hints = {
  causes: ['Dependabot started this run. Its runs get secrets from a separate store.'],
  remedy: `Add NOLAPSE_TOKEN under Settings → Secrets and variables → Dependabot. Keep ${PASS_IT}.`,
}
const NOT_EXPANDED: Hints = {
  causes: ['Under `with:` and `env:`, GitHub does not replace `$NAME`. It replaces `${{ … }}` only.'],
  remedy: `Write ${PASS_IT}. The secret itself is under ${SECRETS}.`,
}
const NOT_HERE: Hints = {
  causes: [
    'The secret does not exist here: its name is misspelt, or it is an organisation secret that this repository cannot use.',
    'The job is in a reusable workflow, and its caller passes neither this secret nor `secrets: inherit`.',
    'It is an environment secret, and the job has no `environment:`.',
  ],
  remedy: `Add the secret NOLAPSE_TOKEN under ${SECRETS}, and pass it to this step: ${PASS_IT}.`,
}
const STORE: Hints = {
  causes: [],
  addition: '`gh secret set NOLAPSE_TOKEN` asks for the token without showing it.',
}
const OVERRIDDEN: Hints = {
  causes: ['A repository secret overrides an organisation secret of the same name.'],
}

/** The likeliest cause first. What the event shows for certain stands alone. */
export function hintsOnGitHub(verdict: Verdict, run?: Run): Hints {
  switch (verdict.reason) {
    case 'missing':
      return whyMissing(verdict.absence === 'unexpanded', run)
    case 'malformed':
      return STORE
    case 'invalid':
    case 'wrong-org':
      return OVERRIDDEN
    default:
      return NONE
  }
}

function whyMissing(unexpanded: boolean, run: Run | undefined): Hints {
  if (unexpanded) return NOT_EXPANDED
  const fork = run && forkOf(run)
  if (fork) return fork === 'pull-request' ? FORK : IN_A_FORK
  return run?.actor === 'dependabot[bot]' ? DEPENDABOT : NOT_HERE
}
