/**
 * What the README promises about attempts, on the built action. The long times (15 s an attempt, 10 s of backoff and for
 * unknown hosts) are tested with a fake clock in retry.test.ts. These tests mostly wait, so they run concurrently.
 */
import { expect, test } from '@jest/globals'
import { annotations } from '../../harness/runner.ts'
import { granted, type Reply } from '../../harness/server.ts'
import { step } from '../support/step.ts'

/** The same reply each time, and the time of each request. */
function timed(...replies: Reply[]): { moments: number[]; script: Reply[] } {
  const moments: number[] = []
  const script = replies.map(
    (reply): Reply =>
      (response, request) => {
        moments.push(performance.now())
        if (typeof reply === 'function') return reply(response, request)
        response.writeHead(reply.status ?? 200, reply.headers)
        response.end(JSON.stringify(reply.body ?? ''))
      },
  )
  return { moments, script }
}
const busy = (retryAfter: string) => ({ status: 429, headers: { 'retry-after': retryAfter } })
const waits = (stdout: string) =>
  [...stdout.matchAll(/^Attempt \d+: .* Next attempt in (\d+\.\d) s\.$/gm)].map(([, wait]) => Number(wait))

test.concurrent('between attempts there is a wait of at least 0.1 s and at most 1, then 2 s, each logged in one line', async () => {
  const { moments, script } = timed({ status: 503 }, { status: 502 }, granted())
  const run = await step(script)
  expect(run.code).toBe(0)
  const [first = 0, second = 0, ...none] = waits(run.stdout)
  expect(none).toEqual([])
  for (const [wait, most] of [
    [first, 1],
    [second, 2],
  ] as const) {
    expect(wait).toBeGreaterThanOrEqual(0.1)
    expect(wait).toBeLessThanOrEqual(most)
  }
  // A timer can fire a millisecond early, and the printed time is rounded.
  expect((moments[1] ?? 0) - (moments[0] ?? 0)).toBeGreaterThan(first * 1000 - 52)
  expect((moments[2] ?? 0) - (moments[1] ?? 0)).toBeGreaterThan(second * 1000 - 52)
  expect(run.stdout).toContain(`Attempt 1: 503 Service Unavailable (${run.host}). Next attempt in `)
  expect(run.stdout).toContain(`Attempt 2: 502 Bad Gateway (${run.host}). Next attempt in `)
})

test.concurrent.each([
  ['seconds', () => '1', 1000],
  // A date has no fractions of a second: two seconds from now can be read as one.
  ['a date', () => new Date(Date.now() + 2000).toUTCString(), 900],
])('Retry-After in %s is honoured', async (_, retryAfter, least) => {
  const { moments, script } = timed(
    (response: Parameters<Extract<Reply, (...all: never[]) => void>>[0]) =>
      response.writeHead(429, { 'retry-after': retryAfter() }).end(),
    granted(),
  )
  const run = await step(script, { inputs: { 'timeout-seconds': '30' } })
  expect(run.outputs.reason).toBe('ok')
  expect((moments[1] ?? 0) - (moments[0] ?? 0)).toBeGreaterThan(least - 2)
})

test.concurrent('a Retry-After that does not fit into the deadline ends the run at once', async () => {
  for (const retryAfter of ['90', new Date(Date.now() + 3_600_000).toUTCString(), '99999999999999999999']) {
    const run = await step([busy(retryAfter), granted()])
    expect(run.outputs.reason).toBe('unavailable')
    expect(run.requests).toHaveLength(1)
    expect(waits(run.stdout)).toEqual([])
  }
})

test.concurrent.each(['soon', '-1', '0', '1.5'])('Retry-After %j is ignored', async retryAfter => {
  const run = await step([busy(retryAfter), granted()])
  expect(run.outputs.reason).toBe('ok')
  expect(waits(run.stdout)[0]).toBeLessThanOrEqual(1)
})

test.concurrent('attempts go on while a second of the deadline is left for one', async () => {
  const one = await step({ status: 503 }, { inputs: { 'timeout-seconds': '1' } })
  expect(one.requests).toHaveLength(1)
  const several = await step({ status: 503 }, { inputs: { 'timeout-seconds': '3' } })
  expect(several.requests.length).toBeGreaterThan(1)
  expect(several.requests).toHaveLength(waits(several.stdout).length + 1)
})

test.concurrent('the reported cause is the last one that was not the deadline itself', async () => {
  const run = await step([{ status: 502 }, () => undefined], { inputs: { 'timeout-seconds': '2' } })
  expect(run.requests).toHaveLength(2)
  expect(annotations(run, 'error')[0]).toContain('502 Bad Gateway')
  const silent = await step(() => undefined, { inputs: { 'timeout-seconds': '1' } })
  expect(annotations(silent, 'error')[0]).toContain('no answer within 1 s')
})

test.concurrent('the deadline covers reading the body', async () => {
  const drip: Reply = response => {
    response.writeHead(200)
    const timer = setInterval(() => response.write(' '), 50)
    response.on('close', () => clearInterval(timer))
  }
  const run = await step(drip, { inputs: { 'timeout-seconds': '1' } })
  expect(run.outputs.reason).toBe('unavailable')
})
