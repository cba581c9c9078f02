/** Statuses, bodies and headers that a hostile, broken or merely different server can answer with. */
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { TOKEN } from '../../harness/runner.ts'
import {
  bench,
  check,
  expectFailed,
  expectPassed,
  GRANTED,
  grant,
  partsOf,
  response,
  runnerCommands,
  sendAndClose,
  sendForEver,
} from '../support/faults.ts'

const HTML = '<!DOCTYPE html><html><title>Sign in to Free WiFi</title><form>…</form></html>'
const AS_HTML = ['Content-Type: text/html; charset=utf-8']
const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1')

/** The result of one attempt with this answer. A deadline of one second leaves no room for another attempt. */
async function answeredBy(bytes: string, inputs: Record<string, string> = {}) {
  const peer = await bench(sendAndClose(bytes))
  const run = await check(peer.http, { 'timeout-seconds': '5', ...inputs })
  await peer.close()
  return { run, attempts: peer.connections() }
}

describe('a status decides, with any body', () => {
  const final: [status: number, reason: string][] = [
    ...[0, 99, 201, 202, 203, 204, 205, 206, 226, 299].map(
      status => [status, 'unexpected-response'] as const,
    ),
    ...[300, 301, 302, 303, 304, 305, 307, 308, 399].map(status => [status, 'unexpected-response'] as const),
    ...[400, 402, 403, 404, 405, 406, 409, 410, 413, 418, 422, 425, 451, 499].map(
      status => [status, 'unexpected-response'] as const,
    ),
    ...[501, 600, 999].map(status => [status, 'unexpected-response'] as const),
    [407, 'unexpected-response'],
  ].map(([status, reason]) => [status as number, reason as string])

  test.concurrent.each(final)('%d is %s, at once', async (status, reason) => {
    const { run, attempts } = await answeredBy(response(status, GRANTED))
    expectFailed(run, reason)
    expect(attempts).toBe(1)
  })

  test.concurrent.each([408, 429, 500, 502, 503, 504, 511, 520, 599])(
    '%d is an outage and retried: the second attempt decides',
    async status => {
      const alone = await answeredBy(response(status, GRANTED), { 'timeout-seconds': '1' })
      expectFailed(alone.run, 'unavailable')
      expect(alone.attempts).toBe(1)

      const peer = await bench([sendAndClose(response(status, GRANTED)), grant])
      const run = await check(peer.http)
      await peer.close()
      expectPassed(run)
      expect(peer.connections()).toBe(2)
    },
  )

  test.concurrent.each([301, 408, 429, 500, 503])('the body of %d is not read', async status => {
    const head = response(status, '', ['Content-Length: 99999999999'])
    const peer = await bench(sendForEver(head, ' ', 50))
    const run = await check(peer.http, { 'timeout-seconds': '1' })
    await peer.close()
    expectFailed(run, status === 301 ? 'unexpected-response' : 'unavailable')
    expect(run.stdout).toContain(String(status))
    expect(peer.connections()).toBe(1)
  })

  test.concurrent('a rejection by a firewall stays a rejection even if its page never ends', async () => {
    const peer = await bench(sendForEver(response(403, '', ['Content-Length: 1000']), ' ', 200))
    const run = await check(peer.http, { 'timeout-seconds': '1', tolerate: 'unavailable' })
    await peer.close()
    expectFailed(run, 'unexpected-response')
    expect(peer.connections()).toBe(1)
  })
})

