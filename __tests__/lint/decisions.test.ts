import { describe, expect, test } from '@jest/globals'
import { covers, Decisions, search } from '../../src/lint/decisions.ts'

const FOREVER = { deadline: 1, now: () => 0 }

describe('the search', () => {
  const options = (...costs: number[]) => costs.map((cost, number) => ({ says: String(number), cost }))

  test('tries every case once, the cheapest first', () => {
    const seen: string[] = []
    const { cases, timedOut } = search(decisions => {
      const a = decisions.choose('a', 'case', options(0, 2))
      const b = a === 0 ? decisions.choose('b', 'case', options(0, 1, 5)) : 9
      seen.push(`${a}${b}`)
      return undefined
    }, FOREVER)
    expect(seen).toEqual(['00', '01', '19', '02'])
    expect({ cases, timedOut }).toEqual({ cases: 4, timedOut: false })
  })

  test('asks each question once in a run', () => {
    const { cases } = search(decisions => {
      expect(decisions.choose('a', 'case', options(0, 1))).toBe(decisions.choose('a', 'case', options(0, 1)))
      return undefined
    }, FOREVER)
    expect(cases).toBe(2)
  })

  test('adds nothing once a run is settled', () => {
    const { cases } = search(decisions => {
      decisions.settle()
      decisions.choose('a', 'case', options(0, 1))
      expect(decisions.made).toEqual([])
      return undefined
    }, FOREVER)
    expect(cases).toBe(1)
  })

  test('ends when it has seen enough or the time is up', () => {
    const endless = (decisions: Decisions) => {
      for (let n = 0; n < 50; n++) decisions.choose(`q${n}`, 'case', options(0, 1))
      return decisions.made.some(({ chosen }) => chosen === 1) ? ('enough' as const) : undefined
    }
    expect(search(endless, FOREVER)).toEqual({ cases: 2, timedOut: false })
    let time = 0
    expect(search(endless, { deadline: 1, now: () => ++time })).toEqual({ cases: 1, timedOut: true })
  })

  test('a path costs what its own choices cost', () => {
    const given = new Decisions([1], 5)
    expect([given.choose('a', 'case', options(2, 5)), given.choose('b', 'case', options(3, 4))]).toEqual([
      1, 0,
    ])
    given.choose('c', 'case', options(0, 1, 7))
    expect(given.branches).toEqual([
      { prefix: [1, 1], cost: 9 },
      { prefix: [1, 0, 1], cost: 9 },
      { prefix: [1, 0, 2], cost: 15 },
    ])
    expect(given.made).toEqual([
      { key: 'a', source: 'case', chosen: 1, of: 2, says: '1' },
      { key: 'b', source: 'case', chosen: 0, of: 2, says: '0' },
      { key: 'c', source: 'case', chosen: 0, of: 3, says: '0' },
    ])
  })

  test('without options there is nothing to choose', () => {
    const decisions = new Decisions()
    expect(decisions.choose('a', 'case', [])).toBe(0)
    expect(decisions.made).toEqual([{ key: 'a', source: 'case', chosen: 0, of: 0, says: '' }])
  })
})

describe('cases that rest on assumptions', () => {
  const assuming = (text: string) =>
    new Map(
      text
        .split(' ')
        .filter(Boolean)
        .map(part => [part.slice(0, 1), { chosen: Number(part.slice(1)), of: 2 }]),
    )
  const covered = (...cases: string[]) => covers(cases.map(assuming))

  test('are certain if together they cover everything', () => {
    expect(covered()).toBe(false)
    expect(covered('')).toBe(true)
    expect(covered('a0')).toBe(false)
    expect(covered('a0', 'a1')).toBe(true)
    expect(covered('a0', 'a1 b0')).toBe(false)
    expect(covered('a0', 'a1 b0', 'b1')).toBe(true)
    expect(covered('a0 b0', 'a1 b1')).toBe(false)
  })

  test('are certain if the rest is given', () => {
    expect(covers([assuming('a0 b0')], new Map([['a', 0]]))).toBe(false)
    expect(
      covers(
        [assuming('a0 b0')],
        new Map([
          ['a', 0],
          ['b', 0],
        ]),
      ),
    ).toBe(true)
    expect(covers([assuming('a0')], new Map([['a', 1]]))).toBe(false)
  })
})
