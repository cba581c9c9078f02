/** `nolapse-token show`: one token's metadata. Never its value. */
import type { Command } from 'commander'
import type { TokenDetails } from '../../api/tokens.ts'
import type { Conclude } from '../completion.ts'
import { EXIT } from '../exit-codes.ts'
import { findToken } from '../find-token.ts'
import { withPlatformOptions } from '../options.ts'
import { print } from '../print.ts'
import { jsonOf, shown } from '../redaction.ts'
import { inSession } from '../session.ts'
import { documentOf, formatOption, type ListOptions } from './list.ts'

export function registerShow(program: Command, conclude: Conclude): void {
  withPlatformOptions(program.command('show'))
    .summary("show one token's metadata")
    .description('Shows what the platform keeps of one token. Never its value.')
    .argument('<token>', 'its id, or a name that exactly one active token has')
    .addOption(formatOption())
    .action(async (given: string, options: ListOptions) => conclude(await show(given, options)))
}

const show = (given: string, options: ListOptions): Promise<number> =>
  inSession(options, async session => {
    const token = await findToken(session, given)
    print(
      options.format === 'json'
        ? jsonOf({ ...documentOf(token), created_at: token.createdAt })
        : textOf(token),
    )
    return EXIT.done
  })

const textOf = ({ id, name, status, scopes, agentType, createdAt }: TokenDetails): string =>
  [
    `id:          ${id}`,
    `name:        ${shown(name)}`,
    `status:      ${status}`,
    `scopes:      ${scopes.join(', ')}`,
    `agent type:  ${shown(agentType)}`,
    `created at:  ${createdAt}`,
  ]
    .map(line => line.trimEnd())
    .join('\n')
