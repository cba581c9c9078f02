/** Where a workflow reads the token from a secret, and the name of the secret. */
import { expressionsOf, pathsOf, referencesOf } from './expression.ts'
import type { Position } from './findings.ts'
import {
  type Entry,
  isGateCall,
  type Job,
  roleOf,
  type Scalar,
  type Step,
  type Tree,
  type Workflow,
} from './workflow.ts'

export interface TokenSecret extends Position {
  file: string
  /** In upper case, like GitHub shows them. More than one if there is a fallback: `secrets.A || secrets.B`. */
  names: string[]
  /** The job's environment, which can have secrets of its own; null if its name is computed. */
  environment: string | null | undefined
}

/** Each secret once per job, at the first place that reads it. A workflow that can only be called gets its caller's. */
export function tokenSecretsOf(workflow: Workflow): TokenSecret[] {
  if (workflow.platform !== 'github') return []
  if ([...workflow.events.keys()].every(event => event === 'workflow_call')) return []
  const found = workflow.jobs.flatMap(job => [...secretsOfJob(job, workflow, workflow.env)])
  return [...new Map(found.toReversed().map(use => [keyOf(use), use])).values()].reverse()
}

const keyOf = ({ file, names, environment }: TokenSecret): string =>
  // JSON has no `undefined`, but a job without an environment differs from one whose environment is computed.
  JSON.stringify([file, names, environment === undefined ? [] : environment])

function* secretsOfJob(job: Job, { file }: Workflow, outer: readonly Entry[]): Generator<TokenSecret> {
  if (job.kind === 'call') {
    if (typeof job.called !== 'object') return
    // The called workflow reads as a secret what this job passes on.
    const wanted = job.called.jobs.flatMap(inner => [...secretsOfJob(inner, job.called as Workflow, [])])
    const names = new Set(wanted.flatMap(use => use.names))
    if (job.secrets === 'inherit') {
      // The gate's reusable workflow is ours, so the finding points at the call.
      const { line, column } = job.at
      for (const use of wanted) yield isGateCall(job) ? { ...use, file, line, column } : use
    } else
      yield* valuesOf(
        job.secrets.filter(({ name }) => names.has(name.toUpperCase())),
        file,
        undefined,
      )
    return
  }
  const environment = environmentOf(job.environment)
  const around = [...outer, ...job.env].filter(isTokenVariable)
  if (around.length > 0) yield* valuesOf(around, file, environment)
  yield* secretsOfSteps(job.steps, file, environment)
}

function* secretsOfSteps(
  steps: readonly Step[],
  file: string,
  environment: TokenSecret['environment'],
): Generator<TokenSecret> {
  for (const step of steps) {
    yield* valuesOf(step.env.filter(isTokenVariable), file, environment)
    if (step.kind === 'uses' && roleOf(step) !== 'other')
      yield* valuesOf(
        step.with.filter(({ name }) => /^(nolapse-)?token$/i.test(name)),
        file,
        environment,
      )
    // A composite action has no secrets, but its inputs may come from one.
    if (step.kind === 'uses' && typeof step.composite === 'object')
      yield* valuesOf(
        step.with.filter(({ name }) => /token/i.test(name)),
        file,
        environment,
      )
  }
}

const isTokenVariable = ({ name }: Entry): boolean => name.toUpperCase() === 'NOLAPSE_TOKEN'

function* valuesOf(
  entries: readonly Entry[],
  file: string,
  environment: TokenSecret['environment'],
): Generator<TokenSecret> {
  for (const { value } of entries)
    for (const { tree, at } of expressionsOf(value)) {
      const names = [...referencesOf(tree)].flatMap(({ path: [root, name] }) =>
        root === 'secrets' && name && name !== '*' ? [name.toUpperCase()] : [],
      )
      if (names.length > 0) yield { file, ...at, names, environment }
    }
}

function environmentOf(environment: Tree | undefined): TokenSecret['environment'] {
  const name = environment instanceof Map ? environment.get('name') : environment
  // Lists and maps have no text.
  return name && ((name as Scalar).text ?? null)
}

/**
 * The names, in lower case, of the secrets that may hold the token: those passed to a gate or to nolapse. For the
 * simulation: without a place, and of Forgejo's workflows too.
 */
export function tokenSecretNames(workflow: Workflow): Set<string> {
  const names = new Set(['nolapse_token'])
  const add = (entries: readonly Entry[], wanted: RegExp) => {
    for (const one of entries)
      if (wanted.test(one.name))
        for (const { tree } of expressionsOf(one.value))
          for (const [root, name] of pathsOf(tree))
            if (root === 'secrets' && name && name !== '*') names.add(name)
  }
  const addSteps = (steps: readonly Step[]) => {
    for (const step of steps) {
      add(step.env, /^NOLAPSE_TOKEN$/i)
      if (step.kind === 'uses' && roleOf(step) !== 'other') add(step.with, /^(token|nolapse-token)$/i)
      if (step.kind === 'uses' && typeof step.composite === 'object') addSteps(step.composite.steps)
    }
  }
  add(workflow.env, /^NOLAPSE_TOKEN$/i)
  for (const job of workflow.jobs) {
    if (job.kind === 'steps') {
      add(job.env, /^NOLAPSE_TOKEN$/i)
      addSteps(job.steps)
    } else if (typeof job.called === 'object') {
      const inner = tokenSecretNames(job.called)
      if (job.secrets === 'inherit') for (const name of inner) names.add(name)
      else add(job.secrets, new RegExp(`^(?:${[...inner].join('|')})$`, 'i'))
    }
  }
  return names
}
