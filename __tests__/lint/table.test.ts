/** The table that act witnesses for the examples: the simulation gives the same results, and the same merges. */
import { expect, test } from '@jest/globals'
import { jobChecksOf, passes } from '../../src/lint/checks.ts'
import { Decisions } from '../../src/lint/decisions.ts'
import type { TokenState } from '../../src/lint/findings.ts'
import { circumstancesOf } from '../../src/lint/prove.ts'
import { WorkflowRun } from '../../src/lint/simulation/run.ts'
import { World } from '../../src/lint/simulation/world.ts'
import { workflowOf } from '../support/lint.ts'
import { example, INPUTS, type Row, rows, withInputs } from '../support/table.ts'

/** A run in which the token is in a state, and everything else takes its usual course. */
class WithToken extends World {
  #state: TokenState
  #fork: boolean

  constructor(state: TokenState, fork: boolean, circumstances: World['circumstances']) {
    super(circumstances, new Decisions())
    this.#state = state
    this.#fork = fork
  }

  override tokenIs(state: TokenState): boolean {
    return state === this.#state
  }

  override isFork(): boolean {
    return this.#fork
  }
}

const stateOf = (kind: string): TokenState =>
  kind === 'ok' ? 'valid' : kind === 'missing' || kind === 'unavailable' ? kind : 'refused'

const runs: Record<string, string> = { '-': '-', submits: 'ran', 'runs locally': 'ran', refuses: 'ran' }

async function tell(row: Row): Promise<Row> {
  const kind = row.reason.replace('tolerated ', '')
  const fork = row.shape === 'fork' && row.reason === 'tolerated missing'
  const workflow = await workflowOf(
    fork ? example(row.shape) : withInputs(example(row.shape), INPUTS[row.reason]),
  )
  const event = row.shape === 'fork' ? 'pull_request' : 'push'
  const world = new WithToken(stateOf(kind), fork, circumstancesOf(workflow, event, undefined))
  const run = new WorkflowRun(world, workflow)
  const job = (id: string) => run.jobs.get(id)
  const merges = (id: string) => {
    const found = jobChecksOf(workflow).filter(one => one.job.id === id || one.path.startsWith(`${id} /`))
    if (!job(id) || found.length === 0) return '-'
    // A skipped matrix or call reports one check, under its own name, and that passes.
    return job(id)?.skipped || found.every(({ checks }) => checks.every(check => passes(run, check)))
      ? 'yes'
      : 'no'
  }
  const result = (id: string) =>
    row.shape === 'one-job' && id !== 'coverage' ? '-' : (job(id)?.result() ?? '-')
  return {
    ...row,
    gate: result('gate'),
    coverage: result('coverage'),
    verdict: result('verdict'),
    'merge by gate': merges('gate'),
    'by coverage': merges('coverage'),
    'by verdict': merges('verdict'),
    nolapse: job('coverage')?.ranNolapse() ? 'ran' : '-',
  }
}

/** lint cannot know how nolapse itself handles an outage: in the table it fails, here it passes. */
const known = rows.filter(({ nolapse }) => nolapse !== 'refuses')

test.each(known)('$shape, $reason', async row => {
  expect(await tell(row)).toEqual({ ...row, nolapse: runs[row.nolapse] })
})
