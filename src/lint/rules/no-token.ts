import { expressionsOf, pathsOf } from '../expression.ts'
import { type Finding, finding } from '../findings.ts'
import type { Rule } from '../rule.ts'
import { type JobPlace, jobsOf, type Place, stepsOf } from '../tour.ts'
import {
  type CallJob,
  entry,
  isGateCall,
  roleOf,
  type Scalar,
  type Step,
  type Workflow,
} from '../workflow.ts'

/** A gate without a token rejects every run, or lets each one pass if a missing token is tolerated. */
export const noToken: Rule = {
  ids: ['no-token'],
  check: ({ workflows }) =>
    workflows.flatMap(workflow => [
      ...[...stepsOf(workflow)].flatMap(checkStep),
      ...[...jobsOf(workflow)].flatMap(checkJob),
    ]),
}

const isGiven = (value: Scalar | undefined): boolean => value !== undefined && value.text?.trim() !== ''

function checkStep({ file, step, env, before }: Place): Finding[] {
  const role = roleOf(step)
  if (step.kind !== 'uses' || (role !== 'gate' && role !== 'gate-and-nolapse')) return []
  if (isGiven(entry(step.with, 'token')?.value)) return []
  // The innermost `env:` that sets it counts.
  const named = env.findLast(entries => entry(entries, 'NOLAPSE_TOKEN'))
  if (named && isGiven(entry(named, 'NOLAPSE_TOKEN')?.value)) return []
  if (!named && before.some(mayExport)) return []
  return [
    finding(
      'no-token',
      file,
      step.at,
      'The gate gets no token: it has no input `token`, and no `env:` around it sets NOLAPSE_TOKEN.',
      'Add `token: ${{ secrets.NOLAPSE_TOKEN }}` to its `with:`.',
    ),
  ]
}

/** Whether a step may set the token in the environment, like the actions of secret vaults do. */
function mayExport(step: Step): boolean {
  const values = step.kind === 'run' ? [step.run] : step.with.map(({ value }) => value)
  const names = (scalar: Scalar) =>
    scalar.parts.some(part => typeof part === 'string' && part.includes('NOLAPSE_TOKEN'))
  return values.some(names) || (step.kind === 'uses' && entry(step.env, 'NOLAPSE_TOKEN') !== undefined)
}

function checkJob({ file, job }: JobPlace): Finding[] {
  if (job.kind !== 'call' || job.secrets === 'inherit') return []
  const wanted = wantedSecrets(job)
  const { secrets } = job
  const [name] = wanted
  if (name === undefined || wanted.some(one => isGiven(entry(secrets, one)?.value))) return []
  return [
    finding(
      'no-token',
      file,
      job.at,
      `The job \`${job.id}\` calls a workflow with a gate, but does not pass on the secret ${name}, by name or with \`inherit\`.`,
      `Add \`secrets: {${name}: "\${{ secrets.${name} }}"}\` to the job.`,
    ),
  ]
}

/** The secrets that the gates of a called workflow read the token from, if they are known. */
function wantedSecrets(job: CallJob): string[] {
  if (isGateCall(job)) return ['NOLAPSE_TOKEN']
  return typeof job.called === 'object' ? [...new Set(gateSecrets(job.called))] : []
}

function* gateSecrets(workflow: Workflow): Generator<string> {
  for (const { step, env } of stepsOf(workflow)) {
    const role = roleOf(step)
    if (step.kind !== 'uses' || (role !== 'gate' && role !== 'gate-and-nolapse')) continue
    const named = env.flatMap(entries => entry(entries, 'NOLAPSE_TOKEN') ?? [])
    for (const { value } of [...named, entry(step.with, 'token') ?? []].flat()) yield* secretsIn(value)
  }
  for (const { job } of jobsOf(workflow)) {
    if (job.kind !== 'call' || !isGateCall(job)) continue
    if (job.secrets === 'inherit') yield 'NOLAPSE_TOKEN'
    else yield* secretsIn(entry(job.secrets, 'NOLAPSE_TOKEN')?.value)
  }
}

function* secretsIn(value: Scalar | undefined): Generator<string> {
  for (const { tree } of expressionsOf(value))
    for (const [root, name] of pathsOf(tree)) if (root === 'secrets' && name) yield name.toUpperCase()
}
