/** What the command line's exit codes mean. Each reason becomes an exit code here and nowhere else. */
import type { Reason } from '../gate/reasons.ts'

/**
 * Never 1: npm, npx, Node and shells exit with 1 when they fail themselves, and `nolapse run` uses it for coverage, so
 * pipelines may let it pass.
 */
export const EXIT = {
  /** Done, valid, or tolerated. */
  done: 0,
  /** Wrong usage, no session, or settings that cannot be used. */
  usage: 2,
  /** No usable answer, or a defect of ours, with nothing left behind. */
  failed: 3,
  /** Something is left that someone must look at. */
  leftover: 4,
  /** Rejected, with nothing left behind. */
  rejected: 5,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

const BY_REASON: Record<Reason, ExitCode> = {
  ok: EXIT.done,
  missing: EXIT.rejected,
  malformed: EXIT.rejected,
  invalid: EXIT.rejected,
  'wrong-org': EXIT.rejected,
  'missing-scope': EXIT.rejected,
  misconfigured: EXIT.usage,
  untrusted: EXIT.failed,
  unavailable: EXIT.failed,
  'unexpected-response': EXIT.failed,
  'internal-error': EXIT.failed,
}

/** The exit code of a verdict that is not tolerated. */
export const exitCodeOf = (reason: Reason): ExitCode => BY_REASON[reason]
