/** The gate and nolapse in one step, in a real engine: what nolapse is started with, and what is left if it fails. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { stringify } from 'yaml'
import { startPlatform, type TestPlatform } from '../../harness/platform.ts'
import { TOKEN } from '../../harness/runner.ts'
import { granted, startServer } from '../../harness/server.ts'
import { removeReleased, runWorkflow, type WorkflowRun } from '../support/act.ts'

let platform: TestPlatform
let token: string
let folder: string
let record: string
beforeAll(async () => {
  platform = await startPlatform()
  token = (await platform.createToken('run')).secret
})
afterAll(async () => {
  removeReleased()
  await platform.close()
})
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nolapse-run-'))
  record = join(folder, 'record.json')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

interface Record_ {
  arguments: string[]
  environment: Record<string, string>
  folder: string
}

/** What the stand-in for nolapse was started with; undefined if it was not started. */
const recorded = (): Record_ | undefined =>
  existsSync(record) ? JSON.parse(readFileSync(record, 'utf8')) : undefined

interface Setup {
  inputs?: Record<string, string>
  /** In the environment of the job. */
  env?: Record<string, string>
  step?: Record<string, unknown>
  secret?: string
  event?: 'push' | 'fork'
  outside?: Record<string, string>
}

/** Runs a job with the one step, and one after it that shows the outputs. */
async function run({ inputs = {}, env = {}, step = {}, secret, event = 'push', outside = {} }: Setup = {}) {
  const outputs = ['valid', 'reason', 'org_id', 'scopes', 'request_id', 'exit_code']
  const workflow = {
    on: ['push', 'pull_request'],
    permissions: {},
    jobs: {
      coverage: {
        'runs-on': 'ubuntu-latest',
        env: { STAND_IN_RECORD: record, ...env },
        steps: [
          { run: 'mkdir -p api' },
          {
            name: 'nolapse',
            id: 'nolapse',
            uses: 'nolapse/token-action/run@v1',
            with: { 'api-url': platform.url, ...inputs },
            ...step,
          },
          {
            name: 'after',
            if: '${{ !cancelled() }}',
            run: 'printf "after: %s\\n" "$AFTER"',
            env: { AFTER: `\${{ toJSON(steps.nolapse) }}` },
          },
        ],
      },
    },
  }
  const finished = await runWorkflow({
    workflow: stringify(workflow),
    event,
    ...(secret !== undefined && { secrets: { NOLAPSE_TOKEN: secret } }),
    env: outside,
  })
  return { finished, outputs: outputsOf(finished, outputs) }
}

/** The outputs as a later step sees them. */
function outputsOf({ log }: WorkflowRun, names: string[]): Record<string, string> {
  const [, json = '{}'] = /^after: (\{.*?^\})/ms.exec(log) ?? []
  const { outputs } = JSON.parse(json)
  return Object.fromEntries(names.map(name => [name, outputs?.[name] ?? '']))
}

const resultOf = ({ steps }: WorkflowRun, name: string) => steps.find(one => one.name === name)?.result

const SECRET = { token: '${{ secrets.NOLAPSE_TOKEN }}' }

test('nolapse runs with the token, the organisation and the scopes once the token is valid', async () => {
  const { finished, outputs } = await run({ inputs: SECRET, secret: token })
  expect(resultOf(finished, 'nolapse')).toBe('success')
  expect(recorded()).toMatchObject({
    arguments: ['run', '--repo', '.'],
    environment: { NOLAPSE_TOKEN: token, NOLAPSE_ORG_ID: platform.orgId, NOLAPSE_SCOPES: 'execute' },
  })
  expect(outputs).toMatchObject({
    valid: 'true',
    reason: 'ok',
    org_id: platform.orgId,
    scopes: '["execute"]',
    request_id: expect.stringMatching(/./),
    exit_code: '0',
  })
  expect(finished.log).not.toContain(token)
})

test('nolapse gets no input of the action and no variable of its script', async () => {
  await run({ inputs: SECRET, secret: token, outside: { 'INPUT_API-URL': 'x', INPUT_COMMAND: 'x' } })
  const names = Object.keys(recorded()?.environment ?? {})
  expect(names.filter(name => /^(INPUT|GATE)_/.test(name))).toEqual([])
})

test('nolapse does not run if the token is rejected, and nothing is added to the message of the gate', async () => {
  const { finished, outputs } = await run({ inputs: SECRET, secret: TOKEN })
  expect(resultOf(finished, 'nolapse')).toBe('failure')
  expect(recorded()).toBeUndefined()
  expect(outputs).toMatchObject({
    valid: 'false',
    reason: 'invalid',
    org_id: '',
    scopes: '[]',
    exit_code: '',
  })
  expect(finished.log.match(/^::error/gm) ?? []).toHaveLength(0)
})

