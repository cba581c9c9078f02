/** What steps and jobs do, seen by the proof. */
import { describe, expect, test } from '@jest/globals'
import { Decisions } from '../../../src/lint/decisions.ts'
import { circumstancesOf } from '../../../src/lint/prove.ts'
import { WorkflowRun } from '../../../src/lint/simulation/run.ts'
import { World } from '../../../src/lint/simulation/world.ts'
import { findingsOf, GATE, onPullRequest, verdictOf, workflowOf } from '../../support/lint.ts'

const steps = (...lines: string[]) =>
  onPullRequest(`
  coverage:
    runs-on: ubuntu-latest
    steps:
${lines.map(line => `      ${line}`).join('\n')}
`)

const GATE_STEP = (more = '') =>
  `- {id: gate, uses: nolapse/token-action@v1, with: {token: '\${{ secrets.NOLAPSE_TOKEN }}'${more}}}`
const holds = async (text: string, required = ['coverage'], options = {}) =>
  (await verdictOf(text, required, options)).holds
const counterexample = async (text: string, required = ['coverage'], options = {}) =>
  (await verdictOf(text, required, options)).counterexample

const judgedOnPush = async (text: string) =>
  (await findingsOf('ambiguous-check', text, { required: ['coverage'] })).length

describe('the gate', () => {
  test.each([
    ["steps.gate.outputs.valid == 'true'", ', tolerate: missing', 'missing'],
    ["steps.gate.outputs.valid == 'true'", ", tolerate: 'missing, unavailable'", 'missing'],
    ["steps.gate.outputs.valid == 'true'", ', tolerate: unavailable', 'unavailable'],
    ["steps.gate.outputs.reason != 'unavailable'", ", tolerate: 'missing,unavailable'", 'unavailable'],
    ["steps.gate.outputs.reason != 'missing'", ", tolerate: 'missing,unavailable'", 'missing'],
    ["steps.gate.outputs.org_id != ''", ', tolerate: missing', 'missing'],
    ["steps.gate.outputs.scopes != '[]'", ', tolerate: missing', 'missing'],
    ["contains(fromJSON(steps.gate.outputs.scopes), 'execute')", ', tolerate: missing', 'missing'],
  ])('%s with %s is not so if the token is %s', async (condition, more, token) => {
    const text = steps(GATE_STEP(more), `- {if: "${condition}", run: nolapse run}`)
    expect(await counterexample(text)).toMatchObject({
      token,
      nolapse: 'not-run',
      jobs: { coverage: 'success' },
    })
  })

  test.each([
    "steps.gate.outputs.valid == 'true'",
    "steps.gate.outputs.reason == 'ok'",
    'steps.gate.outputs.reason',
    "steps.gate.outputs.org_id != ''",
    "contains(fromJSON(steps.gate.outputs.scopes), 'execute')",
    "steps.gate.outcome == 'success'",
    "steps.gate.outputs.nothing == ''",
  ])('after a gate that tolerates nothing, %s', async condition => {
    expect(await holds(steps(GATE_STEP(), `- {if: "${condition}", run: nolapse run}`))).toBe(true)
  })

  test('with `continue-on-error` its outputs say why', async () => {
    const gate = GATE_STEP().replace('id: gate', 'id: gate, continue-on-error: true')
    expect(
      await counterexample(steps(gate, "- {if: steps.gate.outputs.reason != 'invalid', run: nolapse run}")),
    ).toMatchObject({ token: 'refused' })
    expect(
      await counterexample(steps(gate, "- {if: steps.gate.outputs.reason != 'untrusted', run: nolapse run}")),
    ).toMatchObject({ nolapse: 'not-run' })
    expect(
      await holds(steps(gate, "- {if: steps.gate.outputs.reason == '' || true, run: nolapse run}")),
    ).toBe(true)
    expect(
      await counterexample(steps(gate, '- {if: steps.gate.outputs.request_id, run: nolapse run}')),
    ).toMatchObject({ nolapse: 'not-run' })
    expect(await holds(steps(gate, "- {if: steps.gate.conclusion == 'success', run: nolapse run}"))).toBe(
      true,
    )
  })

  test('an unknown `tolerate` makes it unproven', async () => {
    const text = steps(
      GATE_STEP(", tolerate: '${{ vars.TOLERATE }}'"),
      "- {if: steps.gate.outputs.valid == 'true', run: nolapse run}",
    )
    expect(await verdictOf(text, ['coverage'])).toMatchObject({
      holds: null,
      counterexample: { token: 'missing', assumes: ['vars.TOLERATE lists missing is set'] },
    })
  })

  test('a `tolerate` that it rejects tolerates nothing', async () => {
    const gate = GATE_STEP(", tolerate: 'everything, missing'")
    expect(await holds(steps(gate, "- {if: steps.gate.outputs.valid == 'true', run: nolapse run}"))).toBe(
      true,
    )
    const always = gate.replace('id: gate', 'id: gate, continue-on-error: true')
    expect(
      await holds(steps(always, "- {if: steps.gate.outputs.reason == 'misconfigured', run: nolapse run}")),
    ).toBe(true)
  })

  test('takes the token from the environment if the input is empty', async () => {
    const bare = '- {id: gate, uses: nolapse/token-action@v1, with: {tolerate: missing}}'
    const last = "- {if: steps.gate.outputs.valid == 'true' || failure(), run: nolapse run}"
    const missing = await counterexample(steps(bare, last))
    // Without any token it is always missing, for every author of the pull request.
    expect(missing).toMatchObject({ nolapse: 'not-run', token: 'valid' })
    const given = bare.replace('id: gate', "id: gate, env: {NOLAPSE_TOKEN: '${{ secrets.NOLAPSE_TOKEN }}'}")
    expect(await counterexample(steps(given, last))).toMatchObject({ token: 'missing' })
    const literal = bare.replace('tolerate', 'token: nlp_something, tolerate')
    expect(await holds(steps(literal, last))).toBe(true)
    const vault = bare.replace('tolerate', "token: '${{ steps.vault.outputs.token }}', tolerate")
    expect(await counterexample(steps('- {id: vault, uses: acme/vault@v1}', vault, last))).toMatchObject({
      token: 'missing',
    })
  })

  test('knows the scopes that it requires; others can be granted or not', async () => {
    const text = (scope: string, required = '') =>
      steps(
        GATE_STEP(required),
        `- {if: "contains(fromJSON(steps.gate.outputs.scopes), '${scope}')", run: nolapse run}`,
      )
    expect(await holds(text('read', ", required-scopes: 'execute, read'"))).toBe(true)
    expect(await holds(text('admin'))).toBe(null)
    expect(await holds(text('execute', ', required-scopes: none'))).toBe(null)
    expect(await holds(text('execute', ", required-scopes: '${{ vars.SCOPES }}'"))).toBe(null)
  })

  test('knows the organisation that it expects', async () => {
    const text = (more: string) =>
      steps(GATE_STEP(more), "- {if: steps.gate.outputs.org_id == 'org_a', run: nolapse run}")
    expect(await holds(text(', expected-org-id: org_a'))).toBe(true)
    expect(await holds(text(''))).toBe(null)
  })
})

