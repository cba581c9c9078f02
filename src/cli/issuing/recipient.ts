/** The recipient of a new token's value: a command, or standard output. Prepared before there is a token. */
import type { Command } from 'commander'
import { TOKEN_LENGTH } from '../../api/contract.ts'
import { ignoreBrokenOutput } from '../../process/exit.ts'
import { EXIT } from '../exit-codes.ts'
import { Failure } from '../failure.ts'
import { shown } from '../redaction.ts'
import { progress, type Session } from '../session.ts'
import { canBeStarted, findCommand } from './command.ts'
import { type Ended, HandOver } from './hand-over.ts'
import type { Ledger } from './ledger.ts'
import { closeOutput, isDiscarded } from './standard-output.ts'

export interface RecipientOptions {
  print?: boolean
}

export interface Recipient {
  /** For messages. */
  name: string
  /** Hands the value over, and keeps the ledger true. */
  take(session: Session, ledger: Ledger, id: string, value: string): Promise<void>
}

/** How long after a signal the run waits for a command, in milliseconds: 2 s to end, and its last output. */
const LAST_WAIT = 3_200

/** How long after a signal the run waits for standard output to take the value, in milliseconds. */
const LAST_WRITE = 1_000

/** Whether `--` is last. The command is missing then, most likely because of an unset variable. */
export const endsInSeparator = (command: Command): boolean =>
  (command.parent as Command & { rawArgs: string[] }).rawArgs.at(-1) === '--'

/**
 * Checks the user's choice before any request to the platform.
 *
 * @param words the command and its arguments
 * @param separated whether nothing follows `--`
 * @returns makes the recipient ready
 * @throws Failure if that is not possible
 */
export function recipientOf(
  words: string[],
  separated: boolean,
  { print = false }: RecipientOptions,
): (session: Session) => Promise<Recipient> {
  const [name, ...args] = words
  if (name === undefined) {
    if (separated)
      throw wrong('There is no COMMAND after `--`.', 'Add one, or leave out `--` to print the value.')
    if (process.env.CI && !print)
      throw wrong(
        "Without a COMMAND the value is printed, and a CI job's log keeps what it prints (CI is set).",
        'Add a COMMAND that stores the value, or add --print if standard output goes to no log.',
      )
    if (isDiscarded())
      throw wrong(
        'Standard output is closed or goes to /dev/null, so no one would get the value. Nothing was created.',
        'Add a COMMAND that stores the value, or leave standard output open.',
      )
    return async () => standardOutput
  }
  if (print) throw wrong('--print does not go with a COMMAND.', 'Leave out one of the two.')
  const command = findCommand([name, ...args])
  if (!command)
    throw wrong(
      `The command ${shown(name)} cannot be found, or is not executable. Nothing was created.`,
      'Install it, correct its name, or put the absolute path of its folder on the PATH. It is started without a shell, and is never looked for in the current folder.',
    )
  if (!canBeStarted(command))
    throw wrong(
      `The command ${shown(name)} is a batch file, and one of its arguments has a character that Windows would change on the way to it. Nothing was created.`,
      'Leave out " % ! ^ & | < > and line breaks, or name a COMMAND that is a program.',
    )
  return async ({ access }) =>
    commandRecipient(`\`${shown(name)}\``, await HandOver.prepare(command, access.session))
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
        LAST_WRITE,
      )
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) throw error
      ledger.fresh = { is: 'held', id }
      throw new Failure(
        EXIT.failed,
        `The value could not be written to standard output (${error.code}).\nWhat to do: Run again, with a COMMAND that takes the value.`,
      )
    }
    ledger.fresh = { is: 'handed-over', id }
    closeOutput()
  },
}

const commandRecipient = (name: string, handOver: HandOver): Recipient => ({
  name,
  async take({ interruption }, ledger, id, value) {
    progress(`Handing the new token to ${name}.`)
    // Its output is not our result, so it does not matter whether it is read.
    ignoreBrokenOutput()
    ledger.fresh = { is: 'astray', id }
    const ended = await interruption.during(
      () => handOver.give(value, process.stdout, process.stderr),
      LAST_WAIT,
      signal => handOver.stop(signal),
    )
    if (ended.kind === 'taken') ledger.fresh = { is: 'handed-over', id }
    else if (isWithUs(ended)) ledger.fresh = { is: 'held', id }
    interruption.check()
    if (ended.kind !== 'taken') throw failed(name, ended)
    progress(`${name} has taken it.`)
  },
})

type NotTaken = Exclude<Ended, { kind: 'taken' }>

/** Whether the value certainly exists only in this process. */
const isWithUs = (ended: NotTaken): boolean => ended.kind === 'not-started' || ended.left === TOKEN_LENGTH

function failed(name: string, ended: NotTaken): Failure {
  // If nothing is left behind, a failed command is a failure like any other.
  const code = isWithUs(ended) ? EXIT.failed : EXIT.leftover
  const untouched = isWithUs(ended)
    ? ' It has read nothing of its standard input, so it has stored nothing.'
    : ''
  switch (ended.kind) {
    case 'not-started':
      return wrong(`${name} could not be started (${ended.code}).`, 'Make sure that it runs on this machine.')
    case 'failed':
      return new Failure(code, `${name} failed with exit code ${ended.code}.${untouched}`)
    case 'killed':
      return new Failure(code, `${name} was ended by ${ended.signal}.${untouched}`)
    case 'unread':
      return new Failure(
        code,
        `${name} exited with 0, but read only ${TOKEN_LENGTH - ended.left} of the 44 bytes on its standard input.\n` +
          'What to do: Have it read the value from its standard input. Some commands need an option for that.',
      )
  }
}
