/** Turns the text of a file into a workflow. GitHub's parser validates and reads it; the rest is sorting. */
import type { FunctionCall, Literal } from '@actions/expressions/ast'
import {
  convertWorkflowTemplate,
  isBasicExpression,
  isBoolean,
  isMapping,
  isNumber,
  isSequence,
  isString,
  NoOperationTraceWriter,
  parseWorkflow,
} from '@actions/workflow-parser'
import { parseAction } from '@actions/workflow-parser/actions/index'
import { ensureStatusFunction } from '@actions/workflow-parser/model/converter/if-condition'
import type { TemplateValidationError } from '@actions/workflow-parser/templates/template-validation-error'
import type {
  BasicExpressionToken,
  MappingToken,
  ScalarToken,
  TemplateToken,
} from '@actions/workflow-parser/templates/tokens/index'
import { isMap, isScalar as isYamlScalar, type Pair, parseDocument } from 'yaml'
import { expressionsOf, parseExpression, pathsOf } from './expression.ts'
import type { Platform, Position } from './findings.ts'
import { GATE_WORKFLOW } from './gate-workflow.ts'
import { present } from './present.ts'
import { readScript, type Shell } from './script-outcome.ts'
import {
  type CallJob,
  type CompositeAction,
  type Entry,
  type EventFilter,
  type Expression,
  type Input,
  isGateCall,
  type Job,
  type ReadFile,
  type Rejection,
  type RunStep,
  type Scalar,
  type Step,
  type StepsJob,
  partsOf as scriptPartsOf,
  type Tree,
  textsIn,
  type UsesStep,
  WHOLE_ENV,
  type Workflow,
} from './workflow.ts'

export interface Source {
  /** Its path from the folder's root, with `/` between the parts. */
  file: string
  text: string
  platform: Platform
}

/** The most that a workflow may have, in characters. GitHub's own limit is lower. */
const MAX_LENGTH = 1_048_576
/** More than any real workflow has. A few thousand nested ones keep GitHub's parser busy for minutes. */
const MAX_ALIASES = 100
/** GitHub's limit for nested workflow calls. Composite actions get the same limit. */
const MAX_DEPTH = 10

export async function readWorkflow(source: Source, readFile: ReadFile): Promise<Workflow | Rejection> {
  try {
    return await new Reader(readFile).workflow(source, [])
  } catch (error) {
    if (error instanceof Rejected) return error.rejection
    throw error
  }
}

export const isRejection = (read: Workflow | Rejection): read is Rejection => 'message' in read

class Rejected extends Error {
  readonly rejection: Rejection

  constructor(file: string, message: string, at: Position = { line: 1, column: 1 }) {
    super(message)
    this.rejection = { file, line: at.line, column: at.column, message }
  }
}

const emptyAt = (at: Position): Scalar => ({
  at,
  type: 'string',
  text: '',
  expression: undefined,
  parts: [''],
})

const SUCCESS = 'success()'

const placeOf = (token: TemplateToken): Position => present(token.range).start

function get(map: TemplateToken | undefined, key: string): TemplateToken | undefined {
  return map && isMapping(map) ? map.find(key) : undefined
}

/** The entries of a mapping, each with the token of its key, for its position. */
function* pairs(map: TemplateToken | undefined): Generator<{ key: ScalarToken; value: TemplateToken }> {
  if (map && isMapping(map)) yield* map as Iterable<{ key: ScalarToken; value: TemplateToken }>
}

/** The message of the parser, if it is safe to repeat: it quotes the file, which may contain a secret. */
function repeatable(message: string): string {
  const line = present(message.split('\n')[0])
  return /[0-9a-f]{8}|nlp_/i.test(line) ? 'A value here is not valid in a workflow.' : line
}

/**
 * The parts of a text with inline expressions. The parser turns it into a call of `format`: the first argument is the
 * text with numbered placeholders, the others are the expressions.
 */
