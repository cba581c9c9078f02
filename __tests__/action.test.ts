import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { runAction, TOKEN } from './support/runner.ts'

const server = createServer((_request, response) => {
  response.setHeader('content-type', 'application/json')
  response.end('{"valid":true,"org_id":"org_abc123","scopes":["execute"]}')
})
let url: string

beforeAll(async () => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.close()
})

test('a valid token passes with its organisation and scopes as outputs, and one line', async () => {
  const run = await runAction({ inputs: { 'api-url': url }, env: { NOLAPSE_TOKEN: TOKEN } })
  expect(run.code).toBe(0)
  expect(run.outputs).toEqual({
    valid: 'true',
    reason: 'ok',
    org_id: 'org_abc123',
    scopes: '["execute"]',
    request_id: '',
  })
  expect(run.masks).toEqual([TOKEN])
  expect(run.traces).not.toContain(TOKEN)
})
