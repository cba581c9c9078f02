/**
 * The examples as users copy them, in a real engine, before a real platform: for each shape and each reason, what ran and
 * what that means for a merge. Only what a reason needs is added to an example's inputs, by `withInputs`.
 *
 * act differs from GitHub in one thing: where a called workflow fails it stops, and the job with `always()` does not run.
 * Those rows are run once more with the call replaced by a job that fails likewise.
 */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { parseDocument } from 'yaml'
import { startPlatform, type TestPlatform } from '../../harness/platform.ts'
import { removeReleased, runWorkflow, type Scenario, type WorkflowRun } from '../support/act.ts'
import { type Cloud, startCloud } from '../support/cloud.ts'

/**
 * gate, coverage, verdict: the jobs' results. merge: whether a pull request can be merged where that job is the only required
 * check. nolapse: what it did. In the shapes one-job, run and fork the gate is in the coverage job.
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

interface Row {
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

const rows = lines.map(
  cells => Object.fromEntries(cells.map((cell, index) => [header[index], cell])) as unknown as Row,
)

let platform: TestPlatform
let cloud: Cloud
let outage: Cloud
let tokens: { valid: string; revoked: string; scopeless: string }

beforeAll(async () => {
  platform = await startPlatform()
  cloud = await startCloud(platform.url)
  outage = await startCloud()
  const revoked = await platform.createToken('revoked')
  await platform.revoke(revoked.id)
  tokens = {
    valid: (await platform.createToken('valid')).secret,
    revoked: revoked.secret,
    scopeless: (await platform.createToken('scopeless', ['read'])).secret,
  }
})

afterAll(async () => {
  removeReleased()
  await Promise.all([cloud, outage, platform].map(part => part?.close()))
})

/** The secret that leads to a reason; undefined where there is none. */
const SECRETS: Record<string, () => string | undefined> = {
  missing: () => undefined,
  malformed: () => `Bearer ${tokens.valid}`,
  invalid: () => tokens.revoked,
  'missing-scope': () => tokens.scopeless,
}

/** What has to be added to an example for a reason to come about. */
const INPUTS: Record<string, Record<string, string>> = {
  'wrong-org': { 'expected-org-id': 'org_another' },
  'tolerated missing': { tolerate: 'missing' },
  'tolerated unavailable': { tolerate: 'unavailable' },
}

const example = (shape: string) => readFileSync(join(resolve('examples'), `${shape}.yml`), 'utf8')

/** A workflow with inputs added to its gate, be that a step or a call of the reusable workflow. */
function withInputs(workflow: string, inputs: Record<string, string> = {}): string {
  const document = parseDocument(workflow)
  const job = document.hasIn(['jobs', 'gate']) ? 'gate' : 'coverage'
  const { steps = [] } = document.toJS().jobs[job] as { steps?: { uses?: string }[] }
  const step = steps.findIndex(({ uses }) => uses?.startsWith('nolapse/token-action'))
  const gate = step < 0 ? ['jobs', job] : ['jobs', job, 'steps', step]
  for (const [name, value] of Object.entries(inputs)) document.setIn([...gate, 'with', name], value)
  return document.toString({ lineWidth: 0 })
}

/** A workflow whose gate, a call, is replaced by a job that fails likewise. */
function withFailedGate(workflow: string, reason: string): string {
  const document = parseDocument(workflow)
  document.setIn(['jobs', 'gate'], {
    'runs-on': 'ubuntu-latest',
    outputs: { valid: 'false', reason },
    steps: [{ run: 'exit 1' }],
  })
  return document.toString({ lineWidth: 0 })
}

function scenarioOf({ shape, reason }: Row): Scenario {
  const fork = shape === 'fork' && reason === 'tolerated missing'
  // A fork's pull request is tolerated by the example itself.
  const workflow = fork ? example(shape) : withInputs(example(shape), INPUTS[reason])
  const kind = reason.replace('tolerated ', '')
  const secret = (SECRETS[kind] ?? (() => tokens.valid))()
  const down = kind === 'unavailable'
  return {
    workflow,
    event: fork ? 'fork' : shape === 'fork' ? 'branch' : 'push',
    secrets: secret === undefined ? {} : { NOLAPSE_TOKEN: secret },
    env: {
      ...(down ? outage : cloud).env,
      // Port 1 of loopback: nobody is there.
      STAND_IN_PLATFORM: down ? 'http://127.0.0.1:1' : platform.url,
    },
  }
}

/** The shapes whose gate is in the coverage job, which is the one check. */
const ONE_JOB = ['one-job', 'run', 'fork']

