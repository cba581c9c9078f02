/** The steps that `create` and `rotate` have in common, and what is done when one of them fails. */

import type { Finding, NoAnswer, Unavailable } from '../../api/answer.ts'
import { askUntilAnswered, type Retry } from '../../api/retry.ts'
import { type Issued, mayHaveWorked, type Outcome, revokeToken, setAgentType } from '../../api/tokens.ts'
import { askPlatform } from '../../api/validate.ts'
import { explain } from '../../messages/explain.ts'
import { type Situation, textOf } from '../../messages/message.ts'
import { retrying } from '../../messages/progress.ts'
import { realClock } from '../../process/clock.ts'
import { defectOf } from '../../process/defect.ts'
import { Interrupted } from '../../process/interruption.ts'
import type { OnDefect } from '../completion.ts'
import { EXIT } from '../exit-codes.ts'
import { Failure, failureOf } from '../failure.ts'
import { complain, say } from '../print.ts'
import { HEADLINES, progress, type Session } from '../session.ts'
import { type Ending, exitCodeOf, inventory, type Ledger } from './ledger.ts'
import type { Recipient } from './recipient.ts'

/** How long a call that changes something is waited for after a signal, in milliseconds. */
export const PATIENCE = 3_000

/** How long taking a token back may take after a signal, in milliseconds: with the patience before it, under 6 s. */
const TAKE_BACK = 2_500

/** What is to be made, and how. */
export interface Plan {
  make: () => Promise<Outcome<Issued>>
  /** What could not be done, where it fails. */
  otherwise: string
  scopes: string[]
  /** To be set after the making; empty where there is none, or where the platform takes it over by itself. */
  agentType: string
}

/** Makes a token, proves it valid and hands it over; the ledger is true after each step. Returns the token's id. */
export async function bring(
  session: Session,
  ledger: Ledger,
  plan: Plan,
  recipient: Recipient,
): Promise<string> {
  const { access, interruption, situation } = session
  interruption.check()
  ledger.fresh = { is: 'unclear' }
  const made = await interruption.during(async () => {
    const outcome = await plan.make()
    if (outcome.kind === 'done') ledger.fresh = { is: 'held', id: outcome.value.id }
    else if (!mayHaveWorked(outcome)) ledger.fresh = { is: 'not-made' }
    return outcome
  }, PATIENCE)
  if (made.kind !== 'done') throw failureOf(made, plan.otherwise, situation)
  const { id, secret } = made.value
  progress(`The platform has made the new token ${id}, named ${ledger.name}.`)

  if (plan.agentType !== '') {
    const set = await interruption.during(() => setAgentType(access, id, plan.agentType))
    if (set.kind !== 'done') throw failureOf(set, "The new token's agent type could not be set", situation)
  }
  await prove(session, secret, plan.scopes)
  interruption.check()
  await recipient.take(session, ledger, id, secret)
  return id
}

/** Asks the platform whether the new token works, again and again while validations may still be cached. */
async function prove({ access, interruption, situation }: Session, secret: string, scopes: string[]) {
  let told = false
  const tell = (retry: Retry) => {
    if (!isNotYet(retry.unavailable)) progress(retrying(retry, situation.host))
    else if (!told)
      progress(
        `The platform does not accept the new token yet. Validations may be cached: waiting until it does, for up to ${situation.seconds} s.`,
      )
    told ||= isNotYet(retry.unavailable)
  }
  const ask = async (limit: number): Promise<Finding> => {
    const finding = await askPlatform(secret, access.api, limit)
    return finding.kind === 'refused' ? NOT_YET : finding
  }
  const { finding } = await interruption.during(() =>
    askUntilAnswered(ask, access.timeout, access.clock, tell),
  )
  if (isNotYet(finding))
    throw new Failure(
      EXIT.rejected,
      `The new token could not be proven valid: the platform refused it for ${situation.seconds} s.\nWhat to do: run again later, with a longer --timeout-seconds.`,
    )
  if (finding.kind !== 'granted')
    throw failureOf(finding as NoAnswer, 'The new token could not be proven valid', situation)
  const lacking = scopes.filter(scope => !finding.scopes.includes(scope))
  if (lacking.length > 0)
    throw new Failure(
      EXIT.rejected,
      `The new token could not be proven valid: it lacks ${lacking.join(', ')} of the scopes that were asked for.\nWhat to do: ask for scopes that the platform grants.`,
    )
}

/** To the loop that asks, a token that is not accepted yet is a platform that has not answered yet; no such answer has 401. */
const NOT_YET: Unavailable = {
  kind: 'unavailable',
  cause: { kind: 'status', status: 401 },
  retry: true,
  requestId: '',
}

const isNotYet = (finding: Finding): boolean =>
  finding.kind === 'unavailable' && finding.cause.kind === 'status' && finding.cause.status === 401

/**
 * Runs the story of a command that makes a token, and settles what it leaves: takes a token back that nobody has got,
 * names all that exists, and returns the exit code.
 */
export async function account(
  session: Session,
  ledger: Ledger,
  onDefect: OnDefect,
  story: () => Promise<void>,
): Promise<number> {
  const tell = (ending: Ending): number => {
    const code = exitCodeOf(ledger, ending)
    const exists = inventory(ledger, session.lines)
    if (ending === 'done') say(exists)
    else if (ending instanceof Interrupted) complain(`nolapse-token: ended by ${ending.signal}`, exists)
    else complain(HEADLINES[code] as string, `${ending.message}\n${exists}`)
    return code
  }
  onDefect(error => tell(defect(error, session.situation)))
  let ending: Ending = 'done'
  try {
    await story()
  } catch (error) {
    ending =
      error instanceof Failure || error instanceof Interrupted ? error : defect(error, session.situation)
    // What failed after a signal may have failed because of it.
    ending = session.interruption.reason ?? ending
  }
  if (ending !== 'done' && ledger.fresh.is === 'held' && !ledger.inPlace)
    ending = await takeBack(session, ledger, ledger.fresh.id, ending)
  return tell(ending)
}

/** Revokes a token that nobody has got. A signal hurries that, and then it is what has ended the run. */
async function takeBack(
  { access, interruption, situation }: Session,
  ledger: Ledger,
  id: string,
  ending: Failure | Interrupted,
): Promise<Failure | Interrupted> {
  progress(`Revoking the new token ${id}, since nobody has got its value.`)
  const timeout = ending instanceof Interrupted ? TAKE_BACK : access.timeout
  try {
    const outcome = await interruption.bound(
      () => revokeToken({ ...access, timeout, clock: realClock }, id),
      TAKE_BACK,
    )
    if (outcome.kind === 'done') ledger.fresh = { is: 'revoked', id }
    else
      complain(
        'nolapse-token: not revoked',
        failureOf(outcome, `The new token ${id} could not be revoked`, situation).message,
      )
    return ending
  } catch (error) {
    // A signal; asking the platform does not throw.
    return error as Interrupted
  }
}

function defect(error: unknown, situation: Situation): Failure {
  const verdict = { reason: 'internal-error', defect: defectOf(error) } as const
  return new Failure(EXIT.failed, textOf(explain(verdict, situation), verdict.reason))
}
