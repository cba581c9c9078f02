/**
 * What exists on the platform because of a run, kept true before and after each step. However a run ends, its last
 * message and its exit code come from here, so that every token that is left is named.
 */

import { Interrupted } from '../../process/interruption.ts'
import type { Lines } from '../command-lines.ts'
import { EXIT } from '../exit-codes.ts'
import type { Failure } from '../failure.ts'

/** The token that the run creates. */
export type Fresh =
  | { is: 'not-made' }
  /** The platform was asked for one, and has not said whether it created one. */
  | { is: 'unclear' }
  /** Its value is in this process and nowhere else. */
  | { is: 'held'; id: string }
  /** The command has started: only it knows what it has stored. */
  | { is: 'astray'; id: string }
  | { is: 'handed-over'; id: string }
  | { is: 'revoked'; id: string }

/** The token that the new one replaces. */
export interface Old {
  id: string
  /** `rotating` by the platform's own rotation; `unclear` while it may be rotating or revoked, and no answer says so. */
  is: 'active' | 'rotating' | 'revoked' | 'unclear'
}

export interface Ledger {
  /** The name of the tokens, safe to print. */
  name: string
  fresh: Fresh
  old?: Old
  /** The platform's own rotation: the old token is on its way out, so the new one is not revoked after a failure. */
  inPlace: boolean
  /** What the value goes to, safe to print. */
  recipient: string
}

/** How the story of a run ended. */
export type Ending = 'done' | Failure | Interrupted

/** Whether a run that failed leaves a token that someone must look at. */
const isLeftover = ({ fresh }: Ledger): boolean => fresh.is !== 'not-made' && fresh.is !== 'revoked'

export function exitCodeOf(ledger: Ledger, ending: Ending): number {
  if (ending instanceof Interrupted) return ending.exitCode
  if (ending === 'done') return EXIT.done
  return isLeftover(ledger) ? EXIT.leftover : ending.code
}

/** What exists: for each token what is known of it, and the command line that revokes it. */
export const inventory = (ledger: Ledger, lines: Lines): string =>
  [aboutFresh(ledger, lines), aboutOld(ledger, lines)].filter(Boolean).join('\n')

function aboutFresh({ name, fresh, inPlace, recipient, old }: Ledger, lines: Lines): string {
  switch (fresh.is) {
    case 'not-made':
      return 'No token was created.'
    case 'unclear':
      return inPlace
        ? `It is unclear whether the token has been rotated. Nothing is retried, because that could rotate it twice. Look with\n  ${lines.list}\n` +
            `If ${old?.id} is rotating, a new token named ${name} is active, and its value is lost. Rotate that one again, with\n  ${lines.rotateInPlace('NEW-ID')}`
        : `It is unclear whether a token named ${name} was created. Nothing is retried, because that could create a second one. Look with\n  ${lines.list}\n` +
            `If there is one that you do not know, its value is lost. Revoke it, with\n  ${lines.revoke('ITS-ID')}`
    case 'held':
      return inPlace
        ? `The new token ${fresh.id} exists, and its value is lost: it can't be recovered. To get a value that works, rotate it again, with\n  ${lines.rotateInPlace(fresh.id)}\nor revoke it, with\n  ${lines.revoke(fresh.id)}`
        : `The new token ${fresh.id} still exists, although no one has its value. Revoke it, with\n  ${lines.revoke(fresh.id)}`
    case 'astray':
      return `The new token ${fresh.id} is valid. Whether ${recipient} has stored it can't be known from here. Look there. If it has not, revoke the token, with\n  ${lines.revoke(fresh.id)}`
    case 'handed-over':
      return `The new token ${fresh.id} is valid and handed to ${recipient}.`
    case 'revoked':
      return `The new token ${fresh.id} was revoked: nothing is left of it.`
  }
}

function aboutOld({ fresh, old }: Ledger, lines: Lines): string {
  if (!old) return ''
  switch (old.is) {
    case 'active':
      if (fresh.is === 'handed-over')
        return `The old token ${old.id} still works, for running jobs and for other places that hold it. Once none of them needs it, revoke it, with\n  ${lines.revoke(old.id)}`
      if (fresh.is === 'astray')
        return `The old token ${old.id} is unchanged and works. Once the new one is stored, revoke it, with\n  ${lines.revoke(old.id)}`
      return `The old token ${old.id} is unchanged and works.`
    case 'rotating':
      return `The old token ${old.id} is rotating: it works until the platform's grace period ends. To end it at once, revoke it, with\n  ${lines.revoke(old.id)}`
    case 'unclear':
      return `The old token ${old.id} may still work: the platform was asked to end it, and gave no clear answer. To make sure, revoke it, with\n  ${lines.revoke(old.id)}`
    case 'revoked':
      return `The old token ${old.id} is revoked. While validations are cached, it can work for another minute.`
  }
}
