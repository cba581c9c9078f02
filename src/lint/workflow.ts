/** A GitHub workflow for lint: the result of GitHub's parser, typed, with the position of each part. */
import type { Expr } from '@actions/expressions'
import type { Platform, Position } from './findings.ts'
import { present } from './present.ts'
import { readScript, type Script, type ScriptPart } from './script-outcome.ts'

/** The text between `${{` and `}}`. */
export interface Expression {
  text: string
  tree: Expr
  at: Position
}

/** A single value of the file. */
export interface Scalar {
  at: Position
  /** The type in YAML; an expression is a string. */
  type: 'string' | 'boolean' | 'number' | 'null'
  /** The value, if it contains no expression. */
  text: string | undefined
  /** The whole value as one expression. Text around inline expressions becomes a call of `format`. */
  expression: Expression | undefined
  /** The value in the spelling of the file: text and inline expressions in order. */
  parts: (string | Expression)[]
}

/** Scalars, lists and maps, as in a matrix. */
export type Tree = Scalar | Tree[] | Map<string, Tree>

/** Every text value, at any depth. */
export function textsIn(tree: Tree): string[] {
  if (tree instanceof Map || Array.isArray(tree)) return [...tree.values()].flatMap(textsIn)
  return tree.text === undefined ? [] : [tree.text]
}

/** One line of `env:`, `with:`, `outputs:` or `secrets:`. */
export interface Entry {
  name: string
  at: Position
  value: Scalar
}

/** The name of the one entry of an `env:` that is an expression for the whole map. */
export const WHOLE_ENV = '*'

export interface EventFilter {
  types?: string[]
  branches?: string[]
  'branches-ignore'?: string[]
  tags?: string[]
  'tags-ignore'?: string[]
  paths?: string[]
  'paths-ignore'?: string[]
}

/** An input of a workflow that can be called, or of a composite action. */
export interface Input {
  name: string
  default: Scalar | undefined
}

export interface Workflow {
  file: string
  platform: Platform
  name: Scalar | undefined
  /** By event; `pull_request`, `merge_group`, `push`, `workflow_call`, … */
  events: Map<string, EventFilter>
  /** The position of `on:`. */
  eventsAt: Position
  /** `on.workflow_call`, if it can be called. */
  call: { inputs: Input[]; outputs: Entry[]; secrets: string[] } | undefined
  env: Entry[]
  jobs: Job[]
}

interface BaseJob {
  id: string
  /** The position of the id. */
  at: Position
  /** Undefined if the job has no name of its own. */
  name: Scalar | undefined
  needs: { id: string; at: Position }[]
  /** With GitHub's implied `success() && (…)`. */
  if: Expression
  /** As written; undefined if the job has no `if`. */
  condition: Scalar | undefined
  /** `strategy.matrix`. */
  matrix: Tree | undefined
}

/** A job with steps. */
export interface StepsJob extends BaseJob {
  kind: 'steps'
  runsOn: Tree | undefined
  environment: Tree | undefined
  inContainer: boolean
  continueOnError: Scalar | undefined
  env: Entry[]
  outputs: Entry[]
  steps: Step[]
}

/** A job that calls a reusable workflow. */
export interface CallJob extends BaseJob {
  kind: 'call'
  uses: Scalar
  with: Entry[]
  /** The secrets that it passes on. */
  secrets: Entry[] | 'inherit'
  /** The workflow that it calls, if it is one of the folder's; 'unreadable' if it is and cannot be read. */
  called: Workflow | 'unreadable' | undefined
}

export type Job = StepsJob | CallJob

interface BaseStep {
  /** Undefined if the step has no id of its own. */
  id: string | undefined
  at: Position
  name: Scalar | undefined
  /** With GitHub's implied `success() && (…)`. */
  if: Expression
  /** As written; undefined if the step has no `if`. */
  condition: Scalar | undefined
  continueOnError: Scalar | undefined
  env: Entry[]
}

export interface RunStep extends BaseStep {
  kind: 'run'
  run: Scalar
  /** The step's own, or the default of job or workflow. */
  shell: Scalar | undefined
  script: Script
}

export interface UsesStep extends BaseStep {
  kind: 'uses'
  uses: Scalar
  with: Entry[]
  /** The composite action of the folder that it uses; 'unreadable' if it is of the folder and cannot be read. */
  composite: CompositeAction | 'unreadable' | undefined
}

export type Step = RunStep | UsesStep

export interface CompositeAction {
  file: string
  inputs: Input[]
  outputs: Entry[]
  steps: Step[]
}

/** A file that is not a workflow, or that GitHub rejects. */
export interface Rejection extends Position {
  file: string
  /** Never quotes the file. */
  message: string
}

/**
 * The text of a file of the folder, by its path from the folder's root with `/` between the parts; undefined if it is
 * not there, may not be read, or is outside.
 */
export type ReadFile = (path: string) => string | undefined

const ACTION = 'nolapse/token-action'

/** An action's or reusable workflow's name without its version; a full URL, as Forgejo wants it, counts as its path. */
export function usedName(uses: Scalar): string {
  const [path] = present(uses.text).split('@', 1)
  return present(path)
    .replace(/^https:\/\/[^/]+\//, '')
    .toLowerCase()
}

/** What a step is to the proof. */
export type Role = 'gate' | 'gate-and-nolapse' | 'nolapse' | 'other'

export function roleOf(step: Step): Role {
  if (step.kind === 'run') return step.script.callsNolapse ? 'nolapse' : 'other'
  const name = usedName(step.uses)
  if (name === ACTION) return 'gate'
  if (name === `${ACTION}/run`) return 'gate-and-nolapse'
  return name === 'nolapse/nolapse-action' ? 'nolapse' : 'other'
}

/** Whether a job is a call of the reusable workflow that is a gate. */
export const isGateCall = (job: Job): boolean =>
  job.kind === 'call' && usedName(job.uses) === `${ACTION}/.github/workflows/token-gate.yml`

export const GATE_OUTPUTS = ['valid', 'reason', 'org_id', 'scopes', 'request_id']
export const GATE_CALL_OUTPUTS = ['valid', 'reason', 'org_id', 'scopes']
export const RUN_OUTPUTS = [...GATE_OUTPUTS, 'exit_code']
export const GATE_INPUTS = [
  'token',
  'api-url',
  'required-scopes',
  'expected-org-id',
  'tolerate',
  'timeout-seconds',
  'allow-insecure-http',
]

/** The value of an entry, its name compared as GitHub does: case does not matter. */
export const entry = (entries: Entry[], name: string): Entry | undefined =>
  entries.find(one => one.name.toLowerCase() === name.toLowerCase())

/** The parts of a script: its expressions are numbered. */
export function partsOf({ parts }: Scalar): ScriptPart[] {
  let inline = 0
  return parts.map(part => (typeof part === 'string' ? part : { inline: inline++ }))
}

const commands = new WeakMap<UsesStep, Script>()

/** The command that the run action starts, if the step names one. */
export function readCommand(step: UsesStep): Script | undefined {
  const before = commands.get(step)
  if (before) return before
  const value = entry(step.with, 'command')?.value
  if (!value || value.text === '') return undefined
  const script = readScript(partsOf(value), 'bash')
  commands.set(step, script)
  return script
}
