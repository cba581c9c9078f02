/** The examples' shapes, and what each reason of the gate makes of them. Two witnesses: act runs them, lint simulates them. */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseDocument } from 'yaml'

/**
 * gate, coverage, verdict: the jobs' results. merge: whether a pull request can be merged where that job is the only required
 * check. nolapse: what it did. In the shape of one job the gate is a step of the coverage job.
 */
const TABLE = `
shape    | reason                | gate    | coverage | verdict | merge by gate | by coverage | by verdict | nolapse
one-job  | ok                    | -       | success  | -       | -             | yes         | -          | submits
one-job  | missing               | -       | failure  | -       | -             | no          | -          | -
one-job  | malformed             | -       | failure  | -       | -             | no          | -          | -
one-job  | invalid               | -       | failure  | -       | -             | no          | -          | -
one-job  | unavailable           | -       | failure  | -       | -             | no          | -          | -
one-job  | missing-scope         | -       | failure  | -       | -             | no          | -          | -
one-job  | wrong-org             | -       | failure  | -       | -             | no          | -          | -
one-job  | tolerated missing     | -       | success  | -       | -             | yes         | -          | runs locally
one-job  | tolerated unavailable | -       | failure  | -       | -             | no          | -          | refuses

gate-job | ok                    | success | success  | success | yes           | yes         | yes        | submits
gate-job | missing               | failure | skipped  | failure | no            | yes         | no         | -
gate-job | malformed             | failure | skipped  | failure | no            | yes         | no         | -
gate-job | invalid               | failure | skipped  | failure | no            | yes         | no         | -
gate-job | unavailable           | failure | skipped  | failure | no            | yes         | no         | -
gate-job | missing-scope         | failure | skipped  | failure | no            | yes         | no         | -
gate-job | wrong-org             | failure | skipped  | failure | no            | yes         | no         | -
gate-job | tolerated missing     | success | skipped  | failure | yes           | yes         | no         | -
gate-job | tolerated unavailable | success | skipped  | failure | yes           | yes         | no         | -

run      | ok                    | -       | success  | -       | -             | yes         | -          | submits
run      | missing               | -       | failure  | -       | -             | no          | -          | -
run      | malformed             | -       | failure  | -       | -             | no          | -          | -
run      | invalid               | -       | failure  | -       | -             | no          | -          | -
run      | unavailable           | -       | failure  | -       | -             | no          | -          | -
run      | missing-scope         | -       | failure  | -       | -             | no          | -          | -
run      | wrong-org             | -       | failure  | -       | -             | no          | -          | -
run      | tolerated missing     | -       | success  | -       | -             | yes         | -          | runs locally
run      | tolerated unavailable | -       | success  | -       | -             | yes         | -          | runs locally

fork     | ok                    | -       | success  | -       | -             | yes         | -          | submits
fork     | missing               | -       | failure  | -       | -             | no          | -          | -
fork     | malformed             | -       | failure  | -       | -             | no          | -          | -
fork     | invalid               | -       | failure  | -       | -             | no          | -          | -
fork     | unavailable           | -       | failure  | -       | -             | no          | -          | -
fork     | missing-scope         | -       | failure  | -       | -             | no          | -          | -
fork     | wrong-org             | -       | failure  | -       | -             | no          | -          | -
fork     | tolerated missing     | -       | success  | -       | -             | yes         | -          | runs locally
fork     | tolerated unavailable | -       | success  | -       | -             | yes         | -          | runs locally

reusable | ok                    | success | success  | success | yes           | yes         | yes        | submits
reusable | missing               | failure | skipped  | failure | no            | yes         | no         | -
reusable | malformed             | failure | skipped  | failure | no            | yes         | no         | -
reusable | invalid               | failure | skipped  | failure | no            | yes         | no         | -
reusable | unavailable           | failure | skipped  | failure | no            | yes         | no         | -
reusable | missing-scope         | failure | skipped  | failure | no            | yes         | no         | -
reusable | wrong-org             | failure | skipped  | failure | no            | yes         | no         | -
reusable | tolerated missing     | success | skipped  | failure | yes           | yes         | no         | -
reusable | tolerated unavailable | success | skipped  | failure | yes           | yes         | no         | -
`

export interface Row {
  shape: 'one-job' | 'gate-job' | 'run' | 'fork' | 'reusable'
  reason: string
  gate: string
  coverage: string
  verdict: string
  'merge by gate': string
  'by coverage': string
  'by verdict': string
  nolapse: string
}

const [header = [], ...lines] = TABLE.split('\n')
  .filter(Boolean)
  .map(line => line.split('|').map(cell => cell.trim()))

export const rows = lines.map(
  cells => Object.fromEntries(cells.map((cell, index) => [header[index], cell])) as unknown as Row,
)

/** What has to be added to an example for a reason to come about. */
export const INPUTS: Record<string, Record<string, string>> = {
  'wrong-org': { 'expected-org-id': 'org_another' },
  'tolerated missing': { tolerate: 'missing' },
  'tolerated unavailable': { tolerate: 'unavailable' },
}

export const example = (shape: string) => readFileSync(join(resolve('examples'), `${shape}.yml`), 'utf8')

/** A workflow with inputs added to its gate, be that a step or a call of the reusable workflow. */
export function withInputs(workflow: string, inputs: Record<string, string> = {}): string {
  const document = parseDocument(workflow)
  const job = document.hasIn(['jobs', 'gate']) ? 'gate' : 'coverage'
  const { steps = [] } = document.toJS().jobs[job] as { steps?: { uses?: string }[] }
  const step = steps.findIndex(({ uses }) => uses?.startsWith('nolapse/token-action'))
  const gate = step < 0 ? ['jobs', job] : ['jobs', job, 'steps', step]
  for (const [name, value] of Object.entries(inputs)) document.setIn([...gate, 'with', name], value)
  return document.toString({ lineWidth: 0 })
}
