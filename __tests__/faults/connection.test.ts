/** What a network and its peers can do to one exchange, with the built action in front of them. */
import { describe, expect, test } from '@jest/globals'
import { TOKEN } from '../../harness/runner.ts'
import {
  bench,
  check,
  expectFailed,
  expectPassed,
  GRANTED,
  grant,
  response,
  runBounded,
  type Script,
  send,
  sendAndClose,
  sendForEver,
  silence,
} from '../support/faults.ts'

/** Once the request has arrived, sends `bytes` and resets the connection. */
const sendAndReset =
  (bytes: string): Script =>
  async ({ socket, request }) => {
    await request
    socket.write(bytes, 'latin1', () => setTimeout(() => socket.resetAndDestroy(), 20))
  }

const onHello =
  (act: Script): Script =>
  peer =>
    peer.socket.once('data', () => act(peer))

const half = response(200, GRANTED.slice(0, 30), [`Content-Length: ${GRANTED.length}`])
const chunked = response(200, '10\r\n{"valid":true,', ['Transfer-Encoding: chunked'])

/** A TLS record with an alert: fatal, of this kind (RFC 8446, 6). */
const alert = (kind: number) => `\x15\x03\x03\x00\x02\x02${String.fromCharCode(kind)}`

describe('a broken connection is retried, and counts as an outage if no time is left', () => {
  const broken: [name: string, script: Script, scheme?: 'http' | 'https'][] = [
    ['reset on accept', ({ socket }) => socket.resetAndDestroy()],
    ['closed on accept', ({ socket }) => socket.end()],
    ['closed without an answer', sendAndClose('')],
    ['reset without an answer', sendAndReset('')],
    ['closed in the status line', sendAndClose('HTTP/1.1 2')],
    ['closed in the headers', sendAndClose('HTTP/1.1 200 OK\r\nContent-Ty')],
    ['reset in the headers', sendAndReset('HTTP/1.1 200 OK\r\nContent-Ty')],
    ['closed after nothing but 100 Continue', sendAndClose('HTTP/1.1 100 Continue\r\n\r\n')],
    ['closed in mid-body', sendAndClose(half)],
    ['reset in mid-body', sendAndReset(half)],
    ['closed in a chunk', sendAndClose(chunked)],
    ['closed before the last chunk', sendAndClose(`${chunked}\r\n`)],
    [
      'a whole answer, but a length that promises more',
      sendAndClose(response(200, GRANTED, ['Content-Length: 500'])),
    ],
    ['TLS closed on hello', onHello(({ socket }) => socket.end()), 'https'],
    ['TLS reset on hello', onHello(({ socket }) => socket.resetAndDestroy()), 'https'],
    [
      'TLS broken off by an internal error',
      onHello(({ socket }) => socket.end(alert(80), 'latin1')),
      'https',
    ],
    [
      'TLS broken off by damage on the way',
      onHello(({ socket }) => socket.end(alert(20), 'latin1')),
      'https',
    ],
  ]

  test.concurrent.each(broken)(
    '%s: only one attempt with a deadline of one second',
    async (_name, script, scheme = 'http') => {
      const peer = await bench(script)
      const run = await check(peer[scheme], { 'timeout-seconds': '1' })
      await peer.close()
      expectFailed(run, 'unavailable')
      expect(peer.connections()).toBe(1)
    },
  )

  test.concurrent.each(broken.filter(([, , scheme]) => scheme === undefined))(
    '%s: passes if the second attempt is answered',
    async (_name, script) => {
      const peer = await bench([script, grant])
      const run = await check(peer.http)
      await peer.close()
      expectPassed(run)
      expect(peer.connections()).toBe(2)
      expect(
        run.stdout.match(/^Attempt 1: connection cut off \(127\.0\.0\.1:\d+\)\. Next attempt in /gm),
      ).toHaveLength(1)
    },
  )

  test('refused: the run passes if the server listens by the second attempt', async () => {
    const { port, http, close } = await bench(grant)
    await close()
    let late: ReturnType<typeof bench> | undefined
    const run = await runBounded({ inputs: { 'api-url': http }, env: { NOLAPSE_TOKEN: TOKEN } }, child =>
      child.stdout?.on('data', text => {
        if (String(text).includes('connection refused')) late ??= bench(grant, { port })
      }),
    )
    await (await late)?.close()
    expectPassed(run)
    expect((await late)?.connections()).toBe(1)
  })

  test('refused: an outage if nothing ever listens', async () => {
    const { http, close } = await bench(grant)
    await close()
    const run = await check(http, { 'timeout-seconds': '2' })
    expectFailed(run, 'unavailable')
    expect(run.stdout).toContain('connection refused')
  })

  test('a host name that does not exist is an outage', async () => {
    const run = await check('https://nolapse.invalid', { 'timeout-seconds': '1' })
    expectFailed(run, 'unavailable')
    expect(run.stdout).toMatch(
      /the host name does not exist|the name server does not answer|no answer within/,
    )
  })
})

