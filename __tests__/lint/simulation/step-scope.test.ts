/** What the steps of a job see, what they ask, and in which words. */
import { describe, expect, test } from '@jest/globals'
import { Decisions } from '../../../src/lint/decisions.ts'
import { parseExpression } from '../../../src/lint/expression.ts'
import { present } from '../../../src/lint/present.ts'
import { circumstancesOf } from '../../../src/lint/prove.ts'
import { WorkflowRun } from '../../../src/lint/simulation/run.ts'
import { Unsettled } from '../../../src/lint/simulation/value.ts'
import { World } from '../../../src/lint/simulation/world.ts'
import type { Entry, Scalar, StepsJob } from '../../../src/lint/workflow.ts'
import { type Files, onPullRequest, verdictOf, workflowOf } from '../../support/lint.ts'

interface Setting {
  /** The first decisions, by number. */
  path?: number[]
  /** More lines of the job, and of the workflow. */
  own?: string
  head?: string
  files?: Files
}

const jobOf = (steps: string, { own = '', head = '' }: Setting = {}) =>
  `${head}on: pull_request\njobs:\n  a:\n${own.replace(/^(?=.)/gm, '    ')}\n${own.includes('runs-on') ? '' : '    runs-on: ubuntu-latest\n'}    steps:\n${steps.replace(/^/gm, '      ')}\n`

/** The output of a job with this value. */
function outputOf(expression: string): Entry {
  const at = { line: 1, column: 1 }
  const value: Scalar = {
    at,
    type: 'string',
    text: undefined,
    expression: parseExpression(expression, at),
    parts: [],
  }
  return { name: 'x', at, value }
}

async function run(steps: string, setting: Setting = {}) {
  const workflow = await workflowOf(jobOf(steps, setting), { files: setting.files ?? {} })
  const decisions = new Decisions(setting.path)
  const world = new World(circumstancesOf(workflow, 'pull_request', undefined), decisions)
  const done = present(new WorkflowRun(world, workflow).job('a').legs[0]).steps
  return {
    done,
    job: workflow.jobs[0] as StepsJob,
    /** An expression after the last step. */
    after(expression: string) {
      const value = done.outputs(outputOf(expression))
      return value instanceof Unsettled
        ? `? ${value.label}`
        : 'coerceString' in value
          ? value.coerceString()
          : 'object'
    },
    asked: () => decisions.made.map(({ key, source, says }) => [source, key, says].join(' | ')),
    costs: () => decisions.branches.map(({ cost }) => cost),
  }
}

const holds = async (steps: string, setting: Setting = {}, required = ['a']) =>
  (await verdictOf(jobOf(steps, setting), required, { files: setting.files ?? {} })).holds

const PIN = '0123456789abcdef0123456789abcdef01234567'
const CI = {
  'ci/action.yml': `name: CI
description: All of it
inputs: {given: {description: g}, none: {description: n}}
outputs: {by: {description: b, value: '\${{ inputs[github.head_ref] }}'}, none: {description: n, value: '\${{ inputs.none }}'}}
runs:
  using: composite
  steps: [{run: 'nolapse run --x "\${{ inputs.given }}"', shell: bash}]
`,
}

