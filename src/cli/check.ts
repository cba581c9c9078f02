/** `nolapse-token check`: the gate as a command. */
import type { Command } from 'commander'
import { gate, surroundings } from '../gate.ts'
import { explain, passed, retrying, textOf } from '../messages.ts'
import { EXIT, exitCodeOf } from './exit-codes.ts'
import {
  type PlatformOptions,
  type PolicyOptions,
  settingsOf,
  situationOf,
  withPlatformOptions,
} from './options.ts'
import { complain, print, say } from './print.ts'
import type { Conclude } from './program.ts'

export function registerCheck(program: Command, conclude: Conclude): void {
  withPlatformOptions(
    program.command('check').description('check the token in NOLAPSE_TOKEN with the platform'),
  ).action(async (options: PlatformOptions & PolicyOptions) => {
    const settings = settingsOf(options)
    const situation = situationOf(options, settings)
    const { verdict, elapsed } = await gate(
      process.env.NOLAPSE_TOKEN,
      settings,
      surroundings(retry => say(retrying(retry, situation.host))),
    )
    if (verdict.reason === 'ok') print(passed(verdict.orgId, verdict.scopes, situation.host, elapsed))
    else complain(`nolapse token: ${verdict.reason}`, textOf(explain(verdict, situation), verdict.reason))
    conclude(verdict.reason === 'ok' ? EXIT.done : exitCodeOf(verdict.reason))
  })
}
