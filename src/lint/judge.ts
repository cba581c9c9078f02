/** Judges workflows after they are read: proves them, and applies the rules. */
import type { Finding, WorkflowVerdict } from './findings.ts'
import type { RepositoryFacts } from './github/facts.ts'
import { proveRequired, requiredNames } from './github/prove-required.ts'
import { nameOf } from './github/repository.ts'
import { type ProofOptions, proveWorkflow } from './prove.ts'
import type { Rule } from './rule.ts'
import { ambiguousCheck } from './rules/ambiguous-check.ts'
import { bypass } from './rules/bypass.ts'
import { checkFromAnySource } from './rules/check-from-any-source.ts'
import { dependabotSecretMissing } from './rules/dependabot-secret-missing.ts'
import { gateEditable } from './rules/gate-editable.ts'
import { nolapseBeforeGate } from './rules/nolapse-before-gate.ts'
import { notRequired } from './rules/not-required.ts'
import { requiredCheckAbsent } from './rules/required-check-absent.ts'
import { secretIsVariable } from './rules/secret-is-variable.ts'
import { secretMissing } from './rules/secret-missing.ts'
import { stringAsCondition } from './rules/string-as-condition.ts'
import { undefinedOutput } from './rules/undefined-output.ts'
import { unseen } from './rules/unseen.ts'
import type { Workflow } from './workflow.ts'

/** In the order of reporting, for findings at the same place. */
export const RULES: readonly Rule[] = [
  bypass,
  stringAsCondition,
  undefinedOutput,
  nolapseBeforeGate,
  ambiguousCheck,
  secretMissing,
  dependabotSecretMissing,
  secretIsVariable,
  notRequired,
  gateEditable,
  checkFromAnySource,
  requiredCheckAbsent,
  unseen,
]

export interface Judgement {
  verdicts: WorkflowVerdict[]
  findings: Finding[]
}

/**
 * An exception in a rule is a defect, so it is not caught here.
 *
 * @param facts what GitHub says about the repository: this decides what is required
 */
export function judge(
  workflows: readonly Workflow[],
  given: ProofOptions,
  facts?: RepositoryFacts,
  rules: readonly Rule[] = RULES,
): Judgement {
  const verdicts = workflows.flatMap(workflow =>
    facts ? proveRequired(workflow, facts, given) : proveWorkflow(workflow, given),
  )
  const options = facts
    ? { repository: nameOf(facts.repository), ...given, required: requiredNames(facts, given.required) }
    : given
  const subject = { workflows, verdicts, options, named: given.required ?? [], facts }
  const findings = rules.flatMap(rule => rule.check(subject))
  return { verdicts, findings: withoutRepetition(findings) }
}

/** A composite action is checked once for each job that uses it, so findings can repeat. */
function withoutRepetition(findings: readonly Finding[]): Finding[] {
  const byText = new Map(findings.map(one => [JSON.stringify(one), one]))
  return [...byText.values()]
}