describe('a redirect is never followed, and the other host sees nothing', () => {
  test.concurrent.each([300, 301, 302, 303, 304, 305, 307, 308])('%d', async status => {
    const other = await bench(grant)
    const target = `${other.http}/v1/auth/validate`
    const ways = [`Location: ${target}`, `Content-Location: ${target}`, `Refresh: 0; url=${target}`]
    const peer = await bench(sendAndClose(response(status, HTML, [...ways, ...AS_HTML])))
    const run = await check(peer.http)
    await Promise.all([peer.close(), other.close()])
    expectFailed(run, 'unexpected-response')
    expect(peer.connections()).toBe(1)
    expect(other.connections()).toBe(0)
  })

  test.concurrent('not even to another path of the same host or to an invalid URL', async () => {
    for (const target of ['/v2/auth/validate', '//', 'file:///etc/passwd', '\x7f']) {
      const { run, attempts } = await answeredBy(response(307, '', [`Location: ${target}`]))
      expectFailed(run, 'unexpected-response')
      expect(attempts).toBe(1)
    }
  })

  test.concurrent('alternative services that a server announces are not used either', async () => {
    const other = await bench(grant)
    const peer = await bench([
      sendAndClose(
        response(503, '', [`Alt-Svc: http/1.1="127.0.0.1:${other.port}"`, `Location: ${other.http}`]),
      ),
      grant,
    ])
    const run = await check(peer.http)
    await Promise.all([peer.close(), other.close()])
    expectPassed(run)
    expect(peer.connections()).toBe(2)
    expect(other.connections()).toBe(0)
  })
})

describe('only an answer that follows the contract counts', () => {
  const bodies: [name: string, reason: string, bytes: string][] = [
    ['a captive portal with 200', 'unexpected-response', response(200, HTML, AS_HTML)],
    ['a captive portal with 401', 'unexpected-response', response(401, HTML, AS_HTML)],
    ['a captive portal with 403', 'unexpected-response', response(403, HTML, AS_HTML)],
    ['a captive portal with 511', 'unavailable', response(511, HTML, AS_HTML)],
    [
      'gzip that was not requested',
      'unexpected-response',
      response(200, latin1(gzipSync(GRANTED)), ['Content-Encoding: gzip']),
    ],
    [
      'bad UTF-8 in the organisation',
      'unexpected-response',
      response(200, GRANTED.replace('org_', 'org\xc3_')),
    ],
    [
      'an overlong encoding of the organisation',
      'unexpected-response',
      response(200, GRANTED.replace('org_', '\xc1\xafrg_')),
    ],
    ['UTF-16', 'unexpected-response', response(200, latin1(Buffer.from(GRANTED, 'utf16le')))],
    ['a byte order mark', 'unexpected-response', response(200, `\xef\xbb\xbf${GRANTED}`)],
    ['an empty body', 'unexpected-response', response(200)],
    [
      'nesting as deep as fits',
      'unexpected-response',
      response(200, '['.repeat(32_000) + ']'.repeat(32_000)),
    ],
    ['nesting that never closes', 'unexpected-response', response(200, '{"a":'.repeat(12_000))],
    [
      '64 KiB and one byte',
      'unexpected-response',
      response(200, GRANTED + ' '.repeat(65_537 - GRANTED.length)),
    ],
    ['two values', 'unexpected-response', response(200, `${GRANTED}\n${GRANTED}`)],
    ['a prefix against script inclusion', 'unexpected-response', response(200, `)]}',\n${GRANTED}`)],
    [
      'duplicate keys, the last of which refuses',
      'invalid',
      response(200, GRANTED.replace('}', ',"valid":false}')),
    ],
    ['everything below __proto__', 'unexpected-response', response(200, `{"__proto__":${GRANTED}}`)],
    [
      'valid below __proto__',
      'unexpected-response',
      response(200, '{"__proto__":{"valid":true},"org_id":"org_abc123","scopes":["execute"]}'),
    ],
    [
      'valid below constructor.prototype',
      'unexpected-response',
      response(200, `{"constructor":{"prototype":${GRANTED}}}`),
    ],
    ['an answer in an array', 'unexpected-response', response(200, `[${GRANTED}]`)],
    ['valid as text', 'unexpected-response', response(200, GRANTED.replace('true', '"true"'))],
    ['valid as a number', 'unexpected-response', response(200, GRANTED.replace('true', '1'))],
    ['Valid, with a capital', 'unexpected-response', response(200, GRANTED.replace('valid', 'Valid'))],
    ['scopes as text', 'unexpected-response', response(200, GRANTED.replace('["execute"]', '"execute"'))],
    [
      'scopes as an object that looks like an array',
      'unexpected-response',
      response(200, GRANTED.replace('["execute"]', '{"0":"execute","length":1}')),
    ],
    [
      'a scope within a scope',
      'unexpected-response',
      response(200, GRANTED.replace('["execute"]', '[["execute"]]')),
    ],
    ['another scope', 'missing-scope', response(200, GRANTED.replace('execute', 'Execute'))],
    ['a refusal', 'invalid', response(200, '{"valid":false}')],
    ['a refusal that grants scopes', 'invalid', response(200, GRANTED.replace('true', 'false'))],
    ['401 in the contract’s words', 'invalid', response(401, '{"error":"invalid token"}')],
    ['401 that says valid', 'unexpected-response', response(401, GRANTED)],
    ['401 with an error that is no text', 'unexpected-response', response(401, '{"error":{"message":"no"}}')],
    [
      '401 with its error below __proto__',
      'unexpected-response',
      response(401, '{"__proto__":{"error":"no"}}'),
    ],
  ]
  test.concurrent.each(bodies)('%s is %s', async (_name, reason, bytes) => {
    const { run, attempts } = await answeredBy(
      bytes,
      reason === 'unavailable' ? { 'timeout-seconds': '1' } : {},
    )
    expectFailed(run, reason)
    expect(attempts).toBe(1)
  })

  const fine: [name: string, bytes: string][] = [
    ['64 KiB to the byte', response(200, GRANTED + ' '.repeat(65_536 - GRANTED.length))],
    [
      'more fields than the contract has',
      response(200, GRANTED.replace('{', '{"plan":{"name":"team"},"__proto__":{"valid":false},')),
    ],
    ['a content type of something else', response(200, GRANTED, AS_HTML)],
    ['duplicate keys, the last of which grants', response(200, GRANTED.replace('{', '{"valid":false,'))],
  ]
  test.concurrent.each(fine)('%s is an answer', async (_name, bytes) => {
    const { run, attempts } = await answeredBy(bytes)
    expectPassed(run)
    expect(attempts).toBe(1)
  })
})

