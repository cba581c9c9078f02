/** The coverage part of a report: what was checked on GitHub, and what was not visible. */
import type { Finding } from '../findings.ts'
import { type RepositoryFacts, type Unseen, unseenIn } from './facts.ts'
import { nameOf } from './repository.ts'
import { groupUnseen } from './unseen.ts'

export interface Checked {
  /** `acme/api on github.com` */
  where: string
  /** One item each, with what was found if that helps: `the secrets of the repository`. */
  seen: string[]
  /** Sentences about what was not visible, unless a finding says so. */
  unseen: string[]
}

/** @param findings what these already report as not visible is not repeated */
export function checkedOf(facts: RepositoryFacts, findings: readonly Finding[]): Checked {
  const { repository, branch, checks, queue } = facts
  const said = findings.filter(({ rule }) => rule === 'unproven').map(({ message }) => message)
  const isSaid = ({ what }: Unseen) => said.some(message => message.includes(what))
  const unseen = unseenIn(facts)
  const required = checks.found.map(
    ({ name, app }) => `\`${name}\`${app === undefined ? ' (any source)' : ''}`,
  )
  return {
    where: `${nameOf(repository)} on ${repository.host}`,
    seen: [
      `required checks of ${branch}: ${required.join(', ') || 'none'}`,
      `merge queue: ${queue.found.length > 0 ? 'yes' : queue.unseen.length > 0 ? 'not visible' : 'no'}`,
      ...facts.checked,
      ...unseen.filter(isSaid).map(({ what }) => `not visible: ${what}`),
    ],
    unseen: groupUnseen(
      unseen.filter(one => !isSaid(one)),
      repository,
    ).map(({ what, why, remedy }) => `Could not see ${what.join(', ')}. ${why} ${remedy}`),
  }
}
