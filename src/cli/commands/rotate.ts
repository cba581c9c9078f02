/** `nolapse-token rotate`: replaces a token with a new one. The old one is revoked only on request. */
import type { Command } from 'commander'
import { createToken, mayHaveWorked, revokeToken, rotateToken, type TokenInfo } from '../../api/tokens.ts'
import { VERSION } from '../../process/version.ts'
import type { Conclude, OnDefect } from '../completion.ts'
import { EXIT } from '../exit-codes.ts'
import { Failure, failureOf } from '../failure.ts'
import { findToken, refuseValue } from '../find-token.ts'
import { account, issue, type Plan } from '../issuing/issue.ts'
import { inventory, type Ledger } from '../issuing/ledger.ts'
import { endsInSeparator, type Recipient, type RecipientOptions, recipientOf } from '../issuing/recipient.ts'
import { namesakesOf } from '../namesakes.ts'
import { type PlatformOptions, withPlatformOptions } from '../options.ts'
import { say } from '../print.ts'
import { shown } from '../redaction.ts'
import { inSession, PATIENCE, progress, type Session } from '../session.ts'

interface Options extends PlatformOptions, RecipientOptions {
  revokeOld?: string
  inPlace?: boolean
}

export function registerRotate(program: Command, conclude: Conclude, onDefect: OnDefect): void {
  withPlatformOptions(program.command('rotate'))
    .summary('replace a token with a new one')
    .description(
      'Creates a token with the same name, scopes and agent type, proves it valid, and hands its value to COMMAND. ' +
        'The old token stays valid, because running jobs hold it. --revoke-old revokes it.',
    )
    .usage('[options] <token> [-- COMMAND...]')
    .argument('<token>', 'the old token: its ID, or a name that exactly one active token has')
    .argument('[command...]', 'what stores the value; started without a shell')
    .option(
      '--revoke-old <after>',
      'revoke the old token once the value is handed over: at once (0) or after a wait (90s, 30m, 2h)',
    )
    .option(
      '--in-place',
      "use the platform's own rotation, for a plan that allows one token: there is almost no overlap, and a value " +
        'that is lost then cannot be recovered',
    )
    .option('--print', 'print the value although CI is set; use it only if no log keeps standard output')
    .addHelpText('after', AFTER)
    .action(async (given: string, words: string[], options: Options, command: Command) =>
      conclude(
        await inSession(options, async session => {
          const wait = waitOf(options, words)
          refuseValue(given)
          const ready = recipientOf(words, endsInSeparator(command), options)
          const recipient = await ready(session)
          const old = await findToken(session, given)
          const { secrets } = session.access
          if (old.status !== 'active')
            throw new Failure(
              EXIT.rejected,
              `The token ${old.id} is not active (${shown(old.status, secrets)}).\nWhat to do: Find the active token with \`list\` and rotate that one, or create a new one.`,
            )
          if (old.flaw) {
            const answer = { kind: 'field', ...old.flaw } as const
            throw failureOf(
              { kind: 'unexpected', surprise: answer, requestId: '' },
              `The token ${old.id} cannot be rotated`,
              session.situation,
            )
          }
          const ledger: Ledger = {
            name: shown(old.name, secrets),
            fresh: { is: 'not-made' },
            old: { id: old.id, is: 'active' },
            inPlace: options.inPlace === true,
            recipient: recipient.name,
          }
          return account(session, ledger, onDefect, () => rotate(session, ledger, old, recipient, wait))
        }),
      ),
    )
}

/** All steps, in order. */
async function rotate(
  session: Session,
  ledger: Ledger,
  old: TokenInfo,
  recipient: Recipient,
  wait: number | undefined,
): Promise<void> {
  const { access, interruption } = session
  progress(
    ledger.inPlace
      ? `Rotating the token ${old.id}, named ${ledger.name}, in place.`
      : `Creating a token named ${ledger.name}, to replace ${old.id}.`,
  )
  const plan = ledger.inPlace ? inPlace(session, ledger, old) : anew(session, old)
  const id = await issue(session, ledger, plan, recipient)
  if (ledger.inPlace) return
  if (wait === undefined) return tellOfOthers(session, ledger, old, id)

  if (wait > 0) {
    say(inventory(ledger, session.lines))
    progress(`Waiting ${wait / 1000} s before the old token is revoked.`)
    await interruption.during(() => access.clock.sleep(wait))
  }
  await revokeOldToken(session, ledger, old.id)
  await tellOfOthers(session, ledger, old, id)
}

