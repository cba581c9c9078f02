/** `nolapse-token show`: one token's metadata. Never its value. */
import type { Command } from 'commander'
import type { Secrets } from '../../api/secrets.ts'
import type { TokenDetails } from '../../api/tokens.ts'
import type { Conclude } from '../completion.ts'
import { EXIT } from '../exit-codes.ts'
import { findToken } from '../find-token.ts'
import { FROM_SESSION, withPlatformOptions } from '../options.ts'
import { print } from '../print.ts'
import { jsonOf, shown } from '../redaction.ts'
import { inSession } from '../session.ts'
import { documentOf, formatOption, type ListOptions } from './list.ts'

export function registerShow(program: Command, conclude: Conclude): void {
  withPlatformOptions(program.command('show'))
    .summary("show one token's metadata")
    .description("Shows one token's metadata. Never its value.")
    .argument('<token>', 'its ID, or a name that exactly one active token has')
    .addOption(formatOption())
    .addHelpText('after', FROM_SESSION)
    .action(async (given: string, options: ListOptions) => conclude(await show(given, options)))
}

const show = (given: string, options: ListOptions): Promise<number> =>
  inSession(options, async session => {
    const token = await findToken(session, given)
    print(
      options.format === 'json'
        ? jsonOf({ ...documentOf(token), created_at: token.createdAt }, session.access.secrets)
        : textOf(token, session.access.secrets),
    )
    return EXIT.done
  })

const textOf = ({ id, name, status, scopes, agentType, createdAt }: TokenDetails, secrets: Secrets): string =>
  [
    `id:          ${id}`,
    `name:        ${shown(name, secrets)}`,
    `status:      ${shown(status, secrets)}`,
    `scopes:      ${shown(scopes.join(', '), secrets)}`,
    `agent type:  ${shown(agentType, secrets)}`,
    `created at:  ${shown(createdAt, secrets)}`,
  ]
    .map(line => line.trimEnd())
    .join('\n')
