/** The whole message of a run that did not pass: its reason, and what is known about the place where it runs. */
import type { NotOk } from '../gate/verdict.ts'
import type { Hints } from './causes/hints.ts'
import { explain } from './explain.ts'
import { clause, type Message, type Situation } from './message.ts'

/** A reader in a hurry reads three causes, not five. */
const MOST_CAUSES = 3

/**
 * @param hints why this usually happens in this CI system, and what to do there
 * @param outcome for a tolerated reason: that the run passed, as a sentence. It comes first
 */
export function advise(verdict: NotOk, situation: Situation, hints: Hints, outcome?: string): Message {
  const explained = explain(verdict, situation)
  const remedy = [hints.remedy ?? explained.remedy, hints.addition].filter(Boolean).join(' ')
  const causes = [...explained.causes, ...hints.causes].slice(0, MOST_CAUSES)
  if (outcome === undefined) return { what: explained.what, causes, remedy }
  return {
    what: `${outcome}\n${explained.what}`,
    causes,
    remedy: afterPassing(verdict.reason, remedy, hints),
  }
}

function afterPassing(reason: string, remedy: string, { noTokenHere }: Hints): string {
  if (noTokenHere) return 'Nothing. nolapse runs locally, without a token.'
  return reason === 'missing'
    ? `Nothing, if this run needs no token. Otherwise, ${clause(remedy)}`
    : 'Nothing, if later steps can run without a validated token. Otherwise, re-run the job later.'
}
