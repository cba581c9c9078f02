/** `nolapse-token check`: the gate as a command. */

import { type Command, Option } from 'commander'
import { gate, type Ruling, surroundings } from '../../gate/gate.ts'
import { DEFAULTS, type Problem, type Settings } from '../../gate/settings.ts'
import { fateOf } from '../../gate/verdict.ts'
import { situationOf } from '../../messages/message.ts'
import { passed } from '../../messages/passed.ts'
import { defectOf } from '../../process/defect.ts'
import { Interruption } from '../../process/interruption.ts'
import { VERSION } from '../../process/version.ts'
import type { Conclude, OnDefect } from '../completion.ts'
import { EXIT, type ExitCode, exitCodeOf } from '../exit-codes.ts'
import { documentOf, FORMATS, type Format } from '../formats.ts'
import {
  optionNames,
  type PlatformOptions,
  type PolicyOptions,
  settingsOf,
  withPlatformOptions,
} from '../options.ts'
import { isStandardOutput } from '../output-place.ts'
import { complain, paint, print, say, warn } from '../print.ts'

type Options = PlatformOptions & PolicyOptions & { format: Format; output?: string }

/** @param earlier the permissions of the files that an earlier run left at --output */
export function registerCheck(
  program: Command,
  conclude: Conclude,
  onDefect: OnDefect,
  earlier: ReadonlyMap<string, number>,
): void {
  withPlatformOptions(program.command('check'))
    .summary('check the token in NOLAPSE_TOKEN')
    .description(
      'Asks the platform whether the token in NOLAPSE_TOKEN is valid, belongs to the right organisation and has the ' +
        'required scopes. If not, it says why, and what to do.',
    )
    .option(
      '--required-scopes <list>',
      `scopes that must all be granted, separated by commas or spaces; none requires no scope (default: ${DEFAULTS['required-scopes']})`,
    )
    .option('--expected-org-id <id>', 'the organisation that the token must belong to')
    .option(
      '--tolerate <list>',
      'missing, unavailable, or both: reasons that only warn, with exit code 0. The job then passes without a valid ' +
        'token, and NOLAPSE_TOKEN_VALID is false: check it in later steps',
    )
    .addOption(new Option('--format <format>', 'how to write the verdict').choices(FORMATS).default('text'))
    .option('--output <file>', 'write the verdict to this file; - means standard output')
    .addHelpText('after', AFTER)
    .action(async (options: Options) => conclude(await check(options, onDefect, earlier)))
}

/** How long a document may take to be written after the deadline, in milliseconds. */
const LAST_MOMENT = 1_000

async function check(
  options: Options,
  onDefect: OnDefect,
  earlier: ReadonlyMap<string, number>,
): Promise<ExitCode> {
  // Listens even if there is nothing to clean up: without a handler, signals do not end the first process of a container.
  const interruption = new Interruption()
  try {
    return await checkUnlessInterrupted(interruption, options, onDefect, earlier)
  } finally {
    interruption.stopListening()
  }
}

