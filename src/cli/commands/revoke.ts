/** `nolapse-token revoke`: ends a token, after asking. */
import type { Command } from 'commander'
import { revokeToken } from '../../api/tokens.ts'
import { Interrupted } from '../../process/interruption.ts'
import type { Conclude } from '../completion.ts'
import { canAsk, confirm } from '../confirm.ts'
import { EXIT } from '../exit-codes.ts'
import { Failure, failureOf } from '../failure.ts'
import { findToken, refuseValue } from '../find-token.ts'
import { PATIENCE } from '../issuing/issue.ts'
import { type PlatformOptions, withPlatformOptions } from '../options.ts'
import { complain, say } from '../print.ts'
import { shown } from '../redaction.ts'
import { inSession, type Session } from '../session.ts'

interface Options extends PlatformOptions {
  yes?: boolean
}

export function registerRevoke(program: Command, conclude: Conclude): void {
  withPlatformOptions(program.command('revoke'))
    .summary('revoke a token')
    .description(
      'Revokes a token: whatever holds it is refused from then on. A cached validation may last for another minute.',
    )
    .argument('<token>', 'its id, or a name that exactly one active token has')
    .option('--yes', 'do not ask; needed where there is no terminal')
    .action(async (given: string, options: Options) =>
      conclude(await inSession(options, session => revoke(session, given, options))),
    )
}

async function revoke(session: Session, given: string, { yes }: Options): Promise<number> {
  const { access, interruption, situation, lines } = session
  refuseValue(given)
  if (!yes && !canAsk())
    throw new Failure(
      EXIT.usage,
      'Revoking needs an answer, and there is no terminal to ask on.\nWhat to do: say --yes.',
    )
  const { id, name, status } = await findToken(session, given)
  if (status === 'revoked') {
    say(`The token ${id}, named ${shown(name)}, is revoked already.`)
    return EXIT.done
  }
  const question = `Revoke the token ${id}, named ${shown(name)} (${status})?`
  if (!yes && !(await interruption.during(() => confirm(question)))) {
    say('Nothing was revoked.')
    return EXIT.rejected
  }
  interruption.check()
  const doubt = `The token ${id} may still work. To make sure, run\n  ${lines.revoke(id)}`
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
    `The token ${id}, named ${shown(name)}, is revoked. Where a validation is cached, it may work for another minute.`,
  )
  return EXIT.done
}