describe('the run action', () => {
  const run = (more = '') =>
    `- {id: run, uses: nolapse/token-action/run@v1, with: {token: '\${{ secrets.NOLAPSE_TOKEN }}'${more}}}`

  test('is gate and nolapse in one', async () => {
    expect(await holds(steps(run()))).toBe(true)
    expect(await holds(steps(run(', tolerate: missing')))).toBe(true)
  })

  test('its step fails with nolapse, and its outputs are set', async () => {
    const tolerant = run().replace('id: run', 'id: run, continue-on-error: true')
    expect(await counterexample(steps(tolerant))).toMatchObject({ token: 'missing', nolapse: 'not-run' })
    expect(await holds(steps(tolerant, "- {if: steps.run.outputs.exit_code != '0', run: exit 1}"))).toBe(true)
    expect(
      await counterexample(steps(tolerant, "- {if: steps.run.outputs.exit_code == '', run: exit 1}")),
    ).toMatchObject({ nolapse: 'failed' })
    expect(
      await counterexample(steps(tolerant, "- {if: steps.run.outputs.valid != 'true', run: exit 1}")),
    ).toMatchObject({ nolapse: 'failed' })
  })

  test('nolapse has the token in it only if the gate found it valid', async () => {
    const workflow = await workflowOf(steps(run(), run(', command: nolapse run').replace('id: run, ', '')))
    const world = new World(circumstancesOf(workflow, 'pull_request', undefined), new Decisions())
    const starts = new WorkflowRun(world, workflow).job('coverage').legs[0]?.steps.starts
    expect(starts?.map(({ hasToken, afterGate }) => [hasToken(), afterGate])).toEqual([
      [true, true],
      [true, true],
    ])
  })

  test('its command is followed', async () => {
    expect(await holds(steps(run(', command: nolapse run --repo api')))).toBe(true)
    expect(await counterexample(steps(run(", command: 'nolapse run || true'")))).toMatchObject({
      nolapse: 'failed',
    })
    expect(await holds(steps(run(', command: make coverage')))).toBe(true)
    expect(await counterexample(steps(run(", command: 'make coverage || true'")))).toMatchObject({
      nolapse: 'failed',
    })
    for (const command of ['echo nolapse run', "'true'", 'exit 0'])
      expect(await counterexample(steps(run(`, command: ${command}`)))).toMatchObject({ nolapse: 'not-run' })
    expect(await holds(steps(run(", command: '${{ vars.COMMAND }}'")))).toBe(true)
  })
})

test("nolapse's own action is nolapse", async () => {
  expect(await holds(steps('- uses: nolapse/nolapse-action@v1'))).toBe(true)
  expect(
    await counterexample(steps('- {uses: nolapse/nolapse-action@v1, continue-on-error: true}')),
  ).toMatchObject({ nolapse: 'failed' })
})

describe('alls-green', () => {
  const green = (more = '', own = 'if: ${{ always() }}') =>
    onPullRequest(`${GATE}
  coverage:
    needs: gate
    runs-on: ubuntu-latest
    steps: [{run: nolapse run}]
  verdict:
    needs: [gate, coverage]
    ${own}
    runs-on: ubuntu-latest
    steps:
      - {id: green, uses: re-actors/alls-green@release/v1, with: {jobs: '\${{ toJSON(needs) }}'${more}}}
`)
  const by = (text: string) => verdictOf(text, ['verdict'])

  test('passes only if every needed job succeeded', async () => {
    expect(await by(green())).toMatchObject({ holds: true })
  })

  test.each([
    [", allowed-failures: 'docs, coverage'", 'failed'],
    [', allowed-skips: coverage, allowed-failures: gate', 'not-run'],
    [`, allowed-failures: '["coverage"]'`, 'failed'],
    [`, allowed-failures: '{"coverage": {}}'`, 'failed'],
    [", allowed-failures: gate, allowed-skips: '${{ toJSON(needs) }}'", 'not-run'],
  ])('with %s', async (more, nolapse) => {
    expect(await by(green(more))).toMatchObject({ holds: false, counterexample: { nolapse } })
  })

  test('with a list that cannot be known', async () => {
    expect(await by(green(", allowed-failures: '${{ vars.MAY_FAIL }}'"))).toMatchObject({ holds: null })
    expect(await by(green(", allowed-failures: '5'"))).toMatchObject({ holds: true })
    expect(await by(green(", allowed-failures: 'null'"))).toMatchObject({ holds: true })
  })

  test('passes its result to later steps', async () => {
    const quiet = (output: string, value: string) =>
      `${green().replace('id: green', 'id: green, continue-on-error: true')}      - {if: "steps.green.outputs.${output} == '${value}'", run: exit 1}\n`
    expect(await by(quiet('result', 'failure'))).toMatchObject({ holds: true })
    expect(await by(quiet('failure', 'true'))).toMatchObject({ holds: true })
    expect(await by(quiet('success', 'false'))).toMatchObject({ holds: true })
    expect(await by(quiet('other', 'x'))).toMatchObject({ holds: false })
  })

  test('without `always()` it is skipped, which passes', async () => {
    expect(await by(green('', ''))).toMatchObject({
      holds: false,
      counterexample: { jobs: { verdict: 'skipped' } },
    })
  })
})

