/** Hosts with several addresses: each one gets the time that a handshake across an ocean takes. */
import { resolve } from 'node:path'
import { expect, test } from '@jest/globals'
import { bench, check, expectPassed, grant } from '../support/faults.ts'

const PRELOADED = { NODE_OPTIONS: `--require "${resolve('__tests__/support/addresses.cjs')}"` }

test.concurrent.each([
  ['IPv4 first', {}],
  ['IPv6 first', { ADDRESSES_REVERSED: '1' }],
  ['IPv6 first, into a black hole', { ADDRESSES_REVERSED: '1', ADDRESSES_BLACK_HOLE: '1' }],
])(
  'IPv4 with a slow handshake, IPv6 without a route: connects at the first attempt (%s)',
  async (_name, env) => {
    const peer = await bench(grant)
    const run = await check(
      `http://platform.test:${peer.port}`,
      { 'allow-insecure-http': 'true' },
      { ...PRELOADED, ...env },
    )
    await peer.close()
    expectPassed(run)
    expect(peer.connections()).toBe(1)
    expect(run.stdout).not.toContain('Attempt')
  },
)

test.concurrent('the addresses of a proxy get the same time', async () => {
  const proxy = await bench(({ socket, request }) =>
    request.then(() => socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')),
  )
  const run = await check(
    'https://platform.test',
    {},
    { ...PRELOADED, https_proxy: `http://proxy.test:${proxy.port}` },
  )
  await proxy.close()
  expect(run.outputs).toMatchObject({ reason: 'unexpected-response' })
  expect(run.stdout).not.toContain('Attempt')
})
