/**
 * The main job on one machine, without the cloud: a platform, a token made through its API, the built action run as a
 * runner does, a next step that uses what it found; then a revoked token, then a malformed one.
 */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type Run, runAction } from '../harness/runner.ts'
import { bold, dim, green, indented, red, renderLog, renderSummary } from './log.ts'

const here = import.meta.dirname
const say = (text = '') => console.log(text)

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
      headers: { authorization: `Bearer ${ready.session_token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  return { ...ready, api, stop }
}

/** Step 1 of the job, and what of it stays behind. */
async function gate(url: string, token: string): Promise<Run> {
  say(bold('  step 1: uses: nolapse/token-action@v1'))
  const run = await runAction({ inputs: { 'api-url': url, token } })
  say(indented(renderLog(run.stdout)))
  say(dim(`    exit code ${run.code}; outputs:`))
  for (const [name, value] of Object.entries(run.outputs)) say(indented(dim(`${name} = ${value}`)))
  if (run.summary) say(`${dim('    job summary:')}\n${indented(indented(renderSummary(run.summary)))}`)
  return run
}

/** Step 2: `run: nolapse run --repo .`, which a runner starts only where step 1 has passed. */
function nolapse(run: Run, token: string): void {
  say(bold('  step 2: run: nolapse run --repo .'))
  if (run.code !== 0) {
    say(dim('    skipped: the step before it failed'))
    return
  }
  const repository = mkdtempSync(join(tmpdir(), 'nolapse-demo-'))
  const env = { ...process.env, NOLAPSE_TOKEN: token, NOLAPSE_ORG_ID: run.outputs.org_id }
  const real = spawnSync('nolapse', ['run', '--repo', repository], { env, encoding: 'utf8' })
  const { stdout, stderr, status } = real.error
    ? spawnSync(process.execPath, [join(here, 'nolapse-stand-in.ts')], { env, encoding: 'utf8' })
    : real
  say(indented(`${stdout}${stderr}`.replaceAll(token, '***').trimEnd()))
  say(dim(`    exit code ${status}`))
  rmSync(repository, { recursive: true, force: true })
}

let failures = 0

function expectReason(run: Run, reason: string, code: number): void {
  const asExpected = run.outputs.reason === reason && run.code === code
  if (!asExpected) failures++
  say(asExpected ? green(`  as expected: ${reason}`) : red(`  expected ${reason}, exit code ${code}`))
  say()
}

const platform = await startPlatform()
try {
  say(bold('A local platform is running'))
  say(`  ${platform.url}, organisation ${platform.org_id} (npm run platform starts one for you)`)
  const created = await platform.api('POST', '', { name: 'demo', scopes: ['execute'] })
  const { id, secret } = (await created.json()) as { id: string; secret: string }
  say(`  created a token through its API: id ${id}`)
  say()

  say(bold('1. A valid token: first the outputs, then nolapse'))
  const valid = await gate(platform.url, secret)
  nolapse(valid, secret)
  expectReason(valid, 'ok', 0)

  say(bold('2. The same token, revoked'))
  await platform.api('DELETE', `/${id}`)
  const revoked = await gate(platform.url, secret)
  nolapse(revoked, secret)
  expectReason(revoked, 'invalid', 1)

  say(bold('3. A secret pasted with its quotes'))
  const malformed = await gate(platform.url, `"${secret}"`)
  nolapse(malformed, secret)
  expectReason(malformed, 'malformed', 1)
} finally {
  await platform.stop()
}
process.exitCode = failures > 0 ? 1 : 0