describe('after a step', () => {
  test.each([
    ['- {id: Build, run: ./a}', 'steps.build.outcome', 'success'],
    ['- {id: Build, run: ./a}', 'steps.build.conclusion', 'success'],
    ['- {id: Build, run: ./a}', 'steps.build.outputs.X', '? steps.Build.outputs.x in a'],
    ['- {id: Build, run: ./a}', 'steps[vars.A]', '? steps[…]'],
    ['- {id: Build, run: ./a}', 'steps.build[vars.A]', '? steps.build[…]'],
    ['- {id: Build, run: ./a}', 'steps.build.outputs[vars.A]', '? steps.build.outputs[…]'],
    ['- {id: b, if: false, run: nolapse run}', 'steps.b.outcome', 'skipped'],
    ['- {id: b, if: false, run: nolapse run}', 'steps.b.conclusion', 'skipped'],
    ['- {id: b, if: false, run: nolapse run}', 'steps.b.outputs.x', ''],
    ['- {id: b, run: exit 1}', 'steps.b.outcome', 'failure'],
    ['- {id: b, run: exit 1}', 'steps.b.conclusion', 'failure'],
    ['- {id: b, run: exit 1, continue-on-error: true}', 'steps.b.outcome', 'failure'],
    ['- {id: b, run: exit 1, continue-on-error: true}', 'steps.b.conclusion', 'success'],
    ['- {id: b, run: exit 0}', 'steps.b.outcome', 'success'],
    ['- {id: b, run: exit 0}', 'steps.b.conclusion', 'success'],
    ['- {id: b, uses: nolapse/nolapse-action@v1}', 'steps.b.outcome', 'success'],
    ['- {id: b, uses: nolapse/nolapse-action@v1}', 'steps.b.conclusion', 'success'],
    ['- {id: b, uses: nolapse/nolapse-action@v1}', 'steps.b.outputs.x', ''],
    ['- {id: b, uses: ./ci}', 'steps.b.outcome', 'success'],
    ['- {id: b, uses: ./ci}', 'steps.b.conclusion', 'success'],
    ['- {id: b, uses: ./ci}', 'steps.b.outputs.by', '? inputs of a step 1[…]'],
    ['- {id: b, uses: ./ci}', 'steps.b.outputs.none', ''],
    ['- {id: b, uses: ./ci}', 'steps.b.outputs.unheard', ''],
    ['- {id: b, uses: acme/x@v1}\n- {if: steps.b.outcome, run: exit 0}', 'steps.b.outcome', 'success'],
    ['- {id: b, uses: acme/x@v1}\n- {if: steps.b.outcome, run: exit 0}', 'steps.b.conclusion', 'success'],
    ['- {run: ./a}', 'job.status', 'success'],
    ['- {run: exit 1}', 'job.status', 'failure'],
    ['- {run: ./a}', 'job[vars.A]', '? job[…]'],
    ['- {run: ./a}', 'toJSON(job)', '? tojson(job)'],
    ['- {run: ./a}', 'job.container.id', '? job.container of a.id'],
    ['- {run: ./a}', 'cancelled()', 'false'],
    ['- {run: ./a}', 'failure()', 'false'],
    ['- {run: exit 1}', 'failure()', 'true'],
    ['- {run: exit 1}', 'success()', 'false'],
    ['- {run: exit 1}', 'always()', 'true'],
    ['- {run: exit 0}', 'env.NONE', ''],
    ['- {run: ./a}', 'env.NONE', '? env.NONE in a'],
    ['- {run: exit 0}', 'env[vars.A]', '? env[…]'],
  ])('%s, %s is %j', async (steps, expression, expected) => {
    expect((await run(steps, { files: CI })).after(expression)).toBe(expected)
  })

  test('the environment has the variables of job and workflow', async () => {
    const { after } = await run('- {run: exit 0, env: {C: c}}', {
      own: 'env: {A: job, B: b}',
      head: 'env: {A: workflow}\n',
    })
    expect(JSON.parse(after('toJSON(env)'))).toEqual({ A: 'job', B: 'b' })
  })

  const RUN = (more = '') => `- {id: r, uses: nolapse/token-action/run@v1, with: {token: nlp_x${more}}}`

  test('the run action has an exit code and the outputs of the gate', async () => {
    for (const more of ['', ', command: nolapse run']) {
      const passed = await run(RUN(more))
      expect(['exit_code', 'valid', 'reason'].map(name => passed.after(`steps.r.outputs.${name}`))).toEqual([
        '0',
        'true',
        'ok',
      ])
      expect([passed.after('steps.r.outcome'), passed.after('steps.r.conclusion')]).toEqual([
        'success',
        'success',
      ])
      expect(passed.done.starts.map(({ step }) => step)).toEqual(passed.job.steps)
      const failed = await run(RUN(more), { path: [0, 1] })
      const asked = failed.asked()
      expect([
        failed.after('steps.r.outputs.exit_code'),
        failed.after("steps.r.outputs.exit_code != '0' && !!steps.r.outputs.exit_code"),
        failed.after('steps.r.outputs.valid'),
        failed.after('steps.r.outcome'),
      ]).toEqual(['? the exit code of nolapse in a step 1', 'true', 'true', 'failure'])
      expect(failed.asked()).toEqual(asked)
    }
  })
})

