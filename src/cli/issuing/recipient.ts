/** What a new token's value goes to: a command, or standard output. Chosen and made ready before there is a token. */
import type { Command } from 'commander'
import { ignoreBrokenOutput } from '../../process/exit.ts'
import { EXIT } from '../exit-codes.ts'
import { Failure } from '../failure.ts'
import { shown } from '../redaction.ts'
import { progress, type Session } from '../session.ts'
import { findCommand } from './command.ts'
import { type Ended, HandOver } from './hand-over.ts'
import type { Ledger } from './ledger.ts'

export interface RecipientOptions {
  print?: boolean
}

export interface Recipient {
  /** For messages. */
  name: string
  /** Hands the value over, and keeps the ledger true. */
  take(session: Session, ledger: Ledger, id: string, value: string): Promise<void>
}

/** How long a command that a signal was passed on to is waited for, in milliseconds: the signal's 3 s, and its last words. */
const LAST_WAIT = 4_500

/** Whether the user wrote `--` last, and so meant a command that is not there: an unset variable, most likely. */
export const endsInSeparator = (command: Command): boolean =>
  (command.parent as Command & { rawArgs: string[] }).rawArgs.at(-1) === '--'

/**
 * Judges what the user asked for, before anything is asked of the platform.
 *
 * @param words the command and its arguments
 * @param separated whether nothing stands after `--`
 * @returns makes the recipient ready
 * @throws Failure where that can't be
 */
export function recipientOf(
  words: string[],
  separated: boolean,
  { print = false }: RecipientOptions,
): (session: Session) => Promise<Recipient> {
  const [name, ...args] = words
  if (name === undefined) {
    if (separated)
      throw wrong('There is no COMMAND after `--`.', 'name one, or leave `--` out to have the value printed.')
    if (process.env.CI && !print)
      throw wrong(
        "Without a COMMAND the value is printed, and a CI job's log keeps what it prints (CI is set).",
        'name a COMMAND that stores the value, or say --print where standard output goes to no log.',
      )
    return async () => standardOutput
  }
  if (print) throw wrong('--print is for a value that goes to no COMMAND.', 'leave one of the two out.')
  const command = findCommand([name, ...args])
  if (!command)
    throw wrong(
      `The command ${shown(name)} can't be found, or is not executable. Nothing was created.`,
      'install it, correct its name, or put its folder on the PATH. It is started without a shell.',
    )
  return async ({ access }) => {
    const session = access.session
    if (words.some(word => word.includes(session)))
      throw wrong(
        "The session is among COMMAND's arguments, which process lists show. Nothing was created.",
        'leave it out: a command that stores the token needs no session of nolapse.',
      )
    return commandRecipient(`\`${shown(name)}\``, await HandOver.prepare(command, session))
  }
}

const wrong = (what: string, remedy: string) => new Failure(EXIT.usage, `${what}\nWhat to do: ${remedy}`)

const standardOutput: Recipient = {
  name: 'standard output',
  async take({ interruption }, ledger, id, value) {
    ledger.fresh = { is: 'astray', id }
    try {
      await interruption.during(
        () =>
          new Promise<void>((resolve, reject) =>
            process.stdout.write(`${value}\n`, error => (error ? reject(error) : resolve())),
          ),
        1_000,
      )
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) throw error
      ledger.fresh = { is: 'held', id }
      throw new Failure(
        EXIT.failed,
        `The value could not be written to standard output (${error.code}).\nWhat to do: run again, with a COMMAND that takes the value.`,
      )
    }
    ledger.fresh = { is: 'handed-over', id }
  },
}

const commandRecipient = (name: string, handOver: HandOver): Recipient => ({
  name,
  async take({ interruption }, ledger, id, value) {
    progress(`Handing the new token to ${name}.`)
    // Its words are no result of ours: whether anybody reads them changes nothing.
    ignoreBrokenOutput()
    ledger.fresh = { is: 'astray', id }
    const ended = await interruption.during(
      () => handOver.give(value, process.stdout, process.stderr),
      LAST_WAIT,
      signal => handOver.stop(signal),
    )
    if (ended.kind === 'taken') ledger.fresh = { is: 'handed-over', id }
    else if (ended.kind === 'not-started') ledger.fresh = { is: 'held', id }
    interruption.check()
    if (ended.kind !== 'taken') throw failed(name, ended)
    progress(`${name} has taken it.`)
  },
})

function failed(name: string, ended: Exclude<Ended, { kind: 'taken' }>): Failure {
  switch (ended.kind) {
    case 'not-started':
      return wrong(`${name} could not be started (${ended.code}).`, 'see that it can be run on this machine.')
    case 'failed':
      return new Failure(EXIT.leftover, `${name} ended with exit code ${ended.code}.`)
    case 'killed':
      return new Failure(EXIT.leftover, `${name} was ended by ${ended.signal}.`)
    case 'unread':
      return new Failure(
        EXIT.leftover,
        `${name} ended with exit code 0, but left ${ended.bytes} of the 44 bytes on its standard input unread.\n` +
          'What to do: have it read the value from its standard input; some commands need an option for that.',
      )
  }
}
