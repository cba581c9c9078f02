import { expressionsOf, referencesOf } from '../expression.ts'
import { type Finding, finding } from '../findings.ts'
import type { Rule } from '../rule.ts'
import { jobsOf, stepsOf } from '../tour.ts'
import { type Entry, entry, isGateCall, roleOf, type Workflow } from '../workflow.ts'

/** Anyone who controls the platform's address gets the token. */
export const apiUrlFromOutside: Rule = {
  ids: ['api-url-from-outside'],
  check: ({ workflows }) =>
    workflows.flatMap(workflow =>
      [...addresses(workflow)].flatMap(address => checkAddress(address, workflow)),
    ),
}

interface Address {
  file: string
  one: Entry
  /** The inputs belong to a composite action, so its caller sets them. */
  inComposite: boolean
}

function* addresses(workflow: Workflow): Generator<Address> {
  const set = (file: string, entries: Entry[], name: string, inComposite = false): Address[] => {
    const one = entry(entries, name)
    return one ? [{ file, one, inComposite }] : []
  }
  for (const { file, workflow: inner, job } of jobsOf(workflow)) {
    yield* set(file, inner.env, 'NOLAPSE_API_URL')
    if (job.kind === 'steps') yield* set(file, job.env, 'NOLAPSE_API_URL')
    else if (isGateCall(job)) yield* set(file, job.with, 'api-url')
  }
  for (const { file, step, inComposite } of stepsOf(workflow)) {
    yield* set(file, step.env, 'NOLAPSE_API_URL', inComposite)
    if (step.kind === 'uses' && roleOf(step) !== 'other') yield* set(file, step.with, 'api-url', inComposite)
  }
}

function checkAddress({ file, one, inComposite }: Address, { events }: Workflow): Finding[] {
  const fromOutside = ([root, second, third]: string[]): boolean =>
    (root === 'inputs' && !inComposite && events.has('workflow_dispatch')) ||
    (root === 'github' && (second === 'event' || second === 'head_ref')) ||
    ((root === 'needs' || root === 'steps') && third === 'outputs')
  const references = expressionsOf(one.value).flatMap(({ tree }) => [...referencesOf(tree)])
  const found = references.find(({ path }) => fromOutside(path))
  return found
    ? [
        finding(
          'api-url-from-outside',
          file,
          one.at,
          `The platform's address comes from \`${found.written}\`: anyone who can set it gets the token.`,
          'Write the address into the file.',
        ),
      ]
    : []
}
