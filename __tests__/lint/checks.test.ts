import { describe, expect, test } from '@jest/globals'
import { checksOf, jobChecksOf, named, passes, unknownChecks } from '../../src/lint/checks.ts'
import { Decisions } from '../../src/lint/decisions.ts'
import type { MergeEvent, Platform } from '../../src/lint/findings.ts'
import { circumstancesOf } from '../../src/lint/prove.ts'
import { WorkflowRun } from '../../src/lint/simulation/run.ts'
import { World } from '../../src/lint/simulation/world.ts'
import { type Files, workflowOf } from '../support/lint.ts'

const STEPS = 'runs-on: x, steps: [{run: a}]'
const CALLED = '.github/workflows/called.yml'
const called = (jobs: string) => ({ [CALLED]: `on: {workflow_call: {}}\njobs:\n${jobs}\n` })

interface Setting {
  files?: Files
  platform?: Platform
  head?: string
}

const read = (jobs: string, { head = '', ...more }: Setting = {}) =>
  workflowOf(`${head}on: [pull_request, merge_group]\njobs:\n${jobs}\n`, more)

const checks = async (jobs: string, setting: Setting = {}) => checksOf(await read(jobs, setting))

const names = async (jobs: string, setting: Setting = {}) =>
  (await checks(jobs, setting)).map(({ name }) => name)

describe('the names of the checks', () => {
  test.each([
    [`  a: {${STEPS}}`, ['a']],
    [`  a: {name: Tests, ${STEPS}}`, ['Tests']],
    [`  a: {name: 'On \${{ vars.OS }}', ${STEPS}}`, ['On …']],
    [`  a: {strategy: {matrix: {os: [x, y]}}, ${STEPS}}`, ['a (x)', 'a (y)']],
    [`  a: {name: Tests, strategy: {matrix: {os: [x, y]}}, ${STEPS}}`, ['Tests (x)', 'Tests (y)']],
    [`  a: {strategy: {matrix: '\${{ fromJSON(vars.M) }}'}, ${STEPS}}`, ['a (…)']],
    [`  a: {name: T, strategy: {matrix: '\${{ fromJSON(vars.M) }}'}, ${STEPS}}`, ['T (…)']],
    [`  a: {name: 'On \${{ matrix.os }}', strategy: {matrix: {os: [x, y]}}, ${STEPS}}`, ['On x', 'On y']],
    [`  a: {name: '\${{ matrix.B }}', strategy: {matrix: {a: [x], b: [1, true]}}, ${STEPS}}`, ['1', 'true']],
    [`  a: {name: '\${{ matrix.c }}', strategy: {matrix: {a: [x]}}, ${STEPS}}`, ['…']],
    [`  a: {name: '\${{ inputs.a }}', strategy: {matrix: {a: [x]}}, ${STEPS}}`, ['…']],
    [`  a: {name: '\${{ matrix.a.b }}', strategy: {matrix: {a: [x]}}, ${STEPS}}`, ['…']],
    [`  a: {name: '\${{ matrix.a }}', strategy: {matrix: {a: [{b: x}]}}, ${STEPS}}`, ['…']],
    [`  a: {name: "\${{ format('{0}', matrix.a) }}", strategy: {matrix: {a: [x]}}, ${STEPS}}`, ['…']],
    [`  a: {name: '\${{ matrix.s }}', ${STEPS}}`, ['…']],
    ['  a: {uses: acme/ci/.github/workflows/x.yml@v1}', ['a / …']],
    ['  a: {name: All, uses: ./.github/workflows/gone.yml}', ['All / …']],
  ])('of %s are %j', async (jobs, expected) => {
    expect(await names(jobs)).toEqual(expected)
  })

  test('of called workflows have the name of the caller before them, and the same job is one unit', async () => {
    const files = called(`  b: {name: In, ${STEPS}}\n  c: {${STEPS}}`)
    const workflow = await read(`  a: {strategy: {matrix: {os: [x, y]}}, uses: ./${CALLED}}`, { files })
    expect(
      jobChecksOf(workflow).map(({ path, job, checks }) => [path, job.id, checks.map(({ name }) => name)]),
    ).toEqual([
      ['a / b', 'b', ['a (x) / In', 'a (y) / In']],
      ['a / c', 'c', ['a (x) / c', 'a (y) / c']],
    ])
    expect(
      jobChecksOf(workflow)[1]?.checks.map(({ places }) => places.map(({ job, leg }) => [job.id, leg])),
    ).toEqual([
      [
        ['a', 0],
        ['c', 0],
      ],
      [
        ['a', 1],
        ['c', 0],
      ],
    ])
  })
})

