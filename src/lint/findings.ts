/** What lint finds and proves: the shape that every report is made from. */

export type Level = 'error' | 'warning'

/** The rules that a file can break, with what each breach means for the exit code. */
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
  /** A sentence: what is wrong. May quote the file: a report neutralises what it prints. */
  message: string
  /** A sentence: what to do. */
  remedy: string
  /** It says what the verdict of its workflow says. Not in the JSON report. */
  ofProof?: true
}

export type JobResult = 'success' | 'failure' | 'skipped' | 'cancelled'

export type Who = 'own' | 'fork' | 'dependabot' | 'queue'

export type TokenState = 'valid' | 'refused' | 'missing' | 'unavailable'

/** The events that decide about a merge. */
export type MergeEvent = 'pull_request' | 'merge_group'

export interface Counterexample {
  who: Who
  token: TokenState
  nolapse: 'passed' | 'failed' | 'not-run'
  /** By job id; `caller / callee` for the jobs of a called workflow. */
  jobs: Record<string, JobResult>
  /** What cannot be known from here, or the author of the pull request decides, and is so in this case. */
  assumes: string[]
}

export interface WorkflowVerdict {
  file: string
  event: MergeEvent
  /** The required checks that were named; null if none was. */
  required: string[] | null
  /** If none was named: the smallest set of the workflow's checks to require. */
  require: string[] | null
  /** null: unproven. */
  holds: boolean | null
  /** How many cases were gone through. */
  cases: number
  counterexample: Counterexample | null
  /** The time ran out before all cases were gone through. Not in the JSON report. */
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
