/** `nolapse-token list`: the tokens of the organisation, for people and for machines. Never a value. */
import { type Command, Option } from 'commander'
import type { Secrets } from '../../api/secrets.ts'
import { listTokens, type TokenInfo } from '../../api/tokens.ts'
import type { Conclude } from '../completion.ts'
import { EXIT } from '../exit-codes.ts'
import { failureOf } from '../failure.ts'
import { FROM_SESSION, type PlatformOptions, withPlatformOptions } from '../options.ts'
import { paint, print, say, warn } from '../print.ts'
import { jsonOf, shown } from '../redaction.ts'
import { inSession } from '../session.ts'

export interface ListOptions extends PlatformOptions {
  format: 'text' | 'json'
}

export const formatOption = (): Option =>
  new Option('--format <format>', 'for people or for machines').choices(['text', 'json']).default('text')

export function registerList(program: Command, conclude: Conclude): void {
  withPlatformOptions(program.command('list'))
    .summary('list the tokens of the organisation')
    .description('Lists the tokens of the organisation: ID, status, name, scopes, agent type. Never a value.')
    .addOption(formatOption())
    .addHelpText('after', FROM_SESSION)
    .action(async (options: ListOptions) => conclude(await list(options)))
}

const list = (options: ListOptions): Promise<number> =>
  inSession(options, async ({ access, interruption, situation }) => {
    const outcome = await interruption.during(() => listTokens(access))
    if (outcome.kind !== 'done') throw failureOf(outcome, 'The tokens could not be listed', situation)
    const { tokens, unusable } = outcome.value
    if (options.format === 'json') print(jsonOf(tokens.map(documentOf), access.secrets))
    else if (tokens.length > 0) print(tableOf(tokens, access.secrets))
    else say('There are no tokens.')
    if (unusable > 0)
      warn(
        'nolapse-token: not all tokens are listed',
        `The platform listed ${unusable} more, without an ID that can be used.`,
      )
    return EXIT.done
  })

/** With the platform's own field names. */
export const documentOf = ({ id, name, status, scopes, agentType }: TokenInfo) => ({
  id,
  name,
  status,
  scopes,
  agent_type: agentType,
})

const HEADINGS = ['ID', 'STATUS', 'NAME', 'SCOPES', 'AGENT TYPE']

/** A longer cell does not widen its column, because it would pad every row. */
const WIDEST = 40

/** Tokens that no longer work stand out: in brackets, and in colour on a terminal. The word is the platform's. */
function tableOf(tokens: TokenInfo[], secrets: Secrets): string {
  const rows = tokens.map(({ id, status, name, scopes, agentType }) => {
    const word = shown(status, secrets)
    const cells = [shown(name, secrets), shown(scopes.join(', '), secrets), shown(agentType, secrets)]
    return [id, word === 'active' ? word : `(${word})`, ...cells]
  })
  const widths = HEADINGS.map(heading => heading.length)
  for (const row of rows)
    for (const [column, cell] of row.entries()) {
      const width = [...cell].length
      if (width <= WIDEST && width > (widths[column] as number)) widths[column] = width
    }
  const lineOf = (row: string[]) =>
    row
      .map((cell, column) => cell + ' '.repeat(Math.max(0, (widths[column] as number) - [...cell].length)))
      .join('  ')
      .trimEnd()
  const lines = rows.map((row, index) => {
    const status = (tokens[index] as TokenInfo).status
    return status === 'active'
      ? lineOf(row)
      : paint(lineOf(row), status === 'revoked' ? 'dim' : 'yellow', process.stdout)
  })
  return [lineOf(HEADINGS), ...lines].join('\n')
}