const anew = ({ access }: Session, old: TokenInfo): Plan => ({
  make: () => createToken(access, old.name, old.scopes, old.id),
  otherwise: 'The new token could not be created',
  scopes: old.scopes,
  agentType: old.agentType,
})

const inPlace = ({ access }: Session, ledger: Ledger, old: TokenInfo): Plan => ({
  make: async () => {
    ledger.old = { id: old.id, is: 'unclear' }
    const outcome = await rotateToken(access, old.id)
    if (outcome.kind === 'done') ledger.old.is = 'rotating'
    // Someone else has revoked or rotated it, so its status is unknown.
    else if (outcome.kind === 'refused' && [404, 409].includes(outcome.status)) delete ledger.old
    else if (!mayHaveWorked(outcome)) ledger.old.is = 'active'
    return outcome
  },
  otherwise: `The token ${old.id} could not be rotated`,
  scopes: old.scopes,
  agentType: '',
})

async function revokeOldToken(
  { access, interruption, situation }: Session,
  ledger: Ledger,
  id: string,
): Promise<void> {
  // After a hang-up, the user would not see that the old token is revoked.
  await interruption.hear()
  progress(`Revoking the old token ${id}.`)
  ledger.old = { id, is: 'unclear' }
  const outcome = await interruption.during(() => revokeToken(access, id), PATIENCE)
  if (outcome.kind === 'done') ledger.old.is = 'revoked'
  else {
    if (!mayHaveWorked(outcome)) ledger.old.is = 'active'
    throw failureOf(outcome, `The old token ${id} could not be revoked`, situation)
  }
}

/** Names tokens from another rotation of the same token, earlier or concurrent. The user may not know them. */
async function tellOfOthers(session: Session, ledger: Ledger, old: TokenInfo, fresh: string): Promise<void> {
  for (const id of await namesakesOf(session, old.name, [old.id, fresh]))
    say(
      `Another active token is named ${ledger.name}: ${id}, perhaps from another rotation. If nothing uses it, revoke it with:\n  ${session.lines.revoke(id)}`,
    )
}

const HOUR = 3_600_000
const UNITS: Record<string, number> = { s: 1_000, m: 60_000, h: HOUR }

/** No session lasts longer than 7 days. */
const LONGEST_WAIT = 7 * 24 * HOUR

/** The wait that --revoke-old asks for, in milliseconds; `undefined` if the old token stays. */
function waitOf({ revokeOld, inPlace = false }: Options, words: string[]): number | undefined {
  if (revokeOld === undefined) return undefined
  const wrong = (what: string) => new Failure(EXIT.usage, what)
  if (inPlace)
    throw wrong(
      '--revoke-old cannot be used with --in-place.\nWhat to do: Leave it out. The platform revokes the old token by itself.',
    )
  if (words.length === 0)
    throw wrong(
      '--revoke-old needs a COMMAND: without one, it is not known when the new value is stored.\nWhat to do: Add a COMMAND that stores the value.',
    )
  const [, amount, unit] = /^(\d{1,6})([smh])$|^0$/.exec(revokeOld) ?? [undefined, undefined, undefined]
  const wait = revokeOld === '0' ? 0 : Number(amount) * (UNITS[unit ?? ''] ?? Number.NaN)
  if (!(wait <= LONGEST_WAIT))
    throw wrong(
      '--revoke-old must be 0 or a duration up to 7 days.\nWhat to do: Write it like 0, 90s, 30m or 2h.',
    )
  return wait
}

const AFTER = `
COMMAND gets the value on its standard input: 44 bytes, no line break. Its
arguments and its environment contain neither the value nor the session. Its
output is passed on with the value masked. Without a COMMAND, the value is
printed on standard output, alone on its line. Everything else goes to standard
error.

The new token is revoked if a step fails before COMMAND has started, or if
COMMAND fails without reading the value (not on Windows). The old token is then
unchanged. In any other case, it is unclear what COMMAND has stored: nothing is
revoked, and the message names both tokens and the command line that revokes each.

With --in-place, the old token starts to expire as soon as the new one exists.
Therefore the new token is never revoked automatically. The message names it. A
value that is lost cannot be recovered.

The run also ends if the process that started it ends, as npx does after a
signal. It then does not revoke the old token. Under nohup it continues.

The session comes from the environment variable NOLAPSE_SESSION_TOKEN.

Example:
  npx --yes @nolapse/token-action@${VERSION} rotate ci --revoke-old 30m -- \\
    gh secret set NOLAPSE_TOKEN --repo acme/api`
