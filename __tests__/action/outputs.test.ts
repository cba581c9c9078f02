/** The table of outputs, row by row, on the built action, and runs that cannot write them. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { annotations, type Setup, TOKEN } from '../../harness/runner.ts'
import { granted, type Reply } from '../../harness/server.ts'
import { step } from '../support/step.ts'

const BODY = TOKEN.slice(4)
const NAMES = ['valid', 'reason', 'org_id', 'scopes', 'request_id']

test('action.yml has these outputs', () => {
  expect(Object.keys(parse(readFileSync('action.yml', 'utf8')).outputs)).toEqual(NAMES)
})

const withId = { 'x-request-id': 'req-1' }
const without = { NOLAPSE_TOKEN: undefined }

test.each<[string, Reply, Setup, string, string]>([
  ['ok', granted({}, withId), {}, 'true', 'req-1'],
  ['invalid', { body: { valid: false }, headers: withId }, {}, 'false', 'req-1'],
  ['wrong-org', granted({}, withId), { inputs: { 'expected-org-id': 'org_other' } }, 'false', 'req-1'],
  ['missing-scope', granted({}, withId), { inputs: { 'required-scopes': 'write' } }, 'false', 'req-1'],
  ['unexpected-response', { status: 404, headers: withId }, {}, 'false', 'req-1'],
  ['unavailable', { status: 503, headers: withId }, { inputs: { 'timeout-seconds': '1' } }, 'false', 'req-1'],
  ['missing', granted(), { env: without }, 'false', ''],
  ['missing', granted(), { env: without, inputs: { tolerate: 'missing' } }, 'false', ''],
  ['malformed', granted(), { env: { NOLAPSE_TOKEN: 'x' } }, 'false', ''],
  ['misconfigured', granted(), { inputs: { tolerate: 'x' } }, 'false', ''],
])(
  '%s: every output is written; organisation and scopes are set only if valid is true',
  async (reason, reply, setup, valid, requestId) => {
    const run = await step(reply, setup)
    expect(run.outputs).toEqual({
      valid,
      reason,
      org_id: valid === 'true' ? 'org_abc123' : '',
      scopes: valid === 'true' ? '["execute"]' : '[]',
      request_id: requestId,
    })
  },
)

test("scopes is a JSON array in the platform's order", async () => {
  const scopes = ['write:all', 'execute', 'admin.x-1']
  expect((await step(granted({ scopes }))).outputs.scopes).toBe('["write:all","execute","admin.x-1"]')
  const none = await step(granted({ scopes: [] }), { inputs: { 'required-scopes': 'none' } })
  expect(none.outputs).toMatchObject({ valid: 'true', scopes: '[]' })
})

test.each([
  ['what the platform sends', 'a.B_c:9-', 'a.B_c:9-'],
  ['128 characters', 'a'.repeat(128), 'a'.repeat(128)],
  ['129 characters', 'a'.repeat(129), ''],
  ['another character', 'a/b', ''],
  ['two words', 'a b', ''],
  ['8 characters in a row of the token', `req-${BODY.slice(3, 11)}`, ''],
  ['the same in another case', BODY.slice(8, 16).toUpperCase(), ''],
  ['7 characters in a row of the token', BODY.slice(9, 16), BODY.slice(9, 16)],
])('request_id if the header has %s', async (_, header, requestId) => {
  for (const reply of [
    granted({}, { 'x-request-id': header }),
    { status: 401, headers: { 'x-request-id': header }, body: { error: 'no' } },
  ])
    expect((await step(reply)).outputs.request_id).toBe(requestId)
})

test.each([
  ['org_id', { org_id: `org_${BODY.slice(32)}` }],
  ['org_id', { org_id: BODY.slice(8, 16).toUpperCase() }],
  ['scopes', { scopes: ['execute', BODY.slice(0, 8)] }],
])('%s that shares 8 characters with the token is never passed on', async (field, changes) => {
  const run = await step(granted(changes))
  expect(run.outputs).toMatchObject({
    valid: 'false',
    reason: 'unexpected-response',
    org_id: '',
    scopes: '[]',
  })
  expect(annotations(run, 'error')[0]).toContain(`${field} repeats a part of the token`)
})

describe('if outputs cannot be written', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'nolapse-outputs-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  async function expectUndelivered(GITHUB_OUTPUT: string | undefined, why: RegExp) {
    const run = await step(granted(), { env: { GITHUB_OUTPUT } })
    expect(run.code).toBe(1)
    expect(run.requests).toEqual([])
    expect(annotations(run, 'error')).toEqual([
      expect.stringMatching(/^The step's outputs cannot be written/),
    ])
    expect(annotations(run, 'error')[0]).toMatch(why)
    expect(run.stdout.startsWith('::add-mask::')).toBe(true)
    expect(run.stdout).not.toMatch(/set-output|is valid/)
  }

  test('because GITHUB_OUTPUT is unset, the step fails and says so before the token is sent', async () => {
    await expectUndelivered(undefined, /GITHUB_OUTPUT is not set/)
    await expectUndelivered('', /GITHUB_OUTPUT is not set/)
  })

  test('because the file does not exist', () => expectUndelivered(join(folder, 'nowhere'), /ENOENT/))

  test('because it is a folder', () => expectUndelivered(folder, /EISDIR/))

  // Root can write to read-only files as well.
  const asRoot = process.getuid?.() === 0
  ;(asRoot ? test.skip : test)('for a file that is read-only', async () => {
    const file = join(folder, 'read-only')
    writeFileSync(file, '')
    chmodSync(file, 0o444)
    await expectUndelivered(file, /EACCES/)
  })

  // On Linux, /dev/full acts as a full disk.
  ;(existsSync('/dev/full') ? test : test.skip)('for a disk that is full', () =>
    expectUndelivered('/dev/full', /ENOSPC/),
  )

  test('because the file disappears during the run, the step fails as well', async () => {
    const file = join(folder, 'goes-away')
    writeFileSync(file, '')
    const run = await step(
      response => {
        rmSync(file)
        response.end(JSON.stringify(granted().body))
      },
      { env: { GITHUB_OUTPUT: file } },
    )
    expect(run.code).toBe(1)
    expect(annotations(run, 'error')).toEqual([expect.stringMatching(/cannot be written/)])
    expect(run.stdout).not.toContain('is valid')
  })
})

test('what an earlier step wrote to the output file stays, and the write check leaves nothing behind', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nolapse-outputs-'))
  const file = join(folder, 'output')
  writeFileSync(file, 'earlier=1\n')
  await step(granted(), { env: { GITHUB_OUTPUT: file } })
  expect(readFileSync(file, 'utf8')).toMatch(/^earlier=1\n[a-z_]+<<ghadelimiter/)
  rmSync(folder, { recursive: true })
})
