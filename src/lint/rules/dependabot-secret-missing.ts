import { finding } from '../findings.ts'
import type { Permission } from '../github/facts.ts'
import { nameOf } from '../github/repository.ts'
import type { Rule } from '../rule.ts'
import { tokenSecretsOf } from '../token-secrets.ts'
import { findIn } from './secret-missing.ts'

/** Few users can see it, and a secret there is rare, so report the finding anyway. */
const ORGANISATION: Permission = 'organisation-dependabot-secrets'
const HIDDEN = ' The organisation may have one for it, which only its owners can see.'

/** A run that Dependabot started gets the secrets of Dependabot's own store, and no others. */
export const dependabotSecretMissing: Rule = {
  ids: ['dependabot-secret-missing'],
  check: ({ workflows, facts }) => {
    const { dependabot, repository } = facts ?? {}
    if (!dependabot || !repository) return []
    const hidden = dependabot.unseen.length > 0 ? HIDDEN : ''
    return workflows
      .filter(({ events }) => events.has('pull_request'))
      .flatMap(tokenSecretsOf)
      .filter(use => findIn(use, dependabot) !== 'found')
      .filter(() => dependabot.unseen.every(({ needs }) => needs === ORGANISATION))
      .map(({ file, names, line, column }) =>
        finding(
          'dependabot-secret-missing',
          file,
          { line, column },
          `Dependabot opens pull requests here, but its own store has no secret ${names.map(name => `\`${name}\``).join(' or ')}: the gate gets no token for them.${hidden}`,
          `Add it: \`gh secret set ${names[0]} --app dependabot --repo ${nameOf(repository)}\`.`,
        ),
      )
  },
}
