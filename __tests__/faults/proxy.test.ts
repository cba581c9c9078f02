/**
 * The way through a proxy. A loopback target is always reached directly, so the target is a name that only the proxy of
 * the test can resolve: what arrives came through it.
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { type Certificate, makeAuthority } from '../../harness/authority.ts'
import { TOKEN } from '../../harness/runner.ts'
import {
  bench,
  check,
  expectFailed,
  expectPassed,
  GRANTED,
  grant,
  response,
  type Script,
  send,
  sendAndClose,
  sendForEver,
  silence,
} from '../support/faults.ts'

const HOST = 'platform.test'
const PASSWORD = 's3cret%25Pass'

const authority = makeAuthority()
const certificate = authority.issue({ hosts: [HOST] })
afterAll(() => authority.remove())

/** A proxy that connects any CONNECT target to that port on this machine. */
const relay: Script = async ({ socket, request }) => {
  const port = Number(/^CONNECT \S+:(\d+) /.exec(await request)?.[1])
  socket.removeAllListeners('data')
  const out = connect(port, '127.0.0.1', () => {
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
    socket.pipe(out).pipe(socket)
  })
  out.on('error', () => socket.destroy())
  socket.on('close', () => out.destroy())
}

/** Sends these bytes once the request has arrived, then resets. */
const sendAndReset =
  (bytes: string): Script =>
  async ({ socket, request }) => {
    await request
    socket.write(bytes, () => setTimeout(() => socket.resetAndDestroy(), 20))
  }

const ESTABLISHED = 'HTTP/1.1 200 Connection established\r\n\r\n'

/** A platform, a proxy in front of it, and a run that reaches the platform only through the proxy. */
async function through(
  proxyScript: Script | Script[],
  {
    scheme = 'https' as 'https' | 'http',
    inputs = {} as Record<string, string>,
    env = {} as Record<string, string>,
    certificate: shown = certificate,
  } = {},
) {
  const platform = await bench(grant, scheme === 'https' ? { certificate: shown } : {})
  const proxy = await bench(proxyScript)
  const address = `http://ci:${PASSWORD}@127.0.0.1:${proxy.port}`
  const run = await check(
    `${scheme}://${HOST}:${platform.port}`,
    { 'timeout-seconds': '5', 'allow-insecure-http': 'true', ...inputs },
    { NODE_EXTRA_CA_CERTS: authority.file, [`${scheme}_proxy`]: address, ...env },
  )
  await Promise.all([proxy.close(), platform.close()])
  for (const form of [PASSWORD, decodeURIComponent(PASSWORD), CREDENTIALS])
    expect(run.stdout + run.traces).not.toContain(form)
  return { run, proxy, platform }
}

const CREDENTIALS = Buffer.from(`ci:${decodeURIComponent(PASSWORD)}`).toString('base64')

describe('a working proxy is used to reach the platform', () => {
  test.concurrent('for https://, and sees neither token nor answer', async () => {
    const { run, proxy, platform } = await through(relay)
    expectPassed(run)
    expect(platform.received()).toContain(TOKEN)
    expect(proxy.connections()).toBe(1)
    expect(proxy.received()).toMatch(new RegExp(`^CONNECT ${HOST}:${platform.port} HTTP/1\\.1\r\n`))
    expect(proxy.received()).toContain(`proxy-authorization: Basic ${CREDENTIALS}`)
    expect(proxy.received()).not.toContain(TOKEN)
    expect(platform.received()).not.toMatch(/proxy-authorization/i)
  })

  test.concurrent('for http://, if it is allowed', async () => {
    const { run, proxy, platform } = await through(relay, { scheme: 'http' })
    expectPassed(run)
    expect(platform.received()).toContain(TOKEN)
    expect(proxy.connections()).toBe(1)
  })

  test.concurrent('from an upper-case variable as well, and without a scheme', async () => {
    const platform = await bench(grant, { certificate })
    const proxy = await bench(relay)
    const run = await check(
      `https://${HOST}:${platform.port}`,
      {},
      { NODE_EXTRA_CA_CERTS: authority.file, HTTPS_PROXY: `127.0.0.1:${proxy.port}` },
    )
    await Promise.all([proxy.close(), platform.close()])
    // "127.0.0.1:PORT" is no URL: http-client reads it with http:// before it.
    expectPassed(run)
    expect(proxy.connections()).toBe(1)
  })
})

