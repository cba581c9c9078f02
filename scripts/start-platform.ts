/**
 * For the end-to-end job of CI: starts the local platform, which keeps running, and creates a token on it. The step's outputs
 * are `url`, `org_id` and `pid`; later steps have the token as NOLAPSE_TOKEN.
 */
import { spawn } from 'node:child_process'
import { appendFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

const { GITHUB_ENV, GITHUB_OUTPUT } = process.env
if (!GITHUB_ENV || !GITHUB_OUTPUT) throw new Error('This is for a step of a workflow.')

const platform = spawn('npm', ['run', '-s', 'platform', '--', '--port', '0', '--bcrypt-cost', '4'], {
  detached: true,
  stdio: ['ignore', 'pipe', 'inherit'],
})
const ready = await new Promise<string>((resolve, reject) => {
  createInterface({ input: platform.stdout }).once('line', resolve)
  platform.once('exit', code => reject(new Error(`The platform ended with ${code}.`)))
})
const { url, org_id, session_token } = JSON.parse(ready)
const answer = await fetch(`${url}/v1/tokens`, {
  method: 'POST',
  headers: { authorization: `Bearer ${session_token}`, 'content-type': 'application/json' },
  body: JSON.stringify({ name: 'end-to-end', scopes: ['execute'] }),
})
const { secret } = (await answer.json()) as { secret: string }

appendFileSync(GITHUB_OUTPUT, `url=${url}\norg_id=${org_id}\npid=${platform.pid}\n`)
appendFileSync(GITHUB_ENV, `NOLAPSE_TOKEN=${secret}\n`)
console.log(`The platform listens at ${url}.`)
process.exit()
