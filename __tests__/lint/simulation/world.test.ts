/** What one run decides: who started it, the state of its token, and the verdict of nolapse. */
import { describe, expect, test } from '@jest/globals'
import { ASSUMPTION } from '../../../src/lint/decisions.ts'
import type { TokenState } from '../../../src/lint/findings.ts'
import type { RunEvent } from '../../../src/lint/simulation/world.ts'
import { decided, worldOf } from '../../support/world.ts'

const FORK = 'case: who is fork: the pull request comes from a fork'

describe('who started the run', () => {
  test.each<[RunEvent, number[], boolean[], string, string[]]>([
    ['pull_request', [], [false, false], 'own', ['case: who is fork: ', 'case: who is dependabot: ']],
    ['pull_request', [1], [true, false], 'fork', [FORK]],
    [
      'pull_request',
      [0, 1],
      [false, true],
      'dependabot',
      ['case: who is fork: ', 'case: who is dependabot: Dependabot started the run'],
    ],
    ['pull_request_target', [1], [true, false], 'fork', [FORK]],
    ['merge_group', [], [false, false], 'queue', []],
    ['push', [], [false, false], 'own', []],
    ['workflow_dispatch', [], [false, false], 'own', []],
  ])('%s with the answers %j', (event, path, answers, who, asked) => {
    const world = worldOf(path, { event })
    expect([world.isFork(), world.isDependabot()]).toEqual(answers)
    expect([world.isFork(), world.isDependabot(), world.who]).toEqual([...answers, who])
    expect(decided(world)).toEqual(asked)
    expect(world.decisions.branches.map(({ cost }) => cost)).toEqual(
      path.length > 0 ? [] : asked.map(() => 1),
    )
  })

  test('a run of a fork has no token', () => {
    const world = worldOf([1])
    expect([world.isFork(), world.token, world.tokenIs('missing'), world.tokenIs('valid')]).toEqual([
      true,
      'missing',
      true,
      false,
    ])
    expect(decided(world)).toEqual([FORK])
  })

  test("only a fork's token is missing for that reason", () => {
    const own = worldOf()
    expect([own.isFork(), own.token, own.tokenIs('valid')]).toEqual([false, 'valid', true])
    const dependabot = worldOf([1])
    expect([dependabot.isDependabot(), dependabot.token, dependabot.tokenIs('valid')]).toEqual([
      true,
      'valid',
      true,
    ])
  })

  test('a run with a token does not come from a fork', () => {
    const world = worldOf()
    expect([world.tokenIs('valid'), world.isFork(), world.isDependabot(), world.who]).toEqual([
      true,
      false,
      false,
      'own',
    ])
    expect(decided(world)).toEqual(['case: token is valid: the token is valid', 'case: who is dependabot: '])
  })

  test('a run without one may', () => {
    const world = worldOf([1, 0, 1])
    expect([world.tokenIs('valid'), world.tokenIs('missing'), world.isFork()]).toEqual([false, true, true])
    expect(decided(world)).toEqual([
      'case: token is valid: ',
      'case: token is missing: the token is missing',
      FORK,
    ])
  })
})

describe('the state of the token', () => {
  const STATES: TokenState[] = ['valid', 'missing', 'refused', 'unavailable']

  test.each<[number[], TokenState, string[]]>([
    [[], 'valid', ['valid: the token is valid']],
    [[1], 'missing', ['valid: ', 'missing: the token is missing']],
    [[1, 1], 'refused', ['valid: ', 'missing: ', 'refused: the token is refused']],
    [[1, 1, 1], 'unavailable', ['valid: ', 'missing: ', 'refused: ']],
  ])('with the answers %j is %s', (path, state, asked) => {
    const world = worldOf(path)
    const answers = STATES.map(one => one === state)
    expect(STATES.map(one => world.tokenIs(one))).toEqual(answers)
    expect(STATES.map(one => world.tokenIs(one))).toEqual(answers)
    expect(world.token).toBe(state)
    expect(decided(world)).toEqual(asked.map(one => `case: token is ${one}`))
  })

  test('is first of all not an unusual one', () => {
    const world = worldOf()
    expect([world.tokenIs('refused'), world.tokenIs('unavailable'), world.tokenIs('valid')]).toEqual([
      false,
      false,
      true,
    ])
    expect(world.decisions.branches).toEqual([
      { prefix: [1], cost: 1 },
      { prefix: [0, 1], cost: 1 },
      { prefix: [0, 0, 1], cost: 1 },
    ])
    const refused = worldOf([1])
    expect([refused.tokenIs('refused'), decided(refused)]).toEqual([
      true,
      ['case: token is refused: the token is refused'],
    ])
  })
})

test.each([
  [[], true, 'nolapse passes'],
  [[1], false, 'nolapse fails'],
])('nolapse has one verdict in a run: %j', (path, passes, says) => {
  const world = worldOf(path)
  expect([world.nolapsePasses(), world.nolapsePasses()]).toEqual([passes, passes])
  expect(decided(world)).toEqual([`case: nolapse: ${says}`])
})

test.each([
  [[], false, [': ']],
  [
    [1],
    false,
    [
      ': the run is cancelled',
      'unknown: cancelled() of a cancelled run: `cancelled()` is still false for this job when the run is cancelled',
    ],
  ],
  [
    [1, 1],
    true,
    [
      ': the run is cancelled',
      'unknown: cancelled() of a cancelled run: `cancelled()` skips this job when the run is cancelled',
    ],
  ],
])('whether GitHub skips a job of a cancelled run is an assumption: %j', (path, answer, [first, ...rest]) => {
  const world = worldOf(path)
  expect([world.cancelled(), world.cancelled()]).toEqual([answer, answer])
  expect(decided(world)).toEqual([`case: run cancelled${first}`, ...rest])
})

test('an assumption costs more than any event', () => {
  const usual = worldOf()
  usual.nolapsePasses()
  usual.cancelled()
  expect(usual.decisions.branches).toEqual([
    { prefix: [1], cost: 1 },
    { prefix: [0, 1], cost: 1 },
  ])
  const cancelled = worldOf([1])
  cancelled.cancelled()
  cancelled.nolapsePasses()
  expect(cancelled.decisions.branches).toEqual([
    { prefix: [1, 1], cost: ASSUMPTION },
    { prefix: [1, 0, 1], cost: ASSUMPTION + 1 },
  ])
})
