/** GitHub's engine with open values: each answer narrows only the value that was asked for. */
import { data } from '@actions/expressions'
import { describe, expect, test } from '@jest/globals'
import { Decisions } from '../../../src/lint/decisions.ts'
import { parseExpression } from '../../../src/lint/expression.ts'
import {
  EvaluationError,
  evaluate,
  evaluateFlag,
  Granted,
  Scopes,
} from '../../../src/lint/simulation/evaluate.ts'
import {
  asText,
  flag,
  handedOn,
  isTrue,
  Listed,
  Names,
  nothing,
  OneOf,
  settle,
  text,
  type Value,
} from '../../../src/lint/simulation/value.ts'
import { World } from '../../../src/lint/simulation/world.ts'
import { onPullRequest, workflowOf } from '../../support/lint.ts'
import { decided, described, scopeIn } from '../../support/world.ts'

const AT = { line: 1, column: 1 }

/** A world in which the decisions of the list come first, by number, and then the usual course. */
function worldOf(path: number[] = []) {
  const circumstances = {
    event: 'pull_request',
    types: [],
    repository: undefined,
    tokenSecrets: new Set<string>(),
  } as const
  return new World(circumstances, new Decisions(path))
}

function evaluated(
  expression: string,
  { path = [] as number[], results = ['success', 'failure'], more = {} as Record<string, Value> } = {},
) {
  const world = worldOf(path)
  const asked: string[] = []
  const job = (id: string, result: string) =>
    new Names(id, ['result', 'outputs'], name =>
      name === 'outputs'
        ? new Names(`${id}.outputs`, ['a', 'gone'], output =>
            output === 'a' ? text(`a of ${id}`) : undefined,
          )
        : new OneOf(`${id}.result`, ['success', 'failure', 'cancelled', 'skipped', ''], one => {
            asked.push(`${id} ${one}`)
            return one === result
          }),
    )
  const jobs = results.map((result, number) => job(`j${number}`, result))
  const contexts: Record<string, Value> = {
    needs: new Names(
      'needs',
      results.map((_, number) => `j${number}`),
      name => jobs[Number(name.slice(1))],
    ),
    vars: world.open('vars', { source: 'unknown', truthy: true }),
    github: world.open('github', { source: 'author', truthy: true }),
    matrix: new data.Dictionary({
      key: 'list',
      value: new data.Array(text('x'), new data.Dictionary({ key: 'y', value: text('z') })),
    }),
    job: new Names(
      'lists',
      ['a', 'b', 'c', 'd', 'e'],
      name =>
        ({
          a: new data.Array(text('x')),
          b: new data.Dictionary({ key: 'k', value: text('y') }),
          c: text('none'),
          d: new Names('d', ['z', 'gone'], one => (one === 'z' ? text('z') : undefined)),
        })[name],
    ),
    ...more,
  }
  const value = evaluate(parseExpression(expression, AT), {
    context: name => contexts[name],
    status: { success: () => true, failure: () => false },
    open: (label, options) => world.open(label, options),
  })
  return { value, asked, world }
}

const shown = (expression: string, options = {}) => {
  const value = asText(evaluated(expression, options).value)
  return typeof value === 'string' ? value : `? ${value.label}`
}

describe('what is known is calculated by GitHub', () => {
  test.each([
    ["'a' == 'A'", 'true'],
    ["format('{0}-{1}', 'a', 1)", 'a-1'],
    ["matrix.list[0] == 'x' && matrix.list[1].y", 'z'],
    ['matrix.list[9]', ''],
    ["join(matrix.list.*.y, ',')", 'z'],
    ['success() && !failure()', 'true'],
    ['env.nothing', ''],
    ['runner == null', 'true'],
    ["contains('abc', 'B')", 'true'],
    ['1 < 2', 'true'],
    ["github == github && needs == needs && needs != vars && needs != 'x'", 'true'],
  ])('%s is %s', (expression, result) => {
    expect(shown(expression)).toBe(result)
  })

  test.each(["fromJSON('')", "fromJSON('{')", "format('{1}', 'a')"])('%s is an error', expression => {
    expect(() => evaluated(expression)).toThrow(EvaluationError)
  })

  test('an error names the function and has the cause', () => {
    expect(() => evaluated("fromJSON('{')")).toThrow(
      expect.objectContaining({ message: 'fromJSON', cause: expect.any(Error) }),
    )
  })
})