describe('composite actions of the folder', () => {
  const action = (body: string, outputs = '') => ({
    'ci/action.yml': `name: CI
description: All of it
inputs: {how: {description: how, default: run}, other: {description: other}}
${outputs}
runs:
  using: composite
  steps:
${body}
`,
  })

  test('are followed', async () => {
    const files = action('    - {run: nolapse run, shell: bash}')
    expect(await holds(steps('- uses: ./ci'), ['coverage'], { files })).toBe(true)
    expect(
      await holds(steps('- uses: ./ci/'), ['coverage'], {
        files: { 'ci/action.yaml': files['ci/action.yml'] },
      }),
    ).toBe(true)
    expect(
      await counterexample(steps('- {uses: ./ci, continue-on-error: true}'), ['coverage'], { files }),
    ).toMatchObject({ nolapse: 'failed' })
  })

  test('get inputs, and their defaults', async () => {
    const files = action(
      "    - {if: inputs.how == 'run' && inputs.other == '', run: nolapse run, shell: bash}",
    )
    expect(await holds(steps('- uses: ./ci'), ['coverage'], { files })).toBe(true)
    expect(
      await counterexample(steps('- {uses: ./ci, with: {how: not}}'), ['coverage'], { files }),
    ).toMatchObject({ nolapse: 'not-run' })
  })

  test('pass on outputs', async () => {
    const files = action(
      "    - {id: gate, uses: nolapse/token-action@v1, with: {token: '${{ env.TOKEN }}', tolerate: missing}}",
      "outputs: {valid: {description: v, value: '${{ steps.gate.outputs.valid }}'}, broken: {description: b, value: '${{ fromJSON(steps.gate.outputs.nothing) }}'}}",
    )
    const use = (condition: string) =>
      steps(
        "- {id: ci, uses: ./ci, env: {TOKEN: '${{ secrets.NOLAPSE_TOKEN }}'}}",
        `- {if: "${condition}", run: nolapse run}`,
      )
    expect(
      await counterexample(use("steps.ci.outputs.valid == 'true'"), ['coverage'], { files }),
    ).toMatchObject({ token: 'missing' })
    expect(await holds(use("steps.ci.outputs.none == ''"), ['coverage'], { files })).toBe(true)
    expect(await holds(use("steps.ci.outputs.broken == ''"), ['coverage'], { files })).toBe(true)
  })

  test('that cannot be read or do nothing relevant can succeed or fail', async () => {
    const other = (files: Record<string, string>) =>
      holds(steps('- uses: ./ci', '- run: nolapse run'), ['coverage'], { files })
    expect(await other({})).toBe(true)
    expect(await other(action('    - {run: ./x, shell: bash}'))).toBe(true)
    expect(
      await other({ 'ci/action.yml': 'name: x\ndescription: y\nruns: {using: node24, main: x.js}' }),
    ).toBe(true)
    expect(await other({ 'ci/action.yml': 'name: x\nruns: [1]' })).toBe(true)
    expect(await other(action('    - uses: ./ci'))).toBe(true)
  })
})