describe('a proxy that does not work is an outage, and the platform never sees the token', () => {
  const failing: [name: string, script: Script, says: RegExp][] = [
    ['cannot reach the platform', sendAndClose(response(502)), /proxy refused with 502/],
    ['is overloaded', sendAndClose(response(503)), /proxy refused with 503/],
    ['limits its clients', sendAndClose(response(429)), /proxy refused with 429/],
    ['hangs', silence, /no answer within 1 s/],
    ['hangs within its headers', send('HTTP/1.1 200 OK\r\n'), /no answer within 1 s/],
    ['hangs when the tunnel stands', send(ESTABLISHED), /no answer within 1 s/],
    ['dies on accept', ({ socket }) => socket.resetAndDestroy(), /proxy failed/],
    ['dies without an answer', sendAndClose(''), /proxy failed/],
    ['dies when the tunnel stands', sendAndClose(ESTABLISHED), /connection cut off/],
    ['resets when the tunnel stands', sendAndReset(ESTABLISHED), /connection cut off/],
  ]
  for (const scheme of ['https', 'http'] as const)
    test.concurrent.each(failing)(`${scheme}: %s`, async (_name, script, says) => {
      const { run, proxy, platform } = await through(script, { scheme, inputs: { 'timeout-seconds': '1' } })
      expectFailed(run, 'unavailable')
      expect(run.stdout).toMatch(says)
      expect(proxy.connections()).toBe(1)
      expect(platform.connections()).toBe(0)
    })

  test.concurrent('a single failure is retried', async () => {
    const { run, proxy } = await through([sendAndClose(response(502)), relay], {
      inputs: { 'timeout-seconds': '20' },
    })
    expectPassed(run)
    expect(proxy.connections()).toBe(2)
  })

  test.concurrent('nothing listens at the address of the proxy', async () => {
    const gone = await bench(relay)
    await gone.close()
    const { run, platform } = await through(relay, {
      inputs: { 'timeout-seconds': '1' },
      env: { https_proxy: `http://ci:${PASSWORD}@127.0.0.1:${gone.port}` },
    })
    expectFailed(run, 'unavailable')
    expect(platform.connections()).toBe(0)
  })
})

describe('a proxy that rejects the request is not an outage: not retried and not tolerated', () => {
  const rejecting: [name: string, script: Script, says: RegExp][] = [
    ['401', sendAndClose(response(401)), /rejects the request: 401 .*does not allow connections/s],
    ['403', sendAndClose(response(403)), /rejects the request: 403 .*does not allow connections/s],
    ['404', sendAndClose(response(404)), /rejects the request: 404 .*not a proxy/s],
    ['405', sendAndClose(response(405)), /rejects the request: 405 .*not a proxy/s],
    ['501', sendAndClose(response(501)), /rejects the request: 501 .*not a proxy/s],
    [
      '407',
      sendAndClose(response(407, 'no', ['Proxy-Authenticate: Basic'])),
      /407 Proxy Authentication Required.*has no user name and password, or the proxy does not accept them/s,
    ],
    [
      '407 with NTLM and Negotiate alone',
      sendAndClose(response(407, '', ['Proxy-Authenticate: Negotiate', 'Proxy-Authenticate: NTLM'])),
      /407 .*offers only NTLM and Negotiate, and this gate supports only Basic/s,
    ],
    ['a redirect', sendAndClose(response(302, '', ['Location: http://127.0.0.1:1/'])), /302 Found/],
    ['201', sendAndClose(response(201)), /201 Created/],
    ['interim answers', sendForEver('', 'HTTP/1.1 103 Early Hints\r\n\r\n', 5), /103/],
    ['no HTTP', sendAndClose('SSH-2.0-OpenSSH_9.6\r\n'), /does not speak HTTP/],
    ['more than its answer', send(`${ESTABLISHED}garbage`), /does not speak HTTP \(UNEXPECTED_DATA\)/],
    [
      'headers without end',
      sendForEver('HTTP/1.1 200 OK\r\n', `X-A: ${'a'.repeat(1000)}\r\n`),
      /does not speak HTTP/,
    ],
  ]
  for (const scheme of ['https', 'http'] as const)
    test.concurrent.each(rejecting)(`${scheme}: %s`, async (_name, script, says) => {
      const { run, proxy, platform } = await through(script, { scheme, inputs: { tolerate: 'unavailable' } })
      expectFailed(run, 'unexpected-response')
      expect(run.stdout).toMatch(says)
      expect(run.stdout).toContain(`127.0.0.1:${proxy.port}, from ${scheme}_proxy`)
      expect(proxy.connections()).toBe(1)
      expect(platform.connections()).toBe(0)
    })
})