describe('results are requested one by one', () => {
  test.each([
    ["needs.j0.result == 'failure'", 'false', ['j0 failure']],
    ["'success' == needs.j0.result", 'true', ['j0 success']],
    ["needs.j0.result == 'other'", 'false', []],
    ["contains(needs.*.result, 'failure')", 'true', ['j0 failure', 'j1 failure']],
    ["contains(needs.*.result, 'success')", 'true', ['j0 success']],
    [
      "contains(needs.*.result, 'skipped') || contains(needs.*.result, 'success')",
      'true',
      ['j0 skipped', 'j0 success'],
    ],
    [
      "!contains(needs.*.result, 'skipped') && !(contains(needs.*.result, 'success'))",
      'false',
      ['j0 skipped', 'j0 success'],
    ],
    [
      "contains(needs.*.result, 'skipped') && contains(needs.*.result, 'success')",
      'false',
      ['j0 skipped', 'j1 skipped'],
    ],
    ["contains(join(needs.*.result, ','), 'skipped')", 'false', ['j0 skipped', 'j1 skipped']],
    ['contains(toJSON(needs.*.result), \'"failure"\')', 'true', ['j0 failure', 'j1 failure']],
  ])('%s is %s and asks %j', (expression, result, questions) => {
    const { value, asked } = evaluated(expression)
    expect([asText(value), asked]).toEqual([result, questions])
  })

  test.each([
    ["join(needs.*.result, ', ')", 'success, failure'],
    ['join(needs.*.result)', 'success,failure'],
    ["join(needs.*.result, ',') == 'success,failure'", 'true'],
    ["contains(join(needs.*.result, ','), 's,f')", 'true'],
    ["contains(join(needs.*.result, ','), 'su') || contains(join(needs.*.result, ','), 'none')", 'true'],
    ["contains(join(needs.*.result, ','), 'none') || contains(join(needs.*.result, ','), 'su')", 'true'],
    ["!contains(join(needs.*.result, ','), 'su') && !contains(join(needs.*.result, ','), 'none')", 'false'],
    ["contains(join(needs.*.outputs.a, ','), 'failure')", 'false'],
    // Quotes are in JSON alone, and a separator can contain anything.
    ["contains(join(needs.*.result, ','), '\"failure\"')", 'false'],
    [
      "contains(join(needs.*.result, ','), '\"failure\"') || contains(join(needs.*.result, ','), 'other')",
      'false',
    ],
    ["contains(join(needs.*.result, ' skipped '), 'skipped')", 'true'],
    ["contains(toJSON(needs.*.result), '\"failure')", 'true'],
    ["join(needs.*.result, ',') && 'yes'", 'yes'],
    ['fromJSON(toJSON(needs)).j1.result', 'failure'],
    ['fromJSON(toJSON(needs)).j1.outputs.gone == null', 'true'],
    ['needs.j0.result == needs.j1.result', 'false'],
    ['needs.j0.result == needs.j0.result', 'true'],
    ["needs.j0.result < 'zzz'", 'true'],
    ['needs.*.result[0] == null', 'false'],
    ["contains(needs.*.*, 'failure')", 'true'],
    ["needs.j0.result.below.that == null && needs.j0.result.* != 'x'", 'true'],
    ["needs.j0.result && 'yes'", 'yes'],
    ['needs[needs.j1.outputs.a] == null', 'true'],
    ['needs && true', 'true'],
    ['!needs.*', 'false'],
    ["join(job.*.*, ',')", 'x,y,z,'],
    ["format('{0}', job)", 'Object'],
    ["join(job.*.k, ',')", 'y'],
  ])('%s is %s', (expression, result) => {
    expect(shown(expression)).toBe(result)
  })
})