describe('a name belongs to a check', () => {
  const COMPUTED = `  a: {strategy: {matrix: '\${{ fromJSON(vars.M) }}'}, ${STEPS}}`
  test.each<[string, string, boolean, Setting?, MergeEvent?]>([
    [`  a.b: {${STEPS}}`.replace('a.b', 'ab'), 'ab', true],
    [`  ab: {${STEPS}}`, 'abc', false],
    [`  ab: {${STEPS}}`, 'cab', false],
    [`  a: {name: a.b, ${STEPS}}`, 'acb', false],
    [`  a: {name: 'On \${{ vars.OS }}', ${STEPS}}`, 'On x', true],
    [`  a: {name: 'On \${{ vars.OS }}', ${STEPS}}`, 'On x\ny', true],
    [`  a: {name: 'On \${{ vars.OS }}', ${STEPS}}`, 'On ', false],
    [`  a: {name: 'On \${{ vars.OS }}', ${STEPS}}`, 'On …', true],
    [COMPUTED, 'a (x)', true],
    [COMPUTED, 'a x', false],
    [COMPUTED, 'a (x', false],
    [COMPUTED, 'ax)', false],
    ['  a: {uses: acme/ci/.github/workflows/x.yml@v1}', 'a / b', true],
    ['  a: {uses: acme/ci/.github/workflows/x.yml@v1}', 'a b', false],
    // Only Forgejo and Gitea put the workflow and the event around it.
    [`  a: {${STEPS}}`, 'ci.yml / a (pull_request)', false],
    [`  a: {${STEPS}}`, 'ci.yml / a (pull_request)', true, { platform: 'forgejo' }],
    [`  a: {${STEPS}}`, 'a', true, { platform: 'forgejo' }],
    [`  a: {${STEPS}}`, 'ci.yml / a (merge_group)', false, { platform: 'gitea' }],
    [`  a: {${STEPS}}`, 'ci.yml / a (merge_group)', true, { platform: 'gitea' }, 'merge_group'],
    [`  a: {${STEPS}}`, 'ciXyml / a (pull_request)', false, { platform: 'gitea' }],
    [`  a: {${STEPS}}`, 'C / ci.yml / a (pull_request)', false, { platform: 'gitea' }],
    [`  a: {${STEPS}}`, 'ci.yml / a (pull_request) b', false, { platform: 'gitea' }],
    [`  a: {${STEPS}}`, 'C (x) / a (pull_request)', true, { platform: 'gitea', head: 'name: C (x)\n' }],
    [
      `  a: {name: 'On \${{ vars.OS }}', ${STEPS}}`,
      'ci.yml / On x\ny (pull_request)',
      true,
      { platform: 'forgejo' },
    ],
  ])('%s: %j: %s', async (jobs, name, expected, setting = {}, event = 'pull_request') => {
    const [check] = await checks(jobs, setting)
    expect(check?.matches(name, event)).toBe(expected)
  })

  test('for certain before others that could have it by chance', async () => {
    const all = (
      await checks(`  a: {name: 'On \${{ vars.OS }}', ${STEPS}}\n  b: {name: On x, ${STEPS}}`)
    ).map(check => ({ check }))
    const found = (name: string) => named(all, name, 'pull_request').map(({ check }) => check.name)
    expect([found('On x'), found('On y'), found('y')]).toEqual([['On x'], ['On …'], []])
  })
})

test.each<[Platform, string, string]>([
  ['github', '', 'a'],
  ['github', 'name: Tests\n', 'a'],
  ['forgejo', '', 'ci.yml / a (merge_group)'],
  ['gitea', 'name: Tests\n', 'Tests / a (merge_group)'],
])('on %s, the name to require with the head %j is %s', async (platform, head, expected) => {
  const [check] = await checks(`  a: {${STEPS}}`, { platform, head })
  expect(check?.reportedOn('merge_group')).toBe(expected)
})

test('required names that no check has come with the closest names', async () => {
  const jobs = ['unit', 'units', 'lint', 'verdict'].map(id => `  ${id}: {${STEPS}}`).join('\n')
  const workflow = await read(jobs)
  expect(unknownChecks([workflow, workflow], ['unit', 'Uni', 'ci.yml / unit (merge_group)'])).toEqual([
    { name: 'Uni', closest: ['unit', 'units', 'lint'] },
    { name: 'ci.yml / unit (merge_group)', closest: expect.any(Array) },
  ])
  const forgejo = await read(jobs, { platform: 'forgejo' })
  const known = ['ci.yml / unit (merge_group)', 'ci.yml / unit (pull_request)', 'unit']
  expect(unknownChecks([workflow, forgejo], known)).toEqual([])
})

describe('in the usual run, a required check', () => {
  const files = called(`  b: {${STEPS}}\n  c: {if: false, ${STEPS}}`)
  test.each([
    [`  a: {${STEPS}}`, [true]],
    // GitHub counts a skipped job as a success.
    [`  a: {if: false, ${STEPS}}`, [true]],
    // A skipped matrix, and a skipped call, report under another name.
    [`  a: {if: false, strategy: {matrix: {os: [x]}}, ${STEPS}}`, [false]],
    ['  a: {if: false, uses: acme/ci/.github/workflows/x.yml@v1}', [false]],
    [`  a: {if: false, uses: ./${CALLED}}`, [false, false]],
    [`  a: {uses: ./${CALLED}}`, [true, true]],
    ['  a: {uses: acme/ci/.github/workflows/x.yml@v1}', [true]],
    [`  a: {if: "fromJSON('')", ${STEPS}}`, [false]],
    [`  a: {runs-on: x, steps: [{run: exit 1}]}`, [false]],
    [
      `  a: {strategy: {matrix: {os: [x, y]}}, runs-on: x, steps: [{if: matrix.os == 'y', run: exit 1}]}`,
      [true, false],
    ],
  ])('of %s passes: %j', async (jobs, expected) => {
    const workflow = await read(jobs, { files })
    const run = new WorkflowRun(
      new World(circumstancesOf(workflow, 'pull_request', undefined), new Decisions()),
      workflow,
    )
    const all = checksOf(workflow)
    expect(all.map(check => passes(run, check))).toEqual(expected)
  })
})
