import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { type Bench, startBench } from '../../support/bench.ts'

let bench: Bench
beforeEach(async () => {
  bench = await startBench({ now: () => Date.parse('2026-01-02T03:04:05Z') })
})
afterEach(() => bench.close())

test('a token is shown by its ID or name, and never with its value', async () => {
  const { id } = await bench.platform.createToken('ci', ['execute', 'a:b'])
  const run = await bench.run(['show', 'ci'])
  expect(run).toMatchObject({ code: 0, stderr: '' })
  expect(run.stdout).toBe(`id:          ${id}
name:        ci
status:      active
scopes:      execute, a:b
agent type:
created at:  2026-01-02T03:04:05.000Z
`)
  expect((await bench.run(['show', id])).stdout).toBe(run.stdout)
})

test('JSON output is one object', async () => {
  const { id } = await bench.platform.createToken('ci')
  await bench.platform.revoke(id)
  const { stdout } = await bench.run(['show', id, '--format', 'json'])
  expect(JSON.parse(stdout)).toEqual({
    id,
    name: 'ci',
    status: 'revoked',
    scopes: ['execute'],
    agent_type: '',
    created_at: '2026-01-02T03:04:05.000Z',
  })
  expect((await bench.run(['show', id])).stdout).toContain('status:      revoked\n')
})

test('an unknown token is an error', async () => {
  expect((await bench.run(['show', 'unknown'])).code).toBe(5)
})
