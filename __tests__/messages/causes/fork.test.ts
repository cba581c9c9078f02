import { expect, test } from '@jest/globals'
import { forkOf, type Run } from '../../../src/messages/causes/fork.ts'

const run = (payload: Run['payload'], eventName = 'pull_request'): Run => ({
  eventName,
  actor: 'octocat',
  payload,
})
const pull = (head: object | null | undefined, base: object | null | undefined = { repo: { id: 1 } }) =>
  run({ pull_request: { head, base } })

test.each([
  ['its id', { id: 2 }, { id: 1 }],
  ['its full name', { full_name: 'stranger/api' }, { full_name: 'acme/api' }],
  ['its mark as a fork', { fork: true }, { fork: false }],
  ['one field that both sides have', { id: 2, full_name: 'x' }, { id: 1 }],
])('a pull request from a fork is recognised by %s', (_, head, base) => {
  expect(forkOf(pull({ repo: head }, { repo: base }))).toBe('pull-request')
})

test('a deleted fork is a fork', () => {
  expect(forkOf(pull({ repo: null }))).toBe('pull-request')
})

test('a field on only one side is not a sign of a fork', () => {
  for (const [head, base] of [
    [{ repo: { id: 1 } }, { repo: { id: 1, full_name: 'acme/api', fork: false } }],
    [{ repo: { id: 1, fork: true } }, { repo: { id: 1 } }],
    [{ repo: {} }, { repo: { id: 1 } }],
    [{ repo: { id: 1 } }, { repo: null }],
    [{}, { repo: { id: 1 } }],
    [null, null],
    [undefined, undefined],
  ] as const)
    expect(forkOf(pull(head, base))).toBeUndefined()
})

test('a pull request inside a repository that is itself a fork does not come from a fork', () => {
  const repo = { id: 1, full_name: 'acme/api', fork: true }
  expect(
    forkOf(run({ pull_request: { head: { repo }, base: { repo } }, repository: { fork: true } })),
  ).toBeUndefined()
})

test('a push in a fork runs in a fork', () => {
  expect(forkOf(run({ repository: { fork: true } }, 'push'))).toBe('repository')
  expect(forkOf(run({ repository: { fork: false } }, 'push'))).toBeUndefined()
  expect(forkOf(run({ repository: {} }, 'push'))).toBeUndefined()
  expect(forkOf(run({}, 'push'))).toBeUndefined()
})

test('pull_request_target has the secrets of the repository, even for a pull request from a fork', () => {
  const event = { pull_request: { head: { repo: { id: 2 } }, base: { repo: { id: 1 } } } }
  expect(forkOf(run(event, 'pull_request_target'))).toBeUndefined()
})