describe('called workflows of the folder', () => {
  const files = {
    '.github/workflows/called.yml': `on:
  workflow_call:
    inputs: {strict: {type: boolean, default: true}, level: {type: number, default: 3}, mode: {type: string}}
    secrets: {TOKEN: {required: false}}
    outputs: {valid: {value: '\${{ jobs.inner.outputs.valid }}'}}
jobs:
  inner:
    runs-on: ubuntu-latest
    outputs: {valid: '\${{ steps.gate.outputs.valid }}'}
    steps:
      - {id: gate, uses: nolapse/token-action@v1, with: {token: '\${{ secrets.TOKEN }}', tolerate: missing}}
      - {if: inputs.strict && inputs.level == 3 && inputs.mode == '', run: nolapse run}
`,
  }
  const call = (more: string, after = '') =>
    onPullRequest(`
  outer:
    uses: ./.github/workflows/called.yml
    ${more}
${after}`)

  test('get inputs with their types, and their defaults', async () => {
    const of = (more: string) => holds(call(more), ['outer / inner'], { files })
    expect(await of('')).toBe(true)
    expect(await of('with: {strict: false}')).toBe(false)
    expect(await of('with: {level: 4}')).toBe(false)
    expect(await of("with: {strict: '${{ github.event_name == ''pull_request'' }}'}")).toBe(true)
    expect(await of("with: {mode: '${{ vars.MODE }}'}")).toBe(null)
  })

  const later = `
  report:
    needs: outer
    if: needs.outer.outputs.valid == 'true'
    runs-on: ubuntu-latest
    steps: [{run: nolapse run}]
`

  test('pass on outputs and get secrets', async () => {
    const skip = 'with: {strict: false}'
    expect(await counterexample(call(skip, later), ['outer / inner', 'report'], { files })).toMatchObject({
      token: 'valid',
      jobs: { report: 'skipped' },
    })
    const passed = "with: {strict: false}\n    secrets: {TOKEN: '${{ secrets.NOLAPSE_TOKEN }}'}"
    expect(await counterexample(call(passed, later), ['outer / inner', 'report'], { files })).toMatchObject({
      token: 'missing',
    })
    const inherit = 'with: {strict: false}\n    secrets: inherit'
    expect(await counterexample(call(inherit, later), ['outer / inner', 'report'], { files })).toMatchObject({
      token: 'missing',
    })
    expect(
      await holds(call(skip, later.replace("valid == 'true'", "none == ''")), ['outer / inner', 'report'], {
        files,
      }),
    ).toBe(true)
  })

  test('call others, but not themselves', async () => {
    const chain = {
      ...files,
      '.github/workflows/chain.yml':
        'on: workflow_call\njobs:\n  middle:\n    uses: ./.github/workflows/called.yml\n',
    }
    const of = (name: string, required: string, all: Record<string, string>) =>
      holds(
        onPullRequest(
          `\n  outer:\n    uses: ./.github/workflows/${name}.yml\n  coverage:\n    runs-on: ubuntu-latest\n    steps: [{run: nolapse run}]\n`,
        ),
        [required],
        { files: all },
      )
    expect(await of('chain', 'outer / middle / inner', chain)).toBe(true)
    const loop = {
      '.github/workflows/loop.yml':
        'on: workflow_call\njobs:\n  again:\n    uses: ./.github/workflows/loop.yml\n',
    }
    expect(await of('loop', 'coverage', loop)).toBe(true)
    expect(await of('none', 'coverage', {})).toBe(true)
    expect(
      await of('not-callable', 'coverage', {
        '.github/workflows/not-callable.yml':
          'on: push\njobs:\n  a:\n    runs-on: x\n    steps: [{run: a}]\n',
      }),
    ).toBe(true)
  })

  test('whose jobs are all skipped count as success or skipped, and which one is unknown', async () => {
    const empty = {
      '.github/workflows/called.yml':
        "on: workflow_call\njobs:\n  a:\n    if: github.event_name == 'push'\n    runs-on: x\n    steps: [{run: a}]\n",
    }
    const text = call(
      '',
      '  coverage:\n    needs: outer\n    runs-on: ubuntu-latest\n    steps: [{run: nolapse run}]\n',
    )
    expect(await verdictOf(text, ['coverage'], { files: empty })).toMatchObject({
      holds: null,
      counterexample: { jobs: { outer: 'skipped', coverage: 'skipped' } },
    })
  })

  test('a job after a cancelled call sees that', async () => {
    const after = `
  coverage:
    needs: outer
    if: \${{ always() && needs.outer.result != 'cancelled' }}
    runs-on: ubuntu-latest
    steps: [{run: nolapse run}]
`
    expect(await counterexample(call('with: {strict: false}', after), ['coverage'], { files })).toMatchObject(
      { jobs: { outer: 'cancelled', coverage: 'skipped' } },
    )
  })

  test('from other repositories can end in any way', async () => {
    const text = onPullRequest(`
  outer:
    uses: acme/ci/.github/workflows/x.yml@v1
  coverage:
    needs: outer
    if: \${{ !failure() }}
    runs-on: ubuntu-latest
    steps: [{run: nolapse run}]
`)
    expect(await counterexample(text)).toMatchObject({ jobs: { outer: 'failure', coverage: 'skipped' } })
    expect(await holds(text, ['outer / anything', 'coverage'])).toBe(true)
  })
})

describe('matrices', () => {
  const matrix = (line: string, step: string, more = '') =>
    onPullRequest(`
  coverage:
    strategy: {matrix: ${line}}
    ${more}
    runs-on: ubuntu-latest
    steps: [{${step}}]
`)

  test('have their own values in each leg', async () => {
    const one = matrix(
      '{on: [true, false], level: [1], list: [[a, b]], map: [{x: y}], none: [null], text: ["t"]}',
      "if: \"matrix.on && matrix.level == 1 && contains(matrix.list, 'b') && matrix.map.x == 'y' && !matrix.none && matrix.text == 't'\", run: nolapse run",
    )
    expect(await holds(one, ['coverage (true, 1, a, b, y, t)'])).toBe(true)
    expect(await holds(one, ['coverage (false, 1, a, b, y, t)'])).toBe(false)
  })

  test('that are computed have legs that cannot be known', async () => {
    const computed = matrix("'${{ fromJSON(vars.LEGS) }}'", "if: matrix.on == 'x', run: nolapse run")
    expect(await holds(computed, ['coverage (a)'])).toBe(null)
    const many = matrix(
      `{a: [${Array.from({ length: 20 }, (_, n) => n)}], b: [${Array.from({ length: 20 }, (_, n) => n)}]}`,
      'run: nolapse run',
    )
    expect(await holds(many, ['coverage (1, 2)'])).toBe(true)
    expect(await holds(matrix('{a: "${{ fromJSON(vars.X) }}"}', 'run: nolapse run'), ['coverage (1)'])).toBe(
      true,
    )
    expect(
      await holds(
        onPullRequest(
          "\n  coverage:\n    strategy: '${{ fromJSON(vars.S) }}'\n    runs-on: x\n    steps: [{run: nolapse run}]\n",
        ),
        ['coverage (1)'],
      ),
    ).toBe(true)
  })

  test('a failure that one leg is allowed is a success, and its outputs are those of the leg that ends last', async () => {
    const text = `${matrix('{leg: [a, b]}', 'run: nolapse run', "continue-on-error: ${{ matrix.leg == 'b' }}\n    outputs: {leg: '${{ matrix.leg }}'}")}
  verdict:
    needs: coverage
    if: always()
    runs-on: ubuntu-latest
    steps:
      - {if: "needs.coverage.outputs.leg == 'b' && needs.coverage.result != 'success'", run: exit 1}
`
    expect(await counterexample(text, ['verdict'])).toMatchObject({ jobs: { verdict: 'success' } })
  })

  test('a call can have a matrix, and `include` alone makes legs', async () => {
    const files = {
      '.github/workflows/c.yml':
        'on: workflow_call\njobs:\n  run:\n    runs-on: x\n    steps: [{run: nolapse run}]\n',
    }
    const text = onPullRequest(
      '\n  all:\n    strategy: {matrix: {include: [{m: api}, {m: web}]}}\n    uses: ./.github/workflows/c.yml\n',
    )
    expect(await holds(text, ['all (api) / run'], { files })).toBe(true)
    expect(await verdictOf(text, null, { files })).toMatchObject({
      require: ['all (api) / run', 'all (web) / run'],
    })
  })
})