describe('no text of a server becomes a command, a token or an output', () => {
  const body = TOKEN.slice(4)
  const said = [
    '::stop-commands::x',
    '\n::stop-commands::x',
    '\r::set-output name=valid::true',
    '\u2028::error::x',
    '##[add-mask]true',
    '\n  ##[set-env name=PATH]/tmp',
    ':\u200b:error::x',
    '#\u0000#[error]x',
    '%0A::warning::x',
    '</td></tr></table><script>alert(1)</script>',
    `the token ${TOKEN} is unknown`,
    `the token ${body.toUpperCase()} is unknown`,
    `unknown: ${body.slice(13, 21)}`,
    'valid<<EOF\ntrue\nEOF',
  ]
  test.concurrent.each(said)('%j', async words => {
    for (const status of [401, 403]) {
      const text = Buffer.from(JSON.stringify({ error: words })).toString('latin1')
      const { run } = await answeredBy(response(status, text))
      expectFailed(run, status === 401 ? 'invalid' : 'unexpected-response')
      expect(runnerCommands(run.stdout).filter(name => name !== 'add-mask')).toEqual(['error'])
      expect(run.summary).not.toContain('<script')
    }
  })

  test.concurrent.each([TOKEN, body, body.toUpperCase(), `org_${body.slice(0, 8)}`])(
    'an organisation, a scope or a request ID that contains a part of the token is not passed on (%#)',
    async part => {
      const asOrg = await answeredBy(response(200, GRANTED.replace('org_abc123', part)))
      expectFailed(asOrg.run, 'unexpected-response')
      const asScope = await answeredBy(response(200, GRANTED.replace('"execute"', `"execute","${part}"`)))
      expectFailed(asScope.run, 'unexpected-response')
      const asId = await answeredBy(response(200, GRANTED, [`X-Request-ID: ${part}`]))
      expectPassed(asId.run)
      expect(asId.run.outputs.request_id).toBe('')
      expect(partsOf(TOKEN, asId.run.traces)).toEqual([])
    },
  )

  test.concurrent('an invalid request ID is not passed on, a valid one is', async () => {
    for (const id of ['a b', '<b>', 'x'.repeat(129), '::error::x y', 'é'])
      expect((await answeredBy(response(200, GRANTED, [`X-Request-ID: ${id}`]))).run.outputs.request_id).toBe(
        '',
      )
    const { run } = await answeredBy(response(503, '', ['X-Request-ID: req_1:a.b-c']), {
      'timeout-seconds': '1',
    })
    expectFailed(run, 'unavailable')
    expect(run.outputs.request_id).toBe('req_1:a.b-c')
  })
})

