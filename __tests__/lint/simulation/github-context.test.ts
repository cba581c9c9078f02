/** What is known of `github.*`, and who decides the rest. */
import { describe, expect, test } from '@jest/globals'
import { settle, text, type Unsettled } from '../../../src/lint/simulation/value.ts'
import type { RunEvent } from '../../../src/lint/simulation/world.ts'
import { decided, described, evaluated, worldOf } from '../../support/world.ts'

const QUEUED = 'gh-readonly-queue/main/pr-1-0123456789abcdef0123456789abcdef01234567'

describe('a value in a run', () => {
  const PULL = 'github.event.pull_request'
  test.each<[RunEvent, string, string]>([
    ['pull_request', 'github', 'author github set'],
    ['pull_request', 'github.event', 'author github.event set'],
    ['pull_request', 'github.event.repository', 'author github.event.repository set'],
    ['pull_request', 'github.event.organization', 'author github.event.organization'],
    ['pull_request', 'github.event.merge_group', 'null'],
    ['pull_request', 'github.event.schedule', 'null'],
    ['pull_request', 'github.event_name', "'pull_request'"],
    ['pull_request', 'github.ref', "'refs/pull/1/merge'"],
    ['pull_request', 'github.ref_name', "'1/merge'"],
    ['pull_request', 'github.ref_type', "'branch'"],
    ['pull_request', 'github.head_ref', 'author github.head_ref'],
    ['pull_request', 'github.sha', 'author github.sha harmless set'],
    ['pull_request', 'github.token', 'case github.token harmless set'],
    ['pull_request', 'github.repository', 'unknown github.repository set'],
    ['pull_request', 'github.repository_owner', 'unknown github.repository_owner set'],
    ['pull_request', 'github.repository_id', 'unknown github.repository_id harmless set'],
    ['pull_request', 'github.event.repository.private', 'unknown github.event.repository.private flag'],
    ['pull_request', 'github.event.repository.fork', 'unknown github.event.repository.fork flag'],
    ['pull_request', 'github.event.repository.forks', 'unknown github.event.repository.forks set'],
    [
      'pull_request',
      'github.event.repository.private_vulnerability_reporting',
      'unknown github.event.repository.private_vulnerability_reporting set',
    ],
    [
      'pull_request',
      'github.event.repository.abcdefghijk.name',
      'unknown github.event.repository.abcdefghijk.name set',
    ],
    ['pull_request', PULL, `author ${PULL} set`],
    ['pull_request', `${PULL}.head`, `author ${PULL}.head set`],
    ['pull_request', `${PULL}.base`, `author ${PULL}.base set`],
    ['pull_request', `${PULL}.user`, `author ${PULL}.user set`],
    ['pull_request', `${PULL}.head.repo`, `author ${PULL}.head.repo set`],
    ['pull_request', `${PULL}.base.repo`, `author ${PULL}.base.repo set`],
    ['pull_request', `${PULL}.base.repo.owner`, `author ${PULL}.base.repo.owner set`],
    ['pull_request', `${PULL}.head.repo.owner`, `author ${PULL}.head.repo.owner`],
    ['pull_request', `${PULL}.title`, `author ${PULL}.title`],
    ['pull_request', `${PULL}.locked`, `author ${PULL}.locked flag`],
    ['pull_request', `${PULL}.locked_by`, `author ${PULL}.locked_by`],
    ['pull_request', `${PULL}.github.event.schedule`, `author ${PULL}.github.event.schedule`],
    ['pull_request', `github.event.changes.${PULL}`, `author github.event.changes.${PULL}`],
    ['pull_request', 'github.event.number', `author ${PULL}.number harmless set`],
    ['pull_request', 'github.actor', 'author github.actor harmless set'],
    ['pull_request', 'github.triggering_actor', 'author github.actor harmless set'],
    ['pull_request', 'github.event.sender.login', 'author github.actor harmless set'],
    ['pull_request', `${PULL}.user.login`, `author ${PULL}.user.login harmless set`],
    ['pull_request', `${PULL}.head.repo.fork`, 'unknown github.event.repository.fork flag'],
    ['pull_request', `${PULL}.head.repo.full_name`, 'unknown github.repository set'],
    ['pull_request', `${PULL}.head.repo.description`, `author ${PULL}.head.repo.description`],
    ['pull_request_target', PULL, `author ${PULL} set`],
    ['pull_request_target', 'github.ref', 'author github.ref'],
    ['pull_request_target', 'github.ref_type', "'branch'"],
    ['merge_group', PULL, 'null'],
    ['merge_group', 'github.head_ref', "''"],
    ['merge_group', 'github.base_ref', "''"],
    ['merge_group', 'github.ref', `'refs/heads/${QUEUED}'`],
    ['merge_group', 'github.ref_name', `'${QUEUED}'`],
    ['merge_group', 'github.event.merge_group', 'author github.event.merge_group set'],
    ['merge_group', 'github.event.merge_group.base_ref', 'author github.event.merge_group.base_ref'],
    [
      'merge_group',
      'github.event.merge_group.head_sha',
      'author github.event.merge_group.head_sha harmless set',
    ],
    ['push', 'github.ref', 'author github.ref'],
    ['push', 'github.ref_type', 'author github.ref_type'],
    ['push', 'github.event.head_commit.message', 'author github.event.head_commit.message'],
    ['workflow_dispatch', 'github.ref_type', 'author github.ref_type'],
    ['workflow_dispatch', 'github.event.commits', 'null'],
  ])('started by %s: %s is %s', (event, path, expected) => {
    const world = worldOf([], { event })
    expect(described(evaluated(path, world), world)).toBe(expected)
  })
})