describe('steps', () => {
  test('a step that is not followed can fail if that matters', async () => {
    expect(
      await counterexample(
        steps(
          '- uses: actions/checkout@v5',
          '- {if: success() || failure(), run: ./x}',
          '- {if: failure(), run: nolapse run}',
        ),
      ),
    ).toMatchObject({ jobs: { coverage: 'success' }, nolapse: 'not-run' })
    const watched = steps(
      '- {id: build, run: ./build, continue-on-error: true}',
      "- {if: steps.build.outcome == 'success', run: nolapse run}",
    )
    expect(await counterexample(watched)).toMatchObject({ jobs: { coverage: 'success' }, nolapse: 'not-run' })
    const flagged = steps(
      "- {id: build, run: ./build, continue-on-error: '${{ fromJSON(steps.none) }}'}",
      "- {if: always() && steps.build.conclusion != 'failure', run: nolapse run}",
    )
    expect(await holds(flagged)).toBe(true)
    const between = steps('- run: nolapse run', '- run: ./a', '- {if: always(), run: exit 0}')
    expect(await holds(between)).toBe(true)
  })

  test('an `env:` that is one expression sets what the expression gives, and nothing else', async () => {
    const by = async (env: string, condition: string) => {
      const text = onPullRequest(`
  coverage:
    strategy: {matrix: {include: [{env: {RUN: 'yes'}}]}}
    runs-on: ubuntu-latest
    env: ${env}
    steps: [{if: "${condition}", run: nolapse run}]
`)
      return (await verdictOf(text, null)).holds
    }
    const given = "${{ matrix.env || fromJSON('{}') }}"
    expect(await by(given, "env.run == 'yes'")).toBe(true)
    expect(await by(given, "env.OTHER == ''")).toBe(true)
    expect(await by(given, "env.RUN != 'yes'")).toBe(false)
    expect(await by('${{ fromJSON(vars.ENV) }}', "env.RUN == 'yes'")).toBe(null)
    expect(await holds(steps(`- {env: "${given}", run: '[ "$RUN" = yes ] || nolapse run'}`))).toBe(true)
    const number = '- env: ${{ fromJSON(\'{"N":1}\') }}'
    expect(await holds(steps(number, `  run: '[ "$N" = 1 ] || nolapse run'`))).toBe(false)
  })

  test('an error in a condition fails the step', async () => {
    expect(await holds(steps("- {if: fromJSON('x'), run: nolapse run}"))).toBe(true)
    expect(await holds(steps("- {if: \"format('{1}', 'a')\", run: nolapse run}"))).toBe(true)
  })

  test('`job.status` and other contexts of the runner', async () => {
    expect(await holds(steps("- {if: job.status == 'success', run: nolapse run}"))).toBe(true)
    expect(await holds(steps("- {if: runner.os == 'Linux', run: nolapse run}"))).toBe(null)
    expect(await holds(steps('- {if: job.container.id, run: nolapse run}'))).toBe(null)
    expect(await holds(steps('- {if: cancelled(), run: nolapse run}'))).toBe(false)
    expect(await holds(steps('- {if: "toJSON(steps) != \'x\'", run: nolapse run}'))).toBe(true)
    expect(await holds(steps('- {if: inputs.x, run: nolapse run}'))).toBe(false)
    expect(
      await holds(
        steps('- {if: secrets.X, run: nolapse run}').replace(
          'if: secrets.X',
          "if: env.X, env: {X: '${{ secrets.X }}'}",
        ),
      ),
    ).toBe(false)
  })

  test('`env` of step, job and workflow, the nearest first; what a step before may have set is not known', async () => {
    const env = (value: string) =>
      `env: {A: workflow, B: workflow}\n${onPullRequest(`
  coverage:
    env: {B: job, C: "\${{ github.event_name }} job"}
    runs-on: ubuntu-latest
    steps:
      - {env: {D: "\${{ env.C }} step"}, if: "${value}", run: nolapse run}
`)}`
    expect(
      await holds(
        env(
          "env.A == 'workflow' && env.B == 'job' && env.C == 'pull_request job' && env.D == 'pull_request job step'",
        ),
      ),
    ).toBe(true)
    expect(await holds(env("env.E == ''"))).toBe(true)
    expect(
      await holds(steps('- uses: actions/checkout@v5', "- {if: env.READY == 'yes', run: nolapse run}")),
    ).toBe(null)
  })

  const script = (text: string, before: string[] = [], env = '') =>
    steps(
      ...before,
      `- {run: ${JSON.stringify(text)}${env}}`,
      '- {if: failure(), run: nolapse run}',
      '- {if: success(), run: nolapse run}',
    )

  test('variables of a script come from `env`, the runner, or a step before', async () => {
    const tested = async (text: string, before: string[] = [], env = '') => {
      const job = steps(...before, `- {run: ${JSON.stringify(`${text} || exit 0\nnolapse run`)}${env}}`)
      return verdictOf(job, ['coverage'])
    }
    expect(await tested('test "$A" = x', [], ', env: {A: x}')).toMatchObject({ holds: true })
    expect(await tested('test "$A" = x')).toMatchObject({ holds: false })
    expect(await tested('test "$GITHUB_EVENT_NAME" = pull_request')).toMatchObject({ holds: true })
    expect(await tested('test "$CI" = true')).toMatchObject({ holds: true })
    expect(await tested('test "$GITHUB_ACTOR" != "dependabot[bot]"')).toMatchObject({
      holds: false,
      counterexample: { who: 'dependabot' },
    })
    expect(await tested('test "$GITHUB_HEAD_REF" != docs')).toMatchObject({ holds: false })
    expect(await tested('test "$RUNNER_OS" = Linux')).toMatchObject({ holds: null })
    expect(await tested('test "$READY" = yes', ['- uses: actions/checkout@v5'])).toMatchObject({
      holds: null,
    })
    expect(await tested('test "$A" = x', [], ", env: {A: '${{ vars.A }}'}")).toMatchObject({ holds: null })
    expect(await tested('test "${{ github.event_name }}" = pull_request')).toMatchObject({ holds: true })
    expect(await tested('test "${{ vars.A }}" = pull_request')).toMatchObject({ holds: null })
    expect(await tested('[[ "$A" = v* ]]', [], ", env: {A: '${{ vars.A }}'}")).toMatchObject({ holds: null })
    expect(await tested('[[ "$A" = v* ]]', [], ", env: {A: '${{ github.head_ref }}'}")).toMatchObject({
      holds: false,
    })
  })

  test('commands that are not followed may fail', async () => {
    expect(await holds(script('./a\necho b'))).toBe(true)
    expect(await counterexample(steps('- {run: "./a || exit 0\\nnolapse run"}'))).toMatchObject({
      nolapse: 'not-run',
    })
  })
})