describe('a proxy that speaks TLS itself', () => {
  const beyond = async (script: Script, shown: Certificate, host = 'localhost') => {
    const platform = await bench(grant, { certificate })
    const proxy = await bench(script, { certificate: shown })
    const run = await check(
      `https://${HOST}:${platform.port}`,
      { tolerate: 'unavailable' },
      {
        NODE_EXTRA_CA_CERTS: authority.file,
        https_proxy: `https://ci:${PASSWORD}@${host}:${proxy.port}`,
      },
    )
    await Promise.all([proxy.close(), platform.close()])
    for (const form of [PASSWORD, decodeURIComponent(PASSWORD), CREDENTIALS])
      expect(run.stdout + run.traces).not.toContain(form)
    return { run, proxy, platform }
  }

  test.concurrent.each(['localhost', '127.0.0.1'])(
    'works with a certificate for its own name, %s',
    async host => {
      const { run, proxy, platform } = await beyond(relay, authority.issue({ hosts: [host] }), host)
      expectPassed(run)
      expect(proxy.received()).toContain(`proxy-authorization: Basic ${CREDENTIALS}`)
      expect(platform.received()).toContain(TOKEN)
    },
  )

  test.concurrent('is untrusted with a certificate for the name of the platform, and gets no password', async () => {
    const { run, proxy, platform } = await beyond(relay, certificate)
    expectFailed(run, 'untrusted')
    expect(run.stdout).toMatch(
      /certificate of the proxy \(localhost:\d+, from https_proxy\) cannot be verified/,
    )
    expect(run.stdout).toContain("Neither the proxy's password nor the token was sent")
    expect(proxy.connections()).toBe(1)
    expect(proxy.received()).toBe('')
    expect(platform.connections()).toBe(0)
  })

  test.concurrent('is untrusted with a certificate of a private authority that is not named', async () => {
    const stranger = makeAuthority()
    const { run, proxy } = await beyond(relay, stranger.issue())
    stranger.remove()
    expectFailed(run, 'untrusted')
    expect(proxy.received()).toBe('')
  })

  test.concurrent('is not the platform: a platform behind it is verified for its own name', async () => {
    const proxy = await bench(
      async ({ socket, request }) => {
        await request
        socket.write(ESTABLISHED)
        socket.once('data', () => socket.write(response(200, GRANTED)))
      },
      { certificate: authority.issue() },
    )
    const run = await check(
      `https://${HOST}`,
      {},
      { NODE_EXTRA_CA_CERTS: authority.file, https_proxy: `https://localhost:${proxy.port}` },
    )
    await proxy.close()
    expectFailed(run, 'unexpected-response')
  })

  test.concurrent('only by its scheme is reported as such', async () => {
    const proxy = await bench(({ socket }) => socket.once('data', () => socket.end(response(400))))
    const run = await check(`https://${HOST}`, {}, { https_proxy: `https://127.0.0.1:${proxy.port}` })
    await proxy.close()
    expectFailed(run, 'unexpected-response')
    expect(run.stdout).toContain('https_proxy has https:// for a proxy with http://')
  })
})

const ipv6 = Object.values(networkInterfaces()).some(all => all?.some(({ address }) => address === '::1'))

