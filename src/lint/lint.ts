/** The command's own file: reads what there is to read, proves it, checks it, and reports. */
import { unknownChecks } from './checks.ts'
import { type Found, findFiles, type SourceFile, type Unreadable } from './files.ts'
import type { Finding, LintResult, WorkflowVerdict } from './findings.ts'
import { checkedOf } from './github/checked.ts'
import type { RepositoryFacts } from './github/facts.ts'
import { type Look, look } from './github/look.ts'
import { parseRepository, type Repository } from './github/repository.ts'
import { type Pipeline, readPipeline, type Unread } from './gitlab/pipeline.ts'
import { checkPipeline, type Roles, rolesOf } from './gitlab/rules.ts'
import { judge, RULES } from './judge.ts'
import { isRejection, readWorkflow } from './read-workflow.ts'
import { FORMATS, type Format, report } from './report/report.ts'
import { apiUrlFromOutside } from './rules/api-url-from-outside.ts'
import { hiddenFailure } from './rules/hidden-failure.ts'
import { noToken } from './rules/no-token.ts'
import { tokenExposed } from './rules/token-exposed.ts'
import { tokensInFile } from './rules/token-in-file.ts'
import { tokenNotSecret } from './rules/token-not-secret.ts'
import { unknownInput } from './rules/unknown-input.ts'
import { jobsOf, stepsOf } from './tour.ts'
import { isGateCall, roleOf, type Workflow } from './workflow.ts'

export { FORMATS, type Format }

export interface Request {
  paths: readonly string[]
  required: readonly string[]
  strict: boolean
  format: Format
  /** The folder that paths start from; the process's own if it is not given. */
  here?: string
  /** The version that a report names. */
  version: string
  /** GitHub is to be asked as well. */
  github?: GitHubRequest | undefined
}

export interface GitHubRequest {
  /** The word after --github: a repository, or else a path; undefined if there is none. */
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
  /** What is wrong with the usage, for standard error. */
  complaints: string[]
  /** Nothing could be seen on GitHub: why, and what to do. */
  blind?: { why: string; remedy: string } | undefined
}

/** The rules of the proof, then those of their own. */
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
  /** Something runs nolapse or the gate. */
  concerns: boolean
}

export async function lint(request: Request): Promise<Outcome> {
  const { github, here = process.cwd() } = request
  const named = github?.word === undefined ? undefined : parseRepository(github.word, github.environment)
  const found = findFiles(
    github?.word === undefined || named ? request.paths : [github.word, ...request.paths],
    here,
  )
  const gathered: Gathered = {
    workflows: [],
    verdicts: [],
    findings: [],
    unread: [],
    wrong: [...found.unreadable],
    concerns: false,
  }
  const required = request.required.length > 0 ? request.required : null
  const folders = await Promise.all(byFolder(found).map(files => readFolder(files, gathered)))
  const seen = github && (await lookOnGitHub(folders, { ...github, named, here }))
  if (seen?.kind === 'several') gathered.wrong.push(SEVERAL)
  for (const folder of folders)
    judgeFolder(folder, required, seen?.kind === 'seen' ? seen.facts : undefined, gathered)
  for (const { path, dialect, content, folder } of found.files)
    if (dialect === 'gitlab') lintPipeline(readPipeline(path, content, folder), gathered)
  for (const [path, text] of found.allRead) gathered.findings.push(...tokensInFile(path, text))

  const complaints = [
    ...gathered.wrong.map(saidOf),
    ...unknownChecks(gathered.workflows, request.required).map(({ name, closest }) =>
      unknownCheck(name, closest),
    ),
  ]
  if (complaints.length === 0 && !gathered.concerns) complaints.push(NOTHING)
  const result: LintResult = {
    holds: seen?.kind === 'nothing' ? overall(gathered.verdicts) && null : overall(gathered.verdicts),
    files: [...found.allRead.keys()].sort(),
    workflows: gathered.verdicts,
    findings: gathered.findings.sort(byPlace),
  }
  return {
    exit: complaints.length > 0 ? 2 : seen?.kind === 'nothing' ? 3 : exitOf(result, request.strict),
    document: report(request.format, {
      result,
      unread: gathered.unread,
      version: request.version,
      complaints,
      checked: seen?.kind === 'seen' ? checkedOf(seen.facts) : undefined,
    }),
    complaints,
    blind: seen?.kind === 'nothing' ? seen : undefined,
  }
}

