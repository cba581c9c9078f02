import { describe, expect, test } from '@jest/globals'
import {
  expressionsOf,
  hasStatusFunction,
  parseExpression,
  pathOf,
  pathsOf,
  reads,
  referencesOf,
  walk,
} from '../../src/lint/expression.ts'
import type { StepsJob } from '../../src/lint/workflow.ts'
import { workflowOf } from '../support/lint.ts'

const parsed = (text: string) => parseExpression(text, { line: 1, column: 1 })
const paths = (text: string) => [...pathsOf(parsed(text).tree)].map(path => path.join('.'))
const written = (text: string) => [...referencesOf(parsed(text).tree)].map(one => one.written)

describe('the paths that an expression reads', () => {
  test.each([
    ['needs.Gate.outputs.valid', ['needs.gate.outputs.valid']],
    ['!needs.a.result', ['needs.a.result']],
    ['(needs.a.result)', ['needs.a.result']],
    ['(needs.a).result', ['needs.a.result']],
    ['(!vars.A)', ['vars.a']],
    ["(needs.a.result == 'x') && !(vars.A || vars.B)", ['needs.a.result', 'vars.a', 'vars.b']],
    ['vars.A < vars.B', ['vars.a', 'vars.b']],
    ["contains(needs.*.result, 'failure')", ['needs.*.result']],
    ["needs['Gate'].result", ['needs.gate.result']],
    ['needs[matrix.job].result', ['needs.*.result', 'matrix.job']],
    ['(needs[matrix.job]).result', ['needs.*.result', 'matrix.job']],
    ['needs[vars[matrix.name]]', ['needs.*', 'vars.*', 'matrix.name']],
    ['fromJSON(vars.LIST)[matrix.index].name', ['vars.list', 'matrix.index']],
    ["'text'", []],
    ['1 == 2', []],
  ])('of %s are %j', (text, expected) => {
    expect(paths(text)).toEqual(expected)
  })

  test.each([
    ['needs.Gate.outputs.Valid', ['needs.Gate.outputs.Valid']],
    ['(Needs.Gate).result', ['Needs.Gate.result']],
    ["needs['Gate'].result", ['needs.Gate.result']],
    ['Needs.*.Result', ['Needs.*.Result']],
    ['needs[matrix.Job].result', ['needs.*.result', 'matrix.Job']],
  ])('of %s are written %j', (text, expected) => {
    expect(written(text)).toEqual(expected)
  })

  test('what is not a chain of names has no path', () => {
    expect(pathOf(parsed('fromJSON(vars.A).b').tree)).toBeUndefined()
    expect(pathOf(parsed("'needs'").tree)).toBeUndefined()
    expect(pathOf(parsed('((needs))').tree)).toEqual(['needs'])
  })
})

test.each([
  [
    '!(a == b)'.replaceAll('a', 'vars').replaceAll('b', 'env'),
    'Unary Grouping Binary ContextAccess ContextAccess',
  ],
  ["fromJSON('1')['x']", 'IndexAccess FunctionCall Literal Literal'],
  ['vars && env && github', 'Logical ContextAccess ContextAccess ContextAccess'],
])('a walk of %s visits every node', (text, expected) => {
  expect([...walk(parsed(text).tree)].map(node => node.constructor.name).join(' ')).toBe(expected)
})

test.each([
  ['always()', true],
  ['Success()', true],
  ["failure() && vars.A == 'x'", true],
  ["vars.A == 'x' && !cancelled()", true],
  ["vars.A == 'x'", false],
  ["contains(vars.A, 'always')", false],
  ["hashFiles('always')", false],
])('%s has a status function: %s', (text, expected) => {
  expect(hasStatusFunction(parsed(text))).toBe(expected)
})

describe('a value', () => {
  async function runOf(run: string) {
    const { jobs } = await workflowOf(
      `on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: [{run: ${JSON.stringify(run)}}]\n`,
    )
    const [step] = (jobs[0] as StepsJob).steps
    return step?.kind === 'run' ? step.run : undefined
  }

  test.each([
    ['make', []],
    ['${{ github.sha }}', ['github.sha']],
    ['a ${{ github.sha }} b ${{ vars.A }}', ['github.sha', 'vars.A']],
  ])('%s has the expressions %j', async (run, expected) => {
    expect(expressionsOf(await runOf(run)).map(({ text }) => text.trim())).toEqual(expected)
  })

  test.each([
    ['make github', false],
    ['${{ vars.A }}', false],
    ['${{ github.sha }}', true],
    ["a ${{ format('{0}{1}', vars.A, github.sha) }}", true],
    ["a ${{ 'github' }}", false],
    ['${{ vars.github }}', false],
  ])('%s reads the context github: %s', async (run, expected) => {
    expect(reads(await runOf(run), 'github')).toBe(expected)
  })

  test('that is missing reads nothing', () => {
    expect([expressionsOf(undefined), reads(undefined, 'github')]).toEqual([[], false])
  })
})