function partsOf(tree: FunctionCall, inline: Expression[]): (string | Expression)[] {
  const template = (tree.args[0] as Literal).literal.coerceString()
  const pieces = Array.from(template.matchAll(/\{\{|\}\}|\{\d+\}|[^{}]+/g), ([piece]) => piece)
  const parts: (string | Expression)[] = []
  for (const piece of pieces) {
    const place = /^\{(\d+)\}$/.exec(piece)
    const text = piece === '{{' ? '{' : piece === '}}' ? '}' : piece
    const part = place ? present(inline[Number(place[1])]) : text
    const last = parts.at(-1)
    if (typeof part === 'string' && typeof last === 'string') parts[parts.length - 1] = last + part
    else parts.push(part)
  }
  return parts
}

/**
 * The value of a scalar of several lines. The parser takes its lines as they are in the file if it contains an
 * expression: with their indentation, and not folded.
 */
function multilineOf({ range, source, blockScalarHeader: header }: BasicExpressionToken): string | undefined {
  const { start: first, end: last } = present(range)
  if (first.line === last.line) return undefined
  const start = header === undefined ? 'x: ' : `x: ${header.replace(/\d/, '')}\n`
  return String(parseDocument(`${start}${present(source)}`).get('x'))
}

/** An expression ends at the first `}}` outside its strings. */
function splitAt(value: string, inline: readonly Expression[]): (string | Expression)[] {
  const texts = value.split(/\$\{\{(?:[^'}]|'[^']*'|\}(?!\}))*\}\}/)
  return texts.flatMap((text, index) => [
    ...(text === '' ? [] : [text]),
    ...(index < texts.length - 1 ? [present(inline[index])] : []),
  ])
}

function scalarOf(token: TemplateToken): Scalar {
  const at = placeOf(token)
  if (!isBasicExpression(token)) {
    const text = isString(token) ? token.value : token.toString()
    const type = isBoolean(token)
      ? 'boolean'
      : isNumber(token)
        ? 'number'
        : isString(token)
          ? 'string'
          : 'null'
    return { at, type, text, expression: undefined, parts: [text] }
  }
  const expression = parseExpression(token.expression, at)
  const originals = token.originalExpressions?.map(one => parseExpression(one.expression, placeOf(one)))
  const value = originals && multilineOf(token)
  const parts = !originals
    ? [expression]
    : value === undefined
      ? partsOf(expression.tree as FunctionCall, originals)
      : splitAt(value, originals)
  return { at, type: 'string', text: undefined, expression, parts }
}

const optional = (token: TemplateToken | undefined): Scalar | undefined => token && scalarOf(token)

function treeOf(token: TemplateToken): Tree {
  if (isSequence(token)) return Array.from(token as Iterable<TemplateToken>, treeOf)
  if (isMapping(token))
    return new Map([...pairs(token)].map(({ key, value }) => [key.toString(), treeOf(value)]))
  return scalarOf(token)
}

const optionalTree = (token: TemplateToken | undefined): Tree | undefined => token && treeOf(token)

const entriesOf = (map: TemplateToken | undefined): Entry[] =>
  [...pairs(map)].map(({ key, value }) => ({
    name: key.toString(),
    at: placeOf(key),
    value: scalarOf(value),
  }))

/** `env:`, which can be an expression that gives the whole map. */
const envOf = (token: TemplateToken | undefined): Entry[] =>
  token && isBasicExpression(token)
    ? [{ name: WHOLE_ENV, at: placeOf(token), value: scalarOf(token) }]
    : entriesOf(token)

/** A condition as GitHub completes it: without a status function it gets `success() && (…)`, and an empty one is `success()`. */
function conditionOf(
  token: TemplateToken | undefined,
  at: Position,
): { if: Expression; condition: Scalar | undefined } {
  if (!token) return { if: parseExpression(SUCCESS, at), condition: undefined }
  const written = isBasicExpression(token) ? token.expression : present(scalarOf(token).text)
  const text = written.trim()
  const completed = text === '' ? SUCCESS : ensureStatusFunction(text, token.definitionInfo)
  const place = placeOf(token)
  // A condition without `${{ }}` is an expression too.
  const condition = text === '' ? scalarOf(token) : expressionScalar(text, place)
  return { if: parseExpression(completed, place), condition }
}

function expressionScalar(text: string, at: Position): Scalar {
  const expression = parseExpression(text, at)
  return { at, type: 'string', text: undefined, expression, parts: [expression] }
}

