/** Why a token is missing or rejected, as it usually happens on Forgejo and Gitea (their documentation, "Secrets"). */
import type { Verdict } from '../../gate/verdict.ts'
import { forkOf, type Run } from './fork.ts'
import { type Hints, NONE } from './hints.ts'

const SECRETS = 'Settings → Actions → Secrets'
const PASS_IT = '`with: token: ${{ secrets.NOLAPSE_TOKEN }}`'

const FORK: Hints = {
  causes: ['This pull request comes from a fork. The server gives it no secrets.'],
  remedy: 'Set `tolerate: missing`. The step then passes, and nolapse runs locally, without a token.',
  noTokenHere: true,
}
const IN_A_FORK: Hints = {
  causes: ['This repository is a fork. It does not have the secrets of the original repository.'],
  remedy: `In your fork, set \`tolerate: missing\`, or add your own NOLAPSE_TOKEN under ${SECRETS} and pass it with ${PASS_IT}.`,
  noTokenHere: true,
}
const NOT_EXPANDED: Hints = {
  causes: ['Under `with:` and `env:`, the runner does not replace `$NAME`. It replaces `${{ … }}` only.'],
  remedy: `Write ${PASS_IT}. The secret itself is under ${SECRETS}.`,
}
const NOT_HERE: Hints = {
  causes: [
    'The secret does not exist in this repository or its organisation, or its name is misspelt.',
    'The job is in a reusable workflow, and its caller passes neither this secret nor `secrets: inherit`.',
  ],
  remedy: `Add the secret NOLAPSE_TOKEN under ${SECRETS}, and pass it to this step: ${PASS_IT}.`,
}
const STORE: Hints = { causes: [], addition: `The secret is under ${SECRETS}.` }
const OVERRIDDEN: Hints = {
  causes: ['A repository secret overrides a secret of the same name of its organisation or user.'],
}

/** The likeliest cause first. What the event shows for certain stands alone. */
export function hintsOnForgejo(verdict: Verdict, run?: Run): Hints {
  switch (verdict.reason) {
    case 'missing': {
      if (verdict.absence === 'unexpanded') return NOT_EXPANDED
      const fork = run && forkOf(run)
      if (fork) return fork === 'pull-request' ? FORK : IN_A_FORK
      return NOT_HERE
    }
    case 'malformed':
      return STORE
    case 'invalid':
    case 'wrong-org':
      return OVERRIDDEN
    default:
      return NONE
  }
}
