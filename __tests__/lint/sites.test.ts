/** Each expression of the workflow is named after its place. */
import { expect, test } from '@jest/globals'
import { sitesOf } from '../../src/lint/sites.ts'
import { workflowOf } from '../support/lint.ts'

const FILES = {
  'ci/action.yml': `name: CI
description: All of it
outputs: {a: {description: a, value: '\${{ env.composite_output }}'}}
runs:
  using: composite
  steps:
    - if: env.composite_condition
      name: '\${{ env.composite_name }}'
      env: {A: '\${{ env.composite_env }}'}
      run: '\${{ env.composite_run }}'
      shell: bash
    - uses: ./ci/inner
      with: {a: '\${{ env.composite_with }}'}
`,
  'ci/inner/action.yml': `name: Inner
description: The rest
runs:
  using: composite
  steps: [{run: 'echo \${{ env.inner_run }}', shell: bash}]
`,
}

const TEXT = `name: CI
on:
  pull_request:
  workflow_call:
    outputs: {a: {value: '\${{ jobs.steps.outputs.a }}'}}
env: {A: '\${{ github.workflow_env }}', B: text}
jobs:
  steps:
    if: vars.job_condition
    name: 'a \${{ vars.job_name }}'
    strategy:
      matrix:
        list: ['\${{ vars.matrix_list }}', text]
        include: [{list: '\${{ vars.matrix_map }}'}]
    env: {A: '\${{ vars.job_env }}'}
    continue-on-error: \${{ vars.job_tolerant == 'x' }}
    runs-on: ['\${{ vars.runs_on }}', text]
    outputs: {a: '\${{ vars.job_output }}'}
    environment: {name: '\${{ vars.environment }}', url: '\${{ vars.url }}'}
    steps:
      - if: vars.step_condition
        name: '\${{ vars.step_name }}'
        continue-on-error: \${{ vars.step_tolerant == 'x' }}
        env: {A: '\${{ vars.step_env }}', B: '\${{ vars.step_second }}'}
        run: 'a \${{ vars.run_first }} b \${{ vars.run_second }}'
      - if: always()
        uses: ./ci
        with: {a: '\${{ vars.step_with }}'}
      - uses: ./gone
        with: {a: '\${{ vars.gone_with }}'}
      - uses: acme/x@v1
  whole: {runs-on: '\${{ vars.plain_runs_on }}', environment: '\${{ vars.plain_environment }}', steps: [{run: a}]}
  call:
    if: vars.call_condition
    name: '\${{ vars.call_name }}'
    strategy: {matrix: '\${{ fromJSON(vars.call_matrix) }}'}
    uses: ./.github/workflows/gone.yml
    with: {a: '\${{ vars.call_with }}'}
    secrets: {a: '\${{ secrets.passed }}'}
  inherits:
    uses: ./.github/workflows/gone.yml
    with: {a: '\${{ vars.inherits_with }}'}
    secrets: inherit
`

test('every expression of a workflow is found once, with what is around it', async () => {
  const workflow = await workflowOf(TEXT, { files: FILES })
  const found = [...sitesOf(workflow)].map(({ expression, isCondition, file, job, steps, ...site }) => {
    expect(site.workflow).toBe(workflow)
    return [
      expression.text.trim(),
      isCondition ? 'if' : '',
      file.replace('.github/workflows/', ''),
      job?.id ?? '',
      steps.length,
    ].join(' | ')
  })
  expect(found).toEqual([
    'github.workflow_env |  | ci.yml |  | 0',
    'jobs.steps.outputs.a |  | ci.yml |  | 0',
    'vars.job_condition | if | ci.yml | steps | 0',
    'vars.job_name |  | ci.yml | steps | 0',
    'vars.matrix_list |  | ci.yml | steps | 0',
    'vars.matrix_map |  | ci.yml | steps | 0',
    'vars.job_env |  | ci.yml | steps | 0',
    "vars.job_tolerant == 'x' |  | ci.yml | steps | 0",
    'vars.runs_on |  | ci.yml | steps | 0',
    'vars.job_output |  | ci.yml | steps | 4',
    'vars.environment |  | ci.yml | steps | 4',
    'vars.url |  | ci.yml | steps | 4',
    'vars.step_condition | if | ci.yml | steps | 4',
    'vars.step_name |  | ci.yml | steps | 4',
    "vars.step_tolerant == 'x' |  | ci.yml | steps | 4",
    'vars.step_env |  | ci.yml | steps | 4',
    'vars.step_second |  | ci.yml | steps | 4',
    'vars.run_first |  | ci.yml | steps | 4',
    'vars.run_second |  | ci.yml | steps | 4',
    'always() | if | ci.yml | steps | 4',
    'vars.step_with |  | ci.yml | steps | 4',
    'env.composite_output |  | ci/action.yml | steps | 2',
    'env.composite_condition | if | ci/action.yml | steps | 2',
    'env.composite_name |  | ci/action.yml | steps | 2',
    'env.composite_env |  | ci/action.yml | steps | 2',
    'env.composite_run |  | ci/action.yml | steps | 2',
    'env.composite_with |  | ci/action.yml | steps | 2',
    'env.inner_run |  | ci/inner/action.yml | steps | 1',
    'vars.gone_with |  | ci.yml | steps | 4',
    'vars.plain_runs_on |  | ci.yml | whole | 0',
    'vars.plain_environment |  | ci.yml | whole | 1',
    'vars.call_condition | if | ci.yml | call | 0',
    'vars.call_name |  | ci.yml | call | 0',
    'fromJSON(vars.call_matrix) |  | ci.yml | call | 0',
    'vars.call_with |  | ci.yml | call | 0',
    'secrets.passed |  | ci.yml | call | 0',
    'vars.inherits_with |  | ci.yml | inherits | 0',
  ])
})
