/** `nolapse-token check`: the gate as a command. */

import { type Command, Option } from 'commander'
import { gate, type Ruling, surroundings } from '../../gate/gate.ts'
import { DEFAULTS } from '../../gate/settings.ts'
import { fateOf } from '../../gate/verdict.ts'
import { likelyCauses } from '../../messages/causes/ci.ts'
import { explain } from '../../messages/explain.ts'
import { situationOf, textOf } from '../../messages/message.ts'
import { passed, retrying } from '../../messages/progress.ts'
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
import { openOutput, UnwritableOutput } from '../output-file.ts'
import { complain, paint, print, say, warn } from '../print.ts'

type Options = PlatformOptions & PolicyOptions & { format: Format; output?: string }

export function registerCheck(program: Command, conclude: Conclude, onDefect: OnDefect): void {
  withPlatformOptions(program.command('check'))
    .summary('check the token in NOLAPSE_TOKEN')
    .description(
      'Checks with the platform that the token in NOLAPSE_TOKEN is valid, belongs to the right organisation ' +
        'and has the scopes that are needed; says why if not, and what to do.',
    )
    .option(
      '--required-scopes <list>',
      `scopes that must all be granted, separated by commas or spaces; none asks for none (default: ${DEFAULTS['required-scopes']})`,
    )
    .option('--expected-org-id <id>', 'the organisation that the token must belong to')
    .option(
      '--tolerate <list>',
      'missing, unavailable, or both: reasons that warn and end with 0. The job then passes without a valid token, ' +
        'and NOLAPSE_TOKEN_VALID is false: ask for it in what follows',
    )
    .addOption(new Option('--format <format>', 'how to write the verdict').choices(FORMATS).default('text'))
    .option('--output <file>', 'write the verdict to a file, all at once, in the place of standard output')
    .addHelpText('after', AFTER)
    .action(async (options: Options) => conclude(await check(options, onDefect)))
}

async function check(options: Options, onDefect: OnDefect): Promise<ExitCode> {
  const settings = settingsOf(options)
  const situation = situationOf(settings, optionNames(options))

  let write = print
  try {
    if (options.output) {
      const writeFile = openOutput(options.output)
      write = document => writeFile(`${document}\n`)
    }
  } catch (error) {
    return unwritable(error, 'Nothing was sent to the platform.', EXIT.usage)
  }

  let reported = false
  const report = ({ verdict, elapsed }: Ruling): ExitCode => {
    // A run has one verdict: after a defect was reported, an answer that still comes in is none.
    if (reported) return EXIT.failed
    reported = true
    const fate = fateOf(verdict, settings)
    let message: string
    if (verdict.reason === 'ok') {
      message = passed(verdict.orgId, verdict.scopes, situation.host, elapsed)
      // Once: standard output has it where it is the document itself.
      if (options.format !== 'text' || options.output) say(message)
    } else {
      const explained = explain(verdict, situation)
      explained.causes.unshift(...likelyCauses(verdict, process.env))
      message = textOf(explained, verdict.reason)
      if (fate === 'tolerated')
        warn(
          `nolapse token: ${verdict.reason} (tolerated)`,
          `Tolerated, as --tolerate asks: the job goes on without a valid token.\n${message}`,
        )
      else complain(`nolapse token: ${verdict.reason}`, message)
    }
    try {
      if (verdict.reason === 'ok' || options.format !== 'text' || options.output)
        write(documentOf(options.format, verdict, message))
    } catch (error) {
      return unwritable(error, 'The verdict is lost, so it does not count.', EXIT.failed)
    }
    return fate === 'failed' ? exitCodeOf(verdict.reason) : EXIT.done
  }

  onDefect(error =>
    report({ verdict: { reason: 'internal-error', defect: defectOf(error) }, attempts: 0, elapsed: 0 }),
  )
  // Heard, although there is nothing to settle: the first process of a container does not die of a signal by itself.
  const interruption = new Interruption()
  try {
    const ruling = await interruption.during(() =>
      gate(
        process.env.NOLAPSE_TOKEN,
        settings,
        surroundings(retry => say(paint(retrying(retry, situation.host), 'dim', process.stderr))),
      ),
    )
    return report(ruling)
  } finally {
    interruption.stopListening()
  }
}

function unwritable(error: unknown, consequence: string, code: ExitCode): ExitCode {
  /* istanbul ignore if -- a defect: nothing else is thrown where this is asked */
  if (!(error instanceof UnwritableOutput)) throw error
  complain(
    'nolapse-token: the output is not writable',
    `The file that --output names can't be written (${error.message}). ${consequence}\n` +
      'What to do: name a file in a folder that exists and may be written to, with room on its disk.',
  )
  return code
}

const AFTER = `
The token comes from the environment, as NOLAPSE_TOKEN, never from an argument.
Attempts are repeated, with growing waits, until --timeout-seconds are over.

Formats:
  text    a passing token is one line on standard output; anything else is
          explained on standard error
  json    one object: valid, reason, org_id, scopes, request_id, message
  dotenv  NOLAPSE_TOKEN_VALID, NOLAPSE_TOKEN_REASON, NOLAPSE_ORG_ID and
          NOLAPSE_SCOPES (separated by commas), as GitLab's
          artifacts:reports:dotenv reads them
json and dotenv are written for every verdict, also where it fails the job.

Exit codes, by reason:
  0  ok; or tolerated, with NOLAPSE_TOKEN_VALID=false
  2  misconfigured; or wrong usage, or a file that can't be written: no verdict
  3  unavailable, untrusted, unexpected-response, internal-error
  5  missing, malformed, invalid, wrong-org, missing-scope
  128 + n  ended by signal n

Examples:
  npx --yes @nolapse/token-action@${VERSION} check
  npx --yes @nolapse/token-action@${VERSION} check --format dotenv --output gate.env
  npx --yes @nolapse/token-action@${VERSION} check --tolerate missing --format json`
