/**
 * The way through a proxy. http-client passes every proxy by for a loopback target, so the target is a name that only
 * the proxy of the test can resolve: what arrives came through it.
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { makeAuthority } from '../../harness/authority.ts'
import { TOKEN } from '../../harness/runner.ts'
import {
  bench,
  check,
  expectFailed,
  expectPassed,
  expectQuiet,
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

/** A proxy that takes CONNECT to any name to that port on this machine. */
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

/** Sends these bytes when the request is there, then resets. */
const sendAndReset =
  (bytes: string): Script =>
  async ({ socket, request }) => {
    await request
    socket.write(bytes, () => setTimeout(() => socket.resetAndDestroy(), 20))
  }

const ESTABLISHED = 'HTTP/1.1 200 Connection established\r\n\r\n'

/** A platform, a proxy before it, and a run that knows the platform only through the proxy. */
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

describe('a proxy that works is the way to the platform', () => {
  test.concurrent('for https://, and sees neither token nor answer', async () => {
    const { run, proxy, platform } = await through(relay)
    expectPassed(run)
    expect(platform.received()).toContain(TOKEN)
    expect(proxy.connections()).toBe(1)
    expect(proxy.received()).toMatch(new RegExp(`^CONNECT ${HOST}:${platform.port} HTTP/1\\.1\r\n`))
    expect(proxy.received()).toContain(`Proxy-Authorization: Basic ${CREDENTIALS}`)
    expect(proxy.received()).not.toContain(TOKEN)
    expect(platform.received()).not.toMatch(/proxy-authorization/i)
  })

  test.concurrent('for http://, where that is allowed', async () => {
    const { run, proxy, platform } = await through(relay, { scheme: 'http' })
    expectPassed(run)
    expect(platform.received()).toContain(TOKEN)
    expect(proxy.connections()).toBe(1)
  })

  test.concurrent('by the name in upper case as well, and without a scheme', async () => {
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
    ['asks for other credentials', sendAndClose(response(407, 'no', ['Proxy-Authenticate: Basic'])), /407/],
    ['forbids', sendAndClose(response(403)), /proxy refused with 403/],
    ['can not reach the platform', sendAndClose(response(502)), /proxy refused with 502/],
    [
      'redirects',
      sendAndClose(response(302, '', ['Location: http://127.0.0.1:1/'])),
      /proxy refused with 302/,
    ],
    ['answers 201', sendAndClose(response(201)), /proxy refused with 201/],
    ['hangs', silence, /no answer within 1 s/],
    ['hangs within its headers', send('HTTP/1.1 200 OK\r\n'), /no answer within 1 s/],
    ['hangs when the tunnel stands', send(ESTABLISHED), /no answer within 1 s/],
    ['dies on accept', ({ socket }) => socket.resetAndDestroy(), /proxy failed/],
    ['dies without an answer', sendAndClose(''), /proxy failed/],
    ['dies when the tunnel stands', sendAndClose(ESTABLISHED), /connection cut off/],
    ['resets when the tunnel stands', sendAndReset(ESTABLISHED), /connection cut off/],
    ['speaks no HTTP', sendAndClose('SSH-2.0-OpenSSH_9.6\r\n'), /proxy failed/],
    ['speaks before its turn', send(`${ESTABLISHED}garbage`), /proxy failed/],
    [
      'has headers without end',
      sendForEver('HTTP/1.1 200 OK\r\n', `X-A: ${'a'.repeat(1000)}\r\n`),
      /proxy failed/,
    ],
    [
      'has interim answers without end',
      sendForEver('', 'HTTP/1.1 103 Early Hints\r\n\r\n', 5),
      /no answer within 1 s|refused with 103/,
    ],
  ]
  for (const scheme of ['https', 'http'] as const)
    test.concurrent.each(failing)(`${scheme}: %s`, async (_name, script, says) => {
      const { run, proxy, platform } = await through(script, { scheme, inputs: { 'timeout-seconds': '1' } })
      expectFailed(run, 'unavailable')
      expect(run.stdout).toMatch(says)
      expect(proxy.connections()).toBe(1)
      expect(platform.connections()).toBe(0)
    })

  test.concurrent('407 is not tried again, and tolerated where outages are', async () => {
    const { run, proxy } = await through(sendAndClose(response(407)), { inputs: { tolerate: 'unavailable' } })
    expectQuiet(run)
    expect({ code: run.code, ...run.outputs }).toMatchObject({
      code: 0,
      valid: 'false',
      reason: 'unavailable',
    })
    expect(proxy.connections()).toBe(1)
  })

  test.concurrent('what fails once is tried again', async () => {
    const { run, proxy } = await through([sendAndClose(response(502)), relay], {
      inputs: { 'timeout-seconds': '20' },
    })
    expectPassed(run)
    expect(proxy.connections()).toBe(2)
  })

  test.concurrent('nobody listens where the proxy should be', async () => {
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

describe('a proxy can not pass for the platform', () => {
  test.concurrent('that opens the TLS connection with a certificate of its own is untrusted', async () => {
    const stranger = makeAuthority()
    const { run, platform } = await through(relay, { certificate: stranger.issue({ hosts: [HOST] }) })
    stranger.remove()
    expectFailed(run, 'untrusted')
    expect(platform.received()).toBe('')
  })

  test.concurrent('that leads to another host is untrusted', async () => {
    const { run, platform } = await through(relay, {
      certificate: authority.issue({ hosts: ['other.test', '127.0.0.1'] }),
    })
    expectFailed(run, 'untrusted')
    expect(platform.received()).toBe('')
  })

  test.concurrent('that answers in the platform’s place is not the platform', async () => {
    const { run, platform } = await through(async ({ socket, request }) => {
      await request
      socket.write(ESTABLISHED)
      socket.once('data', () => socket.write(response(200, GRANTED)))
    })
    expectFailed(run, 'unexpected-response')
    expect(platform.connections()).toBe(0)
  })
})

describe('NO_PROXY and proxies that can’t be used', () => {
  test.concurrent.each([HOST, '.test', '*', `other.example, ${HOST.toUpperCase()}`])(
    'a target that NO_PROXY=%s names is reached without the proxy, which sees nothing',
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
    `http://ci:100%${PASSWORD}@127.0.0.1:3128`,
    `socks5://ci:${PASSWORD}@127.0.0.1:1080`,
    'http://',
    '::',
  ])('a proxy URL that http-client would pass by is refused, and not shown: %s', async address => {
    const { run, proxy, platform } = await through(relay, { env: { https_proxy: address } })
    expectFailed(run, 'misconfigured')
    expect(run.stdout).toContain('https_proxy')
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
    'is asked with its password; the platform’s name is one that it can not resolve: an outage',
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
        expectFailed(stranger, 'unavailable')
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
