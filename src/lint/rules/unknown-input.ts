import { closest } from '../closest.ts'
import { type Finding, finding } from '../findings.ts'
import type { Rule } from '../rule.ts'
import { jobsOf, stepsOf } from '../tour.ts'
import { type Entry, GATE_INPUTS, isGateCall, roleOf } from '../workflow.ts'

/** GitHub only warns about an unknown input, so the setting is silently lost. */
export const unknownInput: Rule = {
  ids: ['unknown-input'],
  check: ({ workflows }) =>
    workflows.flatMap(workflow => [
      ...[...stepsOf(workflow)].flatMap(({ file, step }) => {
        const role = roleOf(step)
        if (step.kind !== 'uses' || (role !== 'gate' && role !== 'gate-and-nolapse')) return []
        return unknownIn(file, step.with, role === 'gate' ? GATE_INPUTS : RUN_INPUTS)
      }),
      ...[...jobsOf(workflow)].flatMap(({ file, job }) =>
        job.kind === 'call' && isGateCall(job) ? unknownIn(file, job.with, CALL_INPUTS) : [],
      ),
    ]),
}

const RUN_INPUTS = [...GATE_INPUTS, 'command', 'working-directory']

const CALL_INPUTS = [...GATE_INPUTS.filter(name => name !== 'token'), 'runs-on']

/** The same distance as in the action: two letters, or one for a short name. */
const NEAR = 2

const plain = (name: string): string => name.toLowerCase().replace(/[-_\s]/g, '')

const unknownIn = (file: string, entries: readonly Entry[], known: readonly string[]): Finding[] =>
  entries
    .filter(({ name }) => !known.includes(name.toLowerCase()))
    .map(({ name, at }) => {
      const meant = meantBy(name, known)
      return finding(
        'unknown-input',
        file,
        at,
        `The gate has no input \`${name}\`, so this line has no effect.`,
        meant ? `Write \`${meant}\`.` : `Remove it. The inputs are ${known.join(', ')}.`,
      )
    })

function meantBy(name: string, known: readonly string[]): string | undefined {
  const wanted = plain(name)
  if (wanted === 'nolapsetoken') return known.includes('token') ? 'token' : undefined
  const [near] = closest(wanted, known.map(plain), NEAR)
  return near === undefined || (near === 'token' && Math.abs(wanted.length - near.length) > 1)
    ? undefined
    : known.find(other => plain(other) === near)
}