describe('the questions of steps', () => {
  const WATCHED = (step: string) => `- {id: b, ${step}}\n- {if: steps.b.outcome == 'success', run: exit 0}`
  test.each<[string, string[], number[], Setting?]>([
    [WATCHED('run: ./a'), ['case | a step 1 succeeds | `a script` in a succeeds'], [1]],
    [WATCHED('run: ./a'), ['case | a step 1 succeeds | `a script` in a fails'], [], { path: [1] }],
    [
      `- {run: exit 0}\n${WATCHED('uses: acme/x@v1')}`,
      ['case | a step 2 succeeds | `acme/x@v1` in a succeeds'],
      [1],
    ],
    // A tolerated step that succeeds does not ask whether it is tolerated.
    ["- {run: exit 0, continue-on-error: '${{ vars.A == 1 }}'}", [], []],
    [
      '- run: |\n    if ./a; then exit 0; fi\n    if ./b; then exit 0; fi\n    nolapse run',
      [
        'case | a step 1 command 0 succeeds | `./a` in a fails',
        'case | a step 1 command 1 succeeds | `./b` in a succeeds',
      ],
      [1],
      { path: [1] },
    ],
    [
      '- {run: nolapse run}',
      [
        'unknown | $BASH_ENV changes what the script does | not so: $BASH_ENV changes what the script does',
        'case | nolapse | nolapse passes',
      ],
      [100, 101],
      { own: "env: '${{ fromJSON(vars.ENV) }}'" },
    ],
    [
      '- {run: nolapse run}',
      [
        'unknown | $BASH_ENV changes what the script does | $BASH_ENV changes what the script does',
        'unknown | a step 1 succeeds | `a script` in a succeeds',
      ],
      [100],
      { own: "env: '${{ fromJSON(vars.ENV) }}'", path: [1] },
    ],
    [
      '- {run: \'[[ "$X" = v* ]] || exit 0\', env: {X: "${{ github.head_ref }}"}}',
      ['author | github.head_ref matches v* | not so: github.head_ref matches v*'],
      [1],
    ],
    [
      '- {run: \'[[ "$X" = v* ]] || exit 0\', env: {X: "${{ vars.X }}"}}',
      ['unknown | vars.X matches v* | not so: vars.X matches v*'],
      [100],
    ],
  ])('%s', async (steps, asked, costs, setting = {}) => {
    const found = await run(steps, setting)
    expect([found.asked(), found.costs()]).toEqual([asked, costs])
  })

  test.each([
    [`acme/x@${PIN}`, 'acme/x@0123456'],
    [`acme/x@${PIN}0`, `acme/x@${PIN}0`],
    [`acme/x@${PIN.slice(1)}`, `acme/x@${PIN.slice(1)}`],
    [`acme/x@v-${PIN}`, `acme/x@v-${PIN}`],
    [`acme/x@${PIN}-beta`, `acme/x@${PIN}-beta`],
    ['acme/x@v1.2.3', 'acme/x@v1.2.3'],
  ])('name the action %s as %s', async (uses, name) => {
    const { asked } = await run(WATCHED(`uses: ${uses}`))
    expect(asked()).toEqual([`case | a step 1 succeeds | \`${name}\` in a succeeds`])
  })
})

