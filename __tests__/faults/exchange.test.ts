/** How an exchange handles faults that only its own process can show. */
import { afterEach, expect, test } from '@jest/globals'
import { exchange } from '../../src/api/exchange.ts'
import { type Bench, bench, GRANTED, response, type Script, send, sendAndClose } from '../support/faults.ts'

let peer: Bench
afterEach(() => peer.close())

async function meet(script: Script, scheme: 'http' | 'https' = 'http', limit = 5000) {
  peer = await bench(script)
  return exchange({
    method: 'POST',
    url: new URL(peer[scheme]),
    body: {},
    limit,
    maxBytes: 1000,
    bodyDecides: [200],
  })
}

test('a body in broken chunks is not HTTP', async () => {
  const answer = response(200, `zz\r\n${GRANTED}\r\n0\r\n\r\n`, ['Transfer-Encoding: chunked'])
  expect(await meet(sendAndClose(answer))).toEqual({
    kind: 'fault',
    fault: 'not-http',
    code: 'HPE_INVALID_CHUNK_SIZE',
  })
})

test('a body that ends too early is a broken connection', async () => {
  const answer = response(200, GRANTED, ['Content-Length: 500'])
  expect(await meet(sendAndClose(answer))).toEqual({
    kind: 'fault',
    fault: 'unreachable',
    code: 'ECONNRESET',
  })
})

test.each([
  ['cut off', sendAndClose],
  ['never sent', send],
])('a status that decides by itself counts even if its body is %s', async (_what, act) => {
  const answer = response(403, 'No', ['Content-Length: 500'])
  expect(await meet(act(answer), 'http', 300)).toMatchObject({ kind: 'answer', status: 403, body: undefined })
})

test('a server that does not speak TLS is distinguished from a broken connection, on read and on write', async () => {
  expect(await meet(({ socket }) => socket.write('SSH-2.0-OpenSSH_9.6\r\n'), 'https')).toEqual({
    kind: 'fault',
    fault: 'not-http',
    code: 'ERR_SSL_WRONG_VERSION_NUMBER',
    unsent: true,
  })
})

test('a refused handshake is reported with the reason of the refusal', async () => {
  const refuse: Script = ({ socket }) =>
    socket.once('data', () => socket.end('\x15\x03\x03\0\x02\x02P', 'latin1'))
  expect(await meet(refuse, 'https')).toEqual({
    kind: 'fault',
    fault: 'unreachable',
    code: 'ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR',
    unsent: true,
  })
})

test.each(['https', 'http'])(
  'a tunnel to %s that opens too late is closed, and nothing is sent through it',
  async scheme => {
    const name = `${scheme}_proxy`
    const before = process.env[name]
    let tornDown: Promise<unknown> | undefined
    let establish = () => {}
    peer = await bench(async ({ socket, request }) => {
      tornDown = new Promise(resolve => socket.on('close', resolve))
      await request
      establish = () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      }
    })
    process.env[name] = peer.http
    try {
      const url = new URL(`${scheme}://platform.test`)
      const body = { token: 'never sent' }
      expect(
        await exchange({ method: 'POST', url, body, limit: 200, maxBytes: 1000, bodyDecides: [200] }),
      ).toMatchObject({ fault: 'timed-out' })
      establish()
      await tornDown
      expect(peer.connections()).toBe(1)
      expect(peer.received()).toContain(`CONNECT ${url.hostname}:`)
      expect(peer.received()).not.toContain('POST')
    } finally {
      if (before === undefined) delete process.env[name]
      else process.env[name] = before
    }
  },
)
