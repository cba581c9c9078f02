/** The step's end, on the built action: exit code, annotations, summary, the passing line, and everything that ends it early. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { annotations, type Setup, startAction, TOKEN } from '../../harness/runner.ts'
import { granted, type Reply, startServer } from '../../harness/server.ts'
import { unclosed } from '../support/html.ts'
import { step } from '../support/step.ts'

const folder = mkdtempSync(join(tmpdir(), 'nolapse-exit-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('a passing gate is one line on standard output, exit code 0, no annotation, no summary', async () => {
  const run = await step()
  expect(run.code).toBe(0)
  expect(run.stdout.replace(/^::add-mask::.*\n/, '')).toMatch(
    new RegExp(
      `^nolapse token is valid: organisation org_abc123, scopes execute \\(${run.host}, \\d+ ms\\)\\n$`,
    ),
  )
  expect(run.stderr).toBe('')
  expect(run.summary).toBe('')
})

const failures: [string, Reply, Setup][] = [
  ['misconfigured', granted(), { inputs: { tolerate: 'x' } }],
  ['missing', granted(), { env: { NOLAPSE_TOKEN: undefined } }],
  ['malformed', granted(), { env: { NOLAPSE_TOKEN: `${TOKEN}\n` } }],
  ['unavailable', { status: 503 }, { inputs: { 'timeout-seconds': '1' } }],
  ['unexpected-response', { status: 404 }, {}],
  ['invalid', { status: 401, headers: { 'x-request-id': 'req-1' }, body: { error: 'invalid token' } }, {}],
  ['wrong-org', granted(), { inputs: { 'expected-org-id': 'org_other' } }],
  ['missing-scope', granted(), { inputs: { 'required-scopes': 'write' } }],
]

test.each(failures)(
  '%s: exit code 1, one error annotation with the remedy on its second line, a summary with folded details',
  async (reason, reply, setup) => {
    const run = await step(reply, setup)
    expect(run.code).toBe(1)
    expect(run.stderr).toBe('')
    expect(annotations(run, 'warning')).toEqual([])
    const [error = '', ...more] = annotations(run, 'error')
    expect(more).toEqual([])
    expect(run.stdout).toContain(`::error title=nolapse token%3A ${reason}::`)
    expect(error).toMatch(/^.+\.\)?\nWhat to do: .+\.\n(Likely causes:\n(- .+\.\n)+)?More: https:\/\/.+$/)
    expect(error.length).toBeLessThan(4096)

    const rows = [...run.summary.matchAll(/<tr><th>(.*?)<\/th><td>(.*?)<\/td><\/tr>/g)]
    const table = Object.fromEntries(rows.map(([, name, value]) => [name, value]))
    const sent = ['unavailable', 'unexpected-response', 'invalid', 'wrong-org', 'missing-scope'].includes(
      reason,
    )
    expect(table).toEqual({
      Reason: `<code>${reason}</code>`,
      Platform: reason === 'misconfigured' ? '–' : run.host,
      Attempts: sent ? '1' : '0',
      Time: expect.stringMatching(/^\d+\.\d s$/),
      'Request ID': reason === 'invalid' ? '<code>req-1</code>' : '–',
    })
    expect(run.summary).toContain('What to do:')
    expect(run.summary.indexOf('What to do:')).toBeLessThan(run.summary.indexOf('<details>'))
    expect(unclosed(run.summary)).toEqual([])
    if (reason === 'invalid') expect(error.split('\n')[0]).toMatch(/ Request ID: req-1\.$/)
  },
)

test('a tolerated reason: exit code 0, a warning that says what was tolerated, and a summary', async () => {
  for (const [reason, reply, env, seconds] of [
    ['missing', granted(), { NOLAPSE_TOKEN: '' }, ''],
    ['unavailable', { status: 503 }, {}, '1'],
  ] as const) {
    const run = await step(reply, { inputs: { tolerate: reason, 'timeout-seconds': seconds }, env })
    expect(run.code).toBe(0)
    expect(run.outputs).toMatchObject({ valid: 'false', reason })
    expect(annotations(run, 'error')).toEqual([])
    expect(annotations(run, 'warning')).toEqual([
      expect.stringMatching(
        /^The step passed without a validated token: .*\nThere|^The step passed .*\nThe platform/,
      ),
    ])
    expect(run.stdout).toContain(`::warning title=nolapse token%3A ${reason} (tolerated)::`)
    expect(run.summary).toMatch(/^<h3>⚠️ .*\(tolerated\)<\/h3>\n<p>The step passed/)
    expect(unclosed(run.summary)).toEqual([])
  }
})

test('if the summary cannot be written, nothing else changes', async () => {
  for (const path of [undefined, join(folder, 'nowhere'), folder]) {
    const run = await step({ body: { valid: false } }, { env: { GITHUB_STEP_SUMMARY: path } })
    expect(run.code).toBe(1)
    expect(run.outputs).toMatchObject({ reason: 'invalid' })
    expect(annotations(run, 'error')).toHaveLength(1)
  }
})

test('a process that dies early fails and does not report the token as valid', async () => {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    let asked = () => {}
    const started = new Promise<void>(resolve => {
      asked = resolve
    })
    const platform = await startServer(() => asked())
    const { child, done } = startAction({
      inputs: { 'api-url': platform.url },
      env: { NOLAPSE_TOKEN: TOKEN },
    })
    await started
    child.kill(signal)
    const run = await done
    await platform.close()
    expect(run.code).not.toBe(0)
    expect(run.outputs).toEqual({})
  }
})

test('a process whose standard output is closed fails', async () => {
  const platform = await startServer(response => {
    child.stdout?.destroy()
    child.stdout?.once('close', () => response.end(JSON.stringify(granted().body)))
  })
  const { child, done } = startAction({
    inputs: { 'api-url': platform.url },
    env: { NOLAPSE_TOKEN: TOKEN },
  })
  const run = await done
  await platform.close()
  expect(run.code).toBe(1)
})

/** Foreign code in the action's process, such as an injected agent: the only way to cause a defect there. */
async function withPreload(code: string) {
  const path = join(folder, 'preload.cjs')
  writeFileSync(path, code)
  return step(granted(), { env: { NODE_OPTIONS: `--require ${JSON.stringify(path)}` } })
}