describe(`IPv6${ipv6 ? '' : ', which this machine does not have'}`, () => {
  const real = ipv6 ? test.concurrent : test.skip

  real('a proxy can have an IPv6 address', async () => {
    const platform = await bench(grant, { certificate })
    const proxy = await bench(relay, { host: '::1' })
    const run = await check(
      `https://${HOST}:${platform.port}`,
      {},
      { NODE_EXTRA_CA_CERTS: authority.file, https_proxy: `http://[::1]:${proxy.port}` },
    )
    await Promise.all([proxy.close(), platform.close()])
    expectPassed(run)
  })
})

describe('a platform with an IPv6 address of this machine', () => {
  const real = ipv6 ? test : test.skip
  real.each([
    ['::1', 'ok'],
    ['::2', 'untrusted'],
  ])('and a certificate for %s: %s', async (address, reason) => {
    const peer = await bench(grant, { certificate: authority.issue({ hosts: [address] }), host: '::1' })
    const run = await check(`https://[::1]:${peer.port}`, {}, { NODE_EXTRA_CA_CERTS: authority.file })
    await peer.close()
    expect(run.outputs.reason).toBe(reason)
  })
})

test.concurrent('a platform with an IPv6 address is reached through a proxy, and verified for that address', async () => {
  const reach = async (hosts: string[]) => {
    const platform = await bench(grant, { certificate: authority.issue({ hosts }) })
    const proxy = await bench(relay)
    const run = await check(
      `https://[2001:db8::1]:${platform.port}`,
      {},
      { NODE_EXTRA_CA_CERTS: authority.file, https_proxy: proxy.http },
    )
    await Promise.all([proxy.close(), platform.close()])
    expect(proxy.received()).toMatch(/^CONNECT \[2001:db8::1\]:\d+ HTTP/)
    return run
  }
  expectPassed(await reach(['2001:db8::1']))
  expectFailed(await reach(['2001:db8::2']), 'untrusted')
})

test.concurrent('a name that begins with 127. is not loopback: it is reached through the proxy', async () => {
  const platform = await bench(grant, { certificate: authority.issue({ hosts: ['127.corp.test'] }) })
  const proxy = await bench(relay)
  const run = await check(
    `https://127.corp.test:${platform.port}`,
    {},
    { NODE_EXTRA_CA_CERTS: authority.file, https_proxy: proxy.http },
  )
  await Promise.all([proxy.close(), platform.close()])
  expectPassed(run)
  expect(proxy.connections()).toBe(1)
})

test.concurrent('a proxy whose name does not exist is named, not the platform', async () => {
  const run = await check(
    `https://${HOST}`,
    { 'timeout-seconds': '1' },
    { HTTPS_PROXY: `http://ci:${PASSWORD}@proxy.invalid:3128` },
  )
  expectFailed(run, 'unavailable')
  // What the machine's name service says of it, and when, is its own matter.
  if (!run.stdout.includes('no answer within'))
    expect(run.stdout).toMatch(/prox.* \(proxy\.invalid:3128, from HTTPS_PROXY\)/)
  expect(run.stdout).not.toMatch(/Correct the input `api-url`/)
})

describe('a proxy cannot pass for the platform', () => {
  test.concurrent('a proxy that intercepts TLS with its own certificate is untrusted', async () => {
    const stranger = makeAuthority()
    const { run, platform } = await through(relay, { certificate: stranger.issue({ hosts: [HOST] }) })
    stranger.remove()
    expectFailed(run, 'untrusted')
    expect(platform.received()).toBe('')
  })

  test.concurrent('a proxy that leads to another host is untrusted', async () => {
    const { run, platform } = await through(relay, {
      certificate: authority.issue({ hosts: ['other.test', '127.0.0.1'] }),
    })
    expectFailed(run, 'untrusted')
    expect(platform.received()).toBe('')
  })

  test.concurrent('a proxy that answers instead of the platform is not the platform', async () => {
    const { run, platform } = await through(async ({ socket, request }) => {
      await request
      socket.write(ESTABLISHED)
      socket.once('data', () => socket.write(response(200, GRANTED)))
    })
    expectFailed(run, 'unexpected-response')
    expect(platform.connections()).toBe(0)
  })
})