describe('platforms', () => {
  const text = onPullRequest(`${GATE}      - run: ./after
  coverage:
    needs: gate
    if: \${{ always() && (needs.gate.result == 'failure' && needs.gate.outputs.valid == '') }}
    runs-on: ubuntu-latest
    steps: [{run: ./x}]
  real:
    runs-on: ubuntu-latest
    steps: [{run: nolapse run}]
`)

  test('Forgejo loses the outputs of a job that failed', async () => {
    const verdict = await verdictOf(text, ['real'], { platform: 'forgejo' })
    expect(verdict.holds).toBe(true)
    const only = onPullRequest(`${GATE}      - run: ./after
  coverage:
    needs: gate
    if: \${{ always() && needs.gate.outputs.valid != 'true' }}
    runs-on: ubuntu-latest
    steps: [{run: nolapse run}]
  other:
    needs: gate
    if: \${{ always() && needs.gate.result == 'success' }}
    runs-on: ubuntu-latest
    steps: [{run: nolapse run}]
`)
    expect(await holds(only, ['coverage', 'other'])).toBe(false)
    expect(await holds(only, ['coverage', 'other'], { platform: 'forgejo' })).toBe(false)
  })

  test('Forgejo and Gitea need `runs-on` next to `uses`, and a full URL', async () => {
    const call = onPullRequest(`
  gate:
    runs-on: docker
    uses: https://github.com/nolapse/token-action/.github/workflows/token-gate.yml@v1
  coverage:
    needs: gate
    runs-on: docker
    steps: [{uses: https://github.com/nolapse/token-action@v1}, {run: nolapse run}]
`)
    for (const platform of ['forgejo', 'gitea'] as const)
      expect(await holds(call, ['gate / gate', 'coverage'], { platform })).toBe(true)
    await expect(verdictOf(call, ['coverage'])).rejects.toThrow("Unexpected value 'uses'")
  })
})

