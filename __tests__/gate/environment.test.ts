import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { checkEnvironment } from '../../src/gate/environment.ts'
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

test('a clean environment leaves the settings as they are', () => {
  const settings = readSettings({})
  expect(checkEnvironment(settings)).toBe(settings)
})

test('NODE_TLS_REJECT_UNAUTHORIZED is a problem where it is 0', () => {
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
  expect(subjects(check())).toEqual(['NODE_TLS_REJECT_UNAUTHORIZED'])
  expect(subjects(check({ tolerate: 'invalid' }))).toEqual(['tolerate', 'NODE_TLS_REJECT_UNAUTHORIZED'])
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '1'
  expect(subjects(check())).toBe('usable')
})

test('a problem comes with its remedy', () => {
  Object.assign(process.env, { NODE_TLS_REJECT_UNAUTHORIZED: '0', https_proxy: 'http://' })
  expect(check()).toEqual([
    {
      subject: 'NODE_TLS_REJECT_UNAUTHORIZED',
      says: expect.stringMatching(/^is 0, .*Remove it .*NODE_EXTRA_CA_CERTS/),
    },
    { subject: 'https_proxy', says: expect.stringMatching(/^holds .*Write it like http.*percent-encoded/) },
  ])
})

test.each([
  'http://user:100%@proxy.test:3128',
  'proxy.test:3128',
  'socks5://proxy.test:1080',
  'a proxy.test',
])('a proxy that would be passed by is a problem, named by its variable: %s', proxy => {
  process.env.https_proxy = proxy
  const checked = check()
  expect(subjects(checked)).toEqual(['https_proxy'])
  expect(JSON.stringify(checked)).not.toContain(proxy)
})

test('the variable of the scheme counts, in either case, unless no_proxy names the host', () => {
  process.env.HTTPS_PROXY = 'http://user:100%@proxy.test'
  expect(subjects(check())).toEqual(['HTTPS_PROXY'])
  expect(subjects(check({ 'api-url': 'http://nolapse.test', 'allow-insecure-http': 'true' }))).toBe('usable')
  process.env.no_proxy = 'nolapse.test'
  expect(subjects(check())).toBe('usable')
})

test.each(['http://user:100%25@proxy.test:3128', 'https://proxy.test'])('%s is a usable proxy', proxy => {
  process.env.https_proxy = proxy
  expect(subjects(check())).toBe('usable')
})
