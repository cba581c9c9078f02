/** The steps that `create` and `rotate` share, and what happens if one of them fails. */

import type { Finding, NoAnswer, Unavailable } from '../../api/answer.ts'
import { askUntilAnswered, type Retry } from '../../api/retry.ts'
import { type Issued, mayHaveWorked, type Outcome, revokeToken, setAgentType } from '../../api/tokens.ts'
import { askPlatform } from '../../api/validate.ts'
import { explain } from '../../messages/explain.ts'
import { type Situation, textOf } from '../../messages/message.ts'
import { retrying } from '../../messages/retrying.ts'
import { realClock } from '../../process/clock.ts'
import { defectOf } from '../../process/defect.ts'
import { Interrupted } from '../../process/interruption.ts'
import type { OnDefect } from '../completion.ts'
import { EXIT } from '../exit-codes.ts'
import { Failure, failureOf } from '../failure.ts'
import { complain, say } from '../print.ts'
import { HEADLINES, PATIENCE, progress, type Session } from '../session.ts'
import { type Ending, exitCodeOf, inventory, type Ledger } from './ledger.ts'
import type { Recipient } from './recipient.ts'

/** How long revoking the new token may take after a signal, in milliseconds: with the wait before it, under 6 s. */
const REVOKING = 2_300

/** How to create the token, and what it must be. */
export interface Plan {
  make: () => Promise<Outcome<Issued>>
  /** The start of the message if it fails: what could not be done. */
  otherwise: string
  scopes: string[]
  /** Set afterwards. Empty if there is none, or if the platform copies it. */
  agentType: string
}

/** Creates a token, proves it valid and hands it over. Keeps the ledger true after each step. Returns the token's ID. */
export async function issue(
  session: Session,
  ledger: Ledger,
  plan: Plan,
  recipient: Recipient,
): Promise<string> {
  const { access, interruption, situation } = session
  await interruption.hear()
  ledger.fresh = { is: 'unclear' }
  const made = await interruption.during(async () => {
    const outcome = await plan.make()
    if (outcome.kind === 'done') ledger.fresh = { is: 'held', id: outcome.value.id }
    else if (!mayHaveWorked(outcome)) ledger.fresh = { is: 'not-made' }
    return outcome
  }, PATIENCE)
  if (made.kind !== 'done') throw failureOf(made, plan.otherwise, situation)
  const { id, secret } = made.value
  progress(`The platform has created the new token ${id}, named ${ledger.name}.`)

  if (plan.agentType !== '') {
    const set = await interruption.during(() => setAgentType(access, id, plan.agentType))
    if (set.kind !== 'done') throw failureOf(set, "The new token's agent type could not be set", situation)
  }
  await prove(session, secret, plan.scopes)
  await interruption.hear()
  await recipient.take(session, ledger, id, secret)
  return id
}

/** Asks the platform until the new token works, because validations can be cached. */
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
    const finding = await askPlatform(secret, access.api, limit, access.secrets)
    return finding.kind === 'refused' ? NOT_YET : finding
  }
  const { finding } = await interruption.during(() =>
    askUntilAnswered(ask, access.timeout, access.clock, tell),
  )
  if (isNotYet(finding))
    throw new Failure(
      EXIT.rejected,
      `The new token could not be proven valid: the platform rejected it for ${situation.seconds} s.\nWhat to do: Run again later, with a longer --timeout-seconds.`,
    )
  if (finding.kind !== 'granted')
    throw failureOf(finding as NoAnswer, 'The new token could not be proven valid', situation)
  const lacking = scopes.filter(scope => !finding.scopes.includes(scope))
  if (lacking.length > 0)
    throw new Failure(
      EXIT.rejected,
      `The new token could not be proven valid: it lacks ${lacking.join(', ')} of the scopes that you requested.\nWhat to do: Request scopes that the platform grants.`,
    )
}

/** The retry loop treats a token that is not accepted yet like a missing answer. No missing answer has status 401. */
const NOT_YET: Unavailable = {
  kind: 'unavailable',
  cause: { kind: 'status', status: 401 },
  retry: true,
  requestId: '',
}

const isNotYet = (finding: Finding): boolean =>
  finding.kind === 'unavailable' && finding.cause.kind === 'status' && finding.cause.status === 401

/**
 * Runs a command that creates a token, and accounts for what it leaves: revokes a token whose value no one has, names
 * what exists, and returns the exit code.
 *
 * @param story the steps of the command, which keep the ledger true
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
    // A failure after a signal may be caused by the signal.
    ending = session.interruption.interrupted ?? ending
  }
  if (ending !== 'done' && ledger.fresh.is === 'held' && !ledger.inPlace)
    ending = await revokeNewToken(session, ledger, ledger.fresh.id, ending)
  return tell(ending)
}

/** Revokes a token whose value no one has. A signal limits the time for that, and then counts as the end of the run. */
async function revokeNewToken(
  { access, interruption, situation }: Session,
  ledger: Ledger,
  id: string,
  ending: Failure | Interrupted,
): Promise<Failure | Interrupted> {
  progress(`Revoking the new token ${id}, because no one has its value.`)
  const timeout = ending instanceof Interrupted ? REVOKING : access.timeout
  try {
    const outcome = await interruption.bound(
      () => revokeToken({ ...access, timeout, clock: realClock }, id),
      REVOKING,
    )
    if (outcome.kind === 'done') ledger.fresh = { is: 'revoked', id }
    else
      complain(
        'nolapse-token: not revoked',
        failureOf(outcome, `The new token ${id} could not be revoked`, situation).message,
      )
    return ending
  } catch (error) {
    // Only a signal throws here; a request to the platform does not.
    return error as Interrupted
  }
}

function defect(error: unknown, situation: Situation): Failure {
  const verdict = { reason: 'internal-error', defect: defectOf(error) } as const
  return new Failure(EXIT.failed, textOf(explain(verdict, situation), verdict.reason))
}
