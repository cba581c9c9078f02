/** `nolapse-token create`: creates a token, proves it valid, hands it over. */

import type { Command } from 'commander'
import { SCOPE } from '../../api/contract.ts'
import { holdsTokenOrBody } from '../../api/secrets.ts'
import { createToken } from '../../api/tokens.ts'
import { VERSION } from '../../process/version.ts'
import type { Conclude, OnDefect } from '../completion.ts'
import { EXIT } from '../exit-codes.ts'
import { Failure } from '../failure.ts'
import { account, issue } from '../issuing/issue.ts'
import type { Ledger } from '../issuing/ledger.ts'
import { endsInSeparator, type Recipient, type RecipientOptions, recipientOf } from '../issuing/recipient.ts'
import { namesakesOf } from '../namesakes.ts'
import { type PlatformOptions, withPlatformOptions } from '../options.ts'
import { warn } from '../print.ts'
import { shown } from '../redaction.ts'
import { inSession, progress, type Session } from '../session.ts'

interface Options extends PlatformOptions, RecipientOptions {
  name: string
  scope?: string[]
  agentType?: string
}

export function registerCreate(program: Command, conclude: Conclude, onDefect: OnDefect): void {
  withPlatformOptions(program.command('create'))
    .summary('create a token and hand it to a secret store')
    .description(
      'Creates a token, proves it valid, and hands its value to COMMAND on standard input. No one sees the value.',
    )
    .usage('[options] --name <name> [-- COMMAND...]')
    .argument('[command...]', 'what stores the value; started without a shell')
    .requiredOption('--name <name>', 'the name of the token')
    .option('--scope <scope>', 'a scope of the token; repeat it for each (default: execute)', collect)
    .option('--agent-type <type>', 'what will use the token; informational')
    .option('--print', 'print the value although CI is set; use it only if no log keeps standard output')
    .addHelpText('after', AFTER)
    .action(async (words: string[], options: Options, command: Command) =>
      conclude(
        await inSession(options, async session => {
          refuseUnusable(options)
          const ready = recipientOf(words, endsInSeparator(command), options)
          return create(session, options, await ready(session), onDefect)
        }),
      ),
    )
}

function create(
  session: Session,
  options: Options,
  recipient: Recipient,
  onDefect: OnDefect,
): Promise<number> {
  const scopes = options.scope ? [...new Set(options.scope)] : ['execute']
  const ledger: Ledger = {
    name: shown(options.name),
    fresh: { is: 'not-made' },
    inPlace: false,
    recipient: recipient.name,
  }
  const plan = {
    make: () => createToken(session.access, options.name, scopes),
    otherwise: 'The token could not be created',
    scopes,
    agentType: options.agentType ?? '',
  }
  return account(session, ledger, onDefect, async () => {
    progress(
      `Creating a token named ${ledger.name}, with the ${scopes.length === 1 ? 'scope' : 'scopes'} ${scopes.join(', ')}.`,
    )
    const id = await issue(session, ledger, plan, recipient)
    await warnOfNamesakes(session, ledger, options.name, id)
  })
}

/** A name that two active tokens have cannot be used as TOKEN. */
async function warnOfNamesakes(session: Session, ledger: Ledger, name: string, fresh: string): Promise<void> {
  for (const id of await namesakesOf(session, name, [fresh]))
    warn(
      'nolapse-token: the name is ambiguous',
      `Another active token is named ${ledger.name}: ${id}. While both are active, \`show\`, \`rotate\` and \`revoke\` need an ID ` +
        `instead of the name. If nothing uses the other one, revoke it with:\n  ${session.lines.revoke(id)}`,
    )
}

const collect = (scope: string, scopes: string[] = []): string[] => [...scopes, scope]

function refuseUnusable({ name, scope = [] }: Options): void {
  if (name.trim() === '')
    throw new Failure(EXIT.usage, '--name is blank.\nWhat to do: Give the token a name.')
  if (!scope.every(one => SCOPE.test(one) && !holdsTokenOrBody(one)))
    throw new Failure(
      EXIT.usage,
      '--scope is not a scope.\nWhat to do: Repeat --scope for each scope. A scope has only letters, digits and : . _ -',
    )
}

const AFTER = `
COMMAND gets the value on its standard input: 44 bytes, no line break. Its
arguments and its environment contain neither the value nor the session. Its
output is passed on with the value masked. Without a COMMAND, the value is
printed on standard output, alone on its line. Everything else goes to standard
error.

The new token is revoked if a step fails before COMMAND has started, or if
COMMAND fails without reading the value (not on Windows). In any other case, no
one can know what COMMAND has stored: nothing is revoked, and the message names
the token and the command line that revokes it. Creating is never tried twice.

The session comes from the environment variable NOLAPSE_SESSION_TOKEN.

Example:
  npx --yes @nolapse/token-action@${VERSION} create --name ci -- \\
    gh secret set NOLAPSE_TOKEN --repo acme/api`
