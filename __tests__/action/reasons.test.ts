/** The table of reasons, row by row, on the built action: when each applies, and whether it is retried or tolerated. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Authority, makeAuthority } from '../../harness/authority.ts'
import { annotations, OTHER_TOKEN, runAction, type Setup, TOKEN } from '../../harness/runner.ts'
import { granted, type Reply, type ScriptedServer, startProxy, startServer } from '../../harness/server.ts'
import { step } from '../support/step.ts'

const BODY = TOKEN.slice(4)
const TOLERANT = { tolerate: 'missing, unavailable' }

/** Each run tolerates every reason it can, so the exit code shows whether a reason can be tolerated. */
async function expectReason(reason: string, reply: Reply | Reply[], { inputs, env }: Setup = {}) {
  const run = await step(reply, { inputs: { ...TOLERANT, ...inputs }, ...(env && { env }) })
  const tolerable = reason === 'missing' || reason === 'unavailable'
  expect(run.outputs).toMatchObject({ reason, valid: String(reason === 'ok') })
  expect(run.code).toBe(reason === 'ok' || tolerable ? 0 : 1)
  expect(annotations(run, 'error')).toHaveLength(run.code ?? 0)
  return { ...run, text: annotations(run, tolerable ? 'warning' : 'error').join('\n') }
}

describe('misconfigured', () => {
  test('an invalid input takes precedence over everything else, and no request is made', async () => {
    for (const token of [undefined, ' ', 'x', TOKEN]) {
      const setup = { inputs: { 'timeout-seconds': '0' }, env: { NOLAPSE_TOKEN: token } }
      expect((await expectReason('misconfigured', granted(), setup)).requests).toEqual([])
    }
  })

  test('it cannot be tolerated, even if tolerate itself is the invalid input', async () => {
    await expectReason('misconfigured', granted(), { inputs: { tolerate: 'missing misconfigured' } })
  })
})

