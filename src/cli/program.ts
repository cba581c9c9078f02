/** The command line as a whole: its commands, and how a run ends. */

import { Command, CommanderError } from 'commander'
import { secretsOf } from '../gate/environment.ts'
import { defectOf } from '../process/defect.ts'
import { Interrupted } from '../process/interruption.ts'
import { VERSION } from '../process/version.ts'
import { holdSecret, SECRET_IN_ARGUMENTS, withoutValues } from './arguments.ts'
import type { Conclude, OnDefect } from './completion.ts'
import { EXIT, type ExitCode } from './exit-codes.ts'
import { removeEarlier } from './output-place.ts'
import { complain } from './print.ts'

/**
 * Runs one command. Never throws.
 *
 * @param crash rejects with an error that no one caught
 */
export async function run(args: readonly string[], crash: Promise<never>): Promise<number> {
  // A command that does not report how it ended has failed.
  let code: number = EXIT.failed
  let defect: (error: unknown) => number | Promise<number> = reportDefect
  try {
    const earlier = mayWrite(args[0]) ? removeEarlier(args) : new Map()
    if (holdSecret(args, secretsOf(process.env))) {
      complain('nolapse-token: wrong usage', SECRET_IN_ARGUMENTS)
      return EXIT.usage
    }
    const program = await programOf(
      args,
      earlier,
      ended => {
        code = ended
      },
      report => {
        defect = report
      },
    )
    await Promise.race([program.parseAsync(args, { from: 'user' }), crash])
    return code
  } catch (error) {
    if (error instanceof CommanderError) return code === EXIT.done ? EXIT.done : EXIT.usage
    if (error instanceof Interrupted) {
      complain(`nolapse-token: ended by ${error.signal}`, 'Nothing was changed.')
      return error.exitCode
    }
    return await defect(error)
  }
}

/** The last resort, for unexpected errors. */
async function reportDefect(error: unknown): Promise<ExitCode> {
  const { explainDefect } = await import('./advice.ts')
  complain('nolapse-token: internal-error', explainDefect(defectOf(error)))
  return EXIT.failed
}

type Earlier = ReadonlyMap<string, number>

type Register = (program: Command, conclude: Conclude, onDefect: OnDefect, earlier: Earlier) => void

/**
 * Loaded on demand: `check` starts without the modules of other commands, such as child processes. All of them stay in
 * one file of the bundle.
 */
const COMMANDS: Record<string, () => Promise<Register>> = {
  check: async () => (await import(/* webpackMode: "eager" */ './commands/check.ts')).registerCheck,
  create: async () => (await import('./commands/create.ts')).registerCreate,
  rotate: async () => (await import('./commands/rotate.ts')).registerRotate,
  list: async () => (await import('./commands/list.ts')).registerList,
  show: async () => (await import('./commands/show.ts')).registerShow,
  revoke: async () => (await import('./commands/revoke.ts')).registerRevoke,
  lint: async () => {
    const { registerLint } = await import('./commands/lint.ts')
    return (program, conclude, _onDefect, earlier) => registerLint(program, conclude, earlier)
  },
}

/** Whether a command has `--output`. A mistyped one may have been meant to. The others must not touch a file of that name. */
const mayWrite = (command = ''): boolean =>
  command === 'check' || command === 'lint' || !Object.keys(COMMANDS).includes(command)

/** The program with the command that the arguments start with, or with all commands. */
async function programOf(
  args: readonly string[],
  earlier: Earlier,
  conclude: Conclude,
  onDefect: OnDefect,
): Promise<Command> {
  const program = new Command('nolapse-token')
    .description('Checks, creates, rotates and revokes nolapse tokens, and proves that a gate holds.')
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .exitOverride()
    .configureOutput({
      // Only requested help and the version come here. Commander's own exit code cannot tell: for `help` it takes
      // process.exitCode, which is a failure until the run has ended well.
      writeOut: text => {
        process.stdout.write(text)
        conclude(EXIT.done)
      },
      outputError: (text, write) => write(withoutValues(text, args)),
    })
    .showHelpAfterError('Add --help to see the commands and options.')
    .addHelpText('after', AFTER)
  const named = Object.entries(COMMANDS).filter(([name]) => name === args[0])
  for (const [, load] of named.length > 0 ? named : Object.entries(COMMANDS))
    (await load())(program, conclude, onDefect, earlier)
  return program
}

const AFTER = `
Secrets come from the environment, never from arguments:
  NOLAPSE_TOKEN          the token that check validates
  NOLAPSE_SESSION_TOKEN  the session for the other commands
  NOLAPSE_API_URL        the default of --api-url

Exit codes:
  0        done, valid, or tolerated
  2        wrong usage, no session, or a setting that cannot be used
  3        no usable answer, or a defect of ours; nothing is left behind
  4        something is left that you must look at; the message names it
  5        rejected; nothing is left behind
  128 + n  ended by signal n
The exit code is never 1: npm, npx and Node use it when they fail themselves.

More: https://github.com/nolapse/token-action/blob/v1/docs/command-line.md`
