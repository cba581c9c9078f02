import { describe, expect, test } from '@jest/globals'
import { judge } from '../../../src/lint/judge.ts'
import { findingsOf, workflowOf } from '../../support/lint.ts'

const job = (name: string, condition = '') => `
  ${name}:${condition && `\n    if: \${{ ${condition} }}`}
    runs-on: ubuntu-latest
    steps: [{run: nolapse run}]
`

const of = async (texts: string[], required: string[] | null) => {
  const workflows = await Promise.all(
    texts.map((text, number) => workflowOf(text, { file: `w${number}.yml` })),
  )
  return judge(workflows, { required }).findings.filter(({ rule }) => rule === 'ambiguous-check')
}

test('two workflows that report the required name are ambiguous', async () => {
  const texts = [`on: pull_request\njobs:${job('coverage')}`, `on: pull_request\njobs:${job('coverage')}`]
  expect(await of(texts, ['coverage'])).toMatchObject([
    {
      file: 'w1.yml',
      line: 3,
      message:
        'Two jobs report the check `coverage` for one commit (pull_request): the job `coverage` of w0.yml and the job `coverage` of w1.yml. If one passes, it can hide a failure of the other.',
      remedy: 'Give one of the two jobs another `name`.',
    },
  ])
  expect(await of(texts, null)).toHaveLength(1)
})

test('two jobs of one workflow with one name are ambiguous', async () => {
  const text = `on: pull_request\njobs:${job('a').replace('runs-on', 'name: coverage\n    runs-on')}${job('coverage')}`
  expect(await of([text], ['coverage'])).toHaveLength(1)
})

test('names that differ, or workflows that never run for one commit, are not ambiguous', async () => {
  expect(
    await of([`on: pull_request\njobs:${job('a')}`, `on: pull_request\njobs:${job('b')}`], ['a', 'b']),
  ).toEqual([])
  expect(
    await of(
      [`on: pull_request\njobs:${job('a')}`, `on: {push: {branches: [main]}}\njobs:${job('a')}`],
      ['a'],
    ),
  ).toEqual([])
  expect(
    await of([`on: pull_request\njobs:${job('a')}`, `on: {push: {tags: ['v*']}}\njobs:${job('a')}`], ['a']),
  ).toEqual([])
  expect(
    await of([`on: pull_request\njobs:${job('a')}`, `on: merge_group\njobs:${job('a')}`], ['a']),
  ).toEqual([])
  expect(
    await of([`on: pull_request\njobs:${job('a')}`, `on: workflow_dispatch\njobs:${job('a')}`], ['a']),
  ).toEqual([])
})

test.each([
  'push',
  '{push: {branches: ["**"]}}',
  '{push: {branches-ignore: [main]}}',
  'pull_request_target',
  'pull_request_review',
  'pull_request_review_comment',
])('a workflow on %s reports for the commit as well', async event => {
  expect(
    await of([`on: pull_request\njobs:${job('a')}`, `on: ${event}\njobs:${job('a')}`], ['a']),
  ).toHaveLength(1)
})

test('two workflows that report one name in a merge queue are ambiguous', async () => {
  expect(
    await of([`on: merge_group\njobs:${job('a')}`, `on: merge_group\njobs:${job('a')}`], ['a']),
  ).toMatchObject([{ message: expect.stringContaining('merge_group') }])
})

test('one job on push and on pull_request is ambiguous if it is skipped on only one of them', async () => {
  const both = (condition: string, push = 'push:') =>
    `on:\n  pull_request:\n  ${push}\njobs:${job('coverage', condition)}`
  expect(
    await findingsOf('ambiguous-check', both("github.event_name == 'pull_request'"), {
      required: ['coverage'],
    }),
  ).toEqual([
    '5:3 The job `coverage` of .github/workflows/ci.yml reports the check `coverage` twice for one commit, for `push` and for `pull_request`, and a job that decides about it can be skipped for only one of them. → Limit `push` to the protected branches: `branches: [main]`.',
  ])
  expect(await findingsOf('ambiguous-check', both(''), { required: ['coverage'] })).toEqual([])
  expect(
    await findingsOf('ambiguous-check', both('fromJSON(github.head_ref)'), { required: ['coverage'] }),
  ).toHaveLength(1)
  expect(
    await findingsOf(
      'ambiguous-check',
      both("github.event_name == 'pull_request'", 'push: {branches: [main]}'),
      { required: ['coverage'] },
    ),
  ).toEqual([])
})

