/** The lint command: reads files, proves that the gate holds, applies the rules, and reports. */
import { unknownChecks } from './checks.ts'
import { type Folder, type Found, findFiles, type SourceFile, type Unreadable } from './files.ts'
import type { Finding, LintResult, WorkflowVerdict } from './findings.ts'
import { concernsGate } from './gating.ts'
import { type Checked, checkedOf } from './github/checked.ts'
import { look } from './github/look.ts'
import { parseRepository, type Repository } from './github/repository.ts'
import { type Pipeline, readPipeline, type Unread } from './gitlab/pipeline.ts'
import { checkPipeline, type Roles, rolesOf } from './gitlab/rules.ts'
import { type Judgement, judge, RULES } from './judge.ts'
import type { ProofOptions } from './prove.ts'
import { isRejection, readWorkflow } from './read-workflow.ts'
import { FORMATS, type Format, report } from './report/report.ts'
import { safe } from './report/safe.ts'
import { apiUrlFromOutside } from './rules/api-url-from-outside.ts'
import { hiddenFailure } from './rules/hidden-failure.ts'
import { noToken } from './rules/no-token.ts'
import { tokenExposed } from './rules/token-exposed.ts'
import { tokensInFile } from './rules/token-in-file.ts'
import { tokenNotSecret } from './rules/token-not-secret.ts'
import { unknownInput } from './rules/unknown-input.ts'
import type { ReadFile, Workflow } from './workflow.ts'

export { FORMATS, type Format }

export interface Request {
  paths: readonly string[]
  required: readonly string[]
  /** `--github`: also ask GitHub. */
  github?: GitHubRequest | undefined
  strict: boolean
  format: Format
  /** The folder that paths are relative to; by default the current one. */
  here?: string
  /** The version to name in a report. */
  version: string
}

export interface GitHubRequest {
  /** The word after `--github`: a repository, or else a path. Undefined if there is none. */
  word: string | undefined
  /** The files of gh and git; undefined if they are not installed. */
  gh: string | undefined
  git: string | undefined
  environment: NodeJS.ProcessEnv
}

export interface Outcome {
  exit: 0 | 2 | 3 | 5
  /** The report, without a line break at its end. */
  document: string
  /** Usage errors, for standard error. */
  complaints: string[]
  /** Why nothing could be read from GitHub, and what to do. */
  blind: string[]
}

/** Those of `judge.ts`, and those that need no proof and no facts from GitHub. */
const ALL_RULES = [
  ...RULES,
  noToken,
  tokenNotSecret,
  unknownInput,
  tokenExposed,
  apiUrlFromOutside,
  hiddenFailure,
]

interface Gathered {
  workflows: Workflow[]
  verdicts: WorkflowVerdict[]
  findings: Finding[]
  unread: Unread[]
  wrong: Unreadable[]
  /** Why GitHub showed nothing, and what was checked there. */
  blind: string[]
  checked: Checked[]
  /** Something runs nolapse or the gate. */
  concerns: boolean
}

export async function lint(request: Request): Promise<Outcome> {
  const { github } = request
  const named = github?.word === undefined ? undefined : parseRepository(github.word, github.environment)
  const paths = github?.word === undefined || named ? request.paths : [github.word, ...request.paths]
  const found = findFiles(paths, request.here)
  const gathered: Gathered = {
    workflows: [],
    verdicts: [],
    findings: [],
    unread: [],
    wrong: [...found.unreadable],
    blind: [],
    checked: [],
    concerns: false,
  }
  const required = request.required.length > 0 ? request.required : null
  const asked = github && { ...github, named }
  for (const files of byFolder(found)) await lintFolder(files, required, gathered, asked)
  for (const { path, dialect, content, folder } of found.files)
    if (dialect === 'gitlab') lintPipeline(readPipeline(path, content, folder), gathered)
  for (const [path, text] of found.allRead) gathered.findings.push(...tokensInFile(path, text))

  const complaints = [
    ...gathered.wrong.map(complaintOf),
    ...unknownChecks(gathered.workflows, request.required).map(({ name, closest }) =>
      unknownCheck(name, closest),
    ),
  ]
  if (complaints.length === 0 && !gathered.concerns) complaints.push(NOTHING)
  const result: LintResult = {
    // Without an answer from GitHub, nothing is proven about the actual repository.
    holds: overall(gathered.verdicts) && (gathered.blind.length > 0 ? null : true),
    files: [...found.allRead.keys()].sort(),
    workflows: gathered.verdicts,
    findings: gathered.findings.sort(byPlace),
  }
  const exit = exitOf(result, request.strict, gathered.workflows.some(concernsGate))
  return {
    exit: complaints.length > 0 ? 2 : gathered.blind.length > 0 ? 3 : exit,
    document: report(request.format, {
      result,
      unread: gathered.unread,
      checked: gathered.checked,
      version: request.version,
      complaints,
      rejected: exit === 5 && !hasError(result),
    }),
    complaints,
    blind: [...new Set(gathered.blind)],
  }
}

