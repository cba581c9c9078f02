/**
 * What exists on the platform because of a run, kept true before and after each step. However a run ends, its last words
 * and its exit code come from here, so that no token is left unnamed.
 */

import { Interrupted } from '../../process/interruption.ts'
import type { Lines } from '../command-lines.ts'
import { EXIT } from '../exit-codes.ts'
import type { Failure } from '../failure.ts'

/** The token that the run makes. */
export type Fresh =
  | { is: 'not-made' }
  /** The platform was asked for one, and has not said whether it made one. */
  | { is: 'unclear' }
  /** Its value is in this process and nowhere else. */
  | { is: 'held'; id: string }
  /** The command has started: only it knows what it has stored. */
  | { is: 'astray'; id: string }
  | { is: 'handed-over'; id: string }
  | { is: 'revoked'; id: string }

/** The token that the new one takes the place of. */
export interface Old {
  id: string
  /** `rotating` by the platform's own rotation; `unclear` while it may be that, or revoked, without an answer that says so. */
  is: 'active' | 'rotating' | 'revoked' | 'unclear'
}

export interface Ledger {
  /** The name of the tokens, safe to print. */
  name: string
  fresh: Fresh
  old?: Old
  /** The platform's own rotation: the old token is on its way out, so the new one is not revoked for a failure. */
  inPlace: boolean
  /** What the value goes to, safe to print. */
  recipient: string
}

/** How the story of a run ended. */
export type Ending = 'done' | Failure | Interrupted

/** Whether a run that failed leaves a token that somebody has to look at. */
const isLeftover = ({ fresh }: Ledger): boolean => fresh.is !== 'not-made' && fresh.is !== 'revoked'

export function exitCodeOf(ledger: Ledger, ending: Ending): number {
  if (ending instanceof Interrupted) return ending.exitCode
  if (ending === 'done') return EXIT.done
  return isLeftover(ledger) ? EXIT.leftover : ending.code
}

/** What exists, one sentence a token, each with the line that ends it. */
export const inventory = (ledger: Ledger, lines: Lines): string =>
  [aboutFresh(ledger, lines), aboutOld(ledger, lines)].filter(Boolean).join('\n')

function aboutFresh({ name, fresh, inPlace, recipient, old }: Ledger, lines: Lines): string {
  switch (fresh.is) {
    case 'not-made':
      return 'No token was created.'
    case 'unclear':
      return inPlace
        ? `It is unclear whether the token has been rotated. It is not tried again, which could rotate twice. Look with\n  ${lines.list}\n` +
            `If ${old?.id} is rotating, a new token named ${name} is active, and its value is lost: rotate that one again, with\n  ${lines.rotateInPlace('NEW-ID')}`
        : `It is unclear whether a token named ${name} has been created. It is not tried again, which could create two. Look with\n  ${lines.list}\n` +
            `Where there is one that nobody knows of, its value is lost: revoke it, with\n  ${lines.revoke('ITS-ID')}`
    case 'held':
      return inPlace
        ? `The new token ${fresh.id} exists, and its value is lost: it can't be brought back. To get a value that works, rotate it again, with\n  ${lines.rotateInPlace(fresh.id)}\nor revoke it, with\n  ${lines.revoke(fresh.id)}`
        : `The new token ${fresh.id} still exists, though nobody has its value. Revoke it, with\n  ${lines.revoke(fresh.id)}`
    case 'astray':
      return `The new token ${fresh.id} is valid. Whether ${recipient} has stored it can't be known from here. Look there; if it has not, revoke the token, with\n  ${lines.revoke(fresh.id)}`
    case 'handed-over':
      return `The new token ${fresh.id} is valid and handed to ${recipient}.`
    case 'revoked':
      return `The new token ${fresh.id} is revoked again: nothing is left of it.`
  }
}

function aboutOld({ fresh, old }: Ledger, lines: Lines): string {
  if (!old) return ''
  switch (old.is) {
    case 'active':
      if (fresh.is === 'handed-over')
        return `The old token ${old.id} still works, for jobs that are running and for other places that hold it. When none does any more, revoke it, with\n  ${lines.revoke(old.id)}`
      if (fresh.is === 'astray')
        return `The old token ${old.id} is as it was, and works. Once the new one is stored, revoke it, with\n  ${lines.revoke(old.id)}`
      return `The old token ${old.id} is as it was, and works.`
    case 'rotating':
      return `The old token ${old.id} is rotating: it works until the platform's grace period is over. To end it at once, revoke it, with\n  ${lines.revoke(old.id)}`
    case 'unclear':
      return `The old token ${old.id} may still work: its end was asked for, without a clear answer. To make sure, revoke it, with\n  ${lines.revoke(old.id)}`
    case 'revoked':
      return `The old token ${old.id} is revoked. Where a validation is cached, it may work for another minute.`
  }
}
