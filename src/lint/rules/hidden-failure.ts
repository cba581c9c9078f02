import { type Finding, finding, type Position } from '../findings.ts'
import type { Rule } from '../rule.ts'
import type { Script } from '../script-outcome.ts'
import { hiddenCall } from '../shell/hidden.ts'
import { stepsOf } from '../tour.ts'
import { entry, readCommand, roleOf } from '../workflow.ts'

/** GitHub shows the step as green although nolapse has failed. */
export const hiddenFailure: Rule = {
  ids: ['hidden-failure'],
  check: ({ workflows }) =>
    workflows.flatMap(workflow =>
      [...stepsOf(workflow)].flatMap(({ file, step }) => {
        if (step.kind === 'run') return hiddenIn(step.script, file, step.run.at)
        const command = roleOf(step) === 'gate-and-nolapse' ? readCommand(step) : undefined
        const at = entry(step.with, 'command')?.at
        return command && at ? hiddenIn(command, file, at) : []
      }),
    ),
}

function hiddenIn(script: Script, file: string, at: Position): Finding[] {
  const call = hiddenCall(script)
  return call ? [finding('hidden-failure', file, at, hiddenMessage(call, 'step'), HIDDEN_REMEDY)] : []
}

export const hiddenMessage = (call: 'nolapse' | 'check', where: 'step' | 'job'): string =>
  `The ${where} can succeed even if ${call === 'nolapse' ? '`nolapse run`' : '`nolapse-token check`'} fails in it.`

export const HIDDEN_REMEDY =
  'Let its exit status decide: remove `|| true`, use `set -o pipefail` before a pipe, and run no command after it without `set -e`.'
