import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, expect, test } from '@jest/globals'

let npm: ChildProcess | undefined

// The whole group: a platform that outlives npm must not outlive its test.
afterEach(() => {
  try {
    if (npm?.pid) process.kill(-npm.pid, 'SIGKILL')
  } catch {
    // All of it has ended.
  }
})

/** `npm run -s platform` as a user has it, without standard input, as in CI. */
function start(...flags: string[]) {
  const child = spawn('npm', ['run', '-s', 'platform', '--', ...flags], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  npm = child
  return child
}

async function ready(child: ReturnType<typeof start>) {
  const [line] = await once(createInterface({ input: child.stdout }), 'line')
  return JSON.parse(line)
}

const isUp = (url: string) =>
  fetch(`${url}/health`).then(
    response => response.ok,
    () => false,
  )

/** Whether the port is free within two seconds. */
async function hasEnded(url: string) {
  for (let tries = 0; tries < 20; tries += 1) {
    if (!(await isUp(url))) return true
    await wait(100)
  }
  return false
}

test('its first line shows its URL, the organisation and the session to use', async () => {
  const platform = await ready(start('--port', '0', '--bcrypt-cost', '4'))
  expect(platform).toEqual({
    url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    org_id: expect.stringMatching(/^org_[0-9a-z]{26}$/),
    session_token: expect.any(String),
  })
  const list = await fetch(`${platform.url}/v1/tokens`, {
    headers: { authorization: `Bearer ${platform.session_token}` },
  })
  expect(await list.json()).toEqual([])
})

test('it keeps running without standard input', async () => {
  const { url } = await ready(start('--port', '0'))
  await wait(600)
  expect(await isUp(url)).toBe(true)
})

test.each(['SIGTERM', 'SIGKILL'] as const)('it ends when npm is ended by %s', async signal => {
  const child = start('--port', '0')
  const { url } = await ready(child)
  child.kill(signal)
  expect(await hasEnded(url)).toBe(true)
})

test('Ctrl-C, which reaches npm and everything npm started, ends it', async () => {
  const child = start('--port', '0')
  const { url } = await ready(child)
  process.kill(-(child.pid as number), 'SIGINT')
  expect(await hasEnded(url)).toBe(true)
})

test('an invalid flag ends it with 2 and a line that names the flag', async () => {
  const child = start('--port', 'http')
  const [[code], output, errors] = await Promise.all([
    once(child, 'exit'),
    text(child.stdout),
    text(child.stderr),
  ])
  expect([code, output, errors]).toEqual([
    2,
    '',
    "platform: --port takes a whole number from 0 to 65535, but was given 'http'\n",
  ])
})

test('a port in use ends it with 1 and a message that says what to do', async () => {
  const { url } = await ready(start('--port', '0'))
  const first = npm
  const { port } = new URL(url)
  const second = start('--port', port)
  const [[code], errors] = await Promise.all([once(second, 'exit'), text(second.stderr)])
  npm = first
  expect(code).toBe(1)
  expect(errors).toBe(`platform: port ${port} is in use: name another with --port, or 0 for a free one\n`)
})