describe('missing', () => {
  test.each([
    undefined,
    '',
    ' ',
    '\n\t ',
    '$NOLAPSE_TOKEN',
    '${NOLAPSE_TOKEN}',
    '%NOLAPSE_TOKEN%',
    '$OTHER_1',
  ])('%j is not a token, and no request is made', async token => {
    expect((await expectReason('missing', granted(), { env: { NOLAPSE_TOKEN: token } })).requests).toEqual([])
  })

  test('a pull request from a fork is named as the only cause', async () => {
    const repos = { head: { repo: { id: 2 } }, base: { repo: { id: 1 } } }
    const run = await runAction({
      event: { pull_request: repos },
      env: { GITHUB_EVENT_NAME: 'pull_request' },
    })
    expect(annotations(run, 'error')[0]).toMatch(/tolerate: missing[\s\S]*from a fork/)
  })

  test.each([
    ['a deleted fork', { pull_request: { head: { repo: null }, base: { repo: { id: 1 } } } }],
    ['a push in a fork', { repository: { fork: true } }],
  ])('%s is a fork too: if tolerated, no action is needed', async (_, event) => {
    const run = await runAction({ event, inputs: TOLERANT })
    expect(run.code).toBe(0)
    const [warning = ''] = annotations(run, 'warning')
    expect(warning).toMatch(
      /^The step passed without a validated token[\s\S]*What to do: Nothing\. nolapse runs locally/,
    )
    expect(warning).toContain('fork')
    expect(run.summary).toMatch(/<p>The step passed[\s\S]*What to do:<\/strong> Nothing\./)
  })

  test('a field on only one side of the event does not turn a Dependabot run into a fork', async () => {
    const event = { pull_request: { head: { repo: { id: 1 } }, base: { repo: { id: 1, fork: false } } } }
    const run = await runAction({ event, env: { GITHUB_ACTOR: 'dependabot[bot]' } })
    expect(annotations(run, 'error')[0]).toMatch(/Dependabot/)
    expect(annotations(run, 'error')[0]).not.toContain('fork')
  })

  test('Dependabot is named as the cause', async () => {
    const run = await runAction({ env: { GITHUB_ACTOR: 'dependabot[bot]' } })
    expect(annotations(run, 'error')[0]).toMatch(/Dependabot/)
  })

  test('otherwise the remedy names the settings page and the workflow line, and the causes follow', async () => {
    const error = annotations(await runAction(), 'error')[0]
    expect(error).toMatch(
      /What to do: .*Settings → Secrets and variables → Actions.*with: token: [\s\S]*misspelt[\s\S]*secrets: inherit[\s\S]*environment/,
    )
  })

  test('`token: $NOLAPSE_TOKEN` is explained', async () => {
    const run = await runAction({ inputs: { token: '$NOLAPSE_TOKEN' } })
    expect(annotations(run, 'error')[0]).toMatch(
      /only the name of a variable[\s\S]*does not replace `\$NAME`/,
    )
  })

  test('an invalid event path is never printed, and no command in it reaches the runner', async () => {
    const run = await runAction({ env: { GITHUB_EVENT_PATH: '/nowhere\n::stop-commands::x\n##[group]x' } })
    expect(run.traces).not.toMatch(/nowhere|stop-commands|##\[/)
    expect(run.outputs).toMatchObject({ reason: 'missing' })
    expect(annotations(run, 'error')).toHaveLength(1)
  })

  test('without the event file, only the hint is missing', async () => {
    const run = await runAction({ env: { GITHUB_EVENT_PATH: '/nowhere' } })
    expect(run.outputs).toMatchObject({ reason: 'missing' })
    expect(run.code).toBe(1)
    expect(annotations(run, 'error')).toHaveLength(1)
  })
})

describe('malformed', () => {
  test.each([
    ['a line break at its end', `${TOKEN}\n`, /line break at its start or end/],
    ['a line break at its start', `\r\n${TOKEN}`, /line break at its start or end/],
    ['a space at its end', `${TOKEN} `, /white space/],
    ['a tab at its start', `\t${TOKEN}`, /white space/],
    ['several lines', `${TOKEN}\n${OTHER_TOKEN}`, /several lines/],
    ['quotes', `"${TOKEN}"`, /quotes/],
    ['Bearer before it', `Bearer ${TOKEN}`, /Bearer/],
    ['NAME= before it', `NOLAPSE_TOKEN=${TOKEN}`, /NAME=value/],
    ['an expression that was not evaluated', '${{ secrets.NOLAPSE_TOKEN }}', /\$\{\{ … \}\} as text/],
    ['asterisks', '***', /asterisks/],
    ['a byte order mark', `\ufeff${TOKEN}`, /byte order mark/],
    ['a comma at its end', `${TOKEN},`, /comma/],
    ['\\n as two characters', `${TOKEN}\\n`, /such as \\n written as two characters/],
    ['base64', Buffer.from(TOKEN).toString('base64'), /a token in base64/],
    ['a value pasted twice', TOKEN + TOKEN, /too long[\s\S]*pasted twice/],
    ['JSON', `{"secret":"${TOKEN}"}`, /JSON/],
    ["GitHub's prefix", `ghp_${'a1B2'.repeat(9)}`, /a token of GitHub/],
    ["GitLab's prefix", `glpat-${'a1B2'.repeat(5)}`, /a token of GitLab/],
    ['an invisible character', `${TOKEN.slice(0, 9)}\u200b${TOKEN.slice(9)}`, /invisible/],
    ['a prefix in upper case', `NLP_${BODY}`, /prefix nlp_ is not in lower case/],
    ['no prefix', BODY, /does not start with nlp_/],
    ['upper-case letters', TOKEN.replace(/[a-f]/g, letter => letter.toUpperCase()), /upper-case letters/],
    ['the form before v0.2.0', `nlp_${'Zz9y'.repeat(10)}`, /issued before v0\.2\.0[\s\S]*Create a new token/],
    ['the length of a sample', `nlp_${'Zz9y'.repeat(10).slice(2)}`, /too short/],
    [
      'one character too few',
      TOKEN.slice(1).replace('lp_', 'nlp_').slice(0, -1),
      /42 characters|43 characters/,
    ],
    ['one character too many', `${TOKEN}0`, /It has 45 characters; a token has 44/],
    ['characters that no token has', `nlp_${'-'.repeat(40)}`, /characters that no token has/],
  ])('%s is named but not echoed, and no request is made', async (_, value, diagnosis) => {
    const run = await expectReason('malformed', granted(), { env: { NOLAPSE_TOKEN: value } })
    expect(run.requests).toEqual([])
    expect(run.text).toMatch(diagnosis)
    expect(run.text).toMatch(/What to do: (Store|Create|Write|A token|Pass)/)
    for (const line of value.split(/[\r\n]+/).filter(line => line.trim().length >= 8))
      expect(run.traces).not.toContain(line.trim())
  })
})

test('the message for a token from before v0.2.0 or of another vendor does not mention its length or pasting', async () => {
  const old = await expectReason('malformed', granted(), {
    env: { NOLAPSE_TOKEN: `nlp_${'Zz9y'.repeat(10)}` },
  })
  expect(old.text).not.toMatch(/It has \d+ characters/)
  const other = await expectReason('malformed', granted(), {
    env: { NOLAPSE_TOKEN: `ghp_${'a1B2'.repeat(9)}` },
  })
  expect(other.text).not.toMatch(/pasted|Likely causes/)
})

describe('untrusted', () => {
  let authority: Authority
  const servers: ScriptedServer[] = []
  beforeAll(() => {
    authority = makeAuthority()
  })
  afterAll(async () => {
    authority.remove()
    for (const server of servers) await server.close()
  })
  async function behind(certified: Parameters<Authority['issue']>[0], trusted = true) {
    const server = await startServer(granted(), authority.issue(certified))
    servers.push(server)
    const run = await runAction({
      inputs: { 'api-url': server.url, ...TOLERANT },
      env: { NOLAPSE_TOKEN: TOKEN, NODE_EXTRA_CA_CERTS: trusted ? authority.file : undefined },
    })
    return { run, server }
  }

  test('a private authority is trusted by NODE_EXTRA_CA_CERTS', async () => {
    const { run } = await behind({})
    expect(run.outputs).toMatchObject({ reason: 'ok' })
    expect(run.code).toBe(0)
  })

  test.each([
    ['of an unknown authority', {}, false, /NODE_EXTRA_CA_CERTS/],
    ['that has expired', { since: 9, until: -1 }, true, /expired/],
    ['of another host', { hosts: ['nolapse.test'] }, true, /host name that is in the certificate/],
  ])('a certificate %s: no request, no retry, never tolerated', async (_, certified, trusted, told) => {
    const { run, server } = await behind(certified, trusted)
    expect(run.outputs).toMatchObject({ reason: 'untrusted', valid: 'false' })
    expect(run.code).toBe(1)
    expect(server.requests).toEqual([])
    expect(run.stdout).not.toContain('Next attempt')
    expect(annotations(run, 'error')).toEqual([expect.stringMatching(told)])
  })
})

describe('unavailable', () => {
  const later = (reply: Reply) => [reply, granted()]

  test.concurrent.each([408, 429, 500, 502, 503, 504, 599])('%d is retried', async status => {
    const run = await expectReason('ok', later({ status, body: { error: 'internal error' } }))
    expect(run.requests).toHaveLength(2)
  })

  test.concurrent('a connection that is reset or cut off in the body is retried', async () => {
    const cutOff: Reply = response => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('{"valid":true', () => response.destroy())
    }
    for (const reply of [(response => response.destroy()) as Reply, cutOff])
      expect((await expectReason('ok', later(reply))).requests).toHaveLength(2)
  })

  test.concurrent('503 until the deadline is unavailable and can be tolerated', async () => {
    const run = await expectReason('unavailable', { status: 503 }, { inputs: { 'timeout-seconds': '1' } })
    expect(run.text).toContain('503 Service Unavailable')
  })

  test.concurrent('a refused connection is unavailable', async () => {
    const gone = await startServer()
    await gone.close()
    const inputs = { 'api-url': gone.url, 'timeout-seconds': '1' }
    expect((await expectReason('unavailable', granted(), { inputs })).text).toContain('connection refused')
  })

  test.concurrent('a platform that sends nothing, or sends too slowly, is unavailable', async () => {
    const drip: Reply = response => response.writeHead(200).write('{"valid":')
    for (const reply of [() => undefined, drip] as Reply[])
      await expectReason('unavailable', reply, { inputs: { 'timeout-seconds': '1' } })
  })

  test.concurrent('a proxy that cannot reach the platform is unavailable and retried', async () => {
    const proxy = await startProxy(502)
    const inputs = { 'api-url': 'https://nolapse.test', 'timeout-seconds': '2', ...TOLERANT }
    const run = await runAction({ inputs, env: { NOLAPSE_TOKEN: TOKEN, https_proxy: proxy.url } })
    await proxy.close()
    expect(run.outputs).toMatchObject({ reason: 'unavailable' })
    expect(run.code).toBe(0)
    expect(proxy.tunnels.length).toBeGreaterThan(1)
    expect(annotations(run, 'warning')[0]).toContain('the proxy refused with 502')
  })
})

