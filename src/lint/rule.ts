/** The input and output of every rule. */
import type { Finding, RuleId, WorkflowVerdict } from './findings.ts'
import type { RepositoryFacts } from './github/facts.ts'
import type { ProofOptions } from './prove.ts'
import type { Workflow } from './workflow.ts'

/** Everything that was read and proven. */
export interface Subject {
  workflows: readonly Workflow[]
  verdicts: readonly WorkflowVerdict[]
  options: ProofOptions
  /** The checks that the user names, independent of what GitHub requires. */
  named: readonly string[]
  /** What GitHub says about the repository, if it was asked. */
  facts: RepositoryFacts | undefined
}

export interface Rule {
  ids: readonly RuleId[]
  check(subject: Subject): Finding[]
}