test.each([
  ['an error on the way', 'URL.canParse = () => { throw new TypeError(process.env.NOLAPSE_TOKEN) }'],
  [
    'an uncaught error',
    'setTimeout = () => { process.nextTick(() => { throw new TypeError(process.env.NOLAPSE_TOKEN) }) }',
  ],
])(
  'internal-error: %s fails the step, asks for a report, and hides the text of the error',
  async (_, code) => {
    const run = await withPreload(code)
    expect(run.code).toBe(1)
    expect(run.outputs).toMatchObject({ valid: 'false', reason: 'internal-error' })
    expect(annotations(run, 'error')).toEqual([expect.stringMatching(/TypeError[\s\S]*report it/)])
  },
)

test('an empty event loop or a module that does not load fails the step', async () => {
  for (const code of [
    'setTimeout = () => {}; require("net").Socket.prototype.connect = function () { return this }',
    "require('module').prototype.require = () => { throw new Error('not there') }",
  ]) {
    const run = await withPreload(code)
    expect(run.code).toBe(1)
    expect(run.outputs.valid).not.toBe('true')
  }
})

test('nothing keeps the process alive after the verdict', async () => {
  const hanging = await step(response => {
    // The answer is complete, but its connection stays open.
    const body = JSON.stringify(granted().body)
    response.writeHead(200, { 'content-length': body.length, connection: 'keep-alive' }).write(body)
  })
  expect(hanging.code).toBe(0)
})
