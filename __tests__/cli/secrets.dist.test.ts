/** The built command line against a platform that repeats secrets in every answer. */
import { afterEach, describe, expect, test } from '@jest/globals'
import { OTHER_TOKEN, partsIn, runAction, TOKEN } from '../../harness/runner.ts'
import { granted, type ScriptedServer, startServer } from '../../harness/server.ts'
import { runCli } from '../support/cli.ts'

const SESSION = 'eyJhbGciOiJub25lIn0.Not-A-Real-Session'
const NEW = `nlp_${'13579bdf02468ace'.repeat(3).slice(0, 40)}`
const PARTS = [SESSION, TOKEN.slice(10, 18), OTHER_TOKEN]

let server: ScriptedServer
afterEach(() => server.close())

const run = (...args: string[]) =>
  runCli({
    args,
    env: { NOLAPSE_API_URL: server.url, NOLAPSE_SESSION_TOKEN: SESSION, NOLAPSE_TOKEN: TOKEN },
  })

function expectNothingOf({ stdout, stderr }: { stdout: string; stderr: string }) {
  expect(partsIn(stdout + stderr, TOKEN, NEW, OTHER_TOKEN)).toEqual([])
  expect(stdout + stderr).not.toContain(SESSION)
}

describe.each(['text', 'json'])('as %s', format => {
  test.each(PARTS)('a list and a token that repeat a secret are shown without it: %#', async part => {
    const row = { id: 'tok_1', name: part, status: part, scopes: [part], agent_type: part, created_at: part }
    server = await startServer((response, request) => {
      response.writeHead(200, { 'content-type': 'application/json', 'x-request-id': 'req' })
      response.end(
        JSON.stringify(
          request.url === '/v1/tokens' ? [row, { ...row, id: part.length > 8 ? part : 'tok_2' }] : row,
        ),
      )
    })
    for (const args of [['list'], ['show', 'tok_1']]) {
      const shown = await run(...args, '--format', format)
      expect(shown).toMatchObject({ code: 0, stdout: expect.stringContaining('tok_1') })
      expectNothingOf(shown)
    }
  })

  test.each([SESSION, TOKEN, OTHER_TOKEN])('a verdict does not repeat a secret: %#', async part => {
    if (format === 'json') {
      server = await startServer({
        status: 401,
        body: { error: `no: ${part}` },
        headers: { 'x-request-id': part },
      })
      const rejected = await run('check', '--format', format)
      expect(rejected.code).toBe(5)
      expectNothingOf(rejected)
      await server.close()
    }
    server = await startServer(granted({ org_id: `org_${part}`.slice(0, 128), scopes: ['execute', part] }))
    const verdict = await run('check', '--format', format)
    expect(verdict.code).toBe(3)
    expectNothingOf(verdict)
  })
})

test.each(['PATCH', 'DELETE', 'validate'])(
  'the output of %s about a new token does not repeat it',
  async call => {
    server = await startServer((response, request) => {
      const validating = request.url === '/v1/auth/validate'
      const failing = validating ? call === 'validate' || call === 'DELETE' : request.method === call
      const body = failing
        ? { error: `bad ${NEW}, ${SESSION}, ${OTHER_TOKEN}` }
        : request.method === 'POST' && !validating
          ? { id: 'tok_new', secret: NEW }
          : validating
            ? granted().body
            : { id: 'tok_new', name: 'ci', status: 'active', scopes: ['execute'], agent_type: 'x' }
      const status = failing ? 422 : request.method === 'POST' && !validating ? 201 : 200
      response.writeHead(request.method === 'DELETE' && !failing ? 204 : status, {
        'content-type': 'application/json',
        'x-request-id': NEW,
      })
      response.end(request.method === 'DELETE' && !failing ? undefined : JSON.stringify(body))
    })
    const failed = await run(
      'create',
      '--name',
      'ci',
      '--agent-type',
      'x',
      '--',
      'sh',
      '-c',
      'cat > /dev/null',
    )
    expect(failed.code).toBe(call === 'DELETE' ? 4 : call === 'PATCH' ? 5 : 3)
    expect(failed.stderr).toContain('tok_new')
    expectNothingOf(failed)
  },
)

test.each([SESSION, TOKEN, OTHER_TOKEN])(
  'the action does not repeat a secret in its environment either: %#',
  async part => {
    server = await startServer({
      status: 401,
      body: { error: `no: ${part}` },
      headers: { 'x-request-id': `a.${part}` },
    })
    const action = await runAction({
      inputs: { token: NEW, 'api-url': server.url },
      env: { NOLAPSE_TOKEN: TOKEN, NOLAPSE_SESSION_TOKEN: SESSION },
    })
    expect(action.outputs).toMatchObject({ valid: 'false', reason: 'invalid', request_id: '' })
    expect(partsIn(action.traces, TOKEN, NEW, OTHER_TOKEN)).toEqual([])
    expect(action.traces).not.toContain(SESSION)
  },
)
