import { expect, test } from '@jest/globals'
import { TOKEN } from '../../harness/runner.ts'
import { isSamePlatform, type RawSettings, readSettings, type SettingName } from '../../src/gate/settings.ts'

const read = (raw: RawSettings) => {
  const settings = readSettings(raw)
  if (Array.isArray(settings)) throw new Error(JSON.stringify(settings))
  return settings
}
const problemWith = (name: SettingName, value: string): string => {
  const problems = readSettings({ [name]: value })
  expect(problems).toEqual([{ subject: name, says: expect.any(String) }])
  return (problems as { says: string }[])[0]?.says ?? ''
}

test.each([
  ['nothing is set', {}],
  [
    'everything is empty or blank',
    {
      'api-url': '',
      'required-scopes': ' ',
      'expected-org-id': '\n',
      tolerate: '',
      'timeout-seconds': '',
      'allow-insecure-http': '',
    },
  ],
])('if %s, the defaults apply', (_, raw) => {
  expect(read(raw)).toEqual({
    api: new URL('https://api.nolapse.dev'),
    requiredScopes: ['execute'],
    expectedOrgId: undefined,
    tolerate: [],
    timeout: 90_000,
  })
})

test.each([
  ['https://nolapse.example.com', 'https://nolapse.example.com/'],
  ['  https://nolapse.example.com/  ', 'https://nolapse.example.com/'],
  ['HTTPS://nolapse.example.com:8443/tools/nolapse//', 'https://nolapse.example.com:8443/tools/nolapse'],
  ['https://nolapse.example.com/v1beta', 'https://nolapse.example.com/v1beta'],
  ['http://localhost:8080', 'http://localhost:8080/'],
  ['http://127.0.0.1', 'http://127.0.0.1/'],
  ['http://127.255.3.4:1', 'http://127.255.3.4:1/'],
  ['http://[::1]:8080', 'http://[::1]:8080/'],
  ['http://127.0.10.100', 'http://127.0.10.100/'],
  ['https://nolapse.example.com//a@b', 'https://nolapse.example.com//a@b'],
])('api-url %s is accepted', (value, href) => {
  expect(read({ 'api-url': value }).api.href).toBe(href)
})

test.each([
  ['nolapse.example.com', /absolute/],
  ['ftp://nolapse.example.com', /absolute/],
  ['xhttps://nolapse.example.com', /absolute/],
  ['https:nolapse.example.com', /absolute/],
  ['https://', /absolute/],
  ['https://nolapse.example.com\\x', /absolute/],
  ['https://nolapse .example.com', /absolute/],
  ['https://user:word@nolapse.example.com', /user name or password/],
  ['https://user@nolapse.example.com', /user name or password/],
  ['https://@nolapse.example.com', /user name or password/],
  ['https://:@nolapse.example.com', /user name or password/],
  // An authority for URL, which skips the slash too many.
  ['https:///user@nolapse.example.com', /user name or password/],
  ['https:///:word@nolapse.example.com', /user name or password/],
  ['https://nolapse.example.com?a=1', /query or a fragment/],
  ['https://nolapse.example.com?', /query or a fragment/],
  ['https://nolapse.example.com#a', /query or a fragment/],
  ['https://nolapse.example.com/v1', /Remove \/v1/],
  ['https://nolapse.example.com/prefix/v1/', /Remove \/v1/],
  ['https://nolapse.example.com/v1/auth', /Remove \/v1/],
  ['https://nolapse.example.com/v1/auth/validate', /Remove \/v1/],
  ['http://nolapse.example.com', /plain http.*Use https.*allow-insecure-http/],
  ['http://127.0.0.1.example.com', /plain http/],
  ['http://127.example.com', /plain http/],
  ['http://localhost.example.com', /plain http/],
  ['http://[::2]', /plain http/],
  ['http://0.0.0.0', /plain http/],
])('api-url %s is rejected with its fix', (value, fix) => {
  expect(problemWith('api-url', value)).toMatch(fix)
})

test('plain http to another host is accepted if it is allowed', () => {
  for (const yes of ['true', 'True', 'TRUE'])
    expect(read({ 'api-url': 'http://nolapse.test', 'allow-insecure-http': yes }).api.href).toBe(
      'http://nolapse.test/',
    )
})

test.each(['yes', '1', 'on', 'tRUE', 'untrue', 'trueish'])('allow-insecure-http %s is rejected', value => {
  expect(problemWith('allow-insecure-http', value)).toBe('is neither true nor false.')
})