function shellOf(shell: Scalar | undefined, windows: boolean): Shell {
  if (!shell) return windows ? { command: 'pwsh' } : 'default'
  return shell.text === 'bash' || shell.text === 'sh' ? shell.text : { command: shell.text }
}

/** In a label: `windows-latest`, `win-builder`, but not `darwin`. */
const WINDOWS = /windows|(^|[^a-z])win([^a-z]|$)/i

/** Whether a runner can be one with Windows, where the usual shell is another one: `runs-on: ${{ matrix.os }}`. */
function mayBeWindows(runsOn: Tree, matrix: Tree | undefined): boolean {
  const expressions = expressionsIn(runsOn)
  const fromMatrix = expressions.some(({ tree }) => [...pathsOf(tree)].some(([root]) => root === 'matrix'))
  return [
    ...textsIn(runsOn),
    ...expressions.map(({ text }) => text),
    ...(fromMatrix && matrix ? textsIn(matrix) : []),
  ].some(text => WINDOWS.test(text))
}

const expressionsIn = (tree: Tree): Expression[] =>
  tree instanceof Map || Array.isArray(tree) ? [...tree.values()].flatMap(expressionsIn) : expressionsOf(tree)

const FILTERS = [
  'types',
  'branches',
  'branches-ignore',
  'tags',
  'tags-ignore',
  'paths',
  'paths-ignore',
] as const

function filterOf(token: TemplateToken): EventFilter {
  const filter: EventFilter = {}
  for (const name of FILTERS) {
    const list = get(token, name)
    if (list) filter[name] = textsIn(treeOf(list))
  }
  return filter
}

function eventsOf(token: TemplateToken): Map<string, EventFilter> {
  if (isMapping(token))
    return new Map([...pairs(token)].map(({ key, value }) => [key.toString(), filterOf(value)]))
  return new Map(textsIn(treeOf(token)).map(name => [name, {}]))
}

const inputsOf = (token: TemplateToken | undefined): Input[] =>
  [...pairs(token)].map(({ key, value }) => ({
    name: key.toString(),
    default: optional(get(value, 'default')),
  }))

/** The `value` of each output, of a workflow that can be called or a composite action. */
const valuesOf = (token: TemplateToken | undefined): Entry[] =>
  [...pairs(token)].map(({ key, value }) => {
    // GitHub's schema requires it for a reusable workflow, but not for an action.
    const found = get(value, 'value')
    return { name: key.toString(), at: placeOf(key), value: found ? scalarOf(found) : emptyAt(placeOf(key)) }
  })

/**
 * Forgejo wants `runs-on` beside a job's `uses`, which GitHub's parser rejects. It is replaced by blanks, so that all
 * positions stay the same.
 */
function withoutRunsOnOfCalls(text: string): string {
  const jobs = parseDocument(text).get('jobs')
  if (!isMap(jobs)) return text
  let blanked = text
  for (const { value: job } of jobs.items) {
    if (!isMap(job) || !job.has('uses')) continue
    const pair = job.items.find(({ key }) => isYamlScalar(key) && key.value === 'runs-on') as Pair | undefined
    const from = (pair?.key as { range?: number[] } | undefined)?.range?.[0]
    const to = (pair?.value as { range?: number[] } | undefined)?.range?.[1]
    if (from === undefined || to === undefined) continue
    blanked = blanked.slice(0, from) + blanked.slice(from, to).replace(/[^\r\n]/g, ' ') + blanked.slice(to)
  }
  return blanked
}

function checkSize({ file, text }: Source): void {
  if (text.length > MAX_LENGTH)
    throw new Rejected(file, 'The file is longer than 1 MiB, which is too long to read.')
  if (!/[&*]/.test(text)) return
  try {
    parseDocument(text).toJS({ maxAliasCount: MAX_ALIASES })
  } catch (error) {
    // The parser reports any other error, with its position.
    if (error instanceof ReferenceError && /alias count/.test(error.message))
      throw new Rejected(file, 'The file repeats its YAML anchors too often to be read.')
  }
}

/**
 * What the conversion rejects, and GitHub runs: an `env:` that is one expression, and a text as the default of a boolean
 * input of `workflow_dispatch`.
 */
