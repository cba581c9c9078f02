/** One question at a time, to a GitHub on loopback, through the real gh. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { type Authority, makeAuthority } from '../../../harness/authority.ts'
import { type Answer, type GhOptions, type Question, startAsking } from '../../../src/lint/github/gh.ts'
import { gh, type Sight, startSight } from '../../support/gh.ts'
import { TOKEN } from '../../support/github-repository.ts'

const suite = gh ? describe : describe.skip
suite('a question to GitHub (skipped where gh is not installed)', () => {
  let authority: Authority
  let sight: Sight
  beforeAll(() => {
    authority = makeAuthority()
  })
  afterAll(() => authority.remove())
  beforeEach(async () => {
    sight = await startSight(authority)
  })
  afterEach(() => sight.close())

  const NAMES: Question = {
    endpoint: 'repos/acme/api/actions/secrets',
    filter: '[.secrets[].name]',
    perPage: 100,
  }
  const ask = (question = NAMES, { environment = sight.environment, ...options }: Partial<GhOptions> = {}) =>
    startAsking({ gh: String(gh), host: sight.github.host, environment, ...options })(question)
  /** Answers everything in one way. */
  const answer = (status: number, body: string, headers: Record<string, string> = {}) =>
    sight.github.faults.push((_path, response) => {
      response.writeHead(status, headers).end(body)
      return true
    })

  test('returns every page, filtered', async () => {
    sight.github.repository.secrets = ['ONE', 'TWO', 'THREE']
    sight.github.page = 2
    expect(await ask()).toEqual({ kind: 'pages', pages: [['ONE', 'TWO'], ['THREE']] })
  })

  test('follows a repository that was renamed', async () => {
    sight.github.repository.secrets = ['ONE']
    const to = `https://${sight.github.host}/api/v3/${NAMES.endpoint}`
    sight.github.faults.push((path, response) => {
      if (path.includes('/acme/')) return false
      response.writeHead(301, { location: to }).end('{}')
      return true
    })
    expect(await ask({ ...NAMES, endpoint: 'repos/old/api/actions/secrets' })).toEqual({
      kind: 'pages',
      pages: [['ONE']],
    })
  })

  test.each([403, 404])('that GitHub refuses with %d is not an outage', async status => {
    answer(status, '{"message":"Not for ::you::"}')
    expect(await ask()).toEqual({ kind: 'refused', status, says: 'Not for : :you: :' })
  })

  test('that GitHub refuses without a message is refused', async () => {
    answer(403, '')
    expect(await ask()).toEqual({ kind: 'refused', status: 403, says: '' })
  })

  test('finds that the token is no longer valid', async () => {
    answer(401, '{"message":"Bad credentials"}')
    expect(await ask()).toEqual({ kind: 'signed-out' })
  })

  describe('beyond a rate limit', () => {
    const reset = '1790000000'
    test.each([403, 429])('says until when (%d)', async status => {
      const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset }
      answer(status, '{"message":"API rate limit exceeded for user ID 1."}', headers)
      expect(await ask()).toEqual({ kind: 'limited', until: new Date(Number(reset) * 1000) })
    })

    test('of the secondary kind says so too', async () => {
      answer(403, '{"message":"You have exceeded a secondary rate limit."}')
      expect(await ask()).toEqual({ kind: 'limited', until: undefined })
    })

    test('uses Retry-After as the time to wait', async () => {
      answer(429, '{}', { 'retry-after': '60' })
      const limited = (await ask()) as Extract<Answer, { kind: 'limited' }>
      expect(Number(limited.until)).toBeGreaterThan(Date.now())
    })

    test('ignores an invalid time', async () => {
      answer(429, '{}', { 'retry-after': '9'.repeat(300) })
      expect(await ask()).toEqual({ kind: 'limited', until: undefined })
    })
  })

  test('that never ends is stopped', async () => {
    sight.github.faults.push(() => true)
    expect(await ask(NAMES, { limit: 1 })).toEqual({ kind: 'silent' })
  })

  test('whose pages never end is stopped', async () => {
    let page = 1
    sight.github.faults.push((path, response) => {
      const link = `<https://${sight.github.host}${path.split('?')[0]}?page=${++page}>; rel="next"`
      setTimeout(() => response.writeHead(200, { link }).end('{"secrets":[]}'), 50)
      return true
    })
    expect(await ask(NAMES, { limit: 1_000 })).toEqual({ kind: 'silent' })
  })

  test('with an answer that is too large is stopped', async () => {
    const name = 'x'.repeat(1024 * 1024)
    answer(200, JSON.stringify({ secrets: Array(10).fill({ name }) }))
    expect(await ask(NAMES, { limit: 30_000 })).toMatchObject({ kind: 'failed' })
  })

  test.each([
    [200, '<html>', 'a page of a proxy'],
    [200, '{"secrets":1}', 'another shape'],
    [200, '', 'nothing'],
  ])('answered with %d and %j is not an answer (%s)', async (status, body) => {
    answer(status, body)
    expect(await ask()).toMatchObject({ kind: 'failed' })
  })

  test.each([500, 502, 503])('answered with %d names the status', async status => {
    answer(status, '<html>\nHTTP/1.1 200 OK\n\n{"message":"fine"}')
    expect(await ask()).toEqual({ kind: 'failed', says: `status ${status}` })
  })

  test('to a server that gh does not trust names the certificate', async () => {
    const environment = { ...sight.environment, SSL_CERT_FILE: '/dev/null' }
    expect(await ask(NAMES, { environment })).toMatchObject({
      kind: 'failed',
      says: expect.stringContaining('certificate'),
    })
    expect([...sight.github.authorizations]).toEqual([])
  })

  test('to GraphQL passes its parts on unchanged', async () => {
    let body = ''
    sight.github.faults.push((_path, response, request) => {
      request.setEncoding('utf8').on('data', piece => {
        body += piece
      })
      request.on('end', () => response.end('{"data":{"repository":{"ok":true}}}'))
      return true
    })
    const fields = { query: 'query{x}', branch: '@/etc/passwd', other: 'null', more: '--hostname=evil' }
    expect(await ask({ endpoint: 'graphql', filter: '.data.repository', fields })).toEqual({
      kind: 'pages',
      pages: [{ ok: true }],
    })
    const { query, ...variables } = fields
    expect(JSON.parse(body)).toEqual({ query, variables })
  })

  test('goes only to the named host, even if the environment names another', async () => {
    const environment = { ...sight.environment, GH_HOST: 'evil.invalid', GH_FORCE_TTY: '1', GH_DEBUG: 'api' }
    expect(await ask(NAMES, { environment })).toEqual({ kind: 'pages', pages: [[]] })
    expect([...sight.github.authorizations]).toEqual([`token ${TOKEN}`])
  })

  test('is one of at most eight at a time', async () => {
    const waiting: (() => void)[] = []
    let most = 0
    sight.github.faults.push((_path, response) => {
      waiting.push(() => response.end('{"secrets":[]}'))
      most = Math.max(most, waiting.length)
      return true
    })
    const asking = startAsking({
      gh: String(gh),
      host: sight.github.host,
      environment: sight.environment,
      limit: 60_000,
    })
    const answers = Promise.all(Array.from({ length: 10 }, () => asking(NAMES)))
    const answered = answers.then(() => true)
    while (!(await Promise.race([answered, new Promise(resolve => setTimeout(resolve, 20, false))])))
      if (waiting.length === 8 || sight.github.requests.length > 8) for (const go of waiting.splice(0)) go()
    expect(most).toBe(8)
    expect((await answers).every(({ kind }) => kind === 'pages')).toBe(true)
  })
})