describe('what can be anything stays open', () => {
  test.each([
    ['vars.A', '? vars.a'],
    ['vars.A.b', '? vars.a.b'],
    ['vars.*', '? vars.*'],
    ['needs[vars.A]', '? needs[…]'],
    ['toJSON(vars)', '? tojson(vars)'],
    ["format('{0}', vars.A)", "? format('{0}', vars.a)"],
    ["join(vars.A, ',')", "? join(vars.a, ',')"],
    ['join(needs.*.outputs.gone, vars.A)', ''],
    ['needs.j0.result == vars.A', 'false'],
    ['vars.A == needs.j0.result', 'false'],
    ['vars.A > 3', 'false'],
    ["format('{0}{1}', github.ref, 1)", "? format('{0}{1}', github.ref, 1)"],
    ["format('{0}{1}', github.ref, vars.A)", "? format('{0}{1}', github.ref, vars.a)"],
    ['startsWith(vars.A, null)', 'true'],
  ])('%s is %s', (expression, result) => {
    expect(shown(expression)).toBe(result)
  })

  test('a list with an open value is open as a whole', () => {
    const open = (path: number[]) => {
      const world = worldOf(path)
      const more = { steps: new Names('steps', ['a'], () => world.open('steps.a', { source: 'unknown' })) }
      return [
        shown("join(steps.*, ',')", { more }),
        shown("join(steps.*, ',') == 'x'", { more }),
        shown("join(steps.*, ',') && 'y'", { more }),
        shown("contains(steps.*, 'x')", { more }),
      ]
    }
    const list = evaluated("join(steps.*, ',')", {
      more: { steps: new Names('steps', ['a'], () => worldOf().open('a', { source: 'unknown' })) },
    }).value
    expect(list).toMatchObject({ harmless: false })
    expect(open([])).toEqual(['? join(steps.a)', 'false', 'y', 'false'])
  })

  test('an answer is kept', () => {
    // The second of two answers is yes.
    expect(shown("vars.A == 'x' && vars.A == 'x' && vars.A != 'y' && vars.A", { path: [1] })).toBe('x')
    expect(shown("vars.A == 'x' || vars.A == 'y'", { path: [0, 1] })).toBe('true')
    expect(shown("vars.A && vars.A == ''", { path: [1] })).toBe('false')
    expect(shown("!vars.A && vars.A == 'x'", { path: [0] })).toBe('false')
    expect(shown('vars.A == vars.B', { path: [1] })).toBe('true')
    expect(shown("vars.A == 'x' && vars.A == vars.B", { path: [1, 1] })).toBe('true')
    expect(shown("vars.B == 'x' && vars.A == vars.B", { path: [1, 1] })).toBe('true')
    expect(shown("vars.A == 'x' && vars.B == 'x' && vars.A == vars.B", { path: [1, 1] })).toBe('true')
  })
})

describe('values', () => {
  const world = worldOf()

  test('of a limited set decide only what is left', () => {
    const two = world.open('two', { source: 'author', among: [flag(false), flag(true)] })
    expect([two.equals(flag(true)), two.equals(flag(false)), two.truthy(), two.equals(text('x'))]).toEqual([
      false,
      true,
      false,
      false,
    ])
    const chosen = world.open('chosen', { source: 'author', among: [text('a'), text('b'), text('c')] })
    expect([chosen.truthy(), settle(chosen)?.coerceString(), chosen.equals(text('c'))]).toEqual([
      true,
      'c',
      true,
    ])
    const narrowed = world.open('narrowed', { source: 'author', among: [text(''), text('a'), text('b')] })
    expect([narrowed.truthy(), settle(narrowed)?.coerceString()]).toEqual([false, ''])
    const set = worldOf([1]).open('set', { source: 'author', among: [text(''), text('a'), text('b')] })
    expect([set.truthy(), set.equals(text('a')), set.equals(text('b'))]).toEqual([true, false, true])
    const one = world.open('one', { source: 'author', among: [text('a')] })
    expect([one.equals(text('a')), one.truthy(), settle(one)?.coerceString()]).toEqual([true, true, 'a'])
    const known = worldOf([1]).open('known', { source: 'author', among: [text('a'), text('b')] })
    expect([known.equals(text('a')), known.truthy(), known.harmless]).toEqual([true, true, false])
  })

  test('of results settle on the only one left', () => {
    const last = new OneOf('r', ['a', 'b', ''], () => false)
    expect([asText(last), last.truthy(), last.harmless]).toEqual(['', true, true])
    expect(new OneOf('r', ['a', ''], one => one === '').truthy()).toBe(false)
    expect(new OneOf('r', ['a'], () => true).truthy()).toBe(true)
  })

  test('as text', () => {
    expect(asText(new Names('n', ['a'], () => world.open('x', { source: 'case' })))).toBe('Object')
    expect(asText(new Listed([text('a')]))).toBe('Array')
    expect(isTrue(new Listed([]))).toBe(true)
    expect(isTrue(nothing())).toBe(false)
    expect(new Listed([text('a'), nothing(), flag(true), world.open('x', { source: 'case' })]).label).toBe(
      "['a', null, true, x]",
    )
  })
})

test('every doubled quote in a text is one quote', () => {
  const written = (expression: string) =>
    evaluate(parseExpression(expression, AT), {
      context: () => undefined,
      status: {},
      open: (label, options) => worldOf().open(label, options),
    })
  expect(written("'it''s a ''quote'''")).toMatchObject({ value: "it's a 'quote'" })
  expect(written("''")).toMatchObject({ value: '' })
  expect(written("''''")).toMatchObject({ value: "'" })
})

