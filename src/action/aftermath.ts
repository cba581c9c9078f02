/** What only a run that did not pass loads: one chunk, after the outputs are written. */
import type { Verdict } from '../gate/verdict.ts'
import { explain } from '../messages/explain.ts'
import type { Message, Situation } from '../messages/message.ts'
import { likelyCauses } from './likely-causes.ts'

export { textOf } from '../messages/message.ts'
export { writeSummary } from './summary.ts'

/** What a verdict means to a person, with what is likely to be its cause here. */
export async function explainHere(
  verdict: Exclude<Verdict, { reason: 'ok' }>,
  situation: Situation,
): Promise<Message> {
  const message = explain(verdict, situation)
  return { ...message, causes: [...(await likelyCauses(verdict)), ...message.causes] }
}