describe('NO_PROXY and unusable proxies', () => {
  test.concurrent.each([HOST, '.test', '*', `other.example, ${HOST.toUpperCase()}`])(
    'a target that NO_PROXY=%s names is reached without the proxy, which gets no request',
    async excepted => {
      const { run, proxy } = await through(relay, {
        inputs: { 'timeout-seconds': '1' },
        env: { NO_PROXY: excepted },
      })
      // The name is known to the proxy alone.
      expectFailed(run, 'unavailable')
      expect(proxy.connections()).toBe(0)
    },
  )

  test.concurrent('a target that NO_PROXY does not name goes through the proxy', async () => {
    const { run, proxy } = await through(relay, {
      env: { NO_PROXY: 'platform.test.example,latform.test,10.0.0.0/8' },
    })
    expectPassed(run)
    expect(proxy.connections()).toBe(1)
  })

  test.concurrent('this machine is always reached without the proxy', async () => {
    const platform = await bench(grant)
    const proxy = await bench(relay)
    const run = await check(platform.http, {}, { http_proxy: proxy.http, https_proxy: proxy.http })
    await Promise.all([platform.close(), proxy.close()])
    expectPassed(run)
    expect(proxy.connections()).toBe(0)
  })

  test.concurrent.each([
    'none',
    '"http://127.0.0.1:3128"',
    `http://CORP\\ci:${PASSWORD}@127.0.0.1:3128`,
    `http://ci:100%${PASSWORD}@127.0.0.1:3128`,
    `socks5://ci:${PASSWORD}@127.0.0.1:1080`,
    'http://',
    '::',
  ])('a proxy URL that http-client would ignore is rejected and not shown: %s', async address => {
    const { run, proxy, platform } = await through(relay, { env: { https_proxy: address } })
    expectFailed(run, 'misconfigured')
    expect(run.stdout).toContain('https_proxy')
    expect(run.stdout).toContain('A proxy URL looks like')
    expect(proxy.connections() + platform.connections()).toBe(0)
  })
})

const tinyproxy = (process.env.PATH ?? '')
  .split(delimiter)
  .map(folder => join(folder, 'tinyproxy'))
  .find(path => existsSync(path))

describe(`a real proxy, tinyproxy${tinyproxy ? '' : ', which is not installed here'}`, () => {
  const real = tinyproxy ? test : test.skip

  real(
    'is asked with its password; the platform’s name is one that it cannot resolve: an outage',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'nolapse-tinyproxy-'))
      const config = join(folder, 'tinyproxy.conf')
      const { port, close } = await bench(silence)
      await close()
      writeFileSync(config, `Port ${port}\nListen 127.0.0.1\nBasicAuth ci secretpass\nLogLevel Info\n`)
      const proxy = spawn(tinyproxy as string, ['-d', '-c', config], { stdio: ['ignore', 'pipe', 'ignore'] })
      let log = ''
      const ready = new Promise<void>((resolve, reject) => {
        proxy.stdout.on('data', text => {
          log += text
          if (log.includes('Accepting connections')) resolve()
        })
        proxy.on('close', () => reject(new Error(`tinyproxy ended: ${log}`)))
      })
      ready.catch(() => undefined)
      try {
        await ready
        const ask = (credentials: string) =>
          check(
            'https://platform.invalid',
            { 'timeout-seconds': '1' },
            { https_proxy: `http://${credentials}127.0.0.1:${port}` },
          )
        const stranger = await ask('')
        expectFailed(stranger, 'unexpected-response')
        expect(stranger.stdout).toContain('407')
        const known = await ask('ci:secretpass@')
        expectFailed(known, 'unavailable')
        expect(known.stdout).toMatch(/proxy refused with 50\d/)
        expect(known.stdout + known.traces).not.toContain('secretpass')
        expect(log).toContain('CONNECT platform.invalid:443')
      } finally {
        proxy.kill()
        rmSync(folder, { recursive: true, force: true })
      }
    },
  )
})
