import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, jest, test } from '@jest/globals'
import { likelyCauses } from '../../src/action/likely-causes.ts'
import { writeSummary } from '../../src/action/summary.ts'
import type { Ruling } from '../../src/gate/gate.ts'

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

const ruling: Ruling = {
  verdict: { reason: 'invalid', said: '', requestId: 'req_1' },
  attempts: 2,
  elapsed: 1234,
}
const message = { what: 'It <b>is</b> *bad*.\nReally.', causes: ['`a` & b'], remedy: 'Mend `it`, or `not.' }
const written = () => readFileSync(summary, 'utf8')

test("why a token is missing is read from the run's event", async () => {
  const event = join(folder, 'event.json')
  const pull = { head: { repo: { id: 2 } }, base: { repo: { id: 1 } } }
  writeFileSync(event, JSON.stringify({ pull_request: pull }))
  process.env.GITHUB_EVENT_PATH = event
  expect(await likelyCauses({ reason: 'missing', absence: 'unset' })).toEqual([
    expect.stringContaining('fork'),
  ])
})

test('an event that can not be read leaves the usual causes', async () => {
  jest.resetModules()
  const event = join(folder, 'event.json')
  writeFileSync(event, 'no JSON')
  process.env.GITHUB_EVENT_PATH = event
  expect((await likelyCauses({ reason: 'missing', absence: 'unset' })).join()).toContain('secrets: inherit')
})

test('other reasons need no event', async () => {
  expect(await likelyCauses(ruling.verdict)).toEqual([expect.stringContaining('replaced')])
})

test('the summary is one small table, what is wrong, the causes, the remedy and a link', async () => {
  await writeSummary(ruling, message, 'nolapse.test:8080')
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
    'Request id',
    '<code>req&#95;1</code>',
  ])
  expect(written()).toContain('<p>It &#60;b&#62;is&#60;/b&#62; &#42;bad&#42;.<br>Really.</p>')
  expect(written()).toContain('<li><code>a</code> &#38; b</li>')
  expect(written()).toContain('<strong>What to do:</strong> Mend <code>it</code>, or &#96;not.')
  expect(written()).toContain('#invalid')
})

test('what is not known is a dash, and no causes are no list', async () => {
  const verdict = { reason: 'missing', absence: 'unset' } as const
  await writeSummary({ verdict, attempts: 0, elapsed: 0 }, { ...message, causes: [] }, '')
  expect(written().match(/<td>–<\/td>/g)).toHaveLength(2)
  expect(written()).not.toContain('Likely causes')
})

test('a summary that can not be written is a hint lost, not a failure', async () => {
  rmSync(folder, { recursive: true })
  await expect(writeSummary(ruling, message, 'nolapse.test')).resolves.toBeUndefined()
  mkdirSync(summary, { recursive: true })
  await expect(writeSummary(ruling, message, 'nolapse.test')).resolves.toBeUndefined()
})

const underUnix = process.platform === 'win32' ? test.skip : test

underUnix('a pipe in the place of a file of the runner is not waited for, nor a device read', async () => {
  const pipe = join(folder, 'pipe')
  execFileSync('mkfifo', [pipe])
  process.env.GITHUB_STEP_SUMMARY = pipe
  process.env.GITHUB_EVENT_PATH = '/dev/zero'
  await expect(writeSummary(ruling, message, 'nolapse.test')).resolves.toBeUndefined()
  expect((await likelyCauses({ reason: 'missing', absence: 'unset' })).join()).toContain('secrets: inherit')
})

test('without the files of the runner the usual causes are left, and the summary is none', async () => {
  delete process.env.GITHUB_STEP_SUMMARY
  delete process.env.GITHUB_EVENT_PATH
  await expect(writeSummary(ruling, message, 'nolapse.test')).resolves.toBeUndefined()
  expect((await likelyCauses({ reason: 'missing', absence: 'unset' })).length).toBeGreaterThan(0)
})
