/**
 * What the action promises about secrets, on the built action. support/step.ts also checks after every run that the token,
 * or a part of it, is nowhere in the output.
 */
import { describe, expect, test } from '@jest/globals'
import {
  annotations,
  OTHER_TOKEN,
  partsIn,
  type Run,
  runAction,
  type Setup,
  TOKEN,
} from '../../harness/runner.ts'
import { granted, type Reply, startProxy } from '../../harness/server.ts'
import { step } from '../support/step.ts'

const BODY = TOKEN.slice(4)

test('the search finds the token, a part of it, and the token in another case', () => {
  expect(partsIn(`x${TOKEN}y`, TOKEN)).toHaveLength(33)
  expect(partsIn(BODY.slice(7, 15).toUpperCase(), TOKEN).length).toBeGreaterThan(0)
  expect(partsIn(BODY.slice(7, 14), TOKEN)).toEqual([])
})

describe('masks', () => {
  test('the mask is always printed first', async () => {
    for (const setup of [
      {},
      { inputs: { tolerate: 'x' } },
      { env: { GITHUB_OUTPUT: undefined } },
    ] as Setup[]) {
      const run = await step(granted(), setup)
      expect(run.stdout.startsWith(`::add-mask::${TOKEN}\n`)).toBe(true)
      expect(run.masks).toEqual([TOKEN])
    }
  })

  test('every line of 8 or more characters of a malformed value is masked, trimmed, as is any token in it', async () => {
    const value = `  first line \n1234567\n"${TOKEN}"\r\n12345678\n\n`
    const run = await step(granted(), { env: { NOLAPSE_TOKEN: value } })
    expect(run.masks).toEqual(['first line', `"${TOKEN}"`, '12345678', TOKEN])
  })

  test.each([
    'true',
    '[',
    '{"a":1}',
    '1234567',
    'malformed',
    'misconfigured',
    'unexpected-response',
    'invalid',
  ])('%j is not masked, because the runner would drop outputs', async value => {
    const run = await step(granted(), { env: { NOLAPSE_TOKEN: value } })
    expect(run.masks).toEqual([])
    expect(run.outputs).toMatchObject({ reason: 'malformed' })
  })

  test('a value shorter than 8 characters is not echoed either', async () => {
    expect((await step(granted(), { env: { NOLAPSE_TOKEN: 'pazzwd' } })).traces).not.toContain('pazzwd')
  })

  test('organisation and scopes are not masked, and no mask is empty', async () => {
    const run = await step(granted(), { inputs: { token: ' \n' } })
    expect(run.masks).toEqual([TOKEN])
    expect(run.stdout).not.toMatch(/^::add-mask::\s*$/m)
  })
})

/** The output of a run without what changes each time: durations, the platform's port, the delimiters of outputs. */
const comparable = (run: Run) =>
  run.traces
    .replace(/\d+\.\d s/g, '… s')
    .replace(/\d+ ms/g, '… ms')
    .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:…')
    .replace(/ghadelimiter_[\w-]+/g, 'ghadelimiter')

describe('two bad values with the same diagnosis give the same output', () => {
  test.each([
    ['line break', `${TOKEN}\n`, `${OTHER_TOKEN}\n`],
    ['quotes', `"${TOKEN}"`, `'${OTHER_TOKEN}'`],
    ['quotes around something else', `"${'a'.repeat(44)}"`, `"${'!'.repeat(44)}"`],
    ['Bearer', `Bearer ${TOKEN}`, `bearer ${OTHER_TOKEN}`],
    ['assignment', `AAAAA=${TOKEN}`, `BBBBB=${OTHER_TOKEN}`],
    ['expression', '${{ secrets.AAAA }}', '${{ secrets.BBBB }}'],
    ["another vendor's prefix", `ghp_${'a'.repeat(36)}`, `gho_${'Z'.repeat(36)}`],
    ['upper case', `nlp_${'A'.repeat(40)}`, `nlp_${'0F'.repeat(20)}`],
    ['before v0.2.0', `nlp_${'Zz'.repeat(20)}`, `nlp_${'y9'.repeat(20)}`],
    ['no prefix', BODY, '::error::##[group]%0A::'.padEnd(40, '-')],
    ['length', TOKEN.slice(0, 30), OTHER_TOKEN.slice(0, 30)],
    ['characters', `nlp_${'-'.repeat(40)}`, `nlp_${'%'.repeat(40)}`],
    ['invisible', `nlp_${'a'.repeat(39)}\u200b`, `nlp_${'b'.repeat(39)}\u2060`],
    ['several lines', 'aaaaaaaa\nbbbbbbbb', 'cccccccc\ndddddddd'],
    ['short', 'true', '<::>'],
  ])('%s', async (_, one, other) => {
    for (const RUNNER_DEBUG of ['', '1']) {
      const env = (NOLAPSE_TOKEN: string) => ({ env: { NOLAPSE_TOKEN, RUNNER_DEBUG } })
      const [first, second] = [await step(granted(), env(one)), await step(granted(), env(other))]
      expect(first.outputs.reason).toBe('malformed')
      expect(comparable(first)).toBe(comparable(second))
    }
  })

  test('only white space, of any amount and kind', async () => {
    const [first, second] = [' ', '\n\t\n  '].map(value => step(granted(), { env: { NOLAPSE_TOKEN: value } }))
    expect(comparable((await first) as Run)).toBe(comparable((await second) as Run))
  })

  test('two values of an invalid input', async () => {
    for (const name of ['api-url', 'required-scopes', 'expected-org-id', 'tolerate', 'timeout-seconds']) {
      const [first, second] = [
        await step(granted(), { inputs: { [name]: '!!!!' } }),
        await step(granted(), { inputs: { [name]: '/\u0007 :%0A::' } }),
      ]
      expect(first.outputs.reason).toBe('misconfigured')
      expect(comparable(first)).toBe(comparable(second))
    }
  })
})

