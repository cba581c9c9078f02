/** What GitHub itself says of a repository: the seam between the command and what asks `gh`. */
import type { Finding, WorkflowVerdict } from '../findings.ts'
import type { Workflow } from '../workflow.ts'

export interface RepositoryQuestion {
  /** `[HOST/]OWNER/REPO` as the user wrote it; undefined for the one of the folder's remote. */
  named: string | undefined
  /** The folder of the repository. */
  folder: string
  workflows: readonly Workflow[]
  environment: NodeJS.ProcessEnv
}

export type RepositoryAnswer =
  /** The proof with the checks that the repository requires, and what its settings leave open. */
  | { kind: 'seen'; verdicts: WorkflowVerdict[]; findings: Finding[]; notes: string[] }
  | { kind: 'nothing'; why: string; remedy: string }

export type ReadRepository = (question: RepositoryQuestion) => Promise<RepositoryAnswer>
