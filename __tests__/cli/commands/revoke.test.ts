import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { type Bench, startBench } from '../../support/bench.ts'

let bench: Bench
let id: string
beforeEach(async () => {
  bench = await startBench()
  id = (await bench.platform.createToken('ci')).id
})
afterEach(() => bench.close())

const status = async () => (await bench.statuses())[id]

test('a token is revoked, and the message says that a cached validation can last', async () => {
  const run = await bench.run(['revoke', 'ci', '--yes'])
  expect(run).toMatchObject({ code: 0, stdout: '', stderr: expect.stringContaining('another minute') })
  expect(await status()).toBe('revoked')
})

test('a token that is already revoked needs no action', async () => {
  await bench.platform.revoke(id)
  expect(await bench.run(['revoke', id, '--yes'])).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('already revoked'),
  })
  expect(bench.relay.calls).not.toContain('revoke')
})

test('on a terminal in CI, there is no question', async () => {
  const [input, output] = [process.stdin.isTTY, process.stderr.isTTY]
  process.stdin.isTTY = true
  process.stderr.isTTY = true
  try {
    const run = await bench.run(['revoke', 'ci'], { CI: 'true', NO_COLOR: '1' })
    expect(run).toMatchObject({ code: 2, stderr: expect.stringContaining('Add --yes') })
    expect(bench.relay.calls).toEqual([])
  } finally {
    process.stdin.isTTY = input
    process.stderr.isTTY = output
  }
})

test('without a terminal, revoking needs --yes', async () => {
  const run = await bench.run(['revoke', 'ci'])
  expect(run).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') })
  expect(bench.relay.calls).toEqual([])
})

test.each([
  [{ status: 403, body: '{"error":"no"}' }, 5],
  [{ status: 501 }, 4],
  ['before', 4],
] as const)('if revoking fails, the token is named: %j', async (fault, code) => {
  bench.relay.fail('revoke', fault)
  const run = await bench.run(['revoke', 'ci', '--yes', '--timeout-seconds', '1'])
  expect(run.code).toBe(code)
  expect(run.stderr).toContain(`nolapse-token revoke ${id} --yes`)
})

test('after a signal before the answer, the message says that the result is unknown and how to find out', async () => {
  bench.relay.fail('revoke', 'hold')
  const run = bench.run(['revoke', 'ci', '--yes', '--timeout-seconds', '2'])
  await bench.relay.held
  process.emit('SIGTERM', 'SIGTERM')
  expect(await run).toMatchObject({ code: 143, stderr: expect.stringContaining(`revoke ${id} --yes`) })
})

describe('on a terminal, revoke asks first', () => {
  const stdin = Object.getOwnPropertyDescriptor(process, 'stdin') as PropertyDescriptor
  const { isTTY } = process.stderr
  let typed: PassThrough
  beforeEach(() => {
    typed = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => typed })
    Object.defineProperty(process, 'stdin', { ...stdin, get: () => typed })
    process.stderr.isTTY = true
  })
  afterEach(() => {
    Object.defineProperty(process, 'stdin', stdin)
    process.stderr.isTTY = isTTY
  })

  test.each([
    ['y\n', 0, 'revoked'],
    ['Yes\n', 0, 'revoked'],
    ['\n', 5, 'active'],
    ['no\n', 5, 'active'],
  ])('%j', async (answer, code, then) => {
    typed.end(answer)
    const run = await bench.run(['revoke', 'ci'])
    expect(run.code).toBe(code)
    expect(run.stderr).toContain(`Revoke the token ${id}, named ci (active)? [y/N]`)
    expect(await status()).toBe(then)
  })

  test('Ctrl-C means no', async () => {
    const kill = jest
      .spyOn(process, 'kill')
      .mockImplementation(() => process.emit('SIGINT', 'SIGINT') as true)
    try {
      typed.write('\u0003')
      expect(await bench.run(['revoke', 'ci'], { NO_COLOR: '1' })).toMatchObject({ code: 130 })
      expect(await status()).toBe('active')
    } finally {
      kill.mockRestore()
    }
  })
})