test('allow-insecure-http allows nothing unless it is true', () => {
  const problems = readSettings({ 'api-url': 'http://nolapse.test', 'allow-insecure-http': 'yes' })
  expect(problems).toMatchObject([{ subject: 'allow-insecure-http' }, { subject: 'api-url' }])
})

test.each([
  ['execute', ['execute']],
  ['execute,read:all  write\nexecute', ['execute', 'read:all', 'write']],
  [',execute,', ['execute']],
  ['none', []],
])('required-scopes %j asks for %j', (value, scopes) => {
  expect(read({ 'required-scopes': value }).requiredScopes).toEqual(scopes)
})

test.each([',', 'none execute', '-execute', 'execute -execute', 'exécute', 'a'.repeat(65)])(
  'required-scopes %j is rejected',
  value => {
    expect(problemWith('required-scopes', value)).toMatch(/^is not a list of scopes.*write none\.$/)
  },
)

test('expected-org-id is one organisation ID', () => {
  expect(read({ 'expected-org-id': ' org_abc123 ' }).expectedOrgId).toBe('org_abc123')
  for (const bad of ['org abc', '_org', 'a'.repeat(129)])
    expect(problemWith('expected-org-id', bad)).toMatch(/^is not an organisation ID/)
})

test('tolerate accepts only missing, unavailable or both', () => {
  expect(read({ tolerate: 'missing' }).tolerate).toEqual(['missing'])
  expect(read({ tolerate: 'unavailable,\nmissing' }).tolerate).toEqual(['unavailable', 'missing'])
  for (const bad of ['invalid', 'missing invalid', 'Missing', ','])
    expect(problemWith('tolerate', bad)).toMatch(/^can only be missing, unavailable.*continue-on-error/)
})

test('timeout-seconds is a whole number from 1 to 600', () => {
  expect(read({ 'timeout-seconds': '1' }).timeout).toBe(1000)
  expect(read({ 'timeout-seconds': '600' }).timeout).toBe(600_000)
  for (const bad of ['0', '601', '1.5', '-1', '1e2', '0x10', '30s', 'Infinity'])
    expect(problemWith('timeout-seconds', bad)).toMatch(/whole number of seconds from 1 to 600/)
})

test('a token in any setting is rejected and not echoed', () => {
  for (const name of ['api-url', 'required-scopes', 'expected-org-id'] as const) {
    const says = problemWith(name, name === 'api-url' ? `https://${TOKEN}.test` : TOKEN)
    expect(says).toMatch(/token belongs in NOLAPSE_TOKEN/)
    expect(says).not.toContain(TOKEN)
  }
})

test('a damaged token is rejected too: in upper case, cut short, or without its prefix in a setting that is echoed', () => {
  const refused = /token belongs in NOLAPSE_TOKEN/
  expect(problemWith('api-url', `https://${TOKEN.toUpperCase()}.test`)).toMatch(refused)
  expect(problemWith('expected-org-id', TOKEN.slice(0, 20))).toMatch(refused)
  expect(problemWith('required-scopes', `execute ${TOKEN.slice(4)}`)).toMatch(refused)
  expect(problemWith('required-scopes', TOKEN.slice(4).toUpperCase())).toMatch(refused)
  expect(read({ 'required-scopes': `nlp_production ${'0'.repeat(41)}` }).requiredScopes).toHaveLength(2)
})

test('one run reports every invalid setting, without any values', () => {
  const problems = readSettings({
    'api-url': 'not-echoed',
    tolerate: 'not-echoed',
    'timeout-seconds': 'not-echoed',
  })
  expect(problems).toHaveLength(3)
  expect(JSON.stringify(problems)).not.toContain('not-echoed')
})

test('an api-url of 125,000 slashes and a letter is judged at once', () => {
  const long = `https://nolapse.test${'/'.repeat(125_000)}`
  // The time limit of the test is the check: a slow regular expression takes 10 s here.
  expect(readSettings({ 'api-url': `${long}a` })).toMatchObject({ timeout: 90_000 })
  const settings = readSettings({ 'api-url': long })
  expect(Array.isArray(settings) ? [] : settings.api.href).toBe('https://nolapse.test/')
}, 5_000)

test.each([
  ['https://own.example.com', ' https://OWN.example.com/ ', true],
  ['http://own.example.com', 'http://own.example.com:80', true],
  ['https://own.example.com', 'https://other.example.com', false],
  ['https://own.example.com', 'not a URL', false],
  ['not a URL', 'https://own.example.com', undefined],
])('whether %j and %j are the same platform: %j', (one, other, same) => {
  expect(isSamePlatform(one, other)).toBe(same)
})