/** The result of a job, all its variants taken together, as GitHub shows it. */
function resultOf(job: 'gate' | 'coverage' | 'verdict', { shape }: Row, run: WorkflowRun): string {
  if (ONE_JOB.includes(shape) && job !== 'coverage') return '-'
  const results = Object.entries(run.jobs)
    .filter(([id]) => id === job || id.startsWith(`${job} (`))
    .map(([, result]) => result)
  if (results.length === 0) return 'skipped'
  return results.includes('failure') ? 'failure' : 'success'
}

/** GitHub counts a skipped job as a success, for a required check too. */
const merges = (result: string) => (result === '-' ? '-' : result === 'failure' ? 'no' : 'yes')

/** What the stand-ins for nolapse did, in one word, and that each knew whom it worked for. */
function nolapseOf({ shape }: Row, run: WorkflowRun): string {
  const said = [...run.log.matchAll(/^stand-in for nolapse: (.*)$/gm)].map(([, words]) => words)
  const folders = shape === 'gate-job' ? ['api', 'web'] : ['.']
  const submissions = folders.map(
    folder => `ran in ${folder}, submitted for ${platform.orgId}, was told ${platform.orgId}`,
  )
  const told: Record<string, string[]> = {
    '-': [],
    submits: submissions,
    'runs locally': ['ran in ., locally'],
    refuses: ['the platform does not answer'],
  }
  const match = Object.entries(told).find(([, words]) => words.join('\n') === said.toSorted().join('\n'))
  return match?.[0] ?? said.join('; ')
}

function tell(row: Row, run: WorkflowRun): Row {
  const [gate, coverage, verdict] = (['gate', 'coverage', 'verdict'] as const).map(job =>
    resultOf(job, row, run),
  ) as [string, string, string]
  return {
    shape: row.shape,
    reason: row.reason,
    gate,
    coverage,
    verdict,
    'merge by gate': merges(gate),
    'by coverage': merges(coverage),
    'by verdict': merges(verdict),
    nolapse: nolapseOf(row, run),
  }
}

describe.each(rows)('$shape, $reason', row => {
  const kind = row.reason.replace('tolerated ', '')
  const passes = kind !== row.reason || kind === 'ok'
  let scenario: Scenario
  let run: WorkflowRun

  beforeAll(async () => {
    scenario = scenarioOf(row)
    run = await runWorkflow(scenario)
  })

  test(`gate ${row.gate}, coverage ${row.coverage}, verdict ${row.verdict}, nolapse ${row.nolapse}`, async () => {
    const called = row.shape === 'reusable' && row.gate === 'failure'
    if (called) expect(run.jobs).toEqual({ gate: 'failure' })
    const whole = called
      ? await runWorkflow({ ...scenario, workflow: withFailedGate(scenario.workflow, kind) })
      : run
    expect(tell(row, whole)).toEqual(row)
  })

  test('the gate says why, and a gate that fails lets no later step of its job run', () => {
    const gate = Object.values(run.outputs).find(outputs => 'reason' in outputs)
    expect(gate).toMatchObject({
      valid: String(kind === 'ok'),
      reason: kind,
      org_id: kind === 'ok' ? platform.orgId : '',
      scopes: kind === 'ok' ? '["execute"]' : '[]',
    })
    const ran = run.steps.filter(({ job }) => job !== 'verdict')
    const last = { name: expect.stringMatching(/^Check the (nolapse )?token/), result: 'failure' }
    if (!passes) expect(ran.at(-1)).toMatchObject(last)
  })

  test('the token is masked, and is in no log', () => {
    const secret = scenario.secrets?.NOLAPSE_TOKEN
    if (secret) expect(run.masks).toContain(secret)
    for (const token of Object.values(tokens)) expect(run.log).not.toContain(token.slice('nlp_'.length))
  })

  if (row.shape === 'fork')
    test('what needs the platform runs with its organisation, or is skipped', () => {
      const report = `is checked for organisation ${platform.orgId}`
      expect(run.jobs.platform).toBe(kind === 'ok' ? 'success' : undefined)
      expect(run.log.includes(report)).toBe(kind === 'ok')
      expect(run.log.includes('The run is for a pull request from a fork')).toBe(scenario.event === 'fork')
    })
})

test('every shape meets every reason', () => {
  const [reasons, ...others] = ['one-job', 'gate-job', 'run', 'fork', 'reusable'].map(shape =>
    rows.filter(row => row.shape === shape).map(({ reason }) => reason),
  )
  expect(reasons).toHaveLength(9)
  for (const other of others) expect(other).toEqual(reasons)
})