describe('a gh that behaves unexpectedly', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nolapse-gh-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))
  const script = (text: string) => {
    const file = join(folder, 'gh')
    writeFileSync(file, `#!/bin/sh\n${text}\n`)
    chmodSync(file, 0o755)
    return file
  }
  const ask = (file: string, limit = 20_000) =>
    startAsking({
      gh: file,
      host: 'github.com',
      environment: { PATH: process.env.PATH, NOLAPSE_TOKEN: 'a', NOLAPSE_SESSION_TOKEN: 'b', OTHER: 'c' },
      limit,
    })({ endpoint: 'repos/acme/api', filter: '.' })

  test('that asks you to sign in counts as signed out', async () => {
    expect(await ask(script('echo "please run: gh auth login" >&2; exit 4'))).toEqual({ kind: 'signed-out' })
  })

  test('that cannot be started counts as failed', async () => {
    expect(await ask(join(folder, 'none'))).toMatchObject({
      kind: 'failed',
      says: expect.stringContaining('ENOENT'),
    })
  })

  test('that dies without a message counts as failed', async () => {
    expect(await ask(script('kill -9 $$'))).toEqual({ kind: 'failed', says: 'gh ended without a message' })
  })

  test('that prints a token never puts it in a message', async () => {
    const token = `nlp_${'a1'.repeat(20)}`
    const failed = await ask(script(`echo "no ghp_abcDEF123 github_pat_11AA_bb ${token}" >&2; exit 1`))
    expect(failed).toEqual({ kind: 'failed', says: 'no *** *** ***' })
  })

  test('whose output is held open by a child process is stopped as well', async () => {
    expect(await ask(script('sleep 60 & exit 0'), 500)).toEqual({ kind: 'silent' })
  })

  test('never gets a token of nolapse', async () => {
    await ask(script(`env > ${join(folder, 'env')}`))
    const env = readFileSync(join(folder, 'env'), 'utf8')
    expect(env).toMatch(/^OTHER=c$/m)
    expect(env).toMatch(/^GH_HOST=github\.com$/m)
    expect(env).not.toContain('NOLAPSE')
  })
})
