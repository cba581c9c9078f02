/**
 * The main job on one machine, without the cloud: a platform, a token created through its API, the built action run as a
 * runner does, and a next step that uses its output. Then a revoked token and a malformed one.
 */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type Run, runAction } from '../harness/runner.ts'
import { bold, dim, green, JobLog, red, wrapped } from './log.ts'

const here = import.meta.dirname
const WIDTH = 80

/** Prints text below its heading, within 80 columns. */
function say(text = '', indent = '', style = (line: string) => line): void {
  for (const line of wrapped(text, WIDTH - indent.length).split('\n'))
    console.log(`${indent}${style(line)}`.trimEnd())
}

async function startPlatform() {
  const child = spawn(process.execPath, [join(here, '..', 'platform', 'main.ts'), '--port', '0'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  const ready = JSON.parse(line) as { url: string; org_id: string; session_token: string }
  const stop = async () => {
    child.kill()
    await once(child, 'close')
  }
  const api = (method: string, path: string, body?: unknown) =>
    fetch(`${ready.url}/v1/tokens${path}`, {
      method,
      headers: {
        authorization: `Bearer ${ready.session_token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  return { ...ready, api, stop }
}

const step = (words: string) => say(words, '  ', bold)
const log = (text: string) => say(text, '    ')

/** `uses: nolapse/token-action@v1`, as a runner starts it, and the outputs that it leaves. */
async function gate(url: string, token: string, job: JobLog): Promise<Run> {
  step('uses: nolapse/token-action@v1')
  const run = await runAction({ inputs: { 'api-url': url, token } })
  log(job.render(run.stdout))
  const { valid, reason, org_id, scopes } = run.outputs
  say(`exit code ${run.code}, outputs:`, '    ', dim)
  say(`valid=${valid} reason=${reason} org_id=${org_id} scopes=${scopes}`, '      ', dim)
  return run
}

/** `run: nolapse run --repo .`, which a runner starts only if the step before it has passed. */
function nolapse(run: Run, token: string, job: JobLog): void {
  step('run: nolapse run --repo .')
  if (run.code !== 0) {
    say('skipped, because the gate failed', '    ', dim)
    return
  }
  const repository = mkdtempSync(join(tmpdir(), 'nolapse-demo-'))
  const env = { ...process.env, NOLAPSE_TOKEN: token, NOLAPSE_ORG_ID: run.outputs.org_id }
  const real = spawnSync('nolapse', ['run', '--repo', repository], { env, encoding: 'utf8' })
  const { stdout, stderr, status } = real.error
    ? spawnSync(process.execPath, [join(here, 'nolapse-stand-in.ts')], { env, encoding: 'utf8' })
    : real
  log(job.render(`${stdout}${stderr}`))
  say(`exit code ${status}`, '    ', dim)
  rmSync(repository, { recursive: true, force: true })
}

/** A step that prints the token. The gate has masked it, so the log does not show it. */
function careless(token: string, job: JobLog): void {
  step('run: echo "the token is $NOLAPSE_TOKEN"')
  const { stdout } = spawnSync(process.execPath, ['-p', '`the token is ${process.env.NOLAPSE_TOKEN}`'], {
    env: { ...process.env, NOLAPSE_TOKEN: token },
    encoding: 'utf8',
  })
  log(job.render(stdout))
}

let passed = 0
let failed = 0

function expectReason(run: Run, reason: string, code: number): void {
  const asExpected = run.outputs.reason === reason && run.code === code
  if (asExpected) passed++
  else failed++
  say(
    asExpected ? `✓ as expected: ${reason}` : `✗ expected ${reason} with exit code ${code}`,
    '  ',
    asExpected ? green : red,
  )
  say()
}

const platform = await startPlatform()
try {
  say(`A nolapse platform runs on this machine, at ${platform.url}.`)
  say(`Its organisation is ${platform.org_id}.`)
  const created = await platform.api('POST', '', { name: 'demo', scopes: ['execute'] })
  const { id, secret } = (await created.json()) as { id: string; secret: string }
  say('Its API has created a token, which these jobs get as a secret.')
  say()

  say('1. A valid token', '', bold)
  const first = new JobLog()
  const valid = await gate(platform.url, secret, first)
  nolapse(valid, secret, first)
  careless(secret, first)
  expectReason(valid, 'ok', 0)

  say('2. The same token, revoked', '', bold)
  await platform.api('DELETE', `/${id}`)
  const second = new JobLog()
  const revoked = await gate(platform.url, secret, second)
  nolapse(revoked, secret, second)
  expectReason(revoked, 'invalid', 1)

  say('3. A token that was stored with its quotes', '', bold)
  const third = new JobLog()
  const malformed = await gate(platform.url, `"${secret}"`, third)
  nolapse(malformed, secret, third)
  expectReason(malformed, 'malformed', 1)
} finally {
  await platform.stop()
}
say(`Result: ${passed} of ${passed + failed} runs ended as expected.`, '', failed > 0 ? red : green)
if (failed === 0)
  say('Next: copy the workflow from README.md, or run `npm run platform` to try the command line.')
process.exitCode = failed > 0 ? 1 : 0