describe('a variable that job or workflow sets', () => {
  const KNOWN: string[] = [
    'echo "B=1" >> "$GITHUB_ENV"',
    '  echo "B=1" >> "$GITHUB_ENV"',
    'printf "B=1" >> "$GITHUB_ENV"',
    '{\n  echo "B=1"\n} >> "$GITHUB_ENV"',
    'for x in 1; do\n  echo "B=$x"\ndone >> "$GITHUB_ENV"',
    'cat <<END >> "$GITHUB_ENV"\nB=1\nEND',
    'cat  <<END >> "$GITHUB_ENV"\nB=1\nEND',
    'cat<<END >> "$GITHUB_ENV"\nB=1\nEND',
    'cat >> "$GITHUB_ENV" <<END\nB=1\nEND',
    'cat >>"$GITHUB_ENV" <<END\nB=1\nEND',
    'cat >>  "$GITHUB_ENV"  <<END\nB=1\nEND',
    'cat >> "$GITHUB_ENV"<<END\nB=1\nEND',
    'echo "SK${{ github.sha }}IP=1" >> "$GITHUB_ENV"',
    'echo "SKIP=1" >> "$OTHER_FILE"',
    './plan',
  ]
  const OPEN: string[] = [
    'echo "SKIP=1" >> "$GITHUB_ENV"',
    'echo "skip=1" >> "$GITHUB_ENV"',
    'echo "::set-env name=SKIP::1"',
    './plan >> "$GITHUB_ENV"',
    'echo "B=1" >> "$GITHUB_ENV"\n./plan >> "$GITHUB_ENV"',
    './plan >> "$GITHUB_ENV"\necho "B=1" >> "$GITHUB_ENV"',
    'time echo "B=1" >> "$GITHUB_ENV"',
    './echo "B=1" >> "$GITHUB_ENV"',
    'echoes >> "$GITHUB_ENV"',
    'printfile >> "$GITHUB_ENV"',
    'donesome >> "$GITHUB_ENV"',
    'cat file >> "$GITHUB_ENV"',
    'cat >> "$GITHUB_ENV" file <<END\nB=1\nEND',
    'echo "$NAME=1" >> "$GITHUB_ENV"',
    'echo "${NAME}=1" >> "$GITHUB_ENV"',
  ]
  const after = async (script: string, setting: Setting) =>
    (await run(`- run: ${JSON.stringify(script)}`, setting)).after('env.SKIP')
  const PLACES: Setting[] = [{ own: "env: {SKIP: '0'}" }, { head: "env: {SKIP: '0'}\n" }]

  test.each(KNOWN)('has its value after %j', async script => {
    for (const place of PLACES) expect(await after(script, place)).toBe('0')
  })

  test.each(OPEN)('can have any value after %j', async script => {
    for (const place of PLACES) expect(await after(script, place)).toBe('? env.SKIP in a')
  })

  test('is not changed by how an expression of the script looks here', async () => {
    const { after } = await run(`- run: 'echo "B=\${{ github.sha }}" >> "$GITHUB_ENV"'`, {
      own: "env: {OBJECT: '0'}",
    })
    expect(after('env.OBJECT')).toBe('0')
  })
})

test('a variable of the shell counts in any of the scripts before', async () => {
  const set = '- run: echo a >> $GITHUB_ENV\n- run: BASH_ENV=x env >> "$GITHUB_ENV"\n- run: nolapse run'
  expect((await run(set)).asked()).toContainEqual(
    expect.stringMatching(/^unknown \| \$BASH_ENV changes what the script does/),
  )
})

describe('a variable of a script', () => {
  const tested = (condition: string, own = '') =>
    holds(`- run: |\n    ${condition} || exit 0\n    nolapse run`, { own })
  test.each([
    ['[ "$CI" = true ]', true],
    ['[ "$GITHUB_ACTIONS" = true ]', true],
    ['[ -z "$MY_GITHUB_X" ]', true],
    ['[ -z "$MY_HOME" ]', true],
    ['[ -z "$HOMES" ]', true],
    ['[ -z "$GITHUBX" ]', true],
    ['[ -z "$GITHUB_OTHER" ]', null],
    ['[ -z "$INPUT_X" ]', null],
    ['[ -z "$HOME" ]', null],
    ['[ -z "$TMPDIR" ]', null],
  ])('%s: %s', async (condition, expected) => {
    expect(await tested(condition)).toBe(expected)
  })

  test.each([
    ['self-hosted', null],
    ['Self-Hosted', null],
    ['[linux, self-hosted]', null],
    ['not-self-hosted', true],
    ['self-hosted-linux', true],
    ['ubuntu-latest', true],
  ])('that nothing sets may come from a runner with the label %s: %s', async (label, expected) => {
    expect(await tested('[ -z "$SKIP" ]', `runs-on: ${label}`)).toBe(expected)
  })

  test('that cannot be known is named with its job', async () => {
    const { asked } = await run('- run: \'[ "$HOME" = x ] || exit 0\'')
    expect(asked()).toEqual(["unknown | $HOME in a == 'x' | $HOME in a is not 'x'"])
  })
})

