/** What GitHub itself says of a repository: the seam between the command and what asks `gh`. */
import type { Judgement } from '../judge.ts'
import type { ProofOptions } from '../prove.ts'
import type { Rule } from '../rule.ts'
import type { ReadFile, Workflow } from '../workflow.ts'

export interface RepositoryQuestion {
  /** `[HOST/]OWNER/REPO` as the user wrote it; undefined for the one of the folder's remote. */
  named: string | undefined
  /** The folder of the repository. */
  folder: string
  workflows: readonly Workflow[]
  /** The checks that the user named. */
  options: ProofOptions
  /** The rules that need nothing of GitHub. */
  rules: readonly Rule[]
  readFile: ReadFile
  environment: NodeJS.ProcessEnv
}

export type RepositoryAnswer =
  /** The proof with the checks that the repository requires, all findings, and what could not be seen, in sentences. */
  | { kind: 'seen'; judgement: Judgement; unseen: string[] }
  /** Nothing could be seen: why, and what to do. */
  | { kind: 'nothing'; why: string; remedy: string }

/** Whether the word after `--github` is a repository, not a path. */
export const isRepository = (word: string): boolean =>
  /^(?:[a-z0-9][a-z0-9.-]*\.[a-z0-9.-]+\/)?[a-z0-9][\w-]*\/[\w.-]+$/i.test(word)

export async function readRepository(_question: RepositoryQuestion): Promise<RepositoryAnswer> {
  return {
    kind: 'nothing',
    why: '`gh`, the command line of GitHub, cannot be asked from here.',
    remedy: 'Leave out --github, and name the checks with --required-check.',
  }
}
