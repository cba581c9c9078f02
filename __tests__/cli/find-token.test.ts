import { afterEach, describe, expect, test } from '@jest/globals'
import { type Reply, type ScriptedServer, startServer } from '../../harness/server.ts'
import { invoke } from '../support/in-process.ts'

interface Row {
  id: string
  name: string
  status: string
  scopes?: unknown
  [field: string]: unknown
}

const active = (id: string, name: string): Row => ({ id, name, status: 'active', scopes: ['execute'] })

let server: ScriptedServer
afterEach(() => server.close())

/** A platform that lists these tokens and shows each; `list` replaces its list, `about` the ID that it answers about. */
async function platformWith(rows: Row[], { list, about }: { list?: Reply; about?: string } = {}) {
  const json = (status: number, body: unknown): Reply => ({ status, body })
  server = await startServer((response, request) => {
    const id = decodeURIComponent((request.url ?? '').replace('/v1/tokens', '').slice(1))
    const row = rows.find(one => one.id === id)
    const found = row && { ...row, id: about ?? row.id, created_at: '2026-01-02T03:04:05Z' }
    const reply =
      request.method === 'DELETE'
        ? json(204, '')
        : id === ''
          ? (list ?? json(200, rows))
          : found
            ? json(200, found)
            : json(404, { error: 'token not found' })
    const { status, body } = reply as { status: number; body: unknown }
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(status === 204 ? undefined : JSON.stringify(body))
  })
}

const run = (...args: string[]) =>
  invoke(args, { NOLAPSE_API_URL: server.url, NOLAPSE_SESSION_TOKEN: 'sess_Not-A-Real-One', CI: '' })

const revoked = () => server.requests.filter(({ method }) => method === 'DELETE').map(({ path }) => path)

describe('TOKEN', () => {
  test('can be any ID that the platform uses', async () => {
    await platformWith([active('tok_abc123', 'ci'), active('7', 'other')])
    expect(await run('revoke', 'tok_abc123', '--yes')).toMatchObject({ code: 0 })
    expect(await run('revoke', 'other', '--yes')).toMatchObject({ code: 0 })
    expect(revoked()).toEqual(['/v1/tokens/tok_abc123', '/v1/tokens/7'])
  })

  test('can be the ID of a token that is not listed', async () => {
    await platformWith([active('tok_1', 'ci')], { list: { status: 200, body: [] } })
    expect((await run('show', 'tok_1')).stdout).toContain('id:          tok_1')
  })

  test('can be an ID if the platform has no list', async () => {
    await platformWith([active('tok_1', 'ci')], { list: { status: 501, body: {} } })
    expect((await run('revoke', 'tok_1', '--yes')).code).toBe(0)
    expect(await run('revoke', 'ci', '--yes')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('The tokens could not be listed'),
    })
  })

  test('is looked up by ID only if the list does not reject the session', async () => {
    await platformWith([active('tok_1', 'ci')], { list: { status: 401, body: { error: 'expired' } } })
    expect((await run('revoke', 'tok_1', '--yes')).code).toBe(5)
    expect(revoked()).toEqual([])
  })

  test('that is the ID of one token and the name of another is ambiguous', async () => {
    await platformWith([active('tok_1', 'ci'), active('tok_2', 'tok_1')])
    const { code, stderr } = await run('revoke', 'tok_1', '--yes')
    expect(code).toBe(5)
    for (const id of ['tok_1', 'tok_2']) expect(stderr).toContain(`\n  ${id} (active)`)
    expect(revoked()).toEqual([])
  })

  test('that is listed twice is one token', async () => {
    await platformWith([active('tok_1', 'ci'), active('tok_1', 'ci')])
    expect((await run('revoke', 'ci', '--yes')).code).toBe(0)
  })

  test('that is unknown is reported with the IDs that could be meant', async () => {
    const many = Array.from({ length: 12 }, (_, index) => active(`tok_${index}`, `n${index}`))
    await platformWith([...many, { ...active('tok_old', 'ci'), status: 'revoked' }])
    const unknown = await run('show', 'a name with spaces')
    expect(unknown).toMatchObject({
      code: 5,
      stderr: expect.stringContaining('tok_9 (active) n9\n  and 2 more'),
    })
    expect(unknown.stderr).not.toContain('tok_old')
    expect(await run('show', 'ci')).toMatchObject({
      code: 5,
      stderr: expect.stringContaining('tok_old (revoked)'),
    })
  })

  test('that is unknown to a platform without tokens is reported with the way to list them', async () => {
    await platformWith([])
    expect(await run('show', 'ci')).toMatchObject({
      code: 5,
      stderr: expect.stringContaining('nolapse-token list'),
    })
  })

  test('whose token the platform does not show is reported, and nothing follows', async () => {
    await platformWith([], { list: { status: 200, body: [active('tok_1', 'ci')] } })
    expect((await run('revoke', 'ci', '--yes')).code).toBe(5)
    expect(revoked()).toEqual([])
  })
})

test('the value of a token is never accepted as TOKEN', async () => {
  await platformWith([])
  const value = '0123456789abcdef0123456789abcdef01234567'
  for (const args of [
    ['show', value],
    ['show', '--', value],
    ['rotate', '--', value, 'store'],
  ]) {
    const { code, stderr } = await run(...args)
    expect(code).toBe(2)
    expect(stderr).not.toContain('01234567')
  }
  expect(server.requests).toEqual([])
})

test.each([
  ['an ID', 'tok_A'],
  ['a name', 'ci'],
])('an answer about another token is unexpected, and nothing is revoked: %s', async (_, given) => {
  await platformWith([active('tok_A', 'ci')], { about: 'tok_B' })
  const { code, stderr } = await run('revoke', given, '--yes')
  expect(code).toBe(3)
  expect(stderr).toContain('id is not the ID that was requested')
  expect(revoked()).toEqual([])
})

test('an answer about another token is unexpected even without a list', async () => {
  await platformWith([active('tok_A', 'ci')], { about: 'tok_B', list: { status: 200, body: [] } })
  expect((await run('revoke', 'tok_A', '--yes')).code).toBe(3)
  expect(revoked()).toEqual([])
})

test('a token with unusual fields can be shown and revoked, but not rotated', async () => {
  const odd = { ...active('tok_1', 'ci'), scopes: ['a b'], agent_type: 7 }
  await platformWith([odd, { ...active('tok_2', 'x'), status: 'On\u001b Hold' }])
  expect((await run('show', 'ci')).stdout).toContain('scopes:      a b\n')
  const rotation = await run('rotate', 'ci')
  expect(rotation.code).toBe(3)
  expect(rotation.stderr).toContain('cannot be rotated. ')
  expect(rotation.stderr).toContain('scopes has characters that it must not have')
  expect(server.requests.filter(({ method }) => method === 'POST')).toEqual([])
  expect((await run('rotate', 'tok_2')).stderr).toContain('is not active (On  Hold)')
  expect((await run('revoke', 'ci', '--yes')).code).toBe(0)
})