describe('what is unusual', () => {
  test('a job without steps, and steps side by side', async () => {
    expect(
      await holds(
        onPullRequest('\n  coverage: {runs-on: x}\n  real: {runs-on: x, steps: [{run: nolapse run}]}\n'),
        ['real'],
      ),
    ).toBe(true)
    expect(await holds(steps('- {parallel: [{run: nolapse run}, {run: ./other}]}'))).toBe(true)
  })

  test('a matrix without a leg fails its job', async () => {
    const empty = onPullRequest(`
  nothing:
    strategy: {matrix: {a: []}}
    runs-on: x
    steps: [{run: ./x}]
  coverage:
    needs: nothing
    if: \${{ !failure() }}
    runs-on: x
    steps: [{run: nolapse run}]
`)
    expect(await counterexample(empty)).toMatchObject({ jobs: { nothing: 'failure', coverage: 'skipped' } })
  })

  test('missing contexts are empty', async () => {
    for (const condition of ["matrix.x == ''", "strategy.x == '' || true", "secrets.x == '' || true"])
      expect(
        await holds(
          onPullRequest(
            `\n  coverage:\n    runs-on: x\n    env: {A: "\${{ ${condition} }}"}\n    steps: [{if: env.A == 'true', run: nolapse run}]\n`,
          ),
        ),
      ).toBe(true)
  })

  test('a boolean becomes a string once it is passed on', async () => {
    const mapped = (value: string, use: string) =>
      onPullRequest(`
  first:
    runs-on: x
    outputs: {ok: "\${{ ${value} }}"}
    steps: [{run: exit 0}]
  coverage:
    needs: first
    if: \${{ ${use} }}
    runs-on: x
    steps: [{run: nolapse run}]
`)
    expect(await holds(mapped("'a' == 'a'", "needs.first.outputs.ok == 'true'"), ['first', 'coverage'])).toBe(
      true,
    )
    expect(await holds(mapped("'a' == 'b'", 'needs.first.outputs.ok'), ['first', 'coverage'])).toBe(true)
    expect(
      await holds(mapped("contains(github.head_ref, 'x')", 'needs.first.outputs.ok'), ['first', 'coverage']),
    ).toBe(true)
    expect(
      await holds(mapped("contains(github.head_ref, 'x')", "needs.first.outputs.ok == 'false'"), [
        'first',
        'coverage',
      ]),
    ).toBe(false)
    expect(
      await holds(
        mapped(
          'github.event.pull_request.draft',
          "needs.first.outputs.ok == 'true' || needs.first.outputs.ok == 'false'",
        ),
        ['first', 'coverage'],
      ),
    ).toBe(true)
    expect(
      await holds(mapped('github.event', "needs.first.outputs.ok == 'Object' || true"), [
        'first',
        'coverage',
      ]),
    ).toBe(true)
  })

  test("GitHub's own token is always there", async () => {
    const own = (name: string) => steps(`- {if: env.A, env: {A: '\${{ ${name} }}'}, run: nolapse run}`)
    expect(await holds(own('secrets.GITHUB_TOKEN'))).toBe(true)
    expect(await holds(own('secrets.OTHER'))).toBe(false)
  })

  test('an actor by name is chosen by the author', async () => {
    const named = steps("- {if: github.actor != 'octocat', run: nolapse run}")
    expect(await counterexample(named)).toMatchObject({ who: 'own', nolapse: 'not-run' })
    expect(await holds(steps("- {if: github.actor, run: 'echo ${{ github.actor }}; nolapse run'}"))).toBe(
      true,
    )
    expect(await holds(steps('- {if: "format(\'{0}\', github.actor)", run: nolapse run}'))).toBe(false)
  })

  test('an output of an external workflow that was skipped is empty', async () => {
    const text = onPullRequest(`
  plan:
    if: github.event_name == 'push'
    uses: acme/ci/.github/workflows/plan.yml@v1
  coverage:
    needs: plan
    if: \${{ always() && needs.plan.outputs.x == '' }}
    runs-on: x
    steps: [{run: nolapse run}]
`)
    expect(await holds(text)).toBe(true)
  })

  test('an output of a job that was skipped, or whose condition is an error, is empty', async () => {
    const text = (condition: string) =>
      onPullRequest(`
  first:
    if: \${{ ${condition} }}
    runs-on: x
    outputs: {a: b}
    steps: [{run: ./x}]
  coverage:
    needs: first
    if: \${{ always() && needs.first.outputs.a == '' }}
    runs-on: x
    steps: [{run: nolapse run}]
`)
    expect(await holds(text("github.event_name == 'push'"))).toBe(true)
    expect(await holds(text("fromJSON('')"))).toBe(true)
  })

  test('a literal `continue-on-error: false` has no effect, and an output with an error is empty', async () => {
    expect(await holds(steps('- {continue-on-error: false, run: nolapse run}'))).toBe(true)
    const text = onPullRequest(`
  first:
    runs-on: x
    outputs: {a: "\${{ fromJSON(steps.none.outputs.x) }}"}
    steps: [{run: exit 0}]
  coverage:
    needs: first
    if: \${{ needs.first.outputs.a == '' }}
    runs-on: x
    steps: [{run: nolapse run}]
`)
    expect(await holds(text, ['first', 'coverage'])).toBe(true)
  })

  test('a defect is not reported as an error of the workflow', async () => {
    const now = () => {
      throw new TypeError('a defect')
    }
    await expect(verdictOf(steps('- run: nolapse run'), ['coverage'], { now })).rejects.toThrow('a defect')
  })

  test('a matrix entry that is not a list is one value, and values can be lists and maps', async () => {
    const text = (include: string) =>
      onPullRequest(`
  coverage:
    strategy: {matrix: {m: [[a, b], {x: y}], include: [${include}], exclude: [{m: {x: y}}]}}
    runs-on: x
    steps: [{run: nolapse run}]
`)
    expect(await holds(text('{m: [a, b], extra: ""}'), ['coverage (a, b)'])).toBe(true)
    expect((await verdictOf(text('{m: {z: z}}'), null)).require).toEqual(['coverage (a, b)', 'coverage (z)'])
  })

  test('a job that sums up others may get their results through its own environment', async () => {
    const text = onPullRequest(`
  coverage:
    runs-on: x
    steps: [{run: nolapse run}]
  verdict:
    needs: coverage
    if: \${{ always() }}
    env: {RESULT: "\${{ needs.coverage.result }}"}
    runs-on: x
    steps: [{uses: actions/checkout@v5}, {run: ./sum-up}]
`)
    expect(await holds(text, ['verdict'])).toBe(null)
    expect(
      await holds(text.replace('{run: ./sum-up}', "{if: env.RESULT != 'success', run: exit 1}"), ['verdict']),
    ).toBe(true)
  })

  test('a push has no pull request, and a branch of any name', async () => {
    const both = (condition: string) =>
      judgedOnPush(
        `on: [push, pull_request]\njobs:\n  coverage:\n    if: \${{ ${condition} }}\n    runs-on: x\n    steps: [{run: nolapse run}]\n`,
      )
    expect(await both("github.ref == 'refs/heads/main'")).toBe(1)
    expect(await both("github.ref_type == 'branch'")).toBe(1)
    expect(await both("github.event_name == 'push' || github.event_name == 'pull_request'")).toBe(0)
  })

  test('a gate with outputs that a script or a filter reads', async () => {
    const gate = GATE_STEP().replace('id: gate', 'id: gate, continue-on-error: true')
    expect(
      await holds(
        steps(gate, '- {if: "contains(steps.gate.outputs.reason, \'x\') || true", run: nolapse run}'),
      ),
    ).toBe(true)
    expect(await holds(steps(gate, '- run: "echo ${{ steps.gate.outputs.reason }}; nolapse run"'))).toBe(true)
    expect(await holds(steps(gate, '- {if: steps.gate.outputs.reason, run: nolapse run}'))).toBe(true)
    expect(await holds(steps(gate, "- {if: steps.gate.outputs.reason == '', run: nolapse run}"))).toBe(false)
    expect(await holds(steps(gate, "- {if: steps.gate.outputs.reason == 'ok', run: nolapse run}"))).toBe(
      false,
    )
  })

  test('inside a composite action there are no secrets, and the steps are its own', async () => {
    const files = {
      'ci/action.yml':
        "name: x\ndescription: y\nruns:\n  using: composite\n  steps:\n    - {if: \"steps.outer.outcome == '' && github.event_name == 'pull_request'\", run: nolapse run, shell: bash}\n",
      'action.yml':
        'name: x\ndescription: y\nruns: {using: composite, steps: [{run: nolapse run, shell: bash}]}\n',
    }
    expect(await holds(steps('- {id: outer, run: exit 0}', '- uses: ./ci'), ['coverage'], { files })).toBe(
      true,
    )
    expect(await holds(steps('- uses: ./'), ['coverage'], { files })).toBe(true)
  })

  test('an error in an input fails the step', async () => {
    expect(
      await holds(
        steps(GATE_STEP(", tolerate: '${{ fromJSON(steps.none) }}'"), '- {if: failure(), run: nolapse run}'),
      ),
    ).toBe(true)
  })

  test('an object becomes a string once it is passed on, and all outputs of a step can be anything', async () => {
    const text = onPullRequest(`
  first: {runs-on: x, steps: [{run: ./x}]}
  coverage:
    needs: first
    if: \${{ always() }}
    runs-on: x
    steps:
      - {id: one, run: ./one}
      - {if: "env.A == 'Object' && toJSON(steps.one.outputs) != toJSON(github)", env: {A: "\${{ needs }}"}, run: nolapse run}
`)
    expect(await holds(text)).toBe(null)
  })

  test('a called workflow computes its outputs, and the defaults of its inputs', async () => {
    const files = {
      '.github/workflows/called.yml': `on:
  workflow_call:
    inputs: {event: {type: string, default: "\${{ github.event_name }}"}, other: {type: string, default: "\${{ inputs.event }}"}}
    outputs: {event: {value: "\${{ github.event_name }}"}, ref: {value: "\${{ format('{0}', github.head_ref) }}"}}
jobs:
  inner:
    runs-on: x
    steps: [{if: inputs.event == 'pull_request' && inputs.other != 'x', run: nolapse run}]
`,
    }
    const call = (condition: string) =>
      onPullRequest(`
  outer: {uses: ./.github/workflows/called.yml}
  coverage:
    needs: outer
    if: \${{ ${condition} }}
    runs-on: x
    steps: [{run: nolapse run}]
`)
    expect(await holds(call('true'), ['outer / inner'], { files })).toBe(true)
    const chosen = call('true').replace(
      'called.yml}',
      'called.yml, with: {other: "${{ format(\'{0}\', github.head_ref) }}"}}',
    )
    expect(await holds(chosen, ['outer / inner'], { files })).toBe(false)
    expect(
      await holds(call("needs.outer.outputs.event == 'pull_request'"), ['outer / inner', 'coverage'], {
        files,
      }),
    ).toBe(true)
    expect(await holds(call("always() && needs.outer.outputs.ref == 'x'"), ['coverage'], { files })).toBe(
      false,
    )
  })
})

