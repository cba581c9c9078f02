/** `nolapse-token revoke`: revokes a token, after asking. */
import type { Command } from 'commander'
import { revokeToken } from '../../api/tokens.ts'
import { Interrupted } from '../../process/interruption.ts'
import type { Conclude } from '../completion.ts'
import { canAsk, confirm } from '../confirm.ts'
import { EXIT } from '../exit-codes.ts'
import { Failure, failureOf } from '../failure.ts'
import { findToken, refuseValue } from '../find-token.ts'
import { FROM_SESSION, type PlatformOptions, withPlatformOptions } from '../options.ts'
import { complain, say } from '../print.ts'
import { shown } from '../redaction.ts'
import { inSession, PATIENCE, type Session } from '../session.ts'

interface Options extends PlatformOptions {
  yes?: boolean
}

export function registerRevoke(program: Command, conclude: Conclude): void {
  withPlatformOptions(program.command('revoke'))
    .summary('revoke a token')
    .description(
      'Revokes a token: from then on, the platform rejects it. If a validation is cached, it can work for another minute.',
    )
    .argument('<token>', 'its ID, or a name that exactly one active token has')
    .option('--yes', 'do not ask first; needed if there is no terminal, or if CI is set')
    .addHelpText('after', FROM_SESSION)
    .action(async (given: string, options: Options) =>
      conclude(await inSession(options, session => revoke(session, given, options))),
    )
}

async function revoke(session: Session, given: string, { yes }: Options): Promise<number> {
  const { access, interruption, situation, lines } = session
  refuseValue(given)
  // A CI may run a job on a pseudo-terminal without a person to answer.
  if (!yes && (process.env.CI || !canAsk()))
    throw new Failure(
      EXIT.usage,
      'Without --yes, `revoke` asks first, and no one can answer here: there is no terminal, or CI is set.\nWhat to do: Add --yes.',
    )
  const found = await findToken(session, given)
  const { id } = found
  const [name, status] = [shown(found.name, access.secrets), shown(found.status, access.secrets)]
  if (status === 'revoked') {
    say(`The token ${id}, named ${name}, is already revoked.`)
    return EXIT.done
  }
  const question = `Revoke the token ${id}, named ${name} (${status})?`
  if (!yes && !(await interruption.during(() => confirm(question)))) {
    say('Nothing was revoked.')
    return EXIT.rejected
  }
  interruption.check()
  const doubt = `The token ${id} may still work. To make sure, run:\n  ${lines.revoke(id)}`
  try {
    const outcome = await interruption.during(() => revokeToken(access, id), PATIENCE)
    if (outcome.kind !== 'done') {
      interruption.check()
      const { code, message } = failureOf(outcome, `The token ${id} could not be revoked`, situation)
      throw new Failure(code === EXIT.rejected ? code : EXIT.leftover, `${message}\n${doubt}`)
    }
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error
    complain(`nolapse-token: ended by ${error.signal}`, doubt)
    return error.exitCode
  }
  say(
    `The token ${id}, named ${name}, is revoked. If a validation is cached, it may work for another minute.`,
  )
  return EXIT.done
}
