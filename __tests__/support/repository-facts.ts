/** A repository set up as the README says, and what lint finds if one setting differs. */
import type { Finding } from '../../src/lint/findings.ts'
import type { Cause, Collected, Permission, RepositoryFacts } from '../../src/lint/github/facts.ts'
import { type Judgement, judge } from '../../src/lint/judge.ts'
import type { ProofOptions } from '../../src/lint/prove.ts'
import type { Workflow } from '../../src/lint/workflow.ts'
import { type Files, GATE, workflowOf } from './lint.ts'

export const ACTIONS = 15368
export const RULESET = 'a ruleset of acme/api'

export const found = <Item>(...items: Item[]): Collected<Item> => ({ found: items, unseen: [] })

export const hidden = (
  what: string,
  needs: Permission = 'secrets',
  cause: Cause = { kind: 'refused', status: 403, says: 'No' },
): Collected<never> => ({ found: [], unseen: [{ what, needs, cause }] })

export const check = (name: string, app: number | undefined = ACTIONS) => ({ name, app, source: RULESET })

export const kept = (name: string, where = 'the repository') => ({ name, where })

export const soundFacts = (changes: Partial<RepositoryFacts> = {}): RepositoryFacts => ({
  repository: { host: 'github.com', owner: 'acme', name: 'api' },
  branch: 'main',
  checks: found(check('verdict')),
  workflows: found(),
  queue: found(),
  ownerReviews: found(RULESET),
  codeowners: found({ path: '.github/CODEOWNERS', text: '/.github/ @acme/security' }),
  unprotectable: false,
  secrets: found(kept('NOLAPSE_TOKEN')),
  variables: found(),
  environments: new Map(),
  dependabot: found(kept('NOLAPSE_TOKEN')),
  checked: [],
  ...changes,
})

/** A workflow that holds if `verdict` is required. */
export const soundWorkflow = (on = 'pull_request'): string => `name: Coverage
on: ${on}
jobs:${GATE}
  coverage:
    needs: gate
    if: \${{ needs.gate.outputs.valid == 'true' }}
    runs-on: ubuntu-latest
    steps:
      - run: nolapse run --repo .
        env: {NOLAPSE_TOKEN: '\${{ secrets.NOLAPSE_TOKEN }}'}
  verdict:
    needs: [gate, coverage]
    if: \${{ always() }}
    runs-on: ubuntu-latest
    steps:
      - if: \${{ needs.coverage.result != 'success' }}
        run: exit 1
`

export interface Setting {
  text?: string
  files?: Files
  facts?: Partial<RepositoryFacts>
  options?: Partial<ProofOptions>
}

export async function judgeSetting({ text = soundWorkflow(), files = {}, facts, options }: Setting = {}) {
  const workflow = await workflowOf(text, { file: '.github/workflows/coverage.yml', files })
  return judgeAll([workflow], facts, options)
}

export const judgeAll = (
  workflows: Workflow[],
  facts: Partial<RepositoryFacts> = {},
  options: Partial<ProofOptions> = {},
): Judgement => judge(workflows, { required: null, ...options }, soundFacts(facts))

/** What one rule finds, as `line:column message → remedy`. */
export async function foundBy(rule: Finding['rule'], setting: Setting = {}): Promise<string[]> {
  const { findings } = await judgeSetting(setting)
  return findings
    .filter(one => one.rule === rule)
    .map(({ line, column, message, remedy }) => `${line}:${column} ${message} → ${remedy}`)
}
