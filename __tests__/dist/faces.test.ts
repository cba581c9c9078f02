/** One gate: for the same token and platform, each interface says the same. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Authority, makeAuthority } from '../../harness/authority.ts'
import { runAction, TOKEN } from '../../harness/runner.ts'
import { granted, ORG, type ScriptedServer, startServer } from '../../harness/server.ts'
import { exitCodeOf } from '../../src/cli/exit-codes.ts'
import { REASONS, type Reason } from '../../src/gate/reasons.ts'
import type { SettingName } from '../../src/gate/settings.ts'
import { runCli } from '../support/cli.ts'
import { type Pipeline, runPipeline } from '../support/gitlab.ts'
import { type Registry, startRegistry } from '../support/registry.ts'

interface Case {
  settings?: Partial<Record<SettingName, string>>
  token?: string
  env?: Record<string, string>
}

const folder = mkdtempSync(join(tmpdir(), 'nolapse-faces-'))
const fault = join(folder, 'fault.cjs')

let platform: ScriptedServer
let impostor: ScriptedServer
let authority: Authority
let registry: Registry
let pipeline: Pipeline

/** What the platform answers, by the path in its URL. */
const ANSWERS: Record<string, { status?: number; headers?: Record<string, string>; body?: unknown }> = {
  '/down': { status: 503, headers: { 'retry-after': '3600' } },
  '/portal': { headers: { 'content-type': 'text/html' }, body: '<html>Sign in</html>' },
  '/refusing': { body: { valid: false } },
  '': granted(),
}

const at = (path: string) => ({ 'api-url': `${platform.url}${path}` })

const CASES: Record<Reason, () => Case> = {
  misconfigured: () => ({ settings: { 'timeout-seconds': '0' } }),
  missing: () => ({ token: '' }),
  malformed: () => ({ token: 'not-a-token-of-nolapse' }),
  untrusted: () => ({ settings: { 'api-url': impostor.url } }),
  unavailable: () => ({ settings: at('/down') }),
  'unexpected-response': () => ({ settings: at('/portal') }),
  invalid: () => ({ settings: at('/refusing') }),
  'wrong-org': () => ({ settings: { 'expected-org-id': 'org_other' } }),
  'missing-scope': () => ({ settings: { 'required-scopes': 'execute,admin' } }),
  ok: () => ({}),
  'internal-error': () => ({ env: { NODE_OPTIONS: `--require=${fault}` } }),
}

function caseOf(reason: Reason): Required<Case> {
  const { settings, token = TOKEN, env = {} } = CASES[reason]()
  return { settings: { ...at(''), ...settings }, token, env }
}

beforeAll(async () => {
  authority = makeAuthority()
  impostor = await startServer(granted(), authority.issue())
  platform = await startServer((response, request) => {
    const {
      status = 200,
      headers,
      body,
    } = ANSWERS[String(request.url).replace('/v1/auth/validate', '')] ?? {}
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  })
  // A defect in the middle of the gate, and nowhere else: npx passes this on to npm as well.
  writeFileSync(
    fault,
    `if (/nolapse-token$|dist.(index|cli)\\.js$/.test(process.argv[1]))
  globalThis.setTimeout = () => { throw new TypeError('on purpose') }`,
  )
  registry = await startRegistry({ '/token-check.yml': readFileSync('templates/token-check.yml', 'utf8') })
  pipeline = await runPipeline({ pipeline: gitlabPipeline(), env: registry.env })
})

afterAll(async () => {
  authority.remove()
  rmSync(folder, { recursive: true, force: true })
  await Promise.all([platform.close(), impostor.close(), registry.close()])
})

/** The template once for each reason, each as a job of its own. (JSON is YAML.) */
function gitlabPipeline(): string {
  const jobs = REASONS.map(reason => ({ reason, ...caseOf(reason) }))
  return JSON.stringify({
    include: jobs.map(({ reason, settings }) => {
      const { 'timeout-seconds': seconds, ...inputs } = settings
      const timeout = seconds !== undefined && { 'timeout-seconds': Number(seconds) }
      return {
        remote: `${registry.url}/token-check.yml`,
        inputs: { ...inputs, ...timeout, 'job-name': reason },
      }
    }),
    ...Object.fromEntries(
      jobs.map(({ reason, token, env }) => [reason, { variables: { NOLAPSE_TOKEN: token, ...env } }]),
    ),
  })
}

const lines = (text: string): string[] => text.split('\n')

/** The first line of the action's annotation, with settings called as on the command line. */
function whatActionSays(stdout: string): string | undefined {
  const annotation = /^::error title=nolapse token%3A [a-z-]+::(.*)$/m.exec(stdout)?.[1]
  return annotation?.split('%0A')[0]?.replace(/the input `([a-z-]+)`/gi, '--$1')
}

describe.each(REASONS.map(reason => ({ reason })))('$reason', ({ reason }) => {
  const valid = reason === 'ok'

  async function cli(format: string) {
    const { settings, token, env } = caseOf(reason)
    const options = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value])
    const run = await runCli({
      args: ['check', ...options, '--format', format],
      env: { NOLAPSE_TOKEN: token, ...env },
    })
    expect(run.code).toBe(exitCodeOf(reason))
    expect(run.stdout + run.stderr).not.toContain(token || TOKEN)
    return run
  }

  test('is said by the action, and by the command line in the same words', async () => {
    const { settings, token, env } = caseOf(reason)
    const action = await runAction({ inputs: settings, env: { NOLAPSE_TOKEN: token, ...env } })
    const json = JSON.parse((await cli('json')).stdout)
    const { valid: asText, scopes, ...rest } = action.outputs
    expect(action.code).toBe(valid ? 0 : 1)
    expect({ ...rest, valid: asText === 'true', scopes: JSON.parse(String(scopes)) }).toEqual({
      valid,
      reason,
      org_id: valid ? ORG : '',
      scopes: valid ? ['execute'] : [],
      request_id: '',
    })
    expect(json).toMatchObject({ valid, reason, org_id: rest.org_id, scopes: valid ? ['execute'] : [] })
    if (!valid) expect(lines(json.message)[0]).toBe(whatActionSays(action.stdout))
  })

  test('is said by the command line as text', async () => {
    const run = await cli('text')
    if (valid)
      expect(run.stdout).toMatch(/^nolapse token is valid: organisation org_abc123, scopes execute \(/)
    else expect(lines(run.stderr)[0]).toBe(`nolapse token: ${reason}`)
  })

  test('is said by the command line as dotenv, and by a GitLab job that has this template', async () => {
    const { stdout } = await cli('dotenv')
    const expected = [
      ['NOLAPSE_TOKEN_VALID', String(valid)],
      ['NOLAPSE_TOKEN_REASON', reason],
      ['NOLAPSE_ORG_ID', valid ? ORG : ''],
      ['NOLAPSE_SCOPES', valid ? 'execute' : ''],
    ]
    expect(stdout).toBe(expected.map(([name, value]) => `${name}=${value}\n`).join(''))
    expect(pipeline.reports[reason]).toEqual(Object.fromEntries(expected))
    expect(pipeline.jobs[reason]).toContain(valid ? 'nolapse token is valid' : `nolapse token: ${reason}`)
    expect(pipeline.jobs[reason]).not.toContain(TOKEN)
  })
})
