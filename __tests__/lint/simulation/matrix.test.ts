/** The legs of a matrix, and their values. */
import { describe, expect, test } from '@jest/globals'
import { present } from '../../../src/lint/present.ts'
import { legsOf } from '../../../src/lint/simulation/matrix.ts'
import { treeValue } from '../../../src/lint/simulation/tree-value.ts'
import type { Known } from '../../../src/lint/simulation/value.ts'
import { onPullRequest, workflowOf } from '../../support/lint.ts'
import { evaluated, worldOf } from '../../support/world.ts'

const legs = async (matrix: string) => {
  const workflow = await workflowOf(
    onPullRequest(`
  job:
    strategy: {matrix: ${matrix}}
    runs-on: ubuntu-latest
    steps: [{run: ./test}]
`),
  )
  return legsOf(workflow.jobs[0]?.matrix)
}

const suffixes = async (matrix: string) =>
  (await legs(matrix))?.map(leg => (leg.computed ? 'computed' : leg.suffixes.join(' or ')))

describe('the legs of', () => {
  test.each([
    ['{a: [x, y], b: [1, 2]}', [' (x, 1)', ' (x, 2)', ' (y, 1)', ' (y, 2)']],
    ['{a: []}', []],
    ["{a: [x, '${{ vars.A }}']}", ['computed']],
    ["{a: ['${{ vars.A }}', x]}", ['computed']],
    ["{a: [x], b: [{c: d, e: ['${{ vars.A }}', f]}]}", ['computed']],
    ["{a: '${{ fromJSON(vars.A) }}'}", ['computed']],
    ["'${{ fromJSON(vars.A) }}'", ['computed']],
    ["{a: [x], include: '${{ fromJSON(vars.A) }}'}", ['computed']],
    // Objects and lists are compared as a whole.
    [
      '{a: [{b: c, d: [e]}, {b: c, d: [f]}, {b: x, d: [e]}], exclude: [{a: {b: c, d: [e]}}]}',
      [' (c, f)', ' (x, e)'],
    ],
    ['{a: [{b: c}, {d: c}], exclude: [{a: {d: c}}]}', [' (c)']],
    ['{a: [[x], [y], [x, y]], exclude: [{a: [x]}]}', [' (y)', ' (x, y)']],
    ['{a: [x, y], exclude: [{a: x}, {a: y}]}', []],
    ['{a: [x, y], b: [1, 2], exclude: [{a: x, b: 2}, {b: 1}]}', [' (y, 2)']],
    // A name that is not in the matrix excludes nothing.
    ['{a: [x], exclude: [{b: x}]}', [' (x)']],
    ['{include: [{a: x}, {a: y}]}', [' (x)', ' (y)']],
    ['{a: [x, y], include: [{a: x, b: 1}]}', [' (x) or  (x, 1)', ' (y)']],
    ['{a: [x, y], include: [{b: 1}]}', [' (x) or  (x, 1)', ' (y) or  (y, 1)']],
    ['{a: [x, y], include: [{a: z, b: 1}]}', [' (x)', ' (y)', ' (z, 1)']],
    ['{a: [x, y], include: [{a: z, b: 1}, {b: 2}]}', [' (x) or  (x, 2)', ' (y) or  (y, 2)', ' (z, 1)']],
    ['{a: [x], b: [1], include: [{a: x, b: 2, c: 3}]}', [' (x, 1)', ' (x, 2, 3)']],
  ])('%s', async (matrix, expected) => expect(await suffixes(matrix)).toEqual(expected))

  const list = (length: number) => `[${Array.from({ length }, (_, number) => number).join(', ')}]`

  test.each([
    [`{a: ${list(256)}}`, 256],
    [`{a: ${list(16)}, b: ${list(16)}}`, 256],
    [`{a: ${list(2)}, b: ${list(128)}}`, 256],
  ])('as many as GitHub runs', async (matrix, length) => {
    expect(await legs(matrix)).toHaveLength(length)
  })

  test.each([`{a: ${list(257)}}`, `{a: ${list(16)}, b: ${list(17)}}`, `{a: ${list(2)}, b: ${list(129)}}`])(
    'more than GitHub runs',
    async matrix => expect(await suffixes(matrix)).toEqual(['computed']),
  )
})

test('a leg has the values of the file, by type', async () => {
  const [leg] =
    (await legs(
      "{a: [{text: x, number: 1.5, hex: 0x10, on: true, off: false, none: null, quoted: '1', list: [2, y]}]}",
    )) ?? []
  const a = treeValue(present(leg?.values.get('a')))
  const json = evaluated('toJSON(job)', worldOf(), { job: a }) as Known
  expect(JSON.parse(json.coerceString())).toEqual({
    text: 'x',
    number: 1.5,
    hex: 16,
    on: true,
    off: false,
    none: null,
    quoted: '1',
    list: [2, 'y'],
  })
})
