/** What a CI system adds to a message. */
import type { Verdict } from '../../gate/verdict.ts'

export interface Hints {
  /** Why this usually happens there, the likeliest first. */
  causes: string[]
  /** What to do there, instead of the reason's own remedy. */
  remedy?: string
  /** What to do there, beside the reason's own remedy. */
  addition?: string
  /** A run like this one never has a token: a pull request from a fork. If it is tolerated, there is nothing to do. */
  noTokenHere?: boolean
}

export const NONE: Hints = { causes: [] }

/** Another value is stored instead of the token, as opposed to the token with something around it. */
export const isAnotherValue = (verdict: Verdict): boolean =>
  verdict.reason === 'malformed' && ['prefix', 'assignment', 'several-lines', 'json'].includes(verdict.flaw)

/** Text that only GitHub, or a shell, would replace. The reason's own remedy is about workflows. */
export const isNotReplaced = (verdict: Verdict): boolean =>
  verdict.reason === 'malformed' && ['variable', 'expression'].includes(verdict.flaw)
