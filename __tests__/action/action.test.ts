import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals'
import { OTHER_TOKEN, parseOutputs, TOKEN } from '../../harness/runner.ts'
import { granted, type Reply, type ScriptedServer, startServer } from '../../harness/server.ts'
import { action, reportDefect } from '../../src/action/action.ts'
import { readInputs, settingsFrom } from '../../src/action/inputs.ts'

const environment = { ...process.env }
const folder = mkdtempSync(join(tmpdir(), 'nolapse-action-'))
const output = join(folder, 'output')
const summary = join(folder, 'summary')
let printed = ''
let platform: ScriptedServer | undefined

beforeAll(() => writeFileSync(join(folder, 'event.json'), '{}'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
beforeEach(() => {
  for (const name of Object.keys(process.env))
    if (/^(INPUT_|NOLAPSE_|GITHUB_|GITEA_|FORGEJO_|https?_proxy$)/i.test(name)) delete process.env[name]
  writeFileSync(output, '')
  writeFileSync(summary, '')
  Object.assign(process.env, {
    GITHUB_OUTPUT: output,
    GITHUB_STEP_SUMMARY: summary,
    GITHUB_EVENT_PATH: join(folder, 'event.json'),
  })
  printed = ''
  jest.spyOn(process.stdout, 'write').mockImplementation(chunk => {
    printed += chunk
    return true
  })
})
afterEach(async () => {
  jest.restoreAllMocks()
  process.env = { ...environment }
  await platform?.close()
  platform = undefined
})

async function run(reply: Reply | Reply[], inputs: Record<string, string> = {}, token = TOKEN) {
  platform = await startServer(reply)
  process.env.NOLAPSE_TOKEN = token
  for (const [name, value] of Object.entries({ 'api-url': platform.url, ...inputs }))
    process.env[`INPUT_${name.toUpperCase()}`] = value
  return action()
}
const outputs = () => parseOutputs(readFileSync(output, 'utf8'))
const commands = (name: string) => printed.split('\n').filter(line => line.startsWith(`::${name}`))

test('a valid token passes: mask, one line, outputs, no summary', async () => {
  expect(await run(granted())).toBe(0)
  expect(printed.split('\n')).toEqual([
    `::add-mask::${TOKEN}`,
    expect.stringMatching(
      /^nolapse token is valid: organisation org_abc123, scopes execute \(127\.0\.0\.1:\d+, \d+ ms\)$/,
    ),
    '',
  ])
  expect(outputs()).toMatchObject({
    valid: 'true',
    reason: 'ok',
    org_id: 'org_abc123',
    scopes: '["execute"]',
  })
  expect(readFileSync(summary, 'utf8')).toBe('')
})

test('a refused token fails: outputs, one error annotation, a summary', async () => {
  expect(await run({ status: 401, body: { error: 'invalid token' } })).toBe(1)
  expect(outputs()).toMatchObject({ valid: 'false', reason: 'invalid', org_id: '', scopes: '[]' })
  expect(commands('error')).toEqual([
    expect.stringMatching(/title=nolapse token%3A invalid::.*invalid token/),
  ])
  expect(readFileSync(summary, 'utf8')).toContain('<code>invalid</code>')
})

test('a tolerated reason warns and passes', async () => {
  expect(await run(granted(), { tolerate: 'missing' }, '')).toBe(0)
  expect(outputs()).toMatchObject({ valid: 'false', reason: 'missing' })
  expect(commands('error')).toEqual([])
  expect(commands('warning')).toEqual([expect.stringMatching(/missing \(tolerated\)::The step passed/)])
  expect(platform?.requests).toEqual([])
})

test('a retry prints one line in the log', async () => {
  expect(await run([{ status: 503 }, granted()], { 'timeout-seconds': '10' })).toBe(0)
  expect(printed).toMatch(
    /^Attempt 1: 503 Service Unavailable \(127\.0\.0\.1:\d+\)\. Next attempt in \d+\.\d s\.$/m,
  )
})

test('the input overrides the environment, with a warning if they differ', async () => {
  expect(await run(granted(), { token: OTHER_TOKEN })).toBe(0)
  expect(platform?.requests[0]?.body).toBe(`{"token":"${OTHER_TOKEN}"}`)
  expect(commands('add-mask')).toEqual([`::add-mask::${OTHER_TOKEN}`, `::add-mask::${TOKEN}`])
  expect(commands('warning')).toHaveLength(1)
})

test('the same token in both causes no warning and one mask', async () => {
  expect(await run(granted(), { token: TOKEN })).toBe(0)
  expect(commands('warning')).toEqual([])
  expect(commands('add-mask')).toHaveLength(1)
})

test('the input name of nolapse-action is reported, along with other problems', async () => {
  expect(await run(granted(), { 'nolapse-token': OTHER_TOKEN })).toBe(1)
  expect(commands('error')).toEqual([expect.stringMatching(/`nolapse-token`.*called `token`/)])
  expect(commands('add-mask')).toContain(`::add-mask::${OTHER_TOKEN}`)
  await platform?.close()
  expect(await run(granted(), { 'nolapse-token': OTHER_TOKEN, tolerate: 'all' })).toBe(1)
  expect(commands('error')[1]).toMatch(/`tolerate`.*`nolapse-token`/)
  expect(outputs()).toMatchObject({ reason: 'misconfigured' })
})

test('a token that was put into another input is masked, and a problem with a variable names the variable', async () => {
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
  expect(await run(granted(), { 'expected-org-id': OTHER_TOKEN })).toBe(1)
  expect(commands('add-mask')).toContain(`::add-mask::${OTHER_TOKEN}`)
  expect(commands('error')[0]).toMatch(/%0ANODE_TLS_REJECT_UNAUTHORIZED is 0/)
})

test.each([
  ['GITHUB_OUTPUT is not set', undefined],
  ['(EISDIR)', folder],
  ['(ENOENT)', join(folder, 'nowhere')],
])('if outputs cannot be written, the action says so and sends nothing: %s', async (why, path) => {
  if (path === undefined) delete process.env.GITHUB_OUTPUT
  else process.env.GITHUB_OUTPUT = path
  expect(await run(granted())).toBe(1)
  expect(platform?.requests).toEqual([])
  expect(commands('error')).toEqual([expect.stringContaining(why)])
  expect(printed).toMatch(/^::add-mask::/)
  expect(printed).not.toContain('set-output')
})

test('an output file that disappears fails the step and is reported', async () => {
  expect(
    await run(response => {
      rmSync(output)
      response.end(JSON.stringify(granted().body))
    }),
  ).toBe(1)
  expect(commands('error')).toEqual([expect.stringContaining('(ENOENT)')])
  expect(printed).not.toContain('is valid')
})

test('without NOLAPSE_TOKEN there is no token', async () => {
  expect(await action()).toBe(1)
  expect(outputs()).toMatchObject({ reason: 'missing' })
})

test('a misspelt input is misconfigured, and its value is masked and not shown', async () => {
  expect(await run(granted(), { tokne: 'a-value-of-no-form', expected_org_id: OTHER_TOKEN })).toBe(1)
  expect(commands('error')).toEqual([expect.stringMatching(/`tokne`|`expected_org_id`.*`expected-org-id`/)])
  expect(commands('add-mask')).toContain(`::add-mask::${OTHER_TOKEN}`)
  expect(platform?.requests).toEqual([])
})

test.each([
  ['tokens', true],
  ['toke', true],
  ['t_o-k en', true],
  ['taken', true],
  ['toking', false],
  ['key', false],
  ['required_scope', true],
  ['required-scopess', true],
  ['requires-scope', true],
  ['require-scope', true],
  ['requirescop', false],
  ['api url', true],
  ['apiurl', true],
  ['api-key', false],
  ['url', false],
  ['timeout', false],
  ['tolerance', true],
  ['node-version', false],
])('an input called %j is misspelt: %s', async (name, misspelt) => {
  const { wrong } = await inputsWith({ [`INPUT_${name.toUpperCase()}`]: 'x' })
  expect(wrong).toHaveLength(misspelt ? 1 : 0)
})

test('an empty input or a known input is not misspelt', async () => {
  expect(await inputsWith({ INPUT_API_URL: '', 'INPUT_API-URL': 'x', INPUT_: 'x' })).toMatchObject({
    wrong: [],
  })
})

async function inputsWith(env: Record<string, string>) {
  Object.assign(process.env, env)
  return readInputs()
}

test('NOLAPSE_API_URL must not contradict the input api-url', async () => {
  process.env.NOLAPSE_API_URL = 'https://own.example.com'
  expect(await run(granted())).toBe(1)
  expect(commands('error')).toEqual([
    expect.stringMatching(/misconfigured::NOLAPSE_API_URL points to a different platform/),
  ])
  expect(platform?.requests).toEqual([])
})

test.each([
  ['https://OWN.example.com:443//', 'https://own.example.com', true],
  ['https://own.example.com/nolapse/', ' https://own.example.com/nolapse ', true],
  ['http://own.example.com', 'http://own.example.com/', true],
  ['https://own.example.com', '', false],
  ['https://api.nolapse.dev', '', true],
  ['not a URL', '', false],
  ['', 'https://own.example.com', true],
])('NOLAPSE_API_URL=%j agrees with api-url %j: %s', (variable, input, agrees) => {
  process.env.NOLAPSE_API_URL = variable
  const settings = settingsFrom({ 'api-url': input, 'allow-insecure-http': 'true' }, [])
  expect(Array.isArray(settings)).toBe(!agrees)
})

test('if api-url itself is invalid, no contradiction is reported', () => {
  process.env.NOLAPSE_API_URL = 'https://own.example.com'
  expect(settingsFrom({ 'api-url': 'x' }, [])).toEqual([expect.objectContaining({ subject: 'api-url' })])
})

test('an old Node.js is the only problem reported', () => {
  const versions = Object.getOwnPropertyDescriptor(process, 'versions') as PropertyDescriptor
  Object.defineProperty(process, 'versions', { ...versions, value: { ...process.versions, node: '18.20.8' } })
  const settings = settingsFrom({ 'api-url': 'x' }, [{ subject: 'x', says: 'is wrong.' }])
  Object.defineProperty(process, 'versions', versions)
  expect(settings).toEqual([expect.objectContaining({ subject: 'Node.js' })])
})

test.each(['GITEA_ACTIONS', 'FORGEJO_ACTIONS'])(
  'if %s is set, the message is plain lines after the group, and the annotation is one line',
  async variable => {
    process.env[variable] = 'true'
    expect(await run({ status: 401, body: { error: 'revoked' } })).toBe(1)
    const lines = printed.split('\n')
    const start = lines.indexOf('::endgroup::')
    expect(lines.slice(start + 1, start + 4)).toEqual([
      'nolapse token: invalid',
      expect.stringMatching(/^The platform at .* rejected the token\. It says: "revoked"\.$/),
      expect.stringMatching(/^What to do: /),
    ])
    expect(commands('error')).toEqual([
      expect.stringMatching(/^::error::nolapse token: invalid\. The platform at .* It says: "revoked"\.$/),
    ])
    expect(printed).not.toContain('%0A')
  },
)

test('on Forgejo and Gitea, a misspelt input is only a warning', async () => {
  process.env.FORGEJO_ACTIONS = 'true'
  expect(await run(granted(), { expected_org_id: 'org_other', 'nolapse-token': OTHER_TOKEN })).toBe(0)
  expect(commands('warning')).toEqual([
    expect.stringContaining('The input `expected_org_id` is not an input of this action'),
    expect.stringContaining('`nolapse-token`'),
  ])
})

test.each([
  [
    'an error',
    Object.assign(new TypeError(`holds ${TOKEN}`), { stack: `x\n    at f (/a/b/index.js:12:34)` }),
    'TypeError at index.js:12:34',
  ],
  ['no error', TOKEN, 'string'],
])('a defect is a verdict that shows only its kind and place: %s', async (_, error, told) => {
  expect(await reportDefect(error)).toBe(1)
  expect(outputs()).toMatchObject({ valid: 'false', reason: 'internal-error' })
  expect(commands('error')).toEqual([expect.stringContaining(`(${told})`)])
  expect(printed + readFileSync(summary, 'utf8')).not.toContain(TOKEN)
})

// The last one, because the module stays replaced.
test('if the report does not load, only its text is missing', async () => {
  jest.unstable_mockModule('../../src/action/report.ts', () => {
    throw new Error('not there')
  })
  expect(await run(granted(), {}, '')).toBe(1)
  expect(commands('error')).toEqual([expect.stringMatching(/The step failed\. The reason is missing, but/)])
  expect(outputs()).toMatchObject({ reason: 'missing' })
  await platform?.close()
  expect(await run(granted(), { tolerate: 'missing' }, '')).toBe(0)
  expect(commands('warning')).toEqual([expect.stringMatching(/The step passed\. The reason is missing/)])
})
