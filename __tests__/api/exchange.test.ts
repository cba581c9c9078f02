import dns from 'node:dns'
import {
  type AddressInfo,
  connect as connectTcp,
  createServer as createTcpServer,
  type Server,
  type Socket,
} from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { makeAuthority } from '../../harness/authority.ts'
import { type Reply, type ScriptedServer, startProxy, startServer } from '../../harness/server.ts'
import { type Exchange, exchange } from '../../src/api/exchange.ts'

const PROXIES = ['http_proxy', 'https_proxy', 'no_proxy'].flatMap(name => [name, name.toUpperCase()])
const before = Object.fromEntries(PROXIES.map(name => [name, process.env[name]]))
const closers: (() => unknown)[] = []

beforeEach(() => {
  for (const name of PROXIES) delete process.env[name]
})
afterEach(async () => {
  for (const [name, value] of Object.entries(before)) {
    delete process.env[name]
    if (value !== undefined) process.env[name] = value
  }
  jest.restoreAllMocks()
  for (const close of closers.splice(0)) await close()
})

async function serve(reply: Reply): Promise<ScriptedServer> {
  const server = await startServer(reply)
  closers.push(server.close)
  return server
}

/** A plain TCP server that does anything with a connection. */
async function serveTcp(onConnection: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>()
  const server: Server = createTcpServer(socket => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    onConnection(socket)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

const request = (url: string, more: Partial<Exchange> = {}) =>
  exchange({
    method: 'POST',
    url: new URL(url),
    body: { token: 'x' },
    limit: 10_000,
    maxBytes: 1024,
    bodyDecides: [200],
    ...more,
  })

test('a request has only the given method, headers and body', async () => {
  const server = await serve({ status: 200, headers: { 'x-request-id': 'req-1' }, body: '{"a":1}' })
  const answer = await request(`${server.url}/prefix/path`)
  expect(answer).toMatchObject({ kind: 'answer', status: 200, body: Buffer.from('{"a":1}') })
  expect(answer).toHaveProperty('headers.x-request-id', 'req-1')
  const [received] = server.requests
  expect(received).toMatchObject({ method: 'POST', path: '/prefix/path', body: '{"token":"x"}' })
  expect(received?.headers).toEqual({
    accept: 'application/json',
    'content-type': 'application/json',
    'content-length': '13',
    'user-agent': expect.stringMatching(/^nolapse-token-action\/\d+\.\d+\.\d+/),
    host: `127.0.0.1:${server.port}`,
    connection: expect.any(String),
  })
})

test('no body is sent without one, and a bearer token is sent if there is one', async () => {
  const server = await serve({ body: '[]' })
  await request(server.url, { method: 'GET', body: undefined, bearer: 'session' })
  expect(server.requests).toMatchObject([{ method: 'GET', body: '' }])
  expect(server.requests[0]?.headers).toMatchObject({ authorization: 'Bearer session' })
  expect(server.requests[0]?.headers).not.toHaveProperty('content-type')
})

test('a redirect is an answer and is never followed', async () => {
  const elsewhere = await serve({})
  const server = await serve({ status: 307, headers: { location: elsewhere.url } })
  expect(await request(server.url)).toMatchObject({ kind: 'answer', status: 307, body: undefined })
  expect(elsewhere.requests).toEqual([])
})

test.each([302, 407, 408, 429, 500, 501, 503])('the body of %d is not read', async status => {
  const server = await serve(response => response.writeHead(status).write('for ever'))
  expect(await request(server.url)).toMatchObject({ kind: 'answer', status, body: undefined })
})

test('a body up to the limit is read, a longer one never is', async () => {
  const fits = await serve({ body: 'x'.repeat(1024) })
  expect(await request(fits.url)).toHaveProperty('body.length', 1024)
  const endless = await serve(response => response.writeHead(200).write('x'.repeat(1025)))
  expect(await request(endless.url)).toMatchObject({ status: 200, body: 'too-large' })
})

test('a body that is cut off is a fault if it decides, and otherwise ignored', async () => {
  const cutOff =
    (status: number): Reply =>
    response => {
      response.writeHead(status, { 'content-length': '100' })
      response.write('x', () => response.destroy())
    }
  expect(await request((await serve(cutOff(200))).url)).toMatchObject({ kind: 'fault', fault: 'unreachable' })
  expect(await request((await serve(cutOff(404))).url)).toMatchObject({ status: 404, body: undefined })
})

test('one time limit covers the wait for the answer and its body', async () => {
  const timedOut = { kind: 'fault', fault: 'timed-out', limit: 100 }
  const silent = await serve(() => undefined)
  expect(await request(silent.url, { limit: 100 })).toEqual(timedOut)
  const drip = await serve(response => response.writeHead(200).write('{'))
  expect(await request(drip.url, { limit: 100 })).toEqual(timedOut)
})

test('an exchange leaves nothing running once it has an outcome', async () => {
  let gone: Promise<unknown> = Promise.resolve()
  const endless = await serve(response => {
    gone = new Promise(resolve => response.on('close', resolve))
    response.writeHead(200).write('{')
  })
  expect(await request(endless.url, { limit: 100 })).toMatchObject({ fault: 'timed-out' })
  await gone
})

test('if nothing listens, the platform is unreachable, and no request can have reached it', async () => {
  const server = await startServer()
  await server.close()
  expect(await request(server.url)).toEqual({
    kind: 'fault',
    fault: 'unreachable',
    code: 'ECONNREFUSED',
    unsent: true,
  })
})

test('a request can have reached the platform once there is a connection for it', async () => {
  const port = await serveTcp(socket => socket.once('data', () => socket.destroy()))
  expect(await request(`http://127.0.0.1:${port}`)).toEqual({
    kind: 'fault',
    fault: 'unreachable',
    code: 'ECONNRESET',
  })
  // The handshake never ends, so the request is never sent.
  expect(await request(`https://127.0.0.1:${port}`)).toMatchObject({ fault: 'unreachable', unsent: true })
})

test('an IPv6 address is not looked up by name', async () => {
  const outcome = await request('http://[::1]:9')
  expect(outcome).toMatchObject({ fault: 'unreachable', code: expect.not.stringMatching('ENOTFOUND') })
})

test('a change of protocol is an answer like any other', async () => {
  const port = await serveTcp(socket => {
    socket.once('data', () =>
      socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
    )
  })
  expect(await request(`http://127.0.0.1:${port}`)).toMatchObject({ kind: 'answer', status: 101 })
})

test('a peer that does not speak HTTP is distinguished from one that closes the connection', async () => {
  const ssh = await serveTcp(socket => socket.write('SSH-2.0-OpenSSH_9.0\r\n'))
  expect(await request(`http://127.0.0.1:${ssh}`)).toMatchObject({ fault: 'not-http' })
  expect(await request(`https://127.0.0.1:${ssh}`)).toMatchObject({ fault: 'not-http' })
  const hangUp = await serveTcp(socket => socket.once('data', () => socket.end('HTTP/1.1 200')))
  expect(await request(`http://127.0.0.1:${hangUp}`)).toMatchObject({ fault: 'unreachable' })
})

describe('over TLS', () => {
  let authority: ReturnType<typeof makeAuthority>
  beforeAll(() => {
    authority = makeAuthority()
  })
  afterAll(() => authority.remove())

  test('a certificate of an unknown authority is not trusted, and no request is made', async () => {
    const server = await startServer({}, authority.issue())
    closers.push(server.close)
    expect(await request(server.url)).toMatchObject({ kind: 'fault', fault: 'untrusted' })
    expect(server.requests).toEqual([])
  })
})

test('through a tunnel, the certificate is verified for the platform, not for the proxy', async () => {
  const authority = makeAuthority()
  const server = await startServer({}, authority.issue())
  closers.push(server.close, authority.remove)
  const proxy = await serveProxy(200, socket => {
    const out = connectTcp(server.port, '127.0.0.1', () => socket.pipe(out).pipe(socket))
    out.on('error', () => socket.destroy())
  })
  process.env.https_proxy = proxy.url
  expect(await request('https://nolapse.test')).toMatchObject({ fault: 'untrusted', unsent: true })
  expect(server.requests).toEqual([])
})

test('a proxy gets its password in a header, but not before its certificate is verified', async () => {
  const received: string[] = []
  const port = await serveTcp(socket =>
    socket.on('data', data => received.push(String(data)) && socket.end()),
  )
  process.env.http_proxy = `http://ci:pass@127.0.0.1:${port}`
  expect(await request('http://nolapse.test')).toMatchObject({ fault: 'unreachable', proxy: {} })
  expect(received.join('')).toContain(`proxy-authorization: Basic ${btoa('ci:pass')}`)
  const authority = makeAuthority()
  const secure = await startServer({}, authority.issue())
  closers.push(secure.close, authority.remove)
  process.env.http_proxy = `https://ci:pass@127.0.0.1:${secure.port}`
  expect(await request('http://nolapse.test')).toMatchObject({ fault: 'untrusted', proxy: {}, unsent: true })
})

test('extra bytes after the answer of a proxy are not a tunnel', async () => {
  const port = await serveTcp(socket =>
    socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\n\r\nmore')),
  )
  process.env.http_proxy = `http://127.0.0.1:${port}`
  expect(await request('http://nolapse.test')).toMatchObject({ fault: 'not-http', code: 'UNEXPECTED_DATA' })
})

async function serveProxy(...how: Parameters<typeof startProxy>) {
  const proxy = await startProxy(...how)
  closers.push(proxy.close)
  return proxy
}

/** What exchange() reports about the proxy in `https_proxy` and `http_proxy`. */
const via = (variable: string, url: string) => ({ variable, host: new URL(url).host })

test('the proxy in the environment is asked for a tunnel to the host and port of the URL', async () => {
  const proxy = await serveProxy(407)
  process.env.https_proxy = proxy.url
  process.env.http_proxy = proxy.url
  const refused = { kind: 'fault', fault: 'proxy', status: 407, schemes: [], unsent: true }
  const secure = { ...refused, proxy: via('https_proxy', proxy.url) }
  expect(await request('https://nolapse.test')).toEqual(secure)
  expect(await request('http://nolapse.test')).toEqual({ ...refused, proxy: via('http_proxy', proxy.url) })
  expect(await request('https://[2001:db8::1]:8443')).toEqual(secure)
  expect(await request('https://127.corp.test')).toEqual(secure)
  expect(proxy.tunnels).toEqual([
    'nolapse.test:443',
    'nolapse.test:80',
    '[2001:db8::1]:8443',
    '127.corp.test:443',
  ])
})

test('the authentication schemes of a proxy are read from its refusal, if they are known', async () => {
  const offers = async (...lines: string[]) => {
    const port = await serveTcp(socket =>
      socket.once('data', () =>
        socket.end(
          ['HTTP/1.1 407 No', ...lines.map(line => `Proxy-Authenticate: ${line}`), '', ''].join('\r\n'),
        ),
      ),
    )
    process.env.http_proxy = `http://127.0.0.1:${port}`
    return request('http://nolapse.test')
  }
  expect(await offers('Negotiate', 'NTLM')).toMatchObject({ status: 407, schemes: ['NTLM', 'Negotiate'] })
  expect(await offers('basic realm="x", Digest a=b')).toMatchObject({ schemes: ['Basic', 'Digest'] })
  expect(await offers('::error::x')).toMatchObject({ schemes: [] })
})

test('the platform answers through the tunnel of a proxy', async () => {
  const answer = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}'
  const proxy = await serveProxy(200, socket => socket.once('data', () => socket.write(answer)))
  process.env.http_proxy = proxy.url
  expect(await request('http://nolapse.test')).toMatchObject({ status: 200, body: Buffer.from('{}') })
})

test('if the tunnel breaks, the request can have reached the platform', async () => {
  const proxy = await serveProxy(200, socket => socket.once('data', () => socket.destroy()))
  process.env.http_proxy = proxy.url
  expect(await request('http://nolapse.test')).toEqual({
    kind: 'fault',
    fault: 'unreachable',
    code: 'ECONNRESET',
  })
})

test('a proxy that cannot be reached is named', async () => {
  const gone = await startServer()
  await gone.close()
  process.env.http_proxy = gone.url
  expect(await request('http://nolapse.test')).toEqual({
    kind: 'fault',
    fault: 'unreachable',
    code: 'ECONNREFUSED',
    proxy: via('http_proxy', gone.url),
    unsent: true,
  })
})

test('a tunnel is closed once the exchange has an outcome', async () => {
  let gone: Promise<unknown> = Promise.resolve()
  const port = await serveTcp(socket => {
    gone = new Promise(resolve => socket.resume().on('close', resolve))
  })
  process.env.http_proxy = `http://127.0.0.1:${port}`
  expect(await request('http://nolapse.test', { limit: 100 })).toEqual({
    kind: 'fault',
    fault: 'timed-out',
    limit: 100,
    unsent: true,
  })
  await gone
})

test('a proxy that cannot be used is never bypassed', async () => {
  process.env.http_proxy = 'none'
  await expect(request('http://nolapse.test')).rejects.toThrow('http_proxy cannot be used')
})

test('if a host name does not exist, the fault says whose it is', async () => {
  // The machine's name service decides how it answers, and when: the only thing here that is not real.
  jest.spyOn(dns, 'lookup').mockImplementation(((name: string, ...rest: unknown[]) => {
    const done = rest.at(-1) as (error: Error) => void
    const error = Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), { code: 'ENOTFOUND' })
    process.nextTick(done, error)
  }) as unknown as typeof dns.lookup)
  const unknown = { kind: 'fault', fault: 'unreachable', code: 'ENOTFOUND', unsent: true }
  expect(await request('http://nolapse.test')).toEqual(unknown)
  process.env.http_proxy = 'http://proxy.test:3128'
  expect(await request('http://nolapse.test')).toEqual({
    ...unknown,
    proxy: { variable: 'http_proxy', host: 'proxy.test:3128' },
  })
})
