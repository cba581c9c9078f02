/** The built action on Forgejo and Gitea, whose logs show raw commands and fold what an action prints. */
import { describe, expect, test } from '@jest/globals'
import { granted } from '../../harness/server.ts'
import { step } from '../support/step.ts'

const FORK = { pull_request: { head: { repo: { id: 2 } }, base: { repo: { id: 1 } } } }

describe.each([
  ['Gitea', { GITEA_ACTIONS: 'true' }],
  ['Forgejo', { GITEA_ACTIONS: 'true', FORGEJO_ACTIONS: 'true' }],
])('On %s', (_, server) => {
  /** What is printed after the group of the step has ended. */
  const plain = (stdout: string) => stdout.split('::endgroup::\n')[1]?.split('\n') ?? []

  test('a failure prints plain lines after the group and a one-line annotation', async () => {
    const reply = { status: 401, headers: { 'x-request-id': 'req-1' }, body: { error: 'a\n::error::b##[c]' } }
    const run = await step(reply, { env: server })
    const lines = plain(run.stdout)
    expect(run.code).toBe(1)
    expect(lines[0]).toBe('nolapse token: invalid')
    expect(lines[1]).toMatch(/rejected the token\. It says: "a : :error: :b# #\[c\]"\. Request ID: req-1\.$/)
    expect(lines[2]).toMatch(/^What to do: /)
    const commands = run.stdout
      .split('\n')
      .filter(line => line.startsWith('::') && !line.startsWith('::add-mask'))
    expect(commands).toEqual([
      '::endgroup::',
      expect.stringMatching(/^::error::nolapse token: invalid\. The platform at .* rejected the token\./),
    ])
    expect(run.stdout).not.toContain('%0A')
    expect(run.outputs).toMatchObject({ valid: 'false', reason: 'invalid', request_id: 'req-1' })
  })

  test('several problems print several plain lines and still a one-line annotation', async () => {
    const run = await step(granted(), { inputs: { tolerate: 'x', 'timeout-seconds': 'x' }, env: server })
    const [annotation, ...more] = run.stdout.split('\n').filter(line => line.startsWith('::error'))
    expect(annotation).toMatch(/misconfigured\. .*`tolerate`.*`timeout-seconds`/)
    expect(more).toEqual([])
    expect(run.stdout).not.toContain('%0A')
  })

  test('causes and remedy name its settings pages and never GitHub', async () => {
    for (const token of ['', '$NOLAPSE_TOKEN', '"quoted"']) {
      const run = await step(granted(), { env: { ...server, NOLAPSE_TOKEN: token } })
      const text = plain(run.stdout)
        .filter(line => !line.startsWith('More: '))
        .join('\n')
      expect(text).toContain('Settings → Actions → Secrets')
      expect(text).not.toMatch(/GitHub|\bgh\b|Dependabot/)
    }
  })

  test('a tolerated run in a fork says first that it passed and needs no action', async () => {
    const run = await step(granted(), {
      inputs: { tolerate: 'missing' },
      env: { ...server, NOLAPSE_TOKEN: undefined },
      event: FORK,
    })
    expect(run.code).toBe(0)
    expect(plain(run.stdout).slice(0, 4)).toEqual([
      'nolapse token: missing (tolerated)',
      expect.stringMatching(/^The step passed/),
      expect.stringMatching(/^There is no nolapse token/),
      'What to do: Nothing. nolapse runs locally, without a token.',
    ])
    expect(run.stdout).toMatch(/^::warning::nolapse token: missing \(tolerated\)\. The step passed/m)
  })
})
