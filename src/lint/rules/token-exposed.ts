import { type Finding, finding } from '../findings.ts'
import type { Rule } from '../rule.ts'
import { jobsOf } from '../tour.ts'
import { type Entry, entry, roleOf, type Step } from '../workflow.ts'

/** A step that has the token can leak it: a dependency's install script, a test. */
export const tokenExposed: Rule = {
  ids: ['token-exposed'],
  check: ({ workflows }) =>
    workflows.flatMap(workflow => [
      ...new Map(
        [...jobsOf(workflow)].flatMap(({ file, workflow: { env }, job }): [Entry, Finding][] => {
          const ofWorkflow = given(env)
          const ofJob = job.kind === 'steps' && !job.steps.every(needsToken) ? given(job.env) : undefined
          return [
            ...(ofWorkflow
              ? [[ofWorkflow, exposed(file, ofWorkflow, 'every job of the workflow')] as [Entry, Finding]]
              : []),
            ...(ofJob
              ? [[ofJob, exposed(file, ofJob, `every step of the job \`${job.id}\``)] as [Entry, Finding]]
              : []),
          ]
        }),
      ).values(),
    ]),
}

const given = (env: Entry[]): Entry | undefined => {
  const one = entry(env, 'NOLAPSE_TOKEN')
  return one?.value.text?.trim() === '' ? undefined : one
}

/** A composite action of the folder needs it if one of its steps does. */
const needsToken = (step: Step): boolean =>
  roleOf(step) !== 'other' ||
  (step.kind === 'uses' && typeof step.composite === 'object' && step.composite.steps.every(needsToken))

const exposed = (file: string, { at }: Entry, who: string): Finding =>
  finding(
    'token-exposed',
    file,
    at,
    `NOLAPSE_TOKEN is in the environment of ${who}, even where it is not needed.`,
    'Move it to the `env:` of the step that runs nolapse. The gate takes it as its input `token`.',
  )