describe('an answer that does not arrive in time is an outage', () => {
  const waiting: [name: string, script: Script, scheme?: 'http' | 'https'][] = [
    ['no answer', silence],
    ['no end of the TLS handshake', silence, 'https'],
    ['a TLS handshake one byte at a time', sendSlowly(`\x16\x03\x03\x40\x00${'\x02'.repeat(500)}`), 'https'],
    ['half a status line, then silence', send('HTTP/1.1 20')],
    ['headers, then silence', send(response(200, '', [`Content-Length: ${GRANTED.length}`]))],
    ['half a body, then silence', send(half)],
    [
      'a whole answer without an end',
      send(response(200, `${GRANTED.length.toString(16)}\r\n${GRANTED}\r\n`, ['Transfer-Encoding: chunked'])),
    ],
    ['a refusal without an end', send(response(401, '{"error":"invalid token"}', ['Content-Length: 500']))],
    ['headers, one byte at a time', sendSlowly(response(200, GRANTED))],
    [
      'a body, one byte at a time',
      sendSlowly(GRANTED, response(200, '', [`Content-Length: ${GRANTED.length}`])),
    ],
    [
      'blanks without end before the JSON',
      sendForEver(response(200, '', ['Connection: close', 'Transfer-Encoding: chunked']), '1\r\n \r\n', 50),
    ],
    ['interim answers without end', sendForEver('', 'HTTP/1.1 103 Early Hints\r\n\r\n', 5)],
    [
      '200 with an upgrade that was not requested',
      send('HTTP/1.1 200 OK\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n'),
    ],
  ]

  test.concurrent.each(waiting)('%s', async (_name, script, scheme = 'http') => {
    const peer = await bench(script)
    const run = await check(peer[scheme], { 'timeout-seconds': '1' })
    await peer.close()
    expectFailed(run, 'unavailable')
    expect(run.stdout).toContain('no answer within 1 s')
    expect(peer.connections()).toBe(1)
  })
})

/** One byte every tenth of a second: never idle, and never complete. */
function sendSlowly(bytes: string, first = ''): Script {
  return ({ socket, request }) => {
    let at = 0
    const begin = () => {
      socket.write(first, 'latin1')
      const timer = setInterval(() => at < bytes.length && socket.write(bytes.charAt(at++), 'latin1'), 100)
      socket.on('close', () => clearInterval(timer))
    }
    if (bytes.startsWith('\x16')) socket.once('data', begin)
    else request.then(begin)
  }
}

describe('an answer that breaks the protocol fails at once', () => {
  const strange: [name: string, script: Script, scheme?: 'http' | 'https'][] = [
    ['an SSH server', ({ socket }) => socket.write('SSH-2.0-OpenSSH_9.6\r\n')],
    ['a mail server', ({ socket }) => socket.write('220 mail.example.com ESMTP\r\n')],
    ['HTTP/2 frames', send('\0\0\x0c\x04\0\0\0\0\0\0\x03\0\0\0\x64\0\x04\0\0\xff\xff')],
    ['a TLS alert to a plain request', send(alert(40))],
    ['HTTP/0.9: a body alone', sendAndClose(GRANTED)],
    ['a version of HTTP that there is not', sendAndClose(`HTTP/9.9 200 OK\r\n\r\n${GRANTED}`)],
    [
      'line feeds for line breaks',
      sendAndClose(`HTTP/1.1 200 OK\nContent-Length: ${GRANTED.length}\n\n${GRANTED}`),
    ],
    ['a status of two digits', sendAndClose(response(20, GRANTED))],
    ['a status of four digits', sendAndClose(response(2000, GRANTED))],
    ['a zero byte in a header', sendAndClose(response(200, GRANTED, ['X-A: a\0b']))],
    ['a blank before the colon of a header', sendAndClose(response(200, GRANTED, ['X-A : a']))],
    ['a folded header', sendAndClose(response(200, GRANTED, ['X-A: a\r\n b']))],
    [
      'two lengths that differ',
      sendAndClose(response(200, GRANTED, ['Content-Length: 5', 'Content-Length: 500'])),
    ],
    ['a negative length', sendAndClose(response(200, GRANTED, ['Content-Length: -5']))],
    [
      'a length beyond all numbers',
      sendAndClose(response(200, GRANTED, ['Content-Length: 99999999999999999999999'])),
    ],
    [
      'a length and chunks',
      sendAndClose(
        response(200, GRANTED, [`Content-Length: ${GRANTED.length}`, 'Transfer-Encoding: chunked']),
      ),
    ],
    [
      'chunks of no size',
      sendAndClose(response(200, `zz\r\n${GRANTED}\r\n0\r\n\r\n`, ['Transfer-Encoding: chunked'])),
    ],
    ['headers without end', sendForEver('HTTP/1.1 200 OK\r\n', `X-A: ${'a'.repeat(1000)}\r\n`)],
    [
      'a body without end',
      sendForEver(response(200, '', ['Content-Length: 99999999999']), ' '.repeat(65_536)),
    ],
    ['a body without end or length', sendForEver('HTTP/1.1 200 OK\r\n\r\n', ' '.repeat(65_536))],
    [
      'a refusal without end',
      sendForEver(response(401, '', ['Content-Length: 99999999999']), ' '.repeat(65_536)),
    ],
    ['101 Switching Protocols', send('HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n')],
    ['101 without a word on which', send('HTTP/1.1 101 Switching\r\n\r\n')],
    ['a length that promises less: JSON cut short', send(response(200, GRANTED, ['Content-Length: 40']))],
    ['HTTP on the port of HTTPS', onHello(sendNow(response(400))), 'https'],
    ['an SSH server on the port of HTTPS', ({ socket }) => socket.write('SSH-2.0-OpenSSH_9.6\r\n'), 'https'],
    ['zeros on the port of HTTPS', onHello(sendNow('\0'.repeat(200))), 'https'],
    ['noise on the port of HTTPS', onHello(sendNow('\xff'.repeat(200))), 'https'],
  ]

  test.concurrent.each(strange)('%s', async (_name, script, scheme = 'http') => {
    const peer = await bench(script)
    const run = await check(peer[scheme], { 'timeout-seconds': '5' })
    await peer.close()
    expectFailed(run, 'unexpected-response')
    expect(peer.connections()).toBe(1)
  })
})