function isAcceptedByGitHub({ rawMessage, range }: TemplateValidationError, root: TemplateToken | undefined) {
  if (/^Unexpected type 'BasicExpressionToken' .* '(?:job|step) env'/.test(rawMessage)) return true
  const inputs = get(get(get(root, 'on'), 'workflow_dispatch'), 'inputs')
  return (
    rawMessage.includes("'input default'") &&
    [...pairs(inputs)].some(({ value }) => get(value, 'default')?.range === range)
  )
}

interface Surroundings {
  file: string
  platform: Platform
  /** The chain of files that leads here, each calling the next. */
  callers: string[]
}

/** What a step takes from its job and workflow. */
interface StepDefaults {
  shell: Scalar | undefined
  windows: boolean
}

class Reader {
  readonly #readFile: ReadFile

  constructor(readFile: ReadFile) {
    this.#readFile = readFile
  }

  async workflow(source: Source, callers: string[]): Promise<Workflow> {
    const { file, platform } = source
    checkSize(source)
    const content = platform === 'github' ? source.text : withoutRunsOnOfCalls(source.text)
    const { context, value: root } = parseWorkflow({ name: file, content }, new NoOperationTraceWriter())
    // This finds errors that the schema of the parser misses: a cycle of needs, a condition that cannot be parsed.
    if (root && context.errors.count === 0) await convertWorkflowTemplate(context, root)
    const error = context.errors.getErrors().find(one => !isAcceptedByGitHub(one, root))
    if (error) throw new Rejected(file, repeatable(error.rawMessage), error.range?.start)
    return await this.#build(root as MappingToken, { file, platform, callers })
  }

  async #build(root: MappingToken, around: Surroundings): Promise<Workflow> {
    const events = present([...pairs(root)].find(({ key }) => key.toString() === 'on'))
    const call = get(events.value, 'workflow_call')
    const shell = get(get(get(root, 'defaults'), 'run'), 'shell')
    const jobs: Job[] = []
    for (const { key, value } of pairs(get(root, 'jobs')))
      jobs.push(await this.#job(key, value, shell, around))
    const eventMap = eventsOf(events.value)
    return {
      file: around.file,
      platform: around.platform,
      name: optional(get(root, 'name')),
      events: eventMap,
      eventsAt: placeOf(events.key),
      call: eventMap.has('workflow_call')
        ? {
            inputs: inputsOf(get(call, 'inputs')),
            outputs: valuesOf(get(call, 'outputs')),
            secrets: [...pairs(get(call, 'secrets'))].map(({ key }) => key.toString()),
          }
        : undefined,
      env: envOf(get(root, 'env')),
      jobs,
    }
  }

