/** The table of inputs, row by row, on the built action. */
import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { annotations, OTHER_TOKEN, runAction, TOKEN } from '../../harness/runner.ts'
import { granted, type ScriptedProxy, startProxy, startServer } from '../../harness/server.ts'
import { step } from '../support/step.ts'

const INPUTS = [
  'token',
  'api-url',
  'required-scopes',
  'expected-org-id',
  'tolerate',
  'timeout-seconds',
  'allow-insecure-http',
]
let proxy: ScriptedProxy | undefined
afterEach(async () => {
  await proxy?.close()
  proxy = undefined
})

const sent = (token: string) => [expect.objectContaining({ body: `{"token":"${token}"}` })]

/** An invalid input is reported by its name, not by its value, and nothing is sent. */
async function expectMisconfigured(inputs: Record<string, string>, told: RegExp, env = {}) {
  const run = await step(granted(), { inputs, env })
  expect(run.code).toBe(1)
  expect(run.outputs).toMatchObject({ valid: 'false', reason: 'misconfigured' })
  expect(run.requests).toEqual([])
  const errors = annotations(run, 'error')
  expect(errors).toEqual([expect.stringMatching(told)])
  return { ...run, error: String(errors) }
}

test('action.yml has these inputs, none required, and leaves the defaults to the action', () => {
  const { inputs } = parse(readFileSync('action.yml', 'utf8'))
  expect(Object.keys(inputs)).toEqual(INPUTS)
  for (const name of INPUTS) {
    expect(inputs[name]).toMatchObject({ required: false })
    expect(inputs[name].default).toBeUndefined()
  }
})

test('an empty value always means the default', async () => {
  proxy = await startProxy(403)
  const empty = Object.fromEntries(INPUTS.map(name => [name, '']))
  const run = await runAction({ inputs: empty, env: { NOLAPSE_TOKEN: TOKEN, https_proxy: proxy.url } })
  expect(proxy.tunnels).toEqual(['api.nolapse.dev:443'])
  expect(run.outputs).toMatchObject({ reason: 'unexpected-response' })
  expect(run.code).toBe(1)
  expect(annotations(run, 'error')[0]).toMatch(/does not allow connections to api\.nolapse\.dev/)
})

describe('token', () => {
  test('defaults to NOLAPSE_TOKEN from the environment', async () => {
    for (const inputs of [{}, { token: '' }])
      expect((await step(granted(), { inputs })).requests).toEqual(sent(TOKEN))
  })

  test('the input alone is enough', async () => {
    const run = await step(granted(), { inputs: { token: TOKEN }, env: { NOLAPSE_TOKEN: undefined } })
    expect(run.requests).toEqual(sent(TOKEN))
    expect(run.code).toBe(0)
  })

  test('if both are set and differ, the input wins and a warning says what later steps use', async () => {
    const run = await step(granted(), { inputs: { token: OTHER_TOKEN } })
    expect(run.requests).toEqual(sent(OTHER_TOKEN))
    expect(run.code).toBe(0)
    expect(annotations(run, 'warning')).toEqual([expect.stringMatching(/differ.*later steps/)])
    expect(run.masks).toEqual([OTHER_TOKEN, TOKEN])
  })

  test('if both are the same, there is no warning', async () => {
    const run = await step(granted(), { inputs: { token: TOKEN } })
    expect(annotations(run, 'warning')).toEqual([])
  })

  test('nolapse-token, the input of the sibling action, is misconfigured, masked, and corrected', async () => {
    const env = { NOLAPSE_TOKEN: undefined }
    const run = await expectMisconfigured(
      { 'nolapse-token': OTHER_TOKEN },
      /`nolapse-token`.*called `token`/,
      env,
    )
    expect(run.masks).toEqual([OTHER_TOKEN])
    await expectMisconfigured({ 'nolapse-token': TOKEN, token: TOKEN }, /`nolapse-token`/)
  })
})

describe('api-url', () => {
  test.each(['', '/', '/tools/nolapse', '/tools/nolapse/'])('a path prefix %j is accepted', async prefix => {
    const platform = await startServer()
    const prefixed = await runAction({
      inputs: { 'api-url': platform.url + prefix },
      env: { NOLAPSE_TOKEN: TOKEN },
    })
    await platform.close()
    expect(prefixed.code).toBe(0)
    expect(platform.requests[0]?.path).toBe(`${prefix.replace(/\/$/, '')}/v1/auth/validate`)
  })

  test.each([
    ['user info', 'https://user:pazzword@nolapse.test', /user name or password/],
    ['a query', 'https://nolapse.test/?pazzword=1', /query/],
    ['a fragment', 'https://nolapse.test/#pazzword', /fragment/],
    ['/v1 at its end', 'https://pazzword.test/v1', /Remove \/v1/],
    ['/v1/ at its end', 'https://pazzword.test/v1/', /Remove \/v1/],
    ["the endpoint's own path", 'https://pazzword.test/v1/auth/validate', /Remove \/v1/],
    ['no scheme', 'pazzword.test', /absolute/],
    ['another scheme', 'ftp://pazzword.test', /absolute/],
  ])('%s is rejected with its fix, and not echoed', async (_, url, fix) => {
    const run = await expectMisconfigured({ 'api-url': url }, fix)
    expect(run.error).toContain('`api-url`')
    expect(run.traces).not.toContain('pazzword')
  })
})