/** Those of one folder belong to one repository: their jobs' names are compared with each other. */
const byFolder = ({ files }: Found): SourceFile[][] => {
  const folders = new Map<string, SourceFile[]>()
  for (const file of files) folders.set(file.root, [...(folders.get(file.root) ?? []), file])
  return [...folders.values()]
}

/** The workflows of one folder. */
interface ReadFolder {
  files: readonly SourceFile[]
  workflows: Workflow[]
  /** How the report names each file. */
  shown: ReadonlyMap<string, string>
}

async function readFolder(files: readonly SourceFile[], gathered: Gathered): Promise<ReadFolder> {
  const workflows: Workflow[] = []
  /** Findings name files from the folder's root, as workflows do. */
  const shown = new Map<string, string>()
  for (const { path, name, dialect, content, folder } of files) {
    if (dialect === 'gitlab') continue
    const read = await readWorkflow({ file: name, text: content, platform: dialect }, reference => {
      const inner = folder.readFile(reference)
      if (inner.kind === 'unreadable') return undefined
      shown.set(reference, inner.path)
      return inner.content
    })
    shown.set(name, path)
    if (isRejection(read)) {
      const { line, column, message } = read
      const remedy = 'Fix the file, or leave it out.'
      gathered.wrong.push({ path: shown.get(read.file) ?? read.file, message, remedy, line, column })
    } else workflows.push(read)
  }
  return { files, workflows, shown }
}

/** One repository has one set of rules: files of several folders cannot be judged by it. */
async function lookOnGitHub(
  folders: readonly ReadFolder[],
  { named, here, ...github }: GitHubRequest & { named: Repository | undefined; here: string },
): Promise<Look | { kind: 'several' } | undefined> {
  const [first, ...others] = folders.filter(({ workflows }) => workflows.length > 0)
  if (others.length > 0) return { kind: 'several' }
  if (!first) return undefined
  const { files, workflows } = first
  const [file] = files
  // The folder of a file that lies elsewhere is not a repository's root.
  const isRoot = file?.name.startsWith('.github/') === true
  return look({
    ...github,
    named,
    folder: file?.root ?? here,
    workflows,
    readFile: isRoot
      ? path => {
          const read = file.folder.readFile(path)
          return read.kind === 'read' ? read.content : undefined
        }
      : undefined,
  })
}

const SEVERAL: Unreadable = {
  path: '--github',
  message: 'The files to read belong to more than one folder, but the settings are those of one repository.',
  remedy: 'Run lint once for each folder.',
}

function judgeFolder(
  { workflows, shown }: ReadFolder,
  required: readonly string[] | null,
  facts: RepositoryFacts | undefined,
  gathered: Gathered,
): void {
  const { verdicts, findings } = judge(workflows, { required }, facts, ALL_RULES)
  const place = <T extends { file: string }>(one: T): T => ({ ...one, file: shown.get(one.file) ?? one.file })
  gathered.workflows.push(...workflows)
  gathered.verdicts.push(...verdicts.map(place))
  gathered.findings.push(...findings.map(place))
  gathered.concerns ||= workflows.some(concernsNolapse)
}

const concernsNolapse = (workflow: Workflow): boolean =>
  [...jobsOf(workflow)].some(({ job }) => isGateCall(job)) ||
  [...stepsOf(workflow)].some(({ step }) => roleOf(step) !== 'other')

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

/** `null`, unproven, also if there was nothing to prove. */
function overall(verdicts: readonly WorkflowVerdict[]): boolean | null {
  if (verdicts.some(({ holds }) => holds === false)) return false
  return verdicts.length > 0 && verdicts.every(({ holds }) => holds === true) ? true : null
}

function exitOf({ findings }: LintResult, strict: boolean): 0 | 5 {
  return findings.some(({ level, rule }) => level === 'error' || (strict && rule === 'unproven')) ? 5 : 0
}

const byPlace = (a: Finding, b: Finding): number =>
  a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line || a.column - b.column

const saidOf = ({ path, line, column, message, remedy }: Unreadable): string =>
  `${path}${line === undefined ? '' : `:${line}:${column}`}: ${message}\nWhat to do: ${remedy}`

function unknownCheck(name: string, closest: readonly string[]): string {
  const known = closest.map(one => `\`${one}\``).join(', ')
  return (
    `--required-check: no job of these files reports a check named \`${name}\`.\n` +
    `What to do: name the check as GitHub shows it${known ? `. The closest are ${known}` : ''}.`
  )
}

const NOTHING =
  'Nothing here runs nolapse or its gate.\nWhat to do: run lint in the folder of a repository, or name the files to read.'
