import { finding } from '../findings.ts'
import type { Kept, RepositoryFacts } from '../github/facts.ts'
import type { Rule } from '../rule.ts'
import { type TokenSecret, tokenSecretsOf } from '../token-secrets.ts'

/** A variable is visible to everyone who can read the repository's settings, and in logs. */
export const secretIsVariable: Rule = {
  ids: ['secret-is-variable'],
  check: ({ workflows, facts }) =>
    workflows.flatMap(tokenSecretsOf).flatMap(use => {
      const variable = facts && variableOf(use, facts)
      if (!variable) return []
      const { file, line, column } = use
      return [
        finding(
          'secret-is-variable',
          file,
          { line, column },
          `\`${variable.name}\` is a variable of ${variable.where}. A variable is not masked, and \`secrets.${variable.name}\` does not read it.`,
          'Delete the variable, revoke the token if it holds one, and store a new one as a secret.',
        ),
      ]
    }),
}

function variableOf({ names, environment }: TokenSecret, facts: RepositoryFacts): Kept | undefined {
  const own = facts.environments.get(environment?.toLowerCase() ?? '')?.variables.found ?? []
  return [...own, ...facts.variables.found].find(({ name }) => names.includes(name.toUpperCase()))
}
