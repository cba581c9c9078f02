/**
 * The examples as users copy them, in a real engine, before a real platform: for each shape and each reason, what ran and
 * what that means for a merge. Only what a reason needs is added to an example's inputs, by `withInputs`.
 *
 * act differs from GitHub in one thing: where a called workflow fails it stops, and the job with `always()` does not run.
 * Those rows are run once more with the call replaced by a job that fails likewise.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { parseDocument } from 'yaml'
import { startPlatform, type TestPlatform } from '../../harness/platform.ts'
import { removeReleased, runWorkflow, type Scenario, type WorkflowRun } from '../support/act.ts'
import { type Cloud, startCloud } from '../support/cloud.ts'

import { example, INPUTS, type Row, rows, withInputs } from '../support/table.ts'

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
      // Port 1 of loopback: nothing listens there.
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

  test('the gate says why, and after a failed gate no later step of its job runs', () => {
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

  test('the token is masked and appears in no log', () => {
    const secret = scenario.secrets?.NOLAPSE_TOKEN
    if (secret) expect(run.masks).toContain(secret)
    for (const token of Object.values(tokens)) expect(run.log).not.toContain(token.slice('nlp_'.length))
  })

  if (row.shape === 'fork')
    test('a job that needs the platform runs with its organisation or is skipped', () => {
      const report = `is checked for organisation ${platform.orgId}`
      expect(run.jobs.platform).toBe(kind === 'ok' ? 'success' : undefined)
      expect(run.log.includes(report)).toBe(kind === 'ok')
      expect(run.log.includes('from a fork')).toBe(scenario.event === 'fork')
    })
})

test('every shape is tried with every reason', () => {
  const [reasons, ...others] = ['one-job', 'gate-job', 'run', 'fork', 'reusable'].map(shape =>
    rows.filter(row => row.shape === shape).map(({ reason }) => reason),
  )
  expect(reasons).toHaveLength(9)
  for (const other of others) expect(other).toEqual(reasons)
})
