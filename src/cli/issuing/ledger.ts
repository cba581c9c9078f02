/**
 * Records what a run has created on the platform, before and after each step. The last message and the exit code of
 * every run come from here, so every remaining token is named.
 */

import { Interrupted } from '../../process/interruption.ts'
import type { CommandLines } from '../command-lines.ts'
import { EXIT } from '../exit-codes.ts'
import type { Failure } from '../failure.ts'

/** The token that the run creates. */
export type Fresh =
  | { is: 'not-made' }
  /** A token was requested, and the platform has not confirmed or denied that it exists. */
  | { is: 'unclear' }
  /** Its value exists only in this process. */
  | { is: 'held'; id: string }
  /** The command has started, and only the command knows what it has stored. */
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
  /** The platform's own rotation. The old token is about to expire, so the new one is not revoked after a failure. */
  inPlace: boolean
  /** Where the value goes, safe to print. */
  recipient: string
}

/** How a run ended. */
export type Ending = 'done' | Failure | Interrupted

/** Whether a failed run leaves a token that the user must check. */
const isLeftover = ({ fresh }: Ledger): boolean => fresh.is !== 'not-made' && fresh.is !== 'revoked'

export function exitCodeOf(ledger: Ledger, ending: Ending): number {
  if (ending instanceof Interrupted) return ending.exitCode
  if (ending === 'done') return EXIT.done
  return isLeftover(ledger) ? EXIT.leftover : ending.code
}

/** The state of each token, with the command line that revokes it. */
export const inventory = (ledger: Ledger, lines: CommandLines): string =>
  [aboutFresh(ledger, lines), aboutOld(ledger, lines)].filter(Boolean).join('\n')

function aboutFresh({ name, fresh, inPlace, recipient, old }: Ledger, lines: CommandLines): string {
  switch (fresh.is) {
    case 'not-made':
      return 'No token was created.'
    case 'unclear':
      return inPlace
        ? `It is unclear whether the token has been rotated. Nothing is retried, because that could rotate it twice. List the tokens with:\n  ${lines.list}\n` +
            `If ${old?.id} is rotating, a new token named ${name} is active, and its value is lost. Rotate that one again with:\n  ${lines.rotateInPlace('NEW-ID')}`
        : `It is unclear whether a token named ${name} was created. Nothing is retried, because that could create a second one. List the tokens with:\n  ${lines.list}\n` +
            `If there is one that you do not know, its value is lost. Revoke it with:\n  ${lines.revoke('ITS-ID')}`
    case 'held':
      return inPlace
        ? `The new token ${fresh.id} exists, and its value is lost: it cannot be recovered. To get a value that works, rotate it again with:\n  ${lines.rotateInPlace(fresh.id)}\nor revoke it with:\n  ${lines.revoke(fresh.id)}`
        : `The new token ${fresh.id} still exists, although no one has its value. Revoke it with:\n  ${lines.revoke(fresh.id)}`
    case 'astray':
      return `The new token ${fresh.id} is valid. Whether ${recipient} has stored it cannot be known from here. Look there. If it has not, revoke the token with:\n  ${lines.revoke(fresh.id)}`
    case 'handed-over':
      return `The new token ${fresh.id} is valid and handed to ${recipient}.`
    case 'revoked':
      return `The new token ${fresh.id} was revoked: nothing is left of it.`
  }
}

function aboutOld({ fresh, old }: Ledger, lines: CommandLines): string {
  if (!old) return ''
  switch (old.is) {
    case 'active':
      if (fresh.is === 'handed-over')
        return `The old token ${old.id} still works, for running jobs and for other places that hold it. Once none of them needs it, revoke it with:\n  ${lines.revoke(old.id)}`
      if (fresh.is === 'astray')
        return `The old token ${old.id} is unchanged and works. Once the new one is stored, revoke it with:\n  ${lines.revoke(old.id)}`
      return `The old token ${old.id} is unchanged and works.`
    case 'rotating':
      return `The old token ${old.id} is rotating: it works until the platform's grace period ends. To end it at once, revoke it with:\n  ${lines.revoke(old.id)}`
    case 'unclear':
      return `The old token ${old.id} may still work: the platform was asked to end it, and gave no clear answer. To make sure, revoke it with:\n  ${lines.revoke(old.id)}`
    case 'revoked':
      return `The old token ${old.id} is revoked. While validations are cached, it can work for another minute.`
  }
}
