import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as core from '@actions/core'
import { afterAll, beforeEach, expect, jest, test } from '@jest/globals'
import { VERDICTS } from '../../harness/verdicts.ts'
import { likelyCauses } from '../../src/action/likely-causes.ts'
import type { Rejection } from '../../src/action/report.ts'
import { writeSummary } from '../../src/action/summary.ts'
import { REASONS } from '../../src/gate/reasons.ts'
import { advise } from '../../src/messages/advise.ts'
import { unclosed } from '../support/html.ts'

const folder = mkdtempSync(join(tmpdir(), 'nolapse-summary-'))
const summary = join(folder, 'summary')
const environment = { ...process.env }
afterAll(() => {
  process.env = environment
  rmSync(folder, { recursive: true, force: true })
})
beforeEach(() => {
  rmSync(summary, { recursive: true, force: true })
  writeFileSync(summary, '')
  process.env.GITHUB_STEP_SUMMARY = summary
})

const rejection: Rejection = {
  verdict: { reason: 'invalid', said: '', requestId: 'req_1' },
  attempts: 2,
  elapsed: 1234,
}
const MISSING = { reason: 'missing', absence: 'unset' } as const
const message = { what: 'It <b>is</b> *bad*.\nReally.', causes: ['`a` & b'], remedy: 'Fix `it`, or `not.' }
const written = () => readFileSync(summary, 'utf8')

test('the reason why a token is missing is read from the event', async () => {
  const event = join(folder, 'event.json')
  const pull = { head: { repo: { id: 2 } }, base: { repo: { id: 1 } } }
  writeFileSync(event, JSON.stringify({ pull_request: pull }))
  process.env.GITHUB_EVENT_PATH = event
  expect((await likelyCauses(MISSING)).causes).toEqual([expect.stringContaining('fork')])
})

test('an event that cannot be read leaves the usual causes', async () => {
  jest.resetModules()
  const event = join(folder, 'event.json')
  writeFileSync(event, 'no JSON')
  process.env.GITHUB_EVENT_PATH = event
  expect((await likelyCauses(MISSING)).causes.join()).toContain('secrets: inherit')
})

test('other reasons do not read the event', async () => {
  expect((await likelyCauses(rejection.verdict)).causes).toEqual([expect.stringContaining('overrides')])
})

test('on Forgejo and Gitea, the causes are those of Forgejo and Gitea', async () => {
  process.env.GITEA_ACTIONS = 'true'
  const { remedy } = await likelyCauses(MISSING)
  delete process.env.GITEA_ACTIONS
  expect(remedy).toContain('Settings → Actions → Secrets')
})

test('the summary is the outcome, the remedy, the causes, a link, and folded details', async () => {
  await writeSummary(rejection, message, 'nolapse.test:8080', false)
  const cells = [...written().matchAll(/<t([hd])>(.*?)<\/t\1>/g)].map(([, , cell]) => cell)
  expect(cells).toEqual([
    'Reason',
    '<code>invalid</code>',
    'Platform',
    'nolapse.test:8080',
    'Attempts',
    '2',
    'Time',
    '1.2 s',
    'Request ID',
    '<code>req&#95;1</code>',
  ])
  const order = [
    'nolapse token: invalid</h3>',
    '<p>It &#60;b&#62;is&#60;/b&#62; &#42;bad&#42;.<br>Really.</p>',
    '<strong>What to do:</strong> Fix <code>it</code>, or &#96;not.',
    '<li><code>a</code> &#38; b</li>',
    '#invalid"',
    '<details>',
    '<table>',
    '</details>',
  ]
  const places = order.map(part => written().indexOf(part))
  expect(places).toEqual(places.toSorted((one, other) => one - other))
  expect(places[0]).toBeGreaterThan(0)
})

test.each(REASONS.filter(reason => reason !== 'ok'))(
  'every tag of the summary for %s is closed',
  async reason => {
    const verdicts = VERDICTS.filter(verdict => verdict.reason === reason)
    expect(verdicts.length).toBeGreaterThan(0)
    for (const verdict of verdicts) {
      const advice = advise(
        verdict,
        { host: 'nolapse.test', seconds: 90, setting: name => name },
        { causes: [] },
      )
      for (const tolerated of [true, false])
        await writeSummary({ verdict, attempts: 1, elapsed: 1 }, advice, 'nolapse.test', tolerated)
    }
    expect(unclosed(written())).toEqual([])
  },
)

test('a tolerated run does not look like a failure', async () => {
  await writeSummary({ ...rejection, verdict: MISSING }, message, '', true)
  expect(written()).toContain('⚠️ nolapse token: missing (tolerated)</h3>')
  expect(written()).not.toContain('❌')
})

test('an unknown value is a dash, and without causes there is no list', async () => {
  await writeSummary({ verdict: MISSING, attempts: 0, elapsed: 0 }, { ...message, causes: [] }, '', false)
  expect(written().match(/<td>–<\/td>/g)).toHaveLength(2)
  expect(written()).not.toContain('Likely causes')
  expect(written()).not.toContain('<ul>')
})

test('a summary that cannot be written does not fail the step', async () => {
  rmSync(folder, { recursive: true })
  await expect(writeSummary(rejection, message, 'nolapse.test', false)).resolves.toBeUndefined()
  mkdirSync(summary, { recursive: true })
  await expect(writeSummary(rejection, message, 'nolapse.test', false)).resolves.toBeUndefined()
})

test('a summary that fails while it is written is a hint lost, too', async () => {
  const write = jest.spyOn(core.summary, 'write').mockRejectedValue(new Error('disk full'))
  await expect(writeSummary(rejection, message, 'nolapse.test', false)).resolves.toBeUndefined()
  write.mockRestore()
  core.summary.emptyBuffer()
})

const underUnix = process.platform === 'win32' ? test.skip : test

underUnix('a pipe instead of a file of the runner is not waited for, nor is a device read', async () => {
  const pipe = join(folder, 'pipe')
  execFileSync('mkfifo', [pipe])
  process.env.GITHUB_STEP_SUMMARY = pipe
  process.env.GITHUB_EVENT_PATH = '/dev/zero'
  await expect(writeSummary(rejection, message, 'nolapse.test', false)).resolves.toBeUndefined()
  expect((await likelyCauses(MISSING)).causes.join()).toContain('secrets: inherit')
})

test('without the files of the runner, the usual causes are left, and there is no summary', async () => {
  delete process.env.GITHUB_STEP_SUMMARY
  delete process.env.GITHUB_EVENT_PATH
  await expect(writeSummary(rejection, message, 'nolapse.test', false)).resolves.toBeUndefined()
  expect((await likelyCauses(MISSING)).causes.length).toBeGreaterThan(0)
})