describe('required-scopes', () => {
  const scopes = (...list: string[]) => granted({ scopes: list })
  test.each([
    ['its default is execute', '', ['read'], 'missing-scope'],
    ['its default is execute', '', ['read', 'execute'], 'ok'],
    ['every one must be granted', 'execute read', ['execute'], 'missing-scope'],
    ['separated by commas, spaces or new lines', 'a,b c\nd', ['d', 'c', 'b', 'a'], 'ok'],
    ['none asks for none', 'none', [], 'ok'],
    ['none beside others is refused', 'none execute', ['execute'], 'misconfigured'],
    ['what is no scope is refused', 'exe/cute', ['execute'], 'misconfigured'],
  ])('%s: %j of %j is %s', async (_, required, list, reason) => {
    const run = await step(scopes(...list), { inputs: { 'required-scopes': required } })
    expect(run.outputs).toMatchObject({ reason, valid: String(reason === 'ok') })
  })
})

test.each([
  ['org_abc123', 'ok'],
  [' org_abc123\n', 'ok'],
  ['org_other', 'wrong-org'],
  ['ORG_abc123', 'wrong-org'],
  ['', 'ok'],
  ['org abc', 'misconfigured'],
])('expected-org-id %j: %s', async (expected, reason) => {
  const run = await step(granted(), { inputs: { 'expected-org-id': expected } })
  expect(run.outputs).toMatchObject({ reason, valid: String(reason === 'ok') })
})

test.each([
  ['missing', 0],
  ['unavailable', 1],
  ['missing,unavailable', 0],
  ['unavailable\nmissing', 0],
  ['', 1],
])('tolerate %j ends a run without a token with %d', async (tolerate, code) => {
  const run = await step(granted(), { inputs: { tolerate }, env: { NOLAPSE_TOKEN: undefined } })
  expect(run.outputs).toMatchObject({ reason: 'missing', valid: 'false' })
  expect(run.code).toBe(code)
})

test.each(['invalid', 'missing, pazzword', 'all', 'Missing'])(
  'tolerate %j is misconfigured',
  async tolerate => {
    const run = await expectMisconfigured(
      { tolerate },
      /`tolerate` can only be missing, unavailable.*continue-on-error/,
    )
    expect(run.traces).not.toContain('pazzword')
  },
)

test('timeout-seconds is one deadline over the whole validation', async () => {
  const run = await step(() => undefined, { inputs: { 'timeout-seconds': '1' } })
  expect(run.outputs).toMatchObject({ reason: 'unavailable' })
  expect(annotations(run, 'error')[0]).toContain('within 1 s')
})

test.each(['0', '601', '1.5', '-1', '1e2', 'pazzword'])(
  'timeout-seconds %s is misconfigured',
  async seconds => {
    const run = await expectMisconfigured({ 'timeout-seconds': seconds }, /`timeout-seconds`.*from 1 to 600/)
    expect(run.traces).not.toContain('pazzword')
  },
)

test('timeout-seconds accepts 600', async () => {
  expect((await step(granted(), { inputs: { 'timeout-seconds': '600' } })).code).toBe(0)
})

describe('allow-insecure-http', () => {
  test.each(['http://nolapse.test', 'http://127.example.com', 'http://localhost.test', 'http://[::2]'])(
    'by default %s is rejected',
    async url => {
      for (const allow of ['', 'false'])
        await expectMisconfigured({ 'api-url': url, 'allow-insecure-http': allow }, /`api-url` is plain http/)
    },
  )

  test.each(['localhost', '127.0.0.1', '127.1.2.3', '[::1]'])(
    '%s is loopback and needs no permission',
    async host => {
      const run = await runAction({
        inputs: { 'api-url': `http://${host}:9`, 'timeout-seconds': '1' },
        env: { NOLAPSE_TOKEN: TOKEN },
      })
      expect(run.outputs).toMatchObject({ reason: 'unavailable' })
    },
  )

  test('true lets the token travel unencrypted', async () => {
    proxy = await startProxy(403)
    const run = await runAction({
      inputs: { 'api-url': 'http://nolapse.test', 'allow-insecure-http': 'true' },
      env: { NOLAPSE_TOKEN: TOKEN, http_proxy: proxy.url },
    })
    expect(run.outputs).toMatchObject({ reason: 'unexpected-response' })
    expect(proxy.tunnels).toEqual(['nolapse.test:80'])
  })

  test('a value other than true or false is misconfigured', async () => {
    await expectMisconfigured(
      { 'allow-insecure-http': 'yes' },
      /`allow-insecure-http` is neither true nor false/,
    )
  })
})

