import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { checkEnvironment, secretsOf } from '../../src/gate/environment.ts'
import { type RawSettings, readSettings } from '../../src/gate/settings.ts'

const NAMES = [
  'NODE_TLS_REJECT_UNAUTHORIZED',
  ...['http_proxy', 'https_proxy', 'no_proxy'].flatMap(name => [name, name.toUpperCase()]),
]
const before = Object.fromEntries(NAMES.map(name => [name, process.env[name]]))
const clear = () => {
  for (const name of NAMES) delete process.env[name]
}
beforeEach(clear)
afterEach(() => {
  clear()
  for (const [name, value] of Object.entries(before)) if (value !== undefined) process.env[name] = value
})

const check = (raw: RawSettings = { 'api-url': 'https://nolapse.test' }) =>
  checkEnvironment(readSettings(raw))
const subjects = (checked: ReturnType<typeof check>) =>
  Array.isArray(checked) ? checked.map(({ subject }) => subject) : 'usable'

test('a clean environment does not change the settings', () => {
  const settings = readSettings({})
  expect(checkEnvironment(settings)).toBe(settings)
})

test('NODE_TLS_REJECT_UNAUTHORIZED is a problem if it is 0', () => {
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
  expect(subjects(check())).toEqual(['NODE_TLS_REJECT_UNAUTHORIZED'])
  expect(subjects(check({ tolerate: 'invalid' }))).toEqual(['tolerate', 'NODE_TLS_REJECT_UNAUTHORIZED'])
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '1'
  expect(subjects(check())).toBe('usable')
})

test('a problem comes with its fix', () => {
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
  expect(check()).toEqual([
    {
      subject: 'NODE_TLS_REJECT_UNAUTHORIZED',
      says: expect.stringMatching(/^is 0, .*Remove it .*NODE_EXTRA_CA_CERTS/),
    },
  ])
})

describe('an unusable proxy URL is a problem that names the variable and its fix', () => {
  const unusable: [value: string, says: RegExp][] = [
    ['none', /^is a word, .*no_proxy/],
    ['false', /^is a word/],
    ['direct', /^is a word/],
    ['socks5://proxy.test:1080', /^names a proxy that is not supported: only http/],
    ['ftp://proxy.test', /^names a proxy that is not supported/],
    ['"http://proxy.test:3128"', /^has quotes/],
    ["'http://proxy.test:3128'", /^has quotes/],
    ['http://proxy.test:3128"', /^has quotes/],
    ['“http://proxy.test:3128”', /^has quotes/],
    ['http://CORP\\user:pa55w0rd@proxy.test:3128', /^has a backslash.*%5C/],
    ['http://user:100%@proxy.test:3128', /^has a user name or password with a special character.*%25/],
    ['http://user:100%zz@proxy.test:3128', /special character/],
    ['http://user:%ff@proxy.test:3128', /special character/],
    ['http://user:pa#55@proxy.test:3128', /special character.*%23/],
    ['http://user:12/34@proxy.test:3128', /special character.*%2F/],
    ['user:12?34@proxy.test:3128', /special character.*%3F/],
    ['http://', /^is not a URL with a host/],
    ['http://:3128', /^is not a URL/],
    ['http://user:pa55w0rd@', /^is not a URL/],
    ['http://proxy.test:port', /^is not a URL/],
    ['http://$PROXY_HOST:3128', /^is not a URL/],
    ['http:socks5:1080', /^is not a URL/],
    ['a proxy.test', /^is not a URL/],
    ['PROXY proxy.test:3128', /^is not a URL/],
    ['::', /^is not a URL/],
  ]
  test.each(unusable)('%s', (value, says) => {
    process.env.https_proxy = value
    const checked = check()
    expect(checked).toEqual([{ subject: 'https_proxy', says: expect.stringMatching(says) }])
    expect(checked).toEqual([{ subject: 'https_proxy', says: expect.stringMatching(/looks like http:/) }])
    // The text holds only the example, never the value.
    expect(JSON.stringify(checked)).not.toMatch(/proxy\.test|pa55w0rd|100%|socks|ftp/)
  })
})

test('a long value of slashes is judged at once', () => {
  process.env.https_proxy = `http://${'/'.repeat(125_000)}x`
  expect(subjects(check())).toBe('usable')
  process.env.https_proxy = `http://${'#'.repeat(125_000)}`
  expect(subjects(check())).toEqual(['https_proxy'])
})

test('the variable of the scheme counts, in either case, unless no_proxy names the host', () => {
  process.env.HTTPS_PROXY = 'http://user:100%@proxy.test'
  expect(subjects(check())).toEqual(['HTTPS_PROXY'])
  expect(subjects(check({ 'api-url': 'http://nolapse.test', 'allow-insecure-http': 'true' }))).toBe('usable')
  process.env.no_proxy = 'nolapse.test'
  expect(subjects(check())).toBe('usable')
})

test.each([
  'http://user:100%25@proxy.test:3128',
  'http://CORP%5Cuser:pass@proxy.test:3128',
  "http://user:it's@proxy.test:3128",
  'https://proxy.test',
  'HTTP://PROXY.TEST:3128/',
  'proxy.test:3128',
  'user:pass@proxy.test:3128',
  'proxy.test',
  '10.0.0.1',
  'http://[2001:db8::1]:3128',
  ' http://proxy.test:3128 \n',
  ' ',
])('%j is a usable proxy or no proxy', proxy => {
  process.env.https_proxy = proxy
  expect(subjects(check())).toBe('usable')
})

describe('the secrets of the environment', () => {
  const token = `nlp_${'0123456789'.repeat(4)}`
  const session = 'session-of-a-person'

  test('are the token and the session', () => {
    const secrets = secretsOf({ NOLAPSE_TOKEN: token, NOLAPSE_SESSION_TOKEN: session })
    expect(secrets.areIn('part 01234567')).toBe(true)
    expect(secrets.areIn(session)).toBe(true)
  })

  test('are none if neither is set', () => {
    const secrets = secretsOf({})
    expect(secrets.areIn(`${token} ${session} Stryker was here!`)).toBe(false)
  })

  test('are not the name of a variable that was not expanded', () => {
    const secrets = secretsOf({ NOLAPSE_TOKEN: '$NOLAPSE_TOKEN', NOLAPSE_SESSION_TOKEN: '$SESSION_TOKEN' })
    expect(secrets.areIn('set $NOLAPSE_TOKEN or $SESSION_TOKEN')).toBe(false)
  })
})
