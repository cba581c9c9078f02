/** Explains what was not visible, and what would make it visible: each permission once. */
import { sentence } from '../../messages/message.ts'
import type { Cause, Permission, Unseen } from './facts.ts'
import { GITHUB, nameOf, type Repository } from './repository.ts'

interface Need {
  /** The role that the user of gh needs. */
  role: string
  /** The scope that a classic token needs. `gh auth login` grants `repo`. */
  scope: string
  /** The permission that a fine-grained token or a GitHub App token needs. */
  fineGrained: string
}

const NEEDS: Record<Permission, Need> = {
  secrets: { role: 'write access', scope: 'repo', fineGrained: 'Secrets' },
  variables: { role: 'write access', scope: 'repo', fineGrained: 'Variables' },
  environments: { role: 'write access', scope: 'repo', fineGrained: 'Environments' },
  'dependabot-secrets': { role: 'write access', scope: 'repo', fineGrained: 'Dependabot secrets' },
  'organisation-dependabot-secrets': {
    role: 'an owner of the organisation',
    scope: 'admin:org',
    fineGrained: 'Organization dependabot secrets',
  },
  administration: { role: 'admin access', scope: 'repo', fineGrained: 'Administration' },
  contents: { role: 'read access', scope: 'repo', fineGrained: 'Contents' },
  metadata: { role: 'read access', scope: 'repo', fineGrained: 'Metadata' },
}

export const permissionOf = (permission: Permission): string => {
  const { role, scope, fineGrained } = NEEDS[permission]
  return `${role}, and a token with the scope \`${scope}\` or the permission "${fineGrained}: read"`
}

const signIn = (host: string): string =>
  `run \`gh auth login --hostname ${host}\`, or set ${host === GITHUB ? 'GH_TOKEN' : 'GH_ENTERPRISE_TOKEN'}`

/** Why GitHub did not show something, as a sentence, and what to do. */
export function explain(cause: Cause, host: string, needs?: Permission): { why: string; remedy: string } {
  switch (cause.kind) {
    case 'signed-out':
      return { why: `gh is not signed in to ${host}.`, remedy: `${sentence(signIn(host))}.` }
    case 'limited':
      return {
        why: "GitHub's rate limit is reached.",
        remedy: `Run again ${cause.until ? `after ${cause.until.toISOString().slice(0, 16)}Z` : 'later'}.`,
      }
    case 'silent':
      return { why: 'GitHub did not answer in time.', remedy: 'Run again later.' }
    case 'failed':
      return {
        why: `gh got no usable answer from ${host}: ${cause.says}.`,
        remedy: "Check the connection and GitHub's status, and run again.",
      }
    case 'refused': {
      const words = cause.says ? `, "${cause.says}"` : ''
      const scope = needs === 'organisation-dependabot-secrets' ? NEEDS[needs].scope : undefined
      return {
        why: `GitHub does not show this to the user of gh (${cause.status}${words}).`,
        remedy: needs
          ? `This needs ${permissionOf(needs)}.${scope ? ` Run \`gh auth refresh --hostname ${host} --scopes ${scope}\`.` : ''}`
          : 'Check the name of the repository, and that the user of gh may read it.',
      }
    }
  }
}

export interface Blind {
  /** Parts of a sentence: `the secrets of the repository`. */
  what: string[]
  why: string
  remedy: string
}

/** Groups what was not visible by cause and remedy. */
export function groupUnseen(unseen: Unseen[], { host }: Repository): Blind[] {
  const groups = new Map<string, Blind>()
  for (const { what, needs, cause } of unseen) {
    const { why, remedy } = explain(cause, host, needs)
    const known = groups.get(why + remedy)
    if (known) known.what.push(what)
    else groups.set(why + remedy, { what: [what], why, remedy })
  }
  return [...groups.values()]
}

/** Why nothing at all was visible. */
export function explainNothing(cause: Cause, repository: Repository): { why: string; remedy: string } {
  const { why, remedy } = explain(cause, repository.host)
  return cause.kind === 'refused'
    ? { why: why.replace(' this ', ` ${nameOf(repository)} `), remedy }
    : { why, remedy }
}