/** The alerts of RFC 8446, 6.2, that another attempt would meet again, with what the message says of them. */
const ALERTS: [kind: number, name: string, says: RegExp][] = [
  [40, 'handshake failure', /client certificate/],
  [42, 'bad certificate', /client certificate/],
  [46, 'certificate unknown', /client certificate/],
  [47, 'illegal parameter', /handshake/],
  [48, 'unknown authority', /handshake/],
  [49, 'access denied', /handshake/],
  [70, 'protocol version', /TLS 1\.2 or 1\.3/],
  [71, 'insufficient security', /handshake/],
  [86, 'inappropriate fallback', /handshake/],
  [109, 'missing extension', /handshake/],
  [112, 'unrecognised name', /Check the host name in the input `api-url`/],
  [116, 'certificate required', /client certificate/],
  [120, 'no application protocol', /handshake/],
]

test.concurrent.each(ALERTS)(
  'the TLS alert %d (%s) is a rejection, not an outage: not retried and not tolerated',
  async (kind, _name, says) => {
    const peer = await bench(onHello(({ socket }) => socket.end(alert(kind), 'latin1')))
    const run = await check(peer.https, { tolerate: 'unavailable' })
    await peer.close()
    expectFailed(run, 'unexpected-response')
    expect(run.stdout).toMatch(/TLS handshake with 127\.0\.0\.1:\d+ failed \(ERR_SSL_/)
    expect(run.stdout).toMatch(says)
    expect(peer.connections()).toBe(1)
  },
)

function sendNow(bytes: string): Script {
  return ({ socket }) => socket.write(bytes, 'latin1')
}

describe('an unusual but correct answer counts', () => {
  const unusual: [name: string, bytes: string][] = [
    ['HTTP/1.0, ended by closing', `HTTP/1.0 200 OK\r\n\r\n${GRANTED}`],
    [
      '100, 102 and 103 before the answer',
      ['100 Continue', '102 Processing', '103 Early Hints'].map(line => `HTTP/1.1 ${line}\r\n\r\n`).join('') +
        response(200, GRANTED),
    ],
    [
      'an interim answer with a body of its own in a header',
      `HTTP/1.1 103 Early\r\nX-Body: {"valid":false}\r\n\r\n${response(200, GRANTED)}`,
    ],
    [
      'chunks of one byte',
      response(200, `${[...GRANTED].map(byte => `1\r\n${byte}\r\n`).join('')}0\r\n\r\n`, [
        'Transfer-Encoding: chunked',
      ]),
    ],
    [
      'no reason phrase, no content type',
      `HTTP/1.1 200\r\nContent-Length: ${GRANTED.length}\r\n\r\n${GRANTED}`,
    ],
  ]
  test.concurrent.each(unusual)('%s', async (_name, bytes) => {
    const peer = await bench(sendAndClose(bytes))
    const run = await check(peer.http)
    await peer.close()
    expectPassed(run)
    expect(peer.connections()).toBe(1)
  })

  test('a second answer on the same connection changes nothing about the first', async () => {
    const peer = await bench(send(response(200, '{"valid":false}') + response(200, GRANTED)))
    const run = await check(peer.http)
    await peer.close()
    expectFailed(run, 'invalid')
    expect(peer.connections()).toBe(1)
  })
})