describe('unexpected-response', () => {
  test('407 from a proxy that no variable names is unexpected and not retried', async () => {
    const run = await expectReason('unexpected-response', [{ status: 407 }, granted()])
    expect(run.requests).toHaveLength(1)
    expect(run.text).toContain('Set https_proxy to that proxy')
  })

  test.each([401, 403, 404, 405, 407])(
    'a proxy that rejects the request with %d is unexpected',
    async status => {
      const proxy = await startProxy(status)
      const inputs = { 'api-url': 'https://nolapse.test', ...TOLERANT }
      const run = await runAction({ inputs, env: { NOLAPSE_TOKEN: TOKEN, https_proxy: proxy.url } })
      await proxy.close()
      expect(run.outputs).toMatchObject({ reason: 'unexpected-response', valid: 'false' })
      expect(run.code).toBe(1)
      expect(proxy.tunnels).toEqual(['nolapse.test:443'])
      expect(annotations(run, 'error')[0]).toMatch(
        new RegExp(`^The proxy \\(127\\.0\\.0\\.1:\\d+, from https_proxy\\) rejects the request: ${status} `),
      )
    },
  )

  const good = granted().body
  const html = '<!doctype html><title>Sign in</title>'
  test.each<[string, Reply, RegExp]>([
    ['a redirect', { status: 302, headers: { location: '/elsewhere' } }, /redirects \(302 Found\)/],
    ['a permanent redirect', { status: 308, headers: { location: '/elsewhere' } }, /308/],
    ['201 with any body', { status: 201, body: good }, /201 Created/],
    ['400', { status: 400, body: { error: 'malformed request' } }, /400 Bad Request.*malformed request/],
    ['402', { status: 402 }, /402/],
    ['403', { status: 403 }, /403/],
    ['404', { status: 404, body: { error: 'not found' } }, /404[\s\S]*`api-url`[\s\S]*endpoint yet/],
    ['501', { status: 501 }, /501[\s\S]*`api-url`[\s\S]*endpoint yet/],
    ['an HTML page', { headers: { 'content-type': 'text/html' }, body: html }, /captive portal/],
    ['an HTML page with 401', { status: 401, body: html }, /HTML page/],
    ['text', { body: 'ok' }, /not JSON/],
    ['nothing', { body: '' }, /not JSON/],
    ['more than 64 KiB', { body: { ...good, padding: 'x'.repeat(65536) } }, /longer than 64 KiB/],
    ['an array', { body: [good] }, /valid is missing/],
    ['no valid', { body: { ...good, valid: undefined } }, /valid is missing/],
    ['valid as text', { body: { ...good, valid: 'true' } }, /valid has the wrong type/],
    ['no org_id', { body: { ...good, org_id: undefined } }, /org_id is missing/],
    ['org_id as a number', { body: { ...good, org_id: 1 } }, /org_id has the wrong type/],
    ['a character that no org_id has', { body: { ...good, org_id: 'org\nabc' } }, /org_id has characters/],
    ['no scopes', { body: { ...good, scopes: undefined } }, /scopes is missing/],
    ['scopes as text', { body: { ...good, scopes: 'execute' } }, /scopes has the wrong type/],
    ['a scope as a number', { body: { ...good, scopes: ['execute', 1] } }, /scopes has the wrong type/],
    ['a character that no scope has', { body: { ...good, scopes: ['exe cute'] } }, /scopes has characters/],
    ['401 without an error', { status: 401, body: {} }, /error is missing/],
    ['401 with an error that is no text', { status: 401, body: { error: 1 } }, /error is missing/],
  ])('%s is not retried and never tolerated', async (_, reply, told) => {
    const run = await expectReason('unexpected-response', reply)
    expect(run.requests).toHaveLength(1)
    expect(run.text).toMatch(told)
  })

  test('a body of 64 KiB is still read', async () => {
    const body = JSON.stringify({ ...good, padding: '' })
    await expectReason('ok', { body: body.replace('""', `"${'x'.repeat(65536 - body.length)}"`) })
  })

  test.concurrent.each([302, 408, 429, 500, 503])('the body of %d is not read', async status => {
    const endless: Reply = response => response.writeHead(status, { location: '/' }).write('x')
    const run = await step([endless, granted()])
    expect(run.requests).toHaveLength(status === 302 ? 1 : 2)
    expect(run.outputs.reason).toBe(status === 302 ? 'unexpected-response' : 'ok')
  })

  test('a redirect is never followed', async () => {
    const elsewhere = await startServer()
    await expectReason('unexpected-response', { status: 307, headers: { location: elsewhere.url } })
    await elsewhere.close()
    expect(elsewhere.requests).toEqual([])
  })
})

