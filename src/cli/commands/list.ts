/** `nolapse-token list`: the tokens of the organisation, for people and for machines. Never a value. */
import { type Command, Option } from 'commander'
import { listTokens, type TokenInfo } from '../../api/tokens.ts'
import type { Conclude } from '../completion.ts'
import { EXIT } from '../exit-codes.ts'
import { failureOf } from '../failure.ts'
import { type PlatformOptions, withPlatformOptions } from '../options.ts'
import { paint, print, say } from '../print.ts'
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
    .description('Lists the tokens of the organisation: id, status, name, scopes, agent type. Never a value.')
    .addOption(formatOption())
    .action(async (options: ListOptions) => conclude(await list(options)))
}

const list = (options: ListOptions): Promise<number> =>
  inSession(options, async ({ access, interruption, situation }) => {
    const outcome = await interruption.during(() => listTokens(access))
    if (outcome.kind !== 'done') throw failureOf(outcome, 'The tokens could not be listed', situation)
    if (options.format === 'json') print(jsonOf(outcome.value.map(documentOf)))
    else if (outcome.value.length > 0) print(tableOf(outcome.value))
    else say('There are no tokens.')
    return EXIT.done
  })

/** The platform's own names of the fields. */
export const documentOf = ({ id, name, status, scopes, agentType }: TokenInfo) => ({
  id,
  name,
  status,
  scopes,
  agent_type: agentType,
})

const HEADINGS = ['ID', 'STATUS', 'NAME', 'SCOPES', 'AGENT TYPE']

/** What does not serve any more stands out: in brackets, and in colour where there is one. The word itself is the platform's. */
function tableOf(tokens: TokenInfo[]): string {
  const rows = tokens.map(({ id, status, name, scopes, agentType }) => [
    id,
    status === 'active' ? status : `(${status})`,
    shown(name),
    scopes.join(', '),
    shown(agentType),
  ])
  const widths = HEADINGS.map((_, column) =>
    Math.max(...[HEADINGS, ...rows].map(row => [...(row[column] as string)].length)),
  )
  const lineOf = (row: string[]) =>
    row
      .map((cell, column) => cell + ' '.repeat((widths[column] as number) - [...cell].length))
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
