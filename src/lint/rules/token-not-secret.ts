import { expressionsOf, referencesOf } from '../expression.ts'
import { type Finding, finding } from '../findings.ts'
import type { Rule } from '../rule.ts'
import { jobsOf, stepsOf } from '../tour.ts'
import { type Entry, entry, roleOf, usedName, type Workflow } from '../workflow.ts'

/** Only secrets are masked in logs, and withheld from pull requests from forks. */
export const tokenNotSecret: Rule = {
  ids: ['token-not-secret'],
  check: ({ workflows }) =>
    workflows.flatMap(workflow =>
      [...tokens(workflow)].flatMap(({ file, one, inComposite }) => checkToken(file, one, inComposite)),
    ),
}

interface Token {
  file: string
  one: Entry
  inComposite: boolean
}

/** Every place that passes the token to something. */
function* tokens(workflow: Workflow): Generator<Token> {
  for (const { file, workflow: inner, job } of jobsOf(workflow)) {
    yield* named(file, inner.env, 'NOLAPSE_TOKEN')
    if (job.kind === 'steps') yield* named(file, job.env, 'NOLAPSE_TOKEN')
    else if (job.secrets !== 'inherit') yield* named(file, job.secrets, 'NOLAPSE_TOKEN')
  }
  for (const { file, step, inComposite } of stepsOf(workflow)) {
    yield* named(file, step.env, 'NOLAPSE_TOKEN', inComposite)
    if (step.kind !== 'uses') continue
    const name = usedName(step.uses) === 'nolapse/nolapse-action' ? 'nolapse-token' : 'token'
    if (roleOf(step) !== 'other') yield* named(file, step.with, name, inComposite)
  }
}

function* named(file: string, entries: Entry[], name: string, inComposite = false): Generator<Token> {
  const one = entry(entries, name)
  if (one) yield { file, one, inComposite }
}

const REMEDY =
  'Store the token as a secret, and write `${{ secrets.NOLAPSE_TOKEN }}`. If it was in a file, revoke it first: it counts as disclosed.'

function checkToken(file: string, { at, value }: Entry, inComposite: boolean): Finding[] {
  if (value.text !== undefined)
    return value.text.trim() === ''
      ? []
      : [finding('token-not-secret', file, at, 'The token is written into the file as plain text.', REMEDY)]
  for (const { tree } of expressionsOf(value))
    for (const { path, written } of referencesOf(tree)) {
      const kind = kindOf(path, inComposite)
      if (kind)
        return [
          finding(
            'token-not-secret',
            file,
            at,
            `The token comes from \`${written}\`, which is ${kind}, not a secret: logs show it.`,
            REMEDY,
          ),
        ]
    }
  return []
}

function kindOf([root, , what]: string[], inComposite: boolean): string | undefined {
  if (root === 'vars') return 'a variable'
  // A composite action has no secrets of its own: its caller passes them on as inputs.
  if (root === 'inputs' && !inComposite) return 'an input'
  if (root === 'needs' && what === 'outputs') return "a job's output"
  return undefined
}
