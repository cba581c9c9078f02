import { type Finding, finding } from '../findings.ts'
import type { Collected, Kept, RepositoryFacts } from '../github/facts.ts'
import type { Rule } from '../rule.ts'
import { type TokenSecret, tokenSecretsOf } from '../token-secrets.ts'

/** A secret that does not exist is empty, so the gate rejects every run. */
export const secretMissing: Rule = {
  ids: ['secret-missing'],
  check: ({ workflows, facts }) =>
    facts
      ? workflows
          .flatMap(tokenSecretsOf)
          .filter(use => findIn(use, storesOf(use, facts)) === 'missing')
          .map(use => findingOf(use, facts))
      : [],
}

/** Whether one of the names exists. `unknown` if it may be in a store that is not visible. */
export const findIn = (
  { names, environment }: TokenSecret,
  { found, unseen }: Collected<Kept>,
): 'found' | 'missing' | 'unknown' => {
  if (found.some(({ name }) => names.includes(name.toUpperCase()))) return 'found'
  return unseen.length > 0 || environment === null ? 'unknown' : 'missing'
}

/** The stores that a job gets its secrets from. */
export function storesOf({ environment }: TokenSecret, facts: RepositoryFacts): Collected<Kept> {
  const own = facts.environments.get(environment?.toLowerCase() ?? '')?.secrets
  return {
    found: [...(own?.found ?? []), ...facts.secrets.found],
    unseen: [...(own?.unseen ?? []), ...facts.secrets.unseen],
  }
}

function findingOf(
  { file, names, environment, ...at }: TokenSecret,
  { repository }: RepositoryFacts,
): Finding {
  const all = names.map(one => `\`${one}\``).join(' or ')
  const where = environment ? `, nor in the environment \`${environment}\`` : ''
  return finding(
    'secret-missing',
    file,
    at,
    `No secret ${all} exists in ${repository.owner}/${repository.name} or its organisation${where}: the gate gets no token.`,
    `Run \`nolapse-token create --name ci -- gh secret set ${names[0]} --repo ${repository.owner}/${repository.name}\`, or correct the name.`,
  )
}