describe('neighbours are asked together only if they ask the same list', () => {
  const more = {
    job: new Names('job', ['a', 'b'], name => text(name === 'a' ? 'skipped' : 'xsuccess')),
    strategy: new Names(
      'strategy',
      ['x'],
      () =>
        new Names(
          'x',
          ['a'],
          () => new Names('a', ['b'], () => new OneOf('b', ['skipped', ''], one => one === 'skipped')),
        ),
    ),
  }
  test.each([
    ["contains(needs.*.result, 'skipped') || contains(strategy.*.a.b, 'skipped')", 'true'],
    ["contains(strategy.*.ab, 'skipped') || contains(strategy.*.a.b, 'skipped')", 'true'],
    ["contains(needs.*.result, 'skipped') || contains(join(needs.*.result, ','), 's,f')", 'true'],
    ["contains(join(needs.*.result, ','), 'cancelled') || contains(join(job.*, ','), 'skipped')", 'true'],
    ["contains(join(needs.*.result, ','), 's,f') || contains(join(needs.*.result, ','), 'skipped')", 'true'],
    ["contains(join(needs.*.result, ','), 'skipped') || contains(join(needs.*.result, ','), 's,f')", 'true'],
    ["contains('abc', 'z') || contains('abc', 'b')", 'true'],
    ["contains(format('{0}', 'a'), 'b') || contains(format('{0}', 'b'), 'b')", 'true'],
    [
      "startsWith(join(needs.*.result, ','), 'failure') || startsWith(join(needs.*.result, ','), 'skipped')",
      'false',
    ],
    ["startsWith(join(needs.*.result, ','), 'success') && contains(needs.*.result, 'failure')", 'true'],
    // The text is searched as a whole, unless it lists results and the word is one.
    ["contains(join(job.*, ','), 'success')", 'true'],
    ["contains(join(job.*, ','), 'skipped,x')", 'true'],
    ["contains(join(needs.*.result, ','), 'xsuccess')", 'false'],
    ["contains(join(needs.*.result, ','), 'successx')", 'false'],
    ["contains(join(needs.*.result, ','), 'SUCCESS')", 'true'],
    ["contains(toJSON(needs.*.result), '\"success')", 'true'],
  ])('%s is %s', (expression, result) => {
    expect(shown(expression, { more })).toBe(result)
  })
})

describe('the text of a list', () => {
  test.each([
    ['fromJSON(toJSON(needs.*.result))[1]', 'failure'],
    ['join(needs.*.outputs.a, needs.j0.result)', 'a of j0successa of j1'],
    ["!join(needs.*.result, ',')", 'false'],
    ["!join(needs.*.outputs.gone, ',')", 'true'],
    ["join(needs.*.outputs.gone, ',') || 'none'", 'none'],
  ])('%s is %s', (expression, result) => {
    expect(shown(expression)).toBe(result)
  })

  test.each([
    ["join(needs.*.result, ',')", 'case join(j0.result, j1.result) set'],
    ['toJSON(needs.*.result)', 'case tojson(j0.result, j1.result) set'],
    ['contains(needs.*.result, vars.A)', 'unknown contains([j0.result, j1.result], vars.a) flag'],
    ["hashFiles('go.mod')", "author hashfiles('go.mod')"],
    ["startsWith(vars.A, 'a')", "unknown startswith(vars.a, 'a') flag"],
    ["endsWith(github.ref, 'a')", "author endswith(github.ref, 'a') flag"],
    ["format('{0}', github.ref)", "author format('{0}', github.ref)"],
    ["format('{0}{1}', github.ref, needs)", "unknown format('{0}{1}', github.ref, needs)"],
  ])('%s as a value is %s', (expression, expected) => {
    const { value, world } = evaluated(expression)
    expect(described(value, world)).toBe(expected)
  })
})

describe('a question about open values', () => {
  const own = { env: worldOf().open('token', { source: 'case' }) }
  test.each([
    ['vars.A > 3', ['unknown: vars.a > 3: vars.a > 3 is empty or false']],
    ['3 < github.ref', ['author: 3 < github.ref: 3 < github.ref is empty or false']],
    ['github.ref < vars.A', ['unknown: github.ref < vars.a: github.ref < vars.a is empty or false']],
    ["env < 'x'", ["case: token < 'x': token < 'x' is empty or false"]],
    ['needs.j0.result == vars.A', ["unknown: vars.a == 'success': vars.a is not 'success'"]],
    ['vars.A == needs.j0.result', ["unknown: vars.a == 'success': vars.a is not 'success'"]],
    [
      'vars.B == vars.A || vars.A == vars.B',
      ['unknown: vars.a == vars.b: vars.a == vars.b is empty or false'],
    ],
    ['vars.A == github.ref', ['unknown: github.ref == vars.a: github.ref == vars.a is empty or false']],
    ["hashFiles('a') == 'x'", ["author: hashfiles('a') == 'x': hashfiles('a') is not 'x'"]],
  ])('%s is one question', (expression, questions) => {
    const { world } = evaluated(expression, { more: own })
    expect(decided(world)).toEqual(questions)
  })

  test('about two results is asked of each', () => {
    expect(shown('needs.j0.result == needs.j1.result', { results: ['skipped', 'skipped'] })).toBe('true')
    expect(shown('needs.j0.result != needs.j1.result', { results: ['skipped', 'skipped'] })).toBe('false')
  })
})

