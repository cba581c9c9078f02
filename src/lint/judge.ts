/** All that can be said of workflows once they are read: what is proven, and what the rules of the proof find. */
import type { Finding, WorkflowVerdict } from './findings.ts'
import { type ProofOptions, proveWorkflow } from './prove.ts'
import type { Rule } from './rule.ts'
import { ambiguousCheck } from './rules/ambiguous-check.ts'
import { bypass } from './rules/bypass.ts'
import { nolapseBeforeGate } from './rules/nolapse-before-gate.ts'
import { stringAsCondition } from './rules/string-as-condition.ts'
import { undefinedOutput } from './rules/undefined-output.ts'
import type { Workflow } from './workflow.ts'

/** In the order in which they are reported for one place. */
export const RULES: readonly Rule[] = [
  bypass,
  stringAsCondition,
  undefinedOutput,
  nolapseBeforeGate,
  ambiguousCheck,
]

export interface Judgement {
  verdicts: WorkflowVerdict[]
  findings: Finding[]
}

/** An exception in a rule is a defect: it is not caught here. */
export function judge(
  workflows: readonly Workflow[],
  options: ProofOptions,
  rules: readonly Rule[] = RULES,
): Judgement {
  const verdicts = workflows.flatMap(workflow => proveWorkflow(workflow, options))
  const subject = { workflows, verdicts, options }
  const findings = rules.flatMap(rule => rule.check(subject))
  return { verdicts, findings: withoutRepetition(findings) }
}

/** A composite action that several jobs use is looked at for each of them. */
function withoutRepetition(findings: readonly Finding[]): Finding[] {
  const byText = new Map(findings.map(one => [JSON.stringify(one), one]))
  return [...byText.values()]
}
