import { type Finding, finding } from '../findings.ts'
import { decides } from '../gating.ts'
import type { RepositoryFacts, Unseen } from '../github/facts.ts'
import { groupUnseen } from '../github/unseen.ts'
import type { Rule } from '../rule.ts'
import { type TokenSecret, tokenSecretsOf } from '../token-secrets.ts'
import type { Workflow } from '../workflow.ts'
import { gapOf } from './gate-editable.ts'
import { isRequired } from './not-required.ts'
import { findIn, storesOf } from './secret-missing.ts'

/** What GitHub did not show, if one of the rules needs it. Each permission once. */
export const unseen: Rule = {
  ids: ['unproven'],
  check: ({ workflows, facts }) => {
    if (!facts) return []
    const needed = workflows.flatMap(workflow =>
      neededBy(workflow, facts).map(one => ({ ...one, file: workflow.file, eventsAt: workflow.eventsAt })),
    )
    const once = [...new Map(needed.toReversed().map(one => [one.what, one])).values()].reverse()
    const computed = workflows.flatMap(tokenSecretsOf).flatMap(use => computedEnvironment(use, facts))
    const [first] = once
    const hidden = groupUnseen(once, facts.repository).map(blind => findingOf(first as Place, blind))
    return [...hidden, ...computed]
  },
}

function neededBy(workflow: Workflow, facts: RepositoryFacts): Unseen[] {
  const ofSecrets = tokenSecretsOf(workflow).flatMap(use => {
    const stores = storesOf(use, facts)
    const variables = facts.environments.get(use.environment?.toLowerCase() ?? '')?.variables.unseen ?? []
    // A variable beside a secret of the same name is untidy, but the gate works.
    const ofSecret =
      findIn(use, stores) === 'found' ? [] : [...stores.unseen, ...variables, ...facts.variables.unseen]
    const { dependabot } = facts
    return [
      ...ofSecret,
      ...(dependabot && findIn(use, dependabot) !== 'found'
        ? dependabot.unseen.filter(({ needs }) => needs === 'dependabot-secrets')
        : []),
    ]
  })
  if (!decides(workflow)) return ofSecrets
  const { checks, workflows, ownerReviews, codeowners } = facts
  return [
    ...ofSecrets,
    ...(isRequired(workflow, facts) ? [] : [...checks.unseen, ...workflows.unseen]),
    ...(gapOf(workflow, facts) === 'unknown'
      ? [...ownerReviews.unseen, ...codeowners.unseen, ...workflows.unseen]
      : []),
  ]
}

/** Its secrets cannot be listed, because its name is known only when the job runs. */
function computedEnvironment(use: TokenSecret, facts: RepositoryFacts): Finding[] {
  if (use.environment !== null || findIn(use, facts.secrets) === 'found') return []
  const { file, line, column, names } = use
  return [
    finding(
      'unproven',
      file,
      { line, column },
      `Whether the secret ${names.map(name => `\`${name}\``).join(' or ')} exists depends on the job's environment, whose name is computed.`,
      'Name the environment, or store the secret in the repository.',
    ),
  ]
}

/** The first place that needs the missing information. */
type Place = Pick<Workflow, 'file' | 'eventsAt'>

const findingOf = (
  { file, eventsAt }: Place,
  { what, why, remedy }: { what: string[]; why: string; remedy: string },
): Finding => finding('unproven', file, eventsAt, `Could not see ${what.join(', ')}. ${why}`, remedy)