test.each<[string, Reply]>([
  ['ok', granted()],
  ['invalid', { status: 401, body: { error: 'invalid token' } }],
  ['unexpected-response', { status: 302, headers: { location: `https://nolapse.test/${TOKEN}` } }],
])('debug mode shows no more of the token: %s', async (reason, reply) => {
  const run = await step(reply, { env: { RUNNER_DEBUG: '1', ACTIONS_STEP_DEBUG: 'true', NODE_DEBUG: '' } })
  expect(run.outputs.reason).toBe(reason)
})

describe('text from the network', () => {
  const hostile = '\n::error::x\r\n::stop-commands::y\u2028##[group]z\u001b[31m\u202e'
  test.each<[string, Reply]>([
    ['a refusal', { status: 401, body: { error: hostile } }],
    ['another status', { status: 403, body: { error: hostile } }],
  ])('from %s is neutralised', async (_, reply) => {
    const run = await step(reply)
    const lines = run.stdout.split('\n')
    expect(lines.filter(line => /^\s*::/.test(line)).map(line => line.split(/[ :]+/)[1])).toEqual([
      'add-mask',
      'error',
    ])
    expect(run.traces).not.toMatch(/##\[|::stop-commands::|[\u001b\u2028\u202e]/)
    expect(annotations(run, 'error')[0]).toContain('stop-commands')
  })

  test('takes up at most 200 characters of a message', async () => {
    const run = await step({ status: 401, body: { error: 'x'.repeat(1000) } })
    expect(run.stdout).toContain(`"${'x'.repeat(199)}…"`)
    expect(run.traces).not.toContain('x'.repeat(200))
  })

  test('that repeats the token, or a part of it, is not printed', async () => {
    for (const part of [TOKEN, BODY.slice(20, 28), BODY.slice(0, 8).toUpperCase()])
      for (const status of [401, 403, 404])
        expect((await step({ status, body: { error: `no token ${part}` } })).outputs.valid).toBe('false')
  })

  test('in a status line or a header is not printed', async () => {
    const run = await step(response => {
      response
        .writeHead(418, `pazzword ${TOKEN}`, { location: 'https://pazzword.test', server: 'pazzword' })
        .end()
    })
    expect(run.traces).not.toContain('pazzword')
  })

  test('outputs are never cut', async () => {
    const scopes = Array.from({ length: 30 }, (_, number) => `scope:${'x'.repeat(50)}${number}`)
    const run = await step(granted({ scopes }), { inputs: { 'required-scopes': 'none' } })
    expect(JSON.parse(run.outputs.scopes ?? '')).toEqual(scopes)
    expect(run.stdout.split('\n')[1]?.length).toBeLessThan(400)
  })
})

test("a proxy's password is never shown", async () => {
  const proxy = await startProxy(407)
  const run = await runAction({
    inputs: { 'api-url': 'https://nolapse.test' },
    env: {
      NOLAPSE_TOKEN: TOKEN,
      https_proxy: proxy.url.replace('//', '//someone:pazz%25word@'),
      RUNNER_DEBUG: '1',
    },
  })
  await proxy.close()
  expect(run.outputs.reason).toBe('unexpected-response')
  expect(run.traces).not.toMatch(/someone|pazz|c29tZW9uZT/)
  expect(partsIn(run.traces, TOKEN)).toEqual([])
})