  async #job(
    key: ScalarToken,
    token: TemplateToken,
    workflowShell: TemplateToken | undefined,
    around: Surroundings,
  ): Promise<Job> {
    const at = placeOf(key)
    const needs = get(token, 'needs')
    const strategy = get(token, 'strategy')
    const name = optional(get(token, 'name'))
    const base = {
      id: key.toString(),
      at,
      name: name?.text === '' ? undefined : name,
      needs: (needs && isSequence(needs)
        ? Array.from(needs as Iterable<TemplateToken>)
        : needs
          ? [needs]
          : []
      ).map(one => ({ id: one.toString(), at: placeOf(one) })),
      ...conditionOf(get(token, 'if'), at),
      matrix: optionalTree(strategy && isMapping(strategy) ? get(strategy, 'matrix') : strategy),
    }
    const uses = get(token, 'uses')
    if (uses) return await this.#call(base, uses, token, around)
    const shell = get(get(get(token, 'defaults'), 'run'), 'shell') ?? workflowShell
    const runsOn = optionalTree(get(token, 'runs-on'))
    const windows = runsOn !== undefined && mayBeWindows(runsOn, base.matrix)
    return {
      ...base,
      kind: 'steps',
      runsOn,
      environment: optionalTree(get(token, 'environment')),
      inContainer: get(token, 'container') !== undefined,
      continueOnError: optional(get(token, 'continue-on-error')),
      env: envOf(get(token, 'env')),
      outputs: entriesOf(get(token, 'outputs')),
      steps: this.#steps(get(token, 'steps'), { shell: optional(shell), windows }, around),
    } satisfies StepsJob
  }

  async #call(
    base: Omit<CallJob, 'kind' | 'uses' | 'with' | 'secrets' | 'called'>,
    uses: TemplateToken,
    token: TemplateToken,
    around: Surroundings,
  ): Promise<CallJob> {
    const secrets = get(token, 'secrets')
    const job: CallJob = {
      ...base,
      kind: 'call',
      uses: scalarOf(uses),
      with: entriesOf(get(token, 'with')),
      secrets: secrets && isString(secrets) && secrets.value === 'inherit' ? 'inherit' : entriesOf(secrets),
      called: undefined,
    }
    const { platform, callers, file } = around
    if (isGateCall(job)) {
      const gate = { file: 'nolapse/token-action', text: GATE_WORKFLOW, platform }
      return { ...job, called: await this.workflow(gate, [...callers, file]) }
    }
    const path = /^[.$]\/(?<path>\.(?:github|forgejo|gitea)\/workflows\/[^/]+\.ya?ml)$/.exec(
      present(job.uses.text),
    )
    if (!path?.groups?.path) return job
    return { ...job, called: await this.#calledWorkflow(path.groups.path, around) }
  }

  async #calledWorkflow(path: string, { platform, callers, file }: Surroundings): Promise<CallJob['called']> {
    const chain = [...callers, file]
    const text = chain.includes(path) || chain.length > MAX_DEPTH ? undefined : this.#readFile(path)
    if (text === undefined) return 'unreadable'
    const called = await this.workflow({ file: path, text, platform }, chain)
    return called.call ? called : 'unreadable'
  }

  /** Steps in `parallel` are treated as sequential: if one of them fails, the job fails either way. */
  #steps(list: TemplateToken | undefined, defaults: StepDefaults, around: Surroundings): Step[] {
    if (!list || !isSequence(list)) return []
    return Array.from(list as Iterable<TemplateToken>).flatMap(step => {
      const inside = get(step, 'parallel')
      return inside ? this.#steps(inside, defaults, around) : [this.#step(step, defaults, around)]
    })
  }

  #step(token: TemplateToken, defaults: StepDefaults, around: Surroundings): Step {
    const at = placeOf(token)
    const base = {
      id: get(token, 'id')?.toString(),
      at,
      name: optional(get(token, 'name')),
      ...conditionOf(get(token, 'if'), at),
      continueOnError: optional(get(token, 'continue-on-error')),
      env: envOf(get(token, 'env')),
    }
    const run = get(token, 'run')
    if (run) {
      const scalar = scalarOf(run)
      const shell = optional(get(token, 'shell')) ?? defaults.shell
      const script = readScript(scriptPartsOf(scalar), shellOf(shell, defaults.windows))
      return { ...base, kind: 'run', run: scalar, shell, script } satisfies RunStep
    }
    const uses = scalarOf(present(get(token, 'uses')))
    return {
      ...base,
      kind: 'uses',
      uses,
      with: entriesOf(get(token, 'with')),
      composite: this.#composite(uses, around),
    } satisfies UsesStep
  }

  #composite(uses: Scalar, { platform, callers, file }: Surroundings): UsesStep['composite'] {
    const folder = /^[.$]\/(?<folder>.*?)\/*$/.exec(present(uses.text))?.groups?.folder
    if (folder === undefined) return undefined
    const chain = [...callers, file]
    for (const name of ['action.yml', 'action.yaml']) {
      const path = folder === '' ? name : `${folder}/${name}`
      if (chain.includes(path) || chain.length > MAX_DEPTH) return 'unreadable'
      const text = this.#readFile(path)
      if (text === undefined) continue
      const source = { file: path, text, platform }
      checkSize(source)
      const { context, value } = parseAction({ name: path, content: text }, new NoOperationTraceWriter())
      if (!value || context.errors.count > 0) return 'unreadable'
      const runs = get(value, 'runs')
      if (get(runs, 'using')?.toString() !== 'composite') return undefined
      const around = { file: path, platform, callers: chain }
      return {
        file: path,
        inputs: inputsOf(get(value, 'inputs')),
        outputs: valuesOf(get(value, 'outputs')),
        steps: this.#steps(get(runs, 'steps'), { shell: undefined, windows: false }, around),
      } satisfies CompositeAction
    }
    return 'unreadable'
  }
}