async function checkUnlessInterrupted(
  interruption: Interruption,
  options: Options,
  onDefect: OnDefect,
  earlier: ReadonlyMap<string, number>,
): Promise<ExitCode> {
  const { clock } = interruption
  const settings = settingsOf(options)
  const situation = situationOf(settings, optionNames(options))
  const file = options.output && !isStandardOutput(options.output) ? options.output : undefined
  const deadline = clock.now() + timeoutOf(settings)

  let write = async (document: string) => print(document)
  try {
    if (file) {
      const { openOutput } = await import('../output-file.ts')
      const writeFile = await openOutput(file, earlier.get(file), { clock, deadline })
      write = document =>
        writeFile(`${document}\n`, { clock, deadline: Math.max(deadline, clock.now() + LAST_MOMENT) })
    }
  } catch (error) {
    return await unwritable(error, 'Nothing was sent to the platform.')
  }

  let reported = false
  const report = async ({ verdict, elapsed }: Ruling): Promise<ExitCode> => {
    // A run has one verdict, so an answer after a reported defect does not count.
    if (reported) return EXIT.failed
    reported = true
    const fate = fateOf(verdict, settings)
    let message: string
    if (verdict.reason === 'ok') {
      message = passed(verdict.orgId, verdict.scopes, situation.host, elapsed)
      // Only once: as text, it is the document on standard output.
      if (options.format !== 'text' || file) say(message)
    } else {
      const outcome =
        fate === 'tolerated'
          ? `The job continues without a validated token: --tolerate allows ${verdict.reason}.`
          : undefined
      const { adviseHere } = await import('../advice.ts')
      message = adviseHere(verdict, situation, outcome)
      if (outcome) warn(`nolapse token: ${verdict.reason} (tolerated)`, message)
      else complain(`nolapse token: ${verdict.reason}`, message)
    }
    try {
      if (verdict.reason === 'ok' || options.format !== 'text' || file)
        await write(documentOf(options.format, verdict, message))
    } catch (error) {
      return await unwritable(error, 'The verdict is lost, so it does not count.')
    }
    return fate === 'failed' ? exitCodeOf(verdict.reason) : EXIT.done
  }

  onDefect(error =>
    report({ verdict: { reason: 'internal-error', defect: defectOf(error) }, attempts: 0, elapsed: 0 }),
  )
  const ruling = await interruption.during(() =>
    gate(
      process.env.NOLAPSE_TOKEN,
      within(deadline - clock.now(), settings),
      surroundings(async retry => {
        const { retrying } = await import('../../messages/retrying.ts')
        say(paint(retrying(retry, situation.host), 'dim', process.stderr))
      }),
    ),
  )
  return report(ruling)
}

async function unwritable(error: unknown, consequence: string): Promise<ExitCode> {
  const { reportUnwritable } = await import('../unwritable.ts')
  return reportUnwritable(error, consequence, EXIT.usage)
}

/** The deadline of the run, in milliseconds. Settings that cannot be used still have to be reported. */
const timeoutOf = (settings: Settings | Problem[]): number =>
  Array.isArray(settings) ? Number(DEFAULTS['timeout-seconds']) * 1000 : settings.timeout

/** The settings with the time that is left. Waiting for a reader uses some of it up, but one attempt always remains. */
const within = (left: number, settings: Settings | Problem[]): Settings | Problem[] =>
  Array.isArray(settings) ? settings : { ...settings, timeout: Math.max(SHORTEST, left) }

/** The shortest deadline that a user can set, in milliseconds. */
const SHORTEST = 1_000

const AFTER = `
The token comes from the environment, as NOLAPSE_TOKEN, never from an argument.
If the platform gives no usable answer, check tries again, with growing waits,
until --timeout-seconds have passed.

Formats:
  text    a valid token is one line on standard output; anything else is
          explained on standard error
  json    one object: valid, reason, org_id, scopes, request_id, message
  dotenv  NOLAPSE_TOKEN_VALID, NOLAPSE_TOKEN_REASON, NOLAPSE_ORG_ID and
          NOLAPSE_SCOPES (separated by commas), as GitLab's
          artifacts:reports:dotenv reads them
json and dotenv are written for every verdict, including those that fail the job.
An older file at --output is removed first.

Exit codes, by reason:
  0  ok; or tolerated, with NOLAPSE_TOKEN_VALID=false
  2  misconfigured; also wrong usage, or an --output that cannot be written
  3  unavailable, untrusted, unexpected-response, internal-error
  5  missing, malformed, invalid, wrong-org, missing-scope
  128 + n  ended by signal n

Examples:
  npx --yes @nolapse/token-action@${VERSION} check
  npx --yes @nolapse/token-action@${VERSION} check --format dotenv --output gate.env
  npx --yes @nolapse/token-action@${VERSION} check --tolerate missing --format json`