test('a tolerated reason runs nolapse without a token, even if the job has one in its environment', async () => {
  const { finished, outputs } = await run({
    inputs: { 'api-url': 'http://127.0.0.1:1', 'timeout-seconds': '1', tolerate: 'unavailable' },
    env: { NOLAPSE_TOKEN: TOKEN, NOLAPSE_ORG_ID: 'org_of_the_job' },
  })
  expect(resultOf(finished, 'nolapse')).toBe('success')
  expect(recorded()?.environment).not.toHaveProperty('NOLAPSE_TOKEN')
  expect(recorded()?.environment.NOLAPSE_ORG_ID).toBe('')
  expect(outputs).toMatchObject({ valid: 'false', reason: 'unavailable', exit_code: '0' })
})

test('the token of the job is used if there is no input', async () => {
  const { outputs } = await run({ env: { NOLAPSE_TOKEN: token } })
  expect(outputs).toMatchObject({ valid: 'true', exit_code: '0' })
  expect(recorded()?.environment.NOLAPSE_TOKEN).toBe(token)
})

test('the input is checked and used if the job has another token in its environment', async () => {
  const { outputs } = await run({ inputs: SECRET, secret: token, env: { NOLAPSE_TOKEN: TOKEN } })
  expect(outputs).toMatchObject({ valid: 'true', exit_code: '0' })
  expect(recorded()?.environment.NOLAPSE_TOKEN).toBe(token)
})

test('the exit code of nolapse is the exit code of the step, and all outputs are there', async () => {
  const { finished, outputs } = await run({ inputs: SECRET, secret: token, env: { STAND_IN_EXIT: '7' } })
  expect(resultOf(finished, 'nolapse')).toBe('failure')
  expect(outputs).toMatchObject({ valid: 'true', reason: 'ok', org_id: platform.orgId, exit_code: '7' })
  expect(finished.jobs).toEqual({ coverage: 'failure' })
})

test('with continue-on-error, a later step can use the outputs', async () => {
  const { finished, outputs } = await run({
    inputs: SECRET,
    secret: token,
    env: { STAND_IN_EXIT: '1' },
    step: { 'continue-on-error': true },
  })
  expect(finished.jobs).toEqual({ coverage: 'success' })
  expect(outputs).toMatchObject({ valid: 'true', exit_code: '1' })
})

test('the command can have several lines and quotes, and stops at the first that fails', async () => {
  const command = [
    `printf '<%s>\\n' "one  two" 'three"four' "$(printf five)"`,
    'if [ -n "$NOLAPSE_TOKEN" ]; then echo "with a token"; fi',
    'false | true',
    'echo "never printed"',
  ].join('\n')
  const { finished, outputs } = await run({ inputs: { ...SECRET, command }, secret: token })
  for (const line of ['<one  two>', '<three"four>', '<five>', 'with a token'])
    expect(finished.log).toContain(line)
  expect(finished.log).not.toMatch(/^never printed/m)
  expect(outputs).toMatchObject({ valid: 'true', exit_code: '1' })
})

test('the command runs in the working directory', async () => {
  await run({
    inputs: { ...SECRET, 'working-directory': 'api' },
    secret: token,
  })
  expect(recorded()?.folder).toMatch(/[\\/]api$/)
})

test('a command cannot forge the outputs of the gate, nor its own exit code', async () => {
  const command = 'printf "valid=forged\\norg_id=forged\\nexit_code=0\\n" >> "$GITHUB_OUTPUT"; exit 3'
  const { outputs } = await run({ inputs: { ...SECRET, command }, secret: token })
  expect(outputs).toMatchObject({ valid: 'true', org_id: platform.orgId, exit_code: '3' })
})

test('an organisation of hostile characters ends the run before nolapse', async () => {
  const server = await startServer(granted({ org_id: 'org_$(touch pwned)' }))
  const { outputs } = await run({ inputs: { ...SECRET, 'api-url': server.url }, secret: TOKEN })
  await server.close()
  expect(outputs).toMatchObject({ valid: 'false', reason: 'unexpected-response', exit_code: '' })
  expect(recorded()).toBeUndefined()
})

test('if nolapse is not installed, the step says how to install it', async () => {
  const { finished, outputs } = await run({
    inputs: SECRET,
    secret: token,
    outside: { PATH: pathWithoutNolapse() },
  })
  expect(resultOf(finished, 'nolapse')).toBe('failure')
  expect(finished.log).toContain('nolapse is not on the PATH')
  expect(finished.log).toContain('go install github.com/nolapse/nolapse-cli/nolapse-cli/cmd/nolapse@latest')
  expect(outputs).toMatchObject({ valid: 'true', exit_code: '' })
})

const pathWithoutNolapse = () =>
  [resolve(process.execPath, '..'), '/usr/local/bin', '/usr/bin', '/bin'].join(':')

const onLinux = process.platform === 'linux' ? test : test.skip

onLinux(
  'while nolapse runs, no other process has the token in its environment or its arguments',
  async () => {
    const command = `node '${resolve('__tests__', 'workflows', 'stand-ins', 'holders.cjs')}'`
    const { finished } = await run({ inputs: { ...SECRET, command }, secret: token })
    expect(finished.log).toContain('holders: []; own: true')
  },
)

test('later steps have neither the token nor any other trace of it', async () => {
  const { finished } = await run({ inputs: SECRET, secret: token })
  expect(finished.log).not.toContain(token)
  expect(finished.log).not.toContain('NOLAPSE_TOKEN=')
})
