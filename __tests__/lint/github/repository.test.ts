import { describe, expect, test } from '@jest/globals'
import { isHost, parseRepository } from '../../../src/lint/github/repository.ts'

const parse = (word: string, GH_HOST = '') => parseRepository(word, { GH_HOST })

describe('the word after --github', () => {
  test('names a repository on github.com', () => {
    expect(parse('acme/api')).toEqual({ host: 'github.com', owner: 'acme', name: 'api' })
  })

  test('names a repository on GH_HOST if it is set', () => {
    expect(parse('acme/api', 'ghe.example.com')).toMatchObject({ host: 'ghe.example.com' })
  })

  test.each(['ghe.example.com', 'ghe.example.com:8443', 'localhost:1234', '192.0.2.1'])(
    'can name the host %s',
    host => {
      expect(parse(`${host}/acme/api.js`)).toEqual({ host, owner: 'acme', name: 'api.js' })
    },
  )

  test('can name GH_HOST even if it has no dot', () => {
    expect(parse('ghe/acme/api', 'ghe')).toMatchObject({ host: 'ghe' })
  })

  test.each([
    '.',
    'api',
    './acme',
    '../acme',
    '.github/workflows',
    'acme/.',
    'acme/..',
    '/acme/api',
    'acme/api/',
    'packages/api/web',
    'a/b/c/d',
    'https://github.com/acme/api',
    '-x/api',
    '--hostname=evil.example/api',
    'acme/a b',
    'acme/api?x',
    'acme/{owner}',
    'ac%2Fme/api',
    'evil.example:99999999/acme/api',
    'user@evil.example/acme/api',
    'evil.example./acme/api',
    `acme/${'a'.repeat(101)}`,
    '',
  ])('is a path if it is %p', word => {
    expect(parse(word)).toBeUndefined()
  })
})

test.each(['https://ghe.example.com', 'ghe.example.com/', 'a b', '-x', ''])('%p is not a host', host => {
  expect(isHost(host)).toBe(false)
})
