/** What went wrong, and what to do here. Only a run that did not pass needs this, so it is loaded then. */
import type { NotOk } from '../gate/verdict.ts'
import { advise } from '../messages/advise.ts'
import { hintsFor } from '../messages/causes/ci.ts'
import { explain } from '../messages/explain.ts'
import { type Situation, situationOf, textOf } from '../messages/message.ts'
import { optionNames } from './options.ts'

/**
 * A verdict of `check`, with what is known about the CI system that it runs in.
 *
 * @param outcome for a tolerated reason: that the run passed, as a sentence
 */
export const adviseHere = (verdict: NotOk, situation: Situation, outcome: string | undefined): string =>
  textOf(advise(verdict, situation, hintsFor(verdict, process.env), outcome), verdict.reason)

/** An error that no one expected. */
export const explainDefect = (defect: string): string =>
  textOf(explain({ reason: 'internal-error', defect }, situationOf([], optionNames({}))), 'internal-error')