describe('the login of who started the run', () => {
  const actorIn = (path: number[]) => {
    const world = worldOf(path)
    return { world, actor: evaluated('github.actor', world) as Unsettled }
  }

  test("equals Dependabot's in any case exactly if Dependabot started the run", () => {
    const { world, actor } = actorIn([1])
    expect([actor.equals(text('Dependabot[bot]')), settle(actor)]).toEqual([true, text('dependabot[bot]')])
    expect(decided(world)).toEqual(['case: who is dependabot: Dependabot started the run'])
  })

  test('is otherwise chosen by the author, and never empty', () => {
    const { world, actor } = actorIn([0, 1])
    expect([actor.settle(), actor.equals(text('')), actor.equals(text('x'))]).toEqual([
      undefined,
      false,
      true,
    ])
    expect([actor.settle(), actor.equals(text('y'))]).toEqual([text('x'), false])
    expect(decided(world)).toEqual([
      'case: who is dependabot: ',
      "author: github.actor == 'x': github.actor is 'x'",
    ])
    expect(world.notes.get('github.actor')?.isNot).toEqual([text('dependabot[bot]')])
  })

  test('is asked of the author of the pull request as the same question', () => {
    const author = 'github.event.pull_request.user.login'
    expect(described(evaluated(author, worldOf([1])), worldOf())).toBe("'dependabot[bot]'")
    const world = worldOf()
    const other = evaluated(author, world) as Unsettled
    expect([other.equals(text('dependabot[bot]')), other.equals(text(''))]).toEqual([false, false])
    expect(decided(world)).toEqual(['case: who is dependabot: '])
  })
})

describe('the repository of the head', () => {
  const HEAD = 'github.event.pull_request.head.repo'

  test.each([
    [[0], "'acme/api'", "'acme'", 'unknown github.repository_id harmless set'],
    [
      [1],
      `author ${HEAD}.full_name harmless set`,
      `author ${HEAD}.owner.login harmless set`,
      `author ${HEAD}.id harmless set`,
    ],
  ])('with the answer %j to whether it is a fork', (path, name, owner, id) => {
    const world = worldOf(path, { repository: 'acme/api' })
    const at = (property: string) => described(evaluated(`${HEAD}.${property}`, world), world)
    expect([at('full_name'), at('owner.login'), at('id')]).toEqual([name, owner, id])
  })

  test('never equals that of the base if it is a fork', () => {
    const named = worldOf([1], { repository: 'acme/api' })
    expect(described(evaluated(`${HEAD}.full_name == 'acme/api'`, named), named)).toBe('false')
    const unnamed = worldOf([1, 1])
    expect(described(evaluated(`${HEAD}.full_name == github.repository`, unnamed), unnamed)).toBe('false')
    expect(decided(named)).toEqual(decided(unnamed))
    expect(decided(named)).toEqual(['case: who is fork: the pull request comes from a fork'])
  })

  test.each([
    [[1], 'null', 'the fork of the pull request is empty or false'],
    [[1, 1], 'true', 'the fork of the pull request is set'],
  ])('is no fork any more if it was deleted: %j', (path, expected, says) => {
    const world = worldOf(path)
    expect(described(evaluated(`${HEAD}.fork`, world), world)).toBe(expected)
    expect(decided(world)).toEqual([
      'case: who is fork: the pull request comes from a fork',
      `author: the fork of the pull request: ${says}`,
    ])
  })
})

describe('the action of the event', () => {
  test('is one of the types', () => {
    const world = worldOf([], { types: ['opened', 'labeled'] })
    const action = evaluated('github.event.action', world) as Unsettled
    expect([action.equals(text('closed')), settle(action)]).toEqual([false, text('labeled')])
    expect(decided(world)).toEqual([
      "author: github.event.action == 'opened': github.event.action is not 'opened'",
    ])
  })

  test('can be anything if the types are not known', () => {
    const world = worldOf([1])
    expect(described(evaluated("github.event.action == 'closed'", world), world)).toBe('true')
    expect(decided(world)).toEqual([
      "author: github.event.action == 'closed': github.event.action is 'closed'",
    ])
  })
})