describe('a defect', () => {
  class Broken extends World {
    override isFork(): boolean {
      throw new TypeError('a defect')
    }
  }

  const brokenRun = async (jobs: string) => {
    const workflow = await workflowOf(onPullRequest(jobs))
    return new WorkflowRun(
      new Broken(circumstancesOf(workflow, 'pull_request', undefined), new Decisions()),
      workflow,
    )
  }
  const FORK = 'github.event.pull_request.head.repo.full_name == github.repository'

  test('in a condition of a job or step is not reported as an error of the workflow', async () => {
    const run = await brokenRun(`
  a: {if: ${FORK}, runs-on: x, steps: [{run: nolapse run}]}
  b: {runs-on: x, steps: [{if: ${FORK}, run: nolapse run}]}
`)
    expect(() => run.job('a').skipped).toThrow('a defect')
    expect(() => run.job('b').result()).toThrow('a defect')
    expect(run.context('unheard-of')).toBeUndefined()
  })
})

describe('a list of known texts', () => {
  test.each([
    ["!contains(steps.*.outcome, 'failure')", 'steps'],
    ["!contains(steps.*.outputs.valid, 'false')", 'outputs'],
  ])('is asked for what it contains: %s', async condition => {
    const text = steps(
      GATE_STEP(', tolerate: missing').replace('- {', '- {continue-on-error: true, '),
      `- {if: "${condition}", run: nolapse run}`,
    )
    expect(await holds(text)).toBe(false)
  })

  test('is asked for the outputs of needed jobs, too', async () => {
    const text = onPullRequest(`${GATE.replace('token: ', 'tolerate: missing, token: ')}
  coverage:
    needs: gate
    if: "always() && !contains(needs.*.outputs.valid, 'false')"
    runs-on: ubuntu-latest
    steps: [{run: nolapse run}]
`)
    expect(await holds(text)).toBe(false)
  })
})

describe('a name that every JavaScript object has', () => {
  test.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])(
    '%s is one as any other',
    async name => {
      const text = steps(
        `- {if: "github.event.pull_request.head.repo.${name} == 'x'", run: make}`,
        `- {run: 'if [ "$${name}" = x ]; then exit 1; fi; ${name} a -- nolapse run'}`,
        '- {run: nolapse run}',
      )
      expect(await holds(text)).toBe(true)
    },
  )
})

describe('a list of what is not known whole can contain anything', () => {
  test.each([
    "!contains(steps.s.outputs.*, 'true')",
    "!contains(toJSON(steps.s.outputs.*), 'true')",
    "join(steps.s.outputs.*, ',') == ''",
    "!contains(steps.*.outputs.*, 'true')",
    "!contains(env.*, 'true')",
    "!contains(toJSON(env), 'true')",
  ])('%s', async condition => {
    const text = steps('- {id: s, uses: acme/filter@v1}', `- {if: "${condition}", run: nolapse run}`)
    expect(await holds(text)).not.toBe(true)
  })

  test('but the variables of the files are all, if nothing has run before', async () => {
    expect(await holds(steps(`- {if: "!contains(env.*, 'true')", run: nolapse run}`))).toBe(true)
    expect(await holds(steps(`- {if: "contains(toJSON(env), 'true')", run: nolapse run}`))).toBe(false)
  })
})
