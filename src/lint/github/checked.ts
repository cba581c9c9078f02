/** What a report says about its own reach: what was asked on GitHub, and what was not to be seen. */
import { type RepositoryFacts, unseenIn } from './facts.ts'
import { nameOf } from './repository.ts'
import { groupUnseen } from './unseen.ts'

export interface Checked {
  /** `acme/api on github.com` */
  where: string
  /** One thing each: `the secrets of the repository`. Where it helps, with what was found. */
  seen: string[]
  /** Sentences; empty if everything was visible. */
  unseen: string[]
}

export function checkedOf(facts: RepositoryFacts): Checked {
  const { repository, branch, checks, queue } = facts
  const required = checks.found.map(
    ({ name, app }) => `\`${name}\`${app === undefined ? ' (any source)' : ''}`,
  )
  return {
    where: `${nameOf(repository)} on ${repository.host}`,
    seen: [
      `required checks of ${branch}: ${required.join(', ') || 'none'}`,
      `merge queue: ${queue.found.length > 0 ? 'yes' : queue.unseen.length > 0 ? 'not visible' : 'no'}`,
      ...facts.checked,
    ],
    unseen: groupUnseen(unseenIn(facts), repository).map(
      ({ what, why, remedy }) => `Could not see ${what.join(', ')}. ${why} ${remedy}`,
    ),
  }
}