test('one job on push and on pull_request is ambiguous if one of them skips only a job before it, or a job that it calls', async () => {
  const text = `on: [push, pull_request]
jobs:${job('coverage', "github.event_name == 'pull_request'")}
  verdict:
    needs: coverage
    if: \${{ always() }}
    runs-on: ubuntu-latest
    steps: [{if: "needs.coverage.result == 'failure'", run: exit 1}]
`
  expect(await findingsOf('ambiguous-check', text, { required: ['verdict'] })).toHaveLength(1)
  const files = {
    '.github/workflows/called.yml': `on: workflow_call\njobs:${job('inner', "github.event_name == 'pull_request'")}`,
  }
  const caller = 'on: [push, pull_request]\njobs:\n  outer:\n    uses: ./.github/workflows/called.yml\n'
  expect(await findingsOf('ambiguous-check', caller, { required: ['outer / inner'], files })).toHaveLength(1)
  const external = 'on: [push, pull_request]\njobs:\n  outer:\n    uses: acme/ci/.github/workflows/x.yml@v1\n'
  expect(await findingsOf('ambiguous-check', external, { required: ['outer / inner'] })).toEqual([])
})

test('one job on push and on pull_request is ambiguous if each of them skips another job before it', async () => {
  const text = `on: [push, pull_request]
jobs:${job('a', "github.event_name == 'push'")}${job('b', "github.event_name == 'pull_request'")}
  verdict:
    needs: [a, b]
    if: \${{ always() }}
    runs-on: ubuntu-latest
    steps: [{if: "contains(needs.*.result, 'failure')", run: exit 1}]
`
  expect(await findingsOf('ambiguous-check', text, { required: ['verdict'] })).toHaveLength(1)
})

describe('one job on pull_request and on another event for the same commit', () => {
  const found = (event: string, condition: string) =>
    findingsOf('ambiguous-check', `on: [pull_request, ${event}]\njobs:${job('coverage', condition)}`, {
      required: ['coverage'],
    })

  test.each([
    'pull_request_target',
    'pull_request_review',
    'pull_request_review_comment',
    'workflow_dispatch',
  ])('is, if %s skips it', async event => {
    expect(await found(event, "github.event_name == 'pull_request'")).toEqual([
      expect.stringContaining(`twice for one commit, for \`${event}\` and for \`pull_request\``),
    ])
    expect(await found(event, '')).toEqual([])
    expect(await found(event, `github.event_name == '${event}'`)).toEqual([])
    expect(await found(event, `github.event_name != 'push'`)).toEqual([])
  })

  test.each([
    'push',
    'pull_request_target',
    'pull_request_review',
    'pull_request_review_comment',
    'workflow_dispatch',
  ])('is, if a step of it runs nolapse not for %s', async event => {
    const text = `on: [pull_request, ${event}]
jobs:
  coverage:
    runs-on: ubuntu-latest
    steps: [{if: github.event_name == 'pull_request', run: nolapse run}]
`
    expect(await findingsOf('ambiguous-check', text, { required: ['coverage'] })).toEqual([
      expect.stringContaining(`for \`pull_request\`, and for \`${event}\` it can pass without nolapse. →`),
    ])
    const other = text.replace(`'pull_request', run`, `'${event}', run`)
    expect(await findingsOf('ambiguous-check', other, { required: ['coverage'] })).toEqual([])
    const perhaps = text.replace(`'pull_request', run`, `'pull_request' || vars.X, run`)
    expect(await findingsOf('ambiguous-check', perhaps, { required: ['coverage'] })).toEqual([])
  })

  test('knows what each event says about the pull request', async () => {
    expect(await found('pull_request_target', 'github.event.pull_request.head.sha')).toEqual([])
    expect(await found('workflow_dispatch', 'github.event.pull_request')).toHaveLength(1)
    expect(await found('workflow_dispatch', "github.ref_type == 'branch'")).toHaveLength(1)
    expect(await found('pull_request_target', "github.ref_type == 'branch'")).toEqual([])
  })

  test('is, if a kind of review skips it', async () => {
    expect(await found('pull_request_review', "github.event.review.state != 'commented'")).toHaveLength(1)
    expect(await found('pull_request_review', "github.event.action != 'dismissed'")).toHaveLength(1)
    expect(await found('pull_request_review', "github.event.action != 'created'")).toEqual([])
    expect(await found('pull_request_review_comment', '!github.event.comment')).toHaveLength(1)
    expect(await found('pull_request_review', "github.ref == 'refs/pull/1/merge'")).toEqual([])
    expect(await found('pull_request_review', 'github.event.pull_request.head.sha')).toEqual([])
  })

  test('is, if an input of a dispatch skips it', async () => {
    expect(await found('workflow_dispatch', '!inputs.skip')).toHaveLength(1)
    expect(await found('pull_request_target', '!inputs.skip')).toEqual([])
  })
})