/** The workflows of one folder belong to one repository, so the names of their jobs are compared. */
const byFolder = ({ files }: Found): SourceFile[][] => {
  const folders = new Map<string, SourceFile[]>()
  for (const file of files) folders.set(file.root, [...(folders.get(file.root) ?? []), file])
  return [...folders.values()]
}

async function lintFolder(
  files: readonly SourceFile[],
  required: readonly string[] | null,
  gathered: Gathered,
  asked: Asked | undefined,
): Promise<void> {
  const workflows: Workflow[] = []
  /** The path to show for each file. Findings name a file from the folder's root, as workflows do. */
  const shown = new Map<string, string>()
  const shownAs = (file: string) =>
    shown.get(file) ?? /* istanbul ignore next -- only the model of token-gate.yml is no file */ file
  for (const { path, name, dialect, content, folder } of files) {
    if (dialect === 'gitlab') continue
    const read = await readWorkflow({ file: name, text: content, platform: dialect }, reader(folder, shown))
    shown.set(name, path)
    if (isRejection(read)) {
      const { line, column, message } = read
      const remedy = 'Fix the file, or leave it out.'
      gathered.wrong.push({ path: shownAs(read.file), message, remedy, line, column })
    } else workflows.push(read)
  }
  const { verdicts, findings } = await judged(files, workflows, { required }, gathered, asked, shown)
  const withShownFile = <T extends { file: string }>(one: T): T => ({ ...one, file: shownAs(one.file) })
  gathered.workflows.push(...workflows)
  gathered.verdicts.push(...verdicts.map(withShownFile))
  gathered.findings.push(...findings.map(withShownFile))
  gathered.concerns ||= workflows.some(concernsGate)
}

interface Asked extends GitHubRequest {
  named: Repository | undefined
}

async function judged(
  [first]: readonly SourceFile[],
  workflows: readonly Workflow[],
  options: ProofOptions,
  gathered: Gathered,
  asked: Asked | undefined,
  shown: Map<string, string>,
): Promise<Judgement> {
  if (asked && first && workflows.length > 0) {
    // Only a file in `.github/` shows where the root of the repository is.
    const readFile = first.name.startsWith('.github/') ? reader(first.folder, shown) : undefined
    const answer = await look({ ...asked, folder: first.root, workflows, readFile })
    if (answer.kind === 'seen') {
      const judgement = judge(workflows, options, answer.facts, ALL_RULES)
      gathered.checked.push(checkedOf(answer.facts, judgement.findings))
      return judgement
    }
    gathered.blind.push(`${answer.why}\nWhat to do: ${answer.remedy}`)
  }
  return judge(workflows, options, undefined, ALL_RULES)
}

/** Reads files for a workflow, and remembers the path to show for each one. */
const reader =
  (folder: Folder, shown: Map<string, string>): ReadFile =>
  reference => {
    const read = folder.readFile(reference)
    if (read.kind === 'unreadable') return undefined
    shown.set(reference, read.path)
    return read.content
  }

function lintPipeline(pipeline: Pipeline | Unreadable, gathered: Gathered): void {
  if (!('jobs' in pipeline)) {
    gathered.wrong.push(pipeline)
    return
  }
  const roles: Roles = rolesOf(pipeline)
  gathered.findings.push(...checkPipeline(pipeline, roles))
  gathered.unread.push(...pipeline.unread)
  gathered.concerns ||= roles.gates.size > 0 || roles.nolapse.size > 0
}

/** `null` (unproven) also if there was nothing to prove. */
function overall(verdicts: readonly WorkflowVerdict[]): boolean | null {
  if (verdicts.some(({ holds }) => holds === false)) return false
  return verdicts.length > 0 && verdicts.every(({ holds }) => holds === true) ? true : null
}

const hasError = ({ findings }: Pick<LintResult, 'findings'>): boolean =>
  findings.some(({ level }) => level === 'error')

/** @param toProve a workflow runs nolapse or the gate, so that --strict wants a proof */
function exitOf({ findings, holds }: LintResult, strict: boolean, toProve: boolean): 0 | 5 {
  if (hasError({ findings })) return 5
  const unproven = findings.some(({ rule }) => rule === 'unproven') || (toProve && holds === null)
  return strict && unproven ? 5 : 0
}

const byPlace = (a: Finding, b: Finding): number =>
  a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line || a.column - b.column

const complaintOf = ({ path, line, column, message, remedy }: Unreadable): string =>
  `${safe(path)}${line === undefined ? '' : `:${line}:${column}`}: ${message}\nWhat to do: ${remedy}`

function unknownCheck(name: string, closest: readonly string[]): string {
  const known = closest.map(one => `\`${safe(one)}\``).join(', ')
  return (
    `--required-check: no job of these files reports a check named \`${safe(name)}\`.\n` +
    `What to do: Name the check as the pull request shows it${known ? `. The closest are ${known}` : ''}.`
  )
}

const NOTHING =
  'Nothing here runs nolapse or its gate.\nWhat to do: Run lint in the folder of a repository, or name the files to read.'
