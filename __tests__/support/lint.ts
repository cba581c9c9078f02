/** Workflows written in a test, read and judged as lint does it. */

import type { Finding, Platform, WorkflowVerdict } from '../../src/lint/findings.ts'
import { judge } from '../../src/lint/judge.ts'
import { type ProofOptions, proveWorkflow } from '../../src/lint/prove.ts'
import { isRejection, readWorkflow } from '../../src/lint/read-workflow.ts'
import type { Rule } from '../../src/lint/rule.ts'
import type { Workflow } from '../../src/lint/workflow.ts'

export interface Files {
  /** By path: what `./` can refer to. */
  [path: string]: string
}

export async function workflowOf(
  text: string,
  { file = '.github/workflows/ci.yml', platform = 'github' as Platform, files = {} as Files } = {},
): Promise<Workflow> {
  const read = await readWorkflow({ file, text, platform }, path => files[path])
  if (isRejection(read)) throw new Error(`${read.file}:${read.line}:${read.column}: ${read.message}`)
  return read
}

/** What is proven for the workflow's one event. */
export async function verdictOf(
  text: string,
  required: string[] | null,
  options: Partial<ProofOptions> & { files?: Files; platform?: Platform } = {},
): Promise<WorkflowVerdict> {
  const workflow = await workflowOf(text, options)
  const [verdict, ...others] = proveWorkflow(workflow, { ...options, required })
  if (!verdict || others.length > 0) throw new Error(`${others.length + (verdict ? 1 : 0)} verdicts`)
  return verdict
}

/** The findings of one rule, as `line:column message`. */
export async function findingsOf(
  rule: Finding['rule'],
  text: string,
  options: Partial<ProofOptions> & { files?: Files; file?: string } = {},
): Promise<string[]> {
  const workflow = await workflowOf(text, options)
  const { findings } = judge([workflow], { required: null, ...options })
  return findings
    .filter(one => one.rule === rule)
    .map(({ line, column, message, remedy }) => `${line}:${column} ${message} → ${remedy}`)
}

/** What one rule finds in a workflow without a proof, as `line:column message → remedy`. */
export async function foundAlone(
  rule: Rule,
  text: string,
  options: { files?: Files; file?: string } = {},
): Promise<string[]> {
  const workflows = [await workflowOf(text, options)]
  const findings = rule.check({
    workflows,
    verdicts: [],
    options: { required: null },
    named: [],
    facts: undefined,
  })
  return findings.map(({ line, column, message, remedy }) => `${line}:${column} ${message} → ${remedy}`)
}

/** The gate's job, as the README has it. */
export const GATE = `
  gate:
    runs-on: ubuntu-latest
    outputs:
      valid: \${{ steps.gate.outputs.valid }}
      reason: \${{ steps.gate.outputs.reason }}
    steps:
      - id: gate
        uses: nolapse/token-action@v1
        with: {token: '\${{ secrets.NOLAPSE_TOKEN }}'}
`

/** A workflow for pull requests with these jobs. */
export const onPullRequest = (jobs: string): string => `on: pull_request\njobs:${jobs}`