describe('invalid', () => {
  test.each<[string, Reply]>([
    ['200 with valid false', { body: { valid: false } }],
    ['200 with valid false and anything else', { body: { ...granted().body, valid: false } }],
    ['401 with an error', { status: 401, body: { error: 'invalid token' } }],
    ['401 with valid false', { status: 401, body: { valid: false } }],
  ])('%s is not retried and never tolerated', async (_, reply) => {
    const run = await expectReason('invalid', reply)
    expect(run.requests).toHaveLength(1)
    expect(run.text).toMatch(/less than a minute[\s\S]*revoked[\s\S]*rotated[\s\S]*different platform/)
  })
})

test('wrong-org takes precedence over missing-scope', async () => {
  const inputs = { 'expected-org-id': 'org_other', 'required-scopes': 'write' }
  const run = await expectReason('wrong-org', granted(), { inputs })
  expect(run.requests).toHaveLength(1)
  expect(run.text).toContain('org_abc123')
})

test('missing-scope names the missing and the granted scopes', async () => {
  const run = await expectReason('missing-scope', granted(), {
    inputs: { 'required-scopes': 'write execute' },
  })
  expect(run.requests).toHaveLength(1)
  expect(run.text).toMatch(/lacks a required scope: write\. It has: execute\./)
})

test('ok ignores unknown fields in the answer', async () => {
  await expectReason('ok', granted({ future: { field: [1] } }), {
    inputs: { 'expected-org-id': 'org_abc123' },
  })
})

test('the request is one POST of only the token as JSON, with our user agent and no credentials in its headers', async () => {
  const { requests } = await step()
  expect(requests).toEqual([
    expect.objectContaining({ method: 'POST', path: '/v1/auth/validate', body: `{"token":"${TOKEN}"}` }),
  ])
  const headers = requests[0]?.headers ?? {}
  expect(headers).toMatchObject({ 'content-type': 'application/json', accept: 'application/json' })
  expect(headers['user-agent']).toMatch(/^nolapse-token-action\/\d+\.\d+\.\d+$/)
  expect(headers).not.toHaveProperty('authorization')
})
