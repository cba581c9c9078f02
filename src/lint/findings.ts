/** What lint finds and proves. Every report is made from this. */

export type Level = 'error' | 'warning'

/** The rules, each with the level that decides the exit code. */
export const LEVELS = {
  bypass: 'error',
  unproven: 'warning',
  'string-as-condition': 'error',
  'undefined-output': 'error',
  'no-token': 'error',
  'token-not-secret': 'error',
  'token-in-file': 'error',
  'unknown-input': 'error',
  'nolapse-before-gate': 'warning',
  'token-exposed': 'warning',
  'api-url-from-outside': 'error',
  'self-reference': 'error',
  'hidden-failure': 'error',
  'optional-gate': 'error',
  'ambiguous-check': 'error',
  'secret-missing': 'error',
  'dependabot-secret-missing': 'warning',
  'secret-is-variable': 'error',
  'not-required': 'error',
  'gate-editable': 'warning',
  'check-from-any-source': 'warning',
  'required-check-absent': 'error',
} as const satisfies Record<string, Level>

export type RuleId = keyof typeof LEVELS

/** Both are counted from 1, as editors and GitHub count. */
export interface Position {
  line: number
  column: number
}

export interface Finding extends Position {
  rule: RuleId
  level: Level
  file: string
  /** A sentence: what is wrong. It may quote the file, because reports neutralise what they print. */
  message: string
  /** A sentence: what to do. */
  remedy: string
  /** Repeats the verdict of its workflow. Not in the JSON report. */
  ofProof?: true
}

/** The server that runs a workflow. Forgejo and Gitea follow GitHub's rules, except where the simulation says otherwise. */
export type Platform = 'github' | 'forgejo' | 'gitea'

export type JobResult = 'success' | 'failure' | 'skipped' | 'cancelled'

export type Who = 'own' | 'fork' | 'dependabot' | 'queue'

export type TokenState = 'valid' | 'refused' | 'missing' | 'unavailable'

/** The events whose checks decide about a merge. */
export const MERGE_EVENTS = ['pull_request', 'merge_group'] as const

export type MergeEvent = (typeof MERGE_EVENTS)[number]

export interface Counterexample {
  who: Who
  token: TokenState
  nolapse: 'passed' | 'failed' | 'not-run'
  /** By job id; `caller / callee` for the jobs of a called workflow. */
  jobs: Record<string, JobResult>
  /** What is true in this case, but is not known from the files or is decided by the author of the pull request. */
  assumes: string[]
}

export interface WorkflowVerdict {
  file: string
  /** The server that runs it. Not in the JSON report. */
  platform: Platform
  event: MergeEvent
  /** The required checks that were named; null if none were. */
  required: string[] | null
  /** If none were named: the smallest set of the workflow's checks to require. */
  require: string[] | null
  /** null: unproven. */
  holds: boolean | null
  /** The number of cases checked. */
  cases: number
  counterexample: Counterexample | null
  /** Time ran out before all cases were checked. Not in the JSON report. */
  timedOut: boolean
}

export interface LintResult {
  holds: boolean | null
  files: string[]
  workflows: WorkflowVerdict[]
  findings: Finding[]
}

/** A finding at its place, with the level of its rule. */
export const finding = (
  rule: RuleId,
  file: string,
  { line, column }: Position,
  message: string,
  remedy: string,
): Finding => ({ rule, level: LEVELS[rule], file, line, column, message, remedy })