test('only `fromJSON` reads the list of scopes out of its text', () => {
  const world = worldOf()
  const options = { source: 'unknown', truthy: true } as const
  const list = new Granted(['execute'], 'scopes', options, world.decisions, world.notes)
  const env = new Scopes(list, 'the JSON of scopes', options, world.decisions, world.notes)
  const of = (expression: string) => described(evaluated(expression, { more: { env } }).value, world)
  expect([of('fromJSON(env)'), of('toJSON(env)'), of("contains(fromJSON(env), 'Execute')")]).toEqual([
    'unknown scopes set',
    'unknown tojson(the JSON of scopes)',
    'true',
  ])
})

test.each([
  ['true', "'true'"],
  ['false', "''"],
  ["'${{ vars.A }}'", 'unknown vars.a'],
  ["'${{ false }}'", 'false'],
])('`continue-on-error: %s` is %s', async (given, expected) => {
  const { jobs } = await workflowOf(
    onPullRequest(`
  job:
    runs-on: ubuntu-latest
    steps: [{run: ./test, continue-on-error: ${given}}]
`),
  )
  const [step] = jobs[0]?.kind === 'steps' ? jobs[0].steps : []
  const world = worldOf()
  expect(step?.continueOnError && described(evaluateFlag(step.continueOnError, scopeIn(world)), world)).toBe(
    expected,
  )
})

describe('an open value', () => {
  test('of a few texts does not ask for the last one', () => {
    const asked: string[] = []
    const value = new OneOf('r', ['a', 'b', 'c'], one => {
      asked.push(one)
      return false
    })
    expect([settle(value), asked, value.source]).toEqual([text('c'), ['a', 'b'], 'case'])
    expect(value.differsFrom(new OneOf('other', ['a'], () => true))).toBe(false)
  })

  test('knows nothing at first', () => {
    const world = worldOf()
    world.open('a', { source: 'unknown' }).equals(text('x'))
    world.open('b', { source: 'unknown', not: [text('y')], truthy: true }).equals(text('x'))
    expect([...world.notes]).toEqual([
      ['a', { isNot: [text('x')] }],
      ['b', { isNot: [text('y'), text('x')], truthy: true }],
    ])
  })

  test('in an object leaves the object open', () => {
    const world = worldOf()
    const names = (value: Value) => new Names('n', ['a', 'b'], name => (name === 'a' ? value : text('x')))
    expect(settle(names(world.open('a', { source: 'unknown' })))).toBeUndefined()
    expect(settle(names(text('y')))).toEqual(
      new data.Dictionary({ key: 'a', value: text('y') }, { key: 'b', value: text('x') }),
    )
  })

  test.each([
    [[], 'false', 'is not true'],
    [[1], 'true', 'is true'],
  ])('that is true or false is handed on as a text: %j', (path, expected, says) => {
    const world = worldOf(path)
    const handed = handedOn(world.open('f', { source: 'author', among: [flag(false), flag(true)] }))
    expect([handed instanceof OneOf && handed.equals(text('true')), asText(handed)]).toEqual([
      expected === 'true',
      expected,
    ])
    expect(decided(world)).toEqual([`author: f == true: f ${says}`])
  })

  test('that can also be a text is handed on unchanged', () => {
    const open = worldOf().open('f', { source: 'author', among: [flag(false), text('x')] })
    expect(handedOn(open)).toBe(open)
    expect([open.isFlag, worldOf().open('g', { source: 'author' }).isFlag]).toEqual([false, false])
  })
})

test('a separator that is not known leaves the joined text open', () => {
  const world = worldOf()
  const result = (name: string) => new Names(name, ['result'], () => text('success'))
  const needs = new Names('needs', ['a', 'b'], result)
  const joined = evaluate(
    parseExpression("join(needs.*.result, vars.SEPARATOR) == 'success,success'", AT),
    scopeIn(world, { needs }),
  )
  isTrue(joined)
  expect(world.decisions.made.map(({ source }) => source)).toContain('unknown')
})
