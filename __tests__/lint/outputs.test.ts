import { describe, expect, test } from '@jest/globals'
import { originOf, outputsOfJob, outputsOfStep } from '../../src/lint/outputs.ts'
import type { StepsJob } from '../../src/lint/workflow.ts'
import { workflowOf } from '../support/lint.ts'

const FILES = {
  '.github/workflows/called.yml': `on:
  workflow_call:
    outputs:
      flag: {value: '\${{ jobs.inner.outputs.flag }}'}
      word: {value: '\${{ jobs.inner.outputs.word }}'}
      why: {value: '\${{ jobs.Inner.outputs.why }}'}
jobs:
  inner:
    runs-on: ubuntu-latest
    outputs:
      flag: '\${{ steps.gate.outputs.valid }}'
      why: '\${{ steps.gate.outputs.reason }}'
      word: '\${{ steps.gate.outputs.org_id }}'
    steps: [{id: gate, uses: nolapse/token-action@v1}]
`,
  '.github/workflows/not-callable.yml': 'on: push\njobs: {a: {runs-on: x, steps: [{run: a}]}}\n',
  'ci/action.yml': `name: CI
description: All of it
outputs:
  flag: {description: f, value: '\${{ steps.inner.outputs.valid }}'}
  outer: {description: o, value: '\${{ steps.gate.outputs.valid }}'}
  none: {description: n}
runs:
  using: composite
  steps: [{id: inner, uses: nolapse/token-action@v1}]
`,
}

const TEXT = `on: pull_request
jobs:
  call: {uses: ./.github/workflows/called.yml}
  unreadable: {uses: ./.github/workflows/not-callable.yml}
  external: {uses: acme/ci/.github/workflows/x.yml@v1}
  token: {uses: nolapse/token-action/.github/workflows/token-gate.yml@v1}
  job:
    runs-on: ubuntu-latest
    strategy: {matrix: {gate: [a]}}
    outputs:
      yes: 'true'
      no: 'false'
      both: 'true\${{ steps.gate.outputs.valid }}'
      empty: ''
      text: something
      number: 3
      equal: '\${{ vars.A == vars.B }}'
      not: '\${{ !vars.A }}'
      grouped: '\${{ (vars.A == vars.B) }}'
      plain: '\${{ (vars.A) }}'
      contains: "\${{ Contains(vars.A, 'x') }}"
      starts: "\${{ startsWith(vars.A, 'x') }}"
      ends: "\${{ endsWith(vars.A, 'x') }}"
      joined: "\${{ join(vars.A, 'x') }}"
      all: '\${{ vars.A == 1 && (vars.B == 2 || !vars.C) }}'
      some: '\${{ vars.A == 1 || vars.B }}'
      reasons: '\${{ steps.gate.outputs.reason && steps.gate.outputs.scopes }}'
      literal: "\${{ 'true' }}"
      valid: '\${{ steps.gate.outputs.valid }}'
    steps:
      - {id: Gate, uses: nolapse/token-action@v1}
      - {id: run, uses: nolapse/token-action/run@v1}
      - {id: green, uses: re-actors/alls-green@v1, with: {jobs: '\${{ toJSON(needs) }}'}}
      - {id: red, uses: re-actors/alls-green@v1, with: {jobs: '\${{ toJSON(vars) }}'}}
      - {id: ci, uses: ./ci}
      - {id: gone, uses: ./gone}
      - {id: script, run: nolapse run}
      - {run: ./x}
`

const workflow = await workflowOf(TEXT, { files: FILES })
const job = (id: string) => workflow.jobs.find(one => one.id === id)
const { steps } = job('job') as StepsJob
const origin = (path: string) => originOf(path.split('.'), { workflow, steps })

describe('the kind of text', () => {
  test.each([
    ['steps.gate.outputs.valid', 'boolean'],
    ['steps.gate.outputs.reason', 'never-empty'],
    ['steps.gate.outputs.scopes', 'never-empty'],
    ['steps.gate.outputs.org_id', 'other'],
    ['steps.run.outputs.valid', 'boolean'],
    ['steps.run.outputs.reason', 'never-empty'],
    ['steps.run.outputs.exit_code', 'other'],
    ['steps.green.outputs.result', 'never-empty'],
    ['steps.green.outputs.success', 'boolean'],
    ['steps.green.outputs.failure', 'boolean'],
    ['steps.red.outputs.success', 'other'],
    ['steps.ci.outputs.flag', 'boolean'],
    ['steps.ci.outputs.outer', 'other'],
    ['steps.ci.outputs.none', 'other'],
    ['steps.ci.outputs.undeclared', 'other'],
    ['steps.gone.outputs.valid', 'other'],
    ['steps.script.outputs.valid', 'other'],
    ['steps.nowhere.outputs.valid', 'other'],
    ['steps.gate.outcome.valid', 'other'],
    ['steps.gate.outputs', 'other'],
    ['steps.gate', 'other'],
    ['steps', 'other'],
    ['needs.job.outputs', 'other'],
    ['needs.job.result', 'other'],
    ['needs.job.result.valid', 'other'],
    ['needs.nowhere.outputs.valid', 'other'],
    ['matrix.job.outputs.valid', 'other'],
    ['jobs.job.outputs.valid', 'boolean'],
    ['needs.call.outputs.flag', 'boolean'],
    ['needs.call.outputs.why', 'never-empty'],
    ['needs.call.outputs.word', 'other'],
    ['needs.call.outputs.undeclared', 'other'],
    ['needs.unreadable.outputs.flag', 'other'],
    ['needs.external.outputs.flag', 'other'],
    ['needs.token.outputs.valid', 'boolean'],
    ['needs.token.outputs.reason', 'never-empty'],
  ])('of %s is %s', (path, expected) => {
    expect(origin(path)).toBe(expected)
  })

  test.each([
    ['yes', 'boolean'],
    ['no', 'boolean'],
    ['both', 'other'],
    ['empty', 'other'],
    ['text', 'other'],
    ['number', 'other'],
    ['equal', 'boolean'],
    ['not', 'boolean'],
    ['grouped', 'boolean'],
    ['plain', 'other'],
    ['contains', 'boolean'],
    ['starts', 'boolean'],
    ['ends', 'boolean'],
    ['joined', 'other'],
    ['all', 'boolean'],
    ['some', 'other'],
    ['reasons', 'other'],
    ['literal', 'boolean'],
    ['valid', 'boolean'],
    ['undeclared', 'other'],
  ])("of a job's output %s is %s", (name, expected) => {
    expect(origin(`needs.job.outputs.${name}`)).toBe(expected)
  })
})

test.each([
  ['gate', ['valid', 'reason', 'org_id', 'scopes', 'request_id']],
  ['run', ['valid', 'reason', 'org_id', 'scopes', 'request_id', 'exit_code']],
  ['green', ['result', 'success', 'failure']],
  ['red', undefined],
  ['ci', ['flag', 'outer', 'none']],
  ['gone', undefined],
  ['script', undefined],
])('the step %s can have the outputs %j', (id, expected) => {
  const step = steps.find(one => one.id?.toLowerCase() === id)
  expect(step && outputsOfStep(step)).toEqual(expected)
})

test.each([
  ['call', ['flag', 'word', 'why']],
  ['unreadable', undefined],
  ['external', undefined],
  ['token', ['valid', 'reason', 'org_id', 'scopes']],
])('the job %s can have the outputs %j', (id, expected) => {
  const found = job(id)
  expect(found && outputsOfJob(found)).toEqual(expected)
})
