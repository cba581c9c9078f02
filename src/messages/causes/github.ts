/** Why a token is missing or bad, as it usually happens on GitHub (GitHub Docs, "Using secrets in GitHub Actions"). */
import type { Reason } from '../../gate/reasons.ts'

/** Of @actions/github's context, what tells why a run has no secrets. */
export interface Run {
  eventName: string
  actor: string
  payload: { pull_request?: { [key: string]: unknown } | undefined }
}

const FORK =
  'The run is for a pull request from a fork, and GitHub gives those no secrets. With `tolerate: missing` the job goes ' +
  'on, and nolapse runs locally, without a token.'
const DEPENDABOT =
  'Dependabot started the run, and its runs have a store of secrets of their own: add NOLAPSE_TOKEN under Settings, ' +
  'Secrets and variables, Dependabot.'
const NOT_HERE = [
  'No secret of that name reaches this repository: it is misspelled, or an organisation secret not shared with it.',
  'The step does not pass it: `with: token: ${{ secrets.NOLAPSE_TOKEN }}`, or the same under env: as NOLAPSE_TOKEN.',
  'The job is in a reusable workflow that was called without `secrets: inherit` and without the secret by name.',
  'The secret belongs to an environment, and the job does not name it by `environment:`.',
]

/** The likeliest first; what the event shows for certain stands alone before the rest. */
export function causesOnGitHub(reason: Reason, run?: Run): string[] {
  if (reason === 'malformed')
    return [
      'The secret was pasted with something around it. `gh secret set NOLAPSE_TOKEN` asks for it without an echo.',
    ]
  if (reason === 'invalid')
    return [
      'The secret still holds a token that was replaced; a secret of the repository hides one of its organisation.',
    ]
  if (reason !== 'missing') return []
  if (run && isFromFork(run)) return [FORK]
  if (run?.actor === 'dependabot[bot]') return [DEPENDABOT]
  return NOT_HERE
}

function isFromFork({ payload }: Run): boolean {
  const { head, base } = (payload.pull_request ?? {}) as Record<
    'head' | 'base',
    { repo?: { id?: number; full_name?: string; fork?: boolean } | null } | undefined
  >
  // An engine that stands in for GitHub's, or an event written by hand, may have some of these alone.
  return (
    head !== undefined &&
    (['id', 'full_name', 'fork'] as const).some(field => head.repo?.[field] !== base?.repo?.[field])
  )
}
