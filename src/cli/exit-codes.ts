/** What the command line's exit codes mean; the one place where a reason becomes one. */
import type { Reason } from '../gate/reasons.ts'

export const EXIT = {
  /** Done, valid, or tolerated. */
  done: 0,
  /** Refused, with nothing left behind. */
  refused: 1,
  /** Wrong usage, no session, or settings that can't be used. */
  usage: 2,
  /** No usable answer, or a defect of ours, with nothing left behind. */
  failed: 3,
  /** Something is left that a person must look at. */
  leftover: 4,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

const BY_REASON: Record<Reason, ExitCode> = {
  ok: EXIT.done,
  missing: EXIT.refused,
  malformed: EXIT.refused,
  invalid: EXIT.refused,
  'wrong-org': EXIT.refused,
  'missing-scope': EXIT.refused,
  misconfigured: EXIT.usage,
  untrusted: EXIT.failed,
  unavailable: EXIT.failed,
  'unexpected-response': EXIT.failed,
  'internal-error': EXIT.failed,
}

/** The exit code of a verdict that nobody tolerates. */
export const exitCodeOf = (reason: Reason): ExitCode => BY_REASON[reason]
