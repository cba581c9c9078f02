/** The tables of docs/networking.md say what the code does: each row is tried. */
import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { proxyFor } from '../../src/api/proxy.ts'

const page = readFileSync('docs/networking.md', 'utf8')

/** The rows of the table that starts with this head, as cells. */
function rowsOf(head: string): string[][] {
  const [, after = ''] = page.split(`\n| ${head} |\n`)
  const [table = ''] = after.split('\n\n')
  return table
    .split('\n')
    .slice(1)
    .map(row =>
      row
        .split('|')
        .slice(1, -1)
        .map(cell => cell.trim()),
    )
}

const codeIn = (cell = ''): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code as string)

const NAMES = ['http_proxy', 'https_proxy', 'no_proxy'].flatMap(name => [name, name.toUpperCase()])
const before = Object.fromEntries(NAMES.map(name => [name, process.env[name]]))
const clear = () => {
  for (const name of NAMES) delete process.env[name]
}
beforeEach(clear)
afterEach(() => {
  clear()
  for (const [name, value] of Object.entries(before)) if (value !== undefined) process.env[name] = value
})

const proxies = rowsOf('proxy URL |').flatMap(([urls, says = '']) =>
  codeIn(urls).map(url => [url, says] as const),
)
const exceptions = rowsOf('entry | matches | does not match').map(
  ([entry, excepts, not]) => [codeIn(entry)[0] as string, codeIn(excepts), codeIn(not)] as const,
)
const foreign = rowsOf('entry | instead').flatMap(([entries]) => codeIn(entries))

test('the tables are there', () => {
  expect([proxies.length, exceptions.length, foreign.length]).toEqual([13, 7, 7])
})

test.each(proxies)('the proxy URL %s: %s', (url, says) => {
  process.env.https_proxy = url
  const proxy = proxyFor(new URL('https://nolapse.example.com'))
  expect(proxy && 'flaw' in proxy ? 'misconfigured' : 'works').toBe(says.match(/\w+/)?.[0])
})

const isDirect = (host: string) => proxyFor(new URL(`https://${host}`)) === undefined

test.each(exceptions)('no_proxy=%s excepts %j, but not %j', (entry, excepted, others) => {
  process.env.https_proxy = 'http://proxy.example.com:3128'
  process.env.no_proxy = entry
  expect(excepted.filter(host => !isDirect(host))).toEqual([])
  expect(others.filter(isDirect)).toEqual([])
  if (entry === '*') expect(isDirect('anything.test')).toBe(true)
})

test.each(foreign)('no_proxy=%s excepts nothing', entry => {
  process.env.https_proxy = 'http://proxy.example.com:3128'
  process.env.no_proxy = entry
  const hosts = ['nolapse.example.com', 'a.example.com', 'b.example.com', '10.1.2.3', '[2001:db8::1]']
  expect(hosts.filter(isDirect)).toEqual([])
})
