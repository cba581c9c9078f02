import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { proxyFor } from '../../src/api/proxy.ts'

const NAMES = ['http_proxy', 'https_proxy', 'no_proxy'].flatMap(name => [name, name.toUpperCase()])
const before = Object.fromEntries(NAMES.map(name => [name, process.env[name]]))
const clear = () => {
  for (const name of NAMES) delete process.env[name]
}
beforeEach(() => {
  clear()
  process.env.https_proxy = 'http://proxy.test:3128'
})
afterEach(() => {
  clear()
  for (const [name, value] of Object.entries(before)) if (value !== undefined) process.env[name] = value
})

const proxy = (url = 'https://nolapse.test') => proxyFor(new URL(url))
const through = (url?: string) => {
  const found = proxy(url)
  return found && 'via' in found ? found.via.host : 'direct'
}

test('a proxy URL is split into its parts, and the password is only in the header', () => {
  process.env.https_proxy = 'https://CORP%5Cuser:p%40ss@proxy.test'
  expect(proxy()).toEqual({
    via: { variable: 'https_proxy', host: 'proxy.test:443' },
    secure: true,
    hostname: 'proxy.test',
    port: 443,
    authorization: `Basic ${Buffer.from('CORP\\user:p@ss').toString('base64')}`,
  })
  process.env.https_proxy = 'http://[2001:db8::1]:3128'
  expect(proxy()).toEqual({
    via: { variable: 'https_proxy', host: '[2001:db8::1]:3128' },
    secure: false,
    hostname: '2001:db8::1',
    port: 3128,
    authorization: undefined,
  })
})

test.each([
  ['proxy.test:3128', 'proxy.test:3128'],
  ['proxy.test', 'proxy.test:80'],
  ['user:pass@proxy.test:3128', 'proxy.test:3128'],
])('without a scheme, %s means http://', (value, host) => {
  process.env.https_proxy = value
  expect(proxy()).toMatchObject({ secure: false, via: { host } })
})

test('the variable for the scheme of the URL counts, lower case first, and an empty one is ignored', () => {
  process.env.HTTPS_PROXY = 'http://upper.test:1'
  process.env.http_proxy = 'http://plain.test:2'
  expect(through()).toBe('proxy.test:3128')
  expect(through('http://nolapse.test')).toBe('plain.test:2')
  process.env.https_proxy = ''
  expect(through()).toBe('upper.test:1')
  delete process.env.http_proxy
  expect(through('http://nolapse.test')).toBe('direct')
})

test.each(['localhost', '127.0.0.1', '127.9.9.9', '[::1]'])('%s is always reached directly', host => {
  expect(through(`https://${host}:8443`)).toBe('direct')
})

test.each(['127.corp.test', '127.0.0.1.corp.test', 'localhost.test', '[::2]', '[::1:2]'])(
  '%s is not this machine, so it is reached through the proxy',
  host => {
    expect(through(`https://${host}`)).toBe('proxy.test:3128')
  },
)

describe('the forms of NO_PROXY, as docs/networking.md lists them', () => {
  test.each([
    ['*', 'https://nolapse.test'],
    ['nolapse.test', 'https://nolapse.test'],
    ['NOLAPSE.TEST', 'https://nolapse.test'],
    ['other.test, nolapse.test', 'https://nolapse.test'],
    ['corp.test', 'https://nolapse.corp.test'],
    ['.corp.test', 'https://nolapse.corp.test'],
    ['nolapse.test:8443', 'https://nolapse.test:8443'],
    ['nolapse.test:443', 'https://nolapse.test'],
    ['10.1.2.3', 'https://10.1.2.3'],
    ['[2001:db8::1]', 'https://[2001:db8::1]'],
    ['127.corp.test', 'https://127.corp.test'],
  ])('%s excepts %s', (value, url) => {
    process.env.NO_PROXY = value
    expect(through(url)).toBe('direct')
  })

  test.each([
    ['', 'https://nolapse.test'],
    [',', 'https://nolapse.test'],
    ['apse.test', 'https://nolapse.test'],
    ['.corp.test', 'https://corp.test'],
    ['*.corp.test', 'https://nolapse.corp.test'],
    ['other.test nolapse.test', 'https://nolapse.test'],
    ['other.test;nolapse.test', 'https://nolapse.test'],
    ['https://nolapse.test', 'https://nolapse.test'],
    ['nolapse.test:8443', 'https://nolapse.test'],
    ['10.0.0.0/8', 'https://10.1.2.3'],
    ['10.', 'https://10.1.2.3'],
    ['2001:db8::1', 'https://[2001:db8::1]'],
    ['nolapse.test/', 'https://nolapse.test'],
  ])('%s does not except %s', (value, url) => {
    process.env.NO_PROXY = value
    expect(through(url)).toBe('proxy.test:3128')
  })

  test('no_proxy in lower case comes first', () => {
    process.env.NO_PROXY = '*'
    process.env.no_proxy = 'other.test'
    expect(through()).toBe('proxy.test:3128')
  })
})