describe('a misspelt input', () => {
  test.each([
    ['expected_org_id', 'org_other', 'expected-org-id'],
    ['expected-organisation', 'x', undefined],
    ['required_scopes', 'admin', 'required-scopes'],
    ['required_scope', 'admin', 'required-scopes'],
    ['api_url', 'https://own.test', 'api-url'],
    ['tokn', 'pazzword', 'token'],
    ['TOLERATES', 'missing', 'tolerate'],
    ['nolapse_token', OTHER_TOKEN, 'token'],
    ['allow-insecure-https', 'true', 'allow-insecure-http'],
  ])('%s is misconfigured if it is close to one of ours', async (name, value, meant) => {
    if (!meant) expect((await step(granted(), { inputs: { [name]: value } })).code).toBe(0)
    else {
      const run = await expectMisconfigured({ [name]: value }, new RegExp(`\`${meant}\``))
      expect(run.error).toContain(`\`${name.toLowerCase()}\``)
      expect(run.traces).not.toContain(value)
    }
  })

  test.each(['GITEA_ACTIONS', 'FORGEJO_ACTIONS'])('is a warning if %s is set', async server => {
    const run = await step(granted(), { inputs: { expected_org_id: 'org_other' }, env: { [server]: 'true' } })
    expect(run.code).toBe(0)
    expect(annotations(run, 'warning')).toEqual([])
    expect(run.stdout).toMatch(/^::warning::nolapse token: unknown input\. The input `expected_org_id`/m)
  })
})

describe('the environment', () => {
  test('a NOLAPSE_API_URL that contradicts api-url is misconfigured, and its value is not shown', async () => {
    const env = { NOLAPSE_API_URL: 'https://pazzword.test' }
    const run = await expectMisconfigured({}, /^NOLAPSE_API_URL points to a different platform/, env)
    expect(run.traces).not.toContain('pazzword')
    await expectMisconfigured({ 'api-url': '' }, /NOLAPSE_API_URL/, env)
  })

  test('a NOLAPSE_API_URL that says the same as api-url changes nothing', async () => {
    const platform = await startServer()
    const run = await runAction({
      inputs: { 'api-url': platform.url },
      env: { NOLAPSE_TOKEN: TOKEN, NOLAPSE_API_URL: `${platform.url}//` },
    })
    await platform.close()
    expect(run.code).toBe(0)
  })

  test('NODE_TLS_REJECT_UNAUTHORIZED=0 is misconfigured', async () => {
    const env = { NODE_TLS_REJECT_UNAUTHORIZED: '0' }
    const run = await expectMisconfigured({}, /^NODE_TLS_REJECT_UNAUTHORIZED is 0/, env)
    expect(run.error).toContain('NODE_EXTRA_CA_CERTS')
    expect((await step(granted(), { env: { NODE_TLS_REJECT_UNAUTHORIZED: '1' } })).code).toBe(0)
  })

  test('a proxy URL with a bare % is misconfigured, and its password is not shown', async () => {
    const env = { https_proxy: 'http://user:pazz%word@127.0.0.1:9' }
    const run = await expectMisconfigured({ 'api-url': 'https://nolapse.test' }, /^https_proxy.*(%25)/i, env)
    expect(run.traces).not.toMatch(/pazz|word@127/)
  })
})

test('one run reports every invalid setting in one annotation', async () => {
  const inputs = { 'api-url': 'x', tolerate: 'x', 'timeout-seconds': 'x', 'nolapse-token': TOKEN }
  const { error } = await expectMisconfigured(inputs, /./, { NODE_TLS_REJECT_UNAUTHORIZED: '0' })
  for (const name of [...Object.keys(inputs).map(input => `\`${input}\``), 'NODE_TLS_REJECT_UNAUTHORIZED'])
    expect(error).toContain(name)
})

test('a token that was put into another input is masked and not sent', async () => {
  const run = await expectMisconfigured({ 'expected-org-id': OTHER_TOKEN }, /belongs in NOLAPSE_TOKEN only/)
  expect(run.masks).toEqual([TOKEN, OTHER_TOKEN])
})