describe('what the author of the pull request writes into a script', () => {
  test.each([
    ["'${{ github.head_ref }}'", false],
    ["'${{ vars.A }}'", true],
    ["'${{ github.sha }}'", true],
  ])('comes through the input %s of a composite action: %s', async (given, expected) => {
    expect(await holds(`- {uses: ./ci, with: {given: ${given}}}`, { files: CI })).toBe(expected)
  })

  test('comes through one of several values', async () => {
    expect(await holds('- run: nolapse run --x "${{ github.head_ref || vars.A }}"')).toBe(false)
  })
})

test.each([
  ['actions/checkout@v5, with: {repository: acme/other}', null],
  ["actions/checkout@v5, with: {repository: '${{ needs.github.outputs.x }}'}", null],
  ["actions/checkout@v5, with: {repository: '${{ github.repository }}'}", true],
  ['acme/other@v1, with: {repository: acme/other}', true],
])('the files of the folder are there after %s: %s', async (uses, expected) => {
  expect(await holds(`- {uses: ${uses}}\n- {uses: ./ci, with: {given: a}}`, { files: CI })).toBe(expected)
})

test('nolapse can start after a failure', async () => {
  const { done } = await run(
    '- {run: exit 1}\n- {if: success(), run: exit 0}\n- {if: failure(), run: nolapse run}',
  )
  expect([done.ranNolapse, done.starts.length, done.status]).toEqual([true, 1, 'failure'])
})

describe('alls-green', () => {
  const text = (more: string, condition = '') =>
    onPullRequest(`
  coverage: {${condition}runs-on: x, steps: [{run: nolapse run}]}
  verdict:
    needs: coverage
    if: always()
    runs-on: x
    steps: [{id: green, uses: re-actors/alls-green@v1, with: {jobs: '\${{ toJSON(needs) }}'${more}}}]
`)
  const green = async (more: string, condition = '') =>
    (await verdictOf(text(more, condition), ['verdict'])).holds

  test.each([
    ['', '', true],
    [', allowed-skips: coverage', '', true],
    ['', 'if: false, ', true],
    [', allowed-skips: coverage', 'if: false, ', false],
    [', allowed-skips: other', 'if: false, ', true],
    [', allowed-failures: coverage', '', false],
    [', allowed-failures: \'"coverage"\'', '', true],
    [", allowed-failures: '7'", '', true],
    [', allowed-failures: \'[["coverage"]]\'', '', false],
  ])('with %j and a job with %j: %s', async (more, condition, expected) => {
    expect(await green(more, condition)).toBe(expected)
  })

  async function verdictJob(more: string) {
    const workflow = await workflowOf(text(more))
    const decisions = new Decisions()
    const world = new World(circumstancesOf(workflow, 'pull_request', undefined), decisions)
    const { steps } = present(new WorkflowRun(world, workflow).job('verdict').legs[0])
    const output = (expression: string) => steps.outputs(outputOf(expression))
    return { output, decisions }
  }

  test('has its result as outputs', async () => {
    const { output } = await verdictJob('')
    expect(
      ['outputs.result', 'outputs.success', 'outputs.failure', 'outputs.other', 'outcome', 'conclusion'].map(
        name => output(`steps.green.${name}`),
      ),
    ).toMatchObject(['success', 'true', 'false', '', 'success', 'success'].map(value => ({ value })))
  })

  test('says what it assumes if its lists are not known', async () => {
    const { decisions } = await verdictJob(", allowed-skips: '${{ vars.SKIPS }}'")
    expect(decisions.made).toEqual([
      {
        key: 'verdict alls-green succeeds',
        source: 'unknown',
        chosen: 0,
        of: 2,
        says: '`re-actors/alls-green@v1` in verdict succeeds',
      },
    ])
  })
})