describe('Retry-After', () => {
  const inAnHour = new Date(Date.now() + 3_600_000)
  const imf = inAnHour.toUTCString()
  const [day = '', date = '', month = '', year = '', time = ''] = imf.replace(',', '').split(' ')
  const weekday = inAnHour.toLocaleDateString('en', { weekday: 'long', timeZone: 'UTC' })
  const legal: [name: string, value: string][] = [
    ['seconds', '3600'],
    ['seconds with zeros before and blanks around', ' 0003600 '],
    ['more seconds than a number holds', '9'.repeat(400)],
    ['a date of RFC 9110', imf],
    ['a date of RFC 850', `${weekday}, ${date}-${month}-${year.slice(2)} ${time} GMT`],
    ['a date of asctime', `${day} ${month} ${date.replace(/^0/, ' ')} ${time} ${year}`],
  ]
  test.concurrent.each(legal)('that does not fit ends the run at once: %s', async (_name, value) => {
    const { run, attempts } = await answeredBy(response(429, '', [`Retry-After: ${value}`]), {
      'timeout-seconds': '20',
    })
    expectFailed(run, 'unavailable')
    expect(attempts).toBe(1)
  })

  const illegal = [
    '',
    '-3600',
    '+3600',
    '3600.0',
    '3.6e3',
    '0xe10',
    '3600s',
    '3600, 3600',
    'soon',
    'Infinity',
    '٣٦٠٠',
  ]
  const notDates = [
    inAnHour.toISOString(),
    imf.replace('GMT', 'UTC'),
    imf.replace('GMT', '+0000'),
    imf.toLowerCase(),
    '99 Jan',
  ]
  test.concurrent.each([...illegal, ...notDates])('that is invalid is ignored: %j', async value => {
    const header = `Retry-After: ${Buffer.from(value).toString('latin1')}`
    const peer = await bench([sendAndClose(response(503, '', [header])), grant])
    const run = await check(peer.http, { 'timeout-seconds': '20' })
    await peer.close()
    expectPassed(run)
    expect(peer.connections()).toBe(2)
  })

  test.concurrent.each(['0', new Date(0).toUTCString()])('in the past is ignored: %s', async value => {
    const peer = await bench([sendAndClose(response(503, '', [`Retry-After: ${value}`])), grant])
    const run = await check(peer.http)
    await peer.close()
    expectPassed(run)
    expect(peer.connections()).toBe(2)
  })

  test.concurrent.each([
    ['ahead', 3_600_000],
    ['behind', -3_600_000],
  ])(
    "as a date counts from the answer's own Date, if the platform's clock is an hour %s",
    async (_name, off) => {
      const date = (later: number) => new Date(Date.now() + off + later).toUTCString()
      const headers = [`Date: ${date(0)}`, `Retry-After: ${date(2000)}`]
      const peer = await bench([sendAndClose(response(503, '', headers)), grant])
      const run = await check(peer.http, { 'timeout-seconds': '20' })
      await peer.close()
      expectPassed(run)
      expect(peer.connections()).toBe(2)
      // Dates have no fractions: two seconds apart, they can read as one or three.
      const wait = Number(/Next attempt in ([\d.]+) s/.exec(run.stdout)?.[1])
      expect(wait).toBeGreaterThanOrEqual(1)
      expect(wait).toBeLessThanOrEqual(6)
    },
  )

  test.concurrent('that fits is honoured, with jitter added', async () => {
    const peer = await bench([sendAndClose(response(429, '', ['Retry-After: 1'])), grant])
    const run = await check(peer.http)
    await peer.close()
    expectPassed(run)
    expect(peer.connections()).toBe(2)
    const wait = Number(/Next attempt in ([\d.]+) s/.exec(run.stdout)?.[1])
    expect(wait).toBeGreaterThanOrEqual(1)
    expect(wait).toBeLessThanOrEqual(2)
  })
})
