import { describe, expect, test } from '@jest/globals'
import { Decisions } from '../../../src/lint/decisions.ts'
import { parseExpression } from '../../../src/lint/expression.ts'
import { githubContext } from '../../../src/lint/simulation/github-context.ts'
import { scriptWorld } from '../../../src/lint/simulation/script-world.ts'
import { Names, text, type Value } from '../../../src/lint/simulation/value.ts'
import { World } from '../../../src/lint/simulation/world.ts'

/** A script with these inline expressions. The contexts that it reads are noted. */
function scriptWith(expressions: string[], path: number[] = []) {
  const decisions = new Decisions(path)
  const world = new World(
    { event: 'pull_request', types: [], repository: undefined, tokenSecrets: new Set() },
    decisions,
  )
  const read: string[] = []
  const ref = () => world.open('github.head_ref', { source: 'author' })
  const contexts: Record<string, () => Value> = {
    github: () => githubContext(world),
    env: () => new Names('env', ['A', 'B'], name => (name === 'A' ? ref() : text('b'))),
    inputs: () => new Names('inputs', ['a'], ref),
    vars: () => world.open('vars', { source: 'unknown', truthy: true }),
    matrix: () => new Names('matrix', ['a'], ref),
  }
  const script = scriptWorld(
    expressions.map(one => parseExpression(one, { line: 1, column: 1 })),
    {
      world,
      scope: {
        context: name => {
          read.push(name)
          return contexts[name]?.()
        },
        status: {},
        open: (label, options) => world.open(label, options),
      },
      variable: name => (name === 'A' ? ref() : name === 'B' ? text('b') : undefined),
      succeeds: command => command === './a',
      nolapse: () => world.nolapsePasses(),
    },
  )
  return {
    script,
    read,
    asked: () => decisions.made.map(({ key, source, says }) => [source, key, says].join(' | ')),
    costs: () => decisions.branches.map(({ cost }) => cost),
  }
}

describe('what the author of the pull request can write with an inline expression', () => {
  test.each<[string, string | undefined, string[]]>([
    ['github.head_ref', 'github.head_ref', ['github']],
    ['env.A', 'github.head_ref', ['env']],
    ['inputs.a', 'github.head_ref', ['inputs']],
    ["'' || github.head_ref", 'github.head_ref', ['github']],
    ['github.head_ref || vars.A', 'github.head_ref', ['github']],
    // Someone with write access has created the base branch.
    ['github.base_ref', undefined, ['github']],
    ['github.sha', undefined, ['github']],
    ['github.event_name', undefined, ['github']],
    ['github.event.repository.description', undefined, ['github']],
    ['env.B', undefined, ['env']],
    // Nothing of theirs is in these, so they are not evaluated.
    ['vars.A', undefined, []],
    ['matrix.a', undefined, []],
    ["'text'", undefined, []],
  ])('%s: %s', (expression, expected, contexts) => {
    const { script, read } = scriptWith([expression], [1])
    expect([script.authored(0), [...new Set(read)]]).toEqual([expected, contexts])
  })
})

test('a variable or an inline expression is a text, or says what it is', () => {
  const { script } = scriptWith(['github.event_name', 'vars.A', 'github.sha', 'github.base_ref'])
  expect([script.inline(0), script.variable('B'), script.variable('C')]).toEqual([
    'pull_request',
    'b',
    undefined,
  ])
  expect([script.variable('A'), script.inline(1), script.inline(2), script.inline(3)]).toMatchObject([
    { what: 'github.head_ref', harmless: false, byAuthor: true },
    { what: 'vars.a', harmless: false, byAuthor: false },
    { what: 'github.sha', harmless: true, byAuthor: true },
    { what: 'github.base_ref', harmless: false, byAuthor: false },
  ])
})

test.each([
  ['github.head_ref matches v*', 'author', 1],
  ['github.event.number matches 1', 'author', 1],
  ['github.base_ref matches v*', 'author', 1],
  ['github.ref matches v*', 'author', 1],
  ['github.reference matches v*', 'unknown', 100],
  ['mygithub.ref matches v*', 'unknown', 100],
  ['vars.MODE matches v*', 'unknown', 100],
])('%s is decided by: %s', (question, source, cost) => {
  const no = scriptWith([])
  expect([no.script.either(question), no.asked(), no.costs()]).toEqual([
    false,
    [`${source} | ${question} | not so: ${question}`],
    [cost],
  ])
  const yes = scriptWith([], [1])
  expect([yes.script.either(question), yes.asked()]).toEqual([
    true,
    [`${source} | ${question} | ${question}`],
  ])
})

test('how a command ends is asked of the step', () => {
  const { script, asked } = scriptWith([])
  expect([script.succeeds('./a'), script.succeeds('./b'), script.nolapse('')]).toEqual([true, false, true])
  expect(asked()).toEqual(['case | nolapse | nolapse passes'])
})
