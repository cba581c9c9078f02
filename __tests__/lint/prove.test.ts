import { describe, expect, test } from '@jest/globals'
import { unknownChecks } from '../../src/lint/checks.ts'
import { proveWorkflow, smallestHitting } from '../../src/lint/prove.ts'
import { GATE, onPullRequest, verdictOf, workflowOf } from '../support/lint.ts'

const job = (id: string, lines: string, steps = '[{run: nolapse run}]') => `
  ${id}:
${lines.replace(/^/gm, '    ')}
    runs-on: ubuntu-latest
    steps: ${steps}
`

const coverage = (condition: string) => onPullRequest(job('coverage', `if: \${{ ${condition} }}`))

describe('what cannot be known from the files', () => {
  test('a bypass that needs a variable to have a value is unproven, and says which', async () => {
    expect(await verdictOf(coverage("vars.MODE == 'on'"), ['coverage'])).toMatchObject({
      holds: null,
      counterexample: { jobs: { coverage: 'skipped' }, assumes: ["vars.MODE is not 'on'"] },
    })
  })

  test('an unknown that leads to a bypass either way makes nothing unproven', async () => {
    const both = onPullRequest(
      job('coverage', "if: ${{ vars.MODE == 'on' }}") +
        job('other', "if: ${{ vars.MODE != 'on' }}", '[{run: ./other}]'),
    )
    expect(await verdictOf(both, ['other'])).toMatchObject({ holds: false, counterexample: { assumes: [] } })
  })

  test('only what the bypass needs is named', async () => {
    const two = onPullRequest(
      job('coverage', "if: ${{ vars.A == 'on' }}") +
        job('other', "if: ${{ vars.B == 'on' }}", '[{run: ./other}]'),
    )
    expect(await verdictOf(two, ['other', 'coverage'])).toMatchObject({
      holds: null,
      counterexample: { assumes: ["vars.A is not 'on'"] },
    })
  })

  test('the same condition in two places has one value', async () => {
    const either = onPullRequest(job('coverage', 'if: ${{ vars.A }}') + job('local', 'if: ${{ !vars.A }}'))
    expect(await verdictOf(either, ['coverage', 'local'])).toMatchObject({ holds: true })
  })

  test('a value equals only one string', async () => {
    const three = onPullRequest(
      job('a', "if: ${{ vars.MODE == 'a' }}") +
        job('b', "if: ${{ vars.MODE == 'b' }}") +
        job('rest', "if: ${{ vars.MODE != 'a' && vars.MODE != 'b' }}"),
    )
    expect(await verdictOf(three, ['a', 'b', 'rest'])).toMatchObject({ holds: true })
  })

  test("an output of an external workflow's job, and one of an action, can be anything", async () => {
    const external = onPullRequest(
      `\n  plan:\n    uses: acme/ci/.github/workflows/plan.yml@v1\n${job('coverage', "needs: plan\nif: ${{ needs.plan.outputs.run == 'true' }}")}`,
    )
    expect(await verdictOf(external, ['plan / plan', 'coverage'])).toMatchObject({
      holds: null,
      counterexample: { assumes: ["needs.plan.outputs.run is not 'true'"] },
    })
    const filter = onPullRequest(
      job(
        'changes',
        'outputs: {code: "${{ steps.filter.outputs.code }}"}',
        '[{id: filter, uses: acme/filter@v1}]',
      ) + job('coverage', "needs: changes\nif: ${{ needs.changes.outputs.code == 'true' }}"),
    )
    expect(await verdictOf(filter, ['changes', 'coverage'])).toMatchObject({
      holds: null,
      counterexample: { assumes: ["steps.filter.outputs.code in changes is not 'true'"] },
    })
  })

  test('a script that sums up other jobs can be right or wrong', async () => {
    const summed = onPullRequest(
      job('coverage', '') +
        job(
          'verdict',
          'needs: coverage\nif: ${{ always() }}',
          '[{run: "./sum-up ${{ needs.coverage.result }}"}]',
        ),
    )
    const verdict = await verdictOf(summed, ['verdict'])
    expect(verdict).toMatchObject({ holds: null, counterexample: { nolapse: 'failed' } })
    expect(verdict.counterexample?.assumes).toEqual([expect.stringContaining('in verdict succeeds')])
  })

  test('any other script can succeed or fail: a bypass that needs it counts', async () => {
    const other = onPullRequest(job('prepare', '', '[{run: ./prepare}]') + job('coverage', 'needs: prepare'))
    expect(await verdictOf(other, ['coverage'])).toMatchObject({
      holds: false,
      counterexample: { jobs: { prepare: 'failure' } },
    })
  })

  test('an expression with an unknown value is unknown and named as a whole', async () => {
    expect(await verdictOf(coverage("startsWith(vars.MODE, 'v')"), ['coverage'])).toMatchObject({
      holds: null,
      counterexample: { assumes: ["startswith(vars.MODE, 'v') is empty or false"] },
    })
    expect(await verdictOf(coverage('vars.LIMIT > 3'), ['coverage'])).toMatchObject({ holds: null })
    expect(await verdictOf(coverage('vars.A == vars.B'), ['coverage'])).toMatchObject({
      counterexample: { assumes: ['vars.A == vars.B is empty or false'] },
    })
    expect(await verdictOf(coverage('vars.A != vars.A'), ['coverage'])).toMatchObject({ holds: false })
    expect(await verdictOf(coverage("fromJSON(vars.LIST)[vars.INDEX] == 'x'"), ['coverage'])).toMatchObject({
      holds: null,
    })
  })
})

describe('what the author of the pull request decides', () => {
  test.each([
    ["!contains(github.event.pull_request.labels.*.name, 'skip')", 'contains('],
    ["github.head_ref != 'docs'", "github.head_ref is 'docs'"],
    ["!startsWith(github.event.pull_request.title, 'wip')", 'startswith('],
    ["github.base_ref == 'main'", "github.base_ref is not 'main'"],
    ['github.event.pull_request.draft == false', 'github.event.pull_request.draft'],
  ])('%s is a bypass, with the choice', async (condition, choice) => {
    const verdict = await verdictOf(coverage(condition), ['coverage'])
    expect(verdict).toMatchObject({ holds: false, counterexample: { jobs: { coverage: 'skipped' } } })
    expect(verdict.counterexample?.assumes).toEqual([expect.stringContaining(choice)])
  })

  test('includes the files: hashFiles can return anything', async () => {
    const hashed = onPullRequest(
      job('coverage', '', "[{if: \"hashFiles('go.mod') != ''\", run: nolapse run}]"),
    )
    const verdict = await verdictOf(hashed, ['coverage'])
    expect(verdict).toMatchObject({ holds: false, counterexample: { nolapse: 'not-run' } })
  })

  test('a draft cannot be merged: if a run follows once it is ready, it is not a bypass', async () => {
    const ready = `on: {pull_request: {types: [opened, synchronize, ready_for_review]}}\njobs:${job('coverage', 'if: ${{ !github.event.pull_request.draft }}')}`
    expect(await verdictOf(ready, ['coverage'])).toMatchObject({ holds: true })
  })

  test('`github.event.action` has only the types of the event', async () => {
    expect(await verdictOf(coverage("github.event.action != 'labeled'"), ['coverage'])).toMatchObject({
      holds: true,
    })
    const labeled = `on: {pull_request: {types: [opened, labeled]}}\njobs:${job('coverage', "if: github.event.action != 'labeled'")}`
    expect(await verdictOf(labeled, ['coverage'])).toMatchObject({ holds: false })
  })

  test.each([
    "github.event_name == 'pull_request'",
    "github.ref != 'refs/heads/main'",
    "!startsWith(github.ref, 'refs/tags/')",
    "github.ref_type == 'branch'",
    "!contains(github.event.head_commit.message, 'skip')",
    'github.event.pull_request',
    "github.event.pull_request.state == 'open'",
    'github.event.pull_request.merged == false',
    '!github.event.schedule',
    'github.token',
    'github.sha',
    'github.event.pull_request.number > 0 || true',
  ])('%s is known for every pull request', async condition => {
    expect(await verdictOf(coverage(condition), ['coverage'])).toMatchObject({ holds: true })
  })
})

describe('who', () => {
  test.each([
    ['github.event.pull_request.head.repo.full_name == github.repository', 'fork'],
    ['github.event.pull_request.head.repo.owner.login == github.repository_owner', 'fork'],
    ['github.event.pull_request.head.repo.id == github.event.pull_request.base.repo.id', 'fork'],
    ["github.actor != 'dependabot[bot]'", 'dependabot'],
    ["github.event.pull_request.user.login != 'dependabot[bot]'", 'dependabot'],
    [
      "secrets_are_not_here || github.triggering_actor != 'dependabot[bot]'".replace(
        'secrets_are_not_here || ',
        '',
      ),
      'dependabot',
    ],
  ])('%s keeps a %s out', async (condition, who) => {
    expect(await verdictOf(coverage(condition), ['coverage'])).toMatchObject({
      holds: false,
      counterexample: { who, jobs: { coverage: 'skipped' } },
    })
  })

  test('a deleted fork is no longer a `fork`', async () => {
    const split = onPullRequest(
      job('coverage', 'if: ${{ github.event.pull_request.head.repo.fork == false }}') +
        job('local', 'if: ${{ github.event.pull_request.head.repo.fork }}'),
    )
    expect(await verdictOf(split, ['coverage', 'local'])).toMatchObject({ holds: true })
    const exact = onPullRequest(
      job('coverage', 'if: ${{ github.event.pull_request.head.repo.full_name == github.repository }}') +
        job('local', 'if: ${{ github.event.pull_request.head.repo.fork }}'),
    )
    expect(await verdictOf(exact, ['coverage', 'local'])).toMatchObject({
      holds: false,
      counterexample: { who: 'fork' },
    })
  })

  test('the name of the repository is an assumption, unless it is known', async () => {
    const named = coverage("github.repository == 'acme/api'")
    expect(await verdictOf(named, ['coverage'])).toMatchObject({
      holds: null,
      counterexample: { assumes: ["github.repository is not 'acme/api'"] },
    })
    expect(await verdictOf(named, ['coverage'], { repository: 'acme/api' })).toMatchObject({ holds: true })
    expect(
      await verdictOf(coverage("github.repository_owner == 'acme'"), ['coverage'], {
        repository: 'acme/api',
      }),
    ).toMatchObject({ holds: true })
    expect(
      await verdictOf(coverage("github.event.pull_request.head.repo.full_name == 'acme/api'"), ['coverage'], {
        repository: 'acme/api',
      }),
    ).toMatchObject({ holds: false, counterexample: { who: 'fork' } })
  })

  test('a merge queue has no pull request, and is judged on its own', async () => {
    const text = `on: [pull_request, merge_group]\njobs:${job('coverage', 'if: ${{ github.event.pull_request }}')}`
    const verdicts = proveWorkflow(await workflowOf(text), { required: ['coverage'] })
    expect(verdicts).toMatchObject([
      { event: 'pull_request', holds: true },
      { event: 'merge_group', holds: false, counterexample: { who: 'queue' } },
    ])
  })

  test.each([
    "github.ref_name != 'main'",
    "github.head_ref == ''",
    "github.event.pull_request.head.ref == ''",
    'github.event.merge_group',
  ])('%s is known in a merge queue', async condition => {
    const text = `on: merge_group\njobs:${job('coverage', `if: \${{ ${condition} }}`)}`
    expect(await verdictOf(text, ['coverage'])).toMatchObject({ holds: true })
  })
})

describe('the smallest set of checks', () => {
  test('is the job that sums up the others, if there is one', async () => {
    const text = onPullRequest(
      GATE +
        job('coverage', 'needs: gate') +
        job(
          'verdict',
          'needs: [gate, coverage]\nif: ${{ always() }}',
          '[{if: "needs.coverage.result != \'success\'", run: exit 1}]',
        ),
    )
    expect(await verdictOf(text, null)).toMatchObject({ required: null, require: ['verdict'], holds: true })
  })

  test('is several jobs if no single one is enough', async () => {
    const text = onPullRequest(GATE + job('coverage', 'needs: gate'))
    expect(await verdictOf(text, null)).toMatchObject({ require: ['gate', 'coverage'], holds: true })
  })

  test('has all legs of a matrix', async () => {
    const text = onPullRequest(job('coverage', 'strategy: {matrix: {module: [api, web]}}'))
    expect(await verdictOf(text, null)).toMatchObject({
      require: ['coverage (api)', 'coverage (web)'],
      holds: true,
    })
  })

  test('is none if no set holds', async () => {
    expect(await verdictOf(coverage("github.head_ref != 'x'"), null)).toMatchObject({
      require: null,
      holds: false,
    })
  })

  test('is the closest set if none is certain to hold', async () => {
    expect(await verdictOf(coverage("vars.ON == 'x'"), null)).toMatchObject({
      require: ['coverage'],
      holds: null,
    })
  })

  test('is a hitting set, the preferred one of the smallest', () => {
    expect(smallestHitting([new Set([1, 2]), new Set([2, 3])], [3, 2, 1])).toEqual([2])
    expect(smallestHitting([new Set([1, 2])], [2, 1])).toEqual([2])
    expect(smallestHitting([new Set([1]), new Set([2])], [2, 1])).toEqual([1, 2])
    expect(smallestHitting([new Set([1, 2]), new Set([2, 3])], [1, 2, 3])).toEqual([2])
    expect(smallestHitting([], [1])).toEqual([])
    expect(() => smallestHitting([new Set()], [1])).toThrow('empty')
  })
})

describe('among sets of the same size', () => {
  const requireOf = async (jobs: string, files = {}) =>
    (await verdictOf(onPullRequest(jobs), null, { files })).require
  const needing = (id: string, needs: string) => job(id, `needs: ${needs}\nif: always()`)

  test('the last job in the file is preferred', async () => {
    expect(await requireOf(job('a', '') + job('b', '') + job('c', ''))).toEqual(['c'])
  })

  test('a job that no other job needs is preferred', async () => {
    expect(await requireOf(needing('a', 'b') + job('b', ''))).toEqual(['a'])
    expect(await requireOf(job('b', '') + needing('a', 'b'))).toEqual(['a'])
    expect(await requireOf(needing('a', 'b') + job('b', '') + job('c', ''))).toEqual(['c'])
  })

  test('a job of the workflow itself is preferred to one of a called workflow', async () => {
    const files = {
      '.github/workflows/called.yml': `on: workflow_call\njobs:${job('in', '')}`,
    }
    const call = '\n  call: {uses: ./.github/workflows/called.yml}\n'
    expect(await requireOf(job('a', '') + call, files)).toEqual(['a'])
    expect(await requireOf(call + job('a', ''), files)).toEqual(['a'])
    expect(await requireOf(call, files)).toEqual(['call / in'])
  })

  test('the names are in the order of the file', async () => {
    const others = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, number) => job(`other${from + number}`, '', '[{run: ./x}]')).join(
        '',
      )
    expect(await requireOf(others(0, 2) + GATE + others(2, 9) + job('coverage', 'needs: gate'))).toEqual([
      'gate',
      'coverage',
    ])
  })

  test('all legs count, even if only one of them runs nolapse', async () => {
    const matrix = job(
      'coverage',
      'strategy: {matrix: {leg: [x, y]}}',
      "[{if: matrix.leg == 'y', run: nolapse run}]",
    )
    expect(await requireOf(matrix)).toEqual(['coverage (x)', 'coverage (y)'])
  })
})

test('if two checks have the required name, one that passes is enough', async () => {
  const same = job('a', 'name: Same') + job('b', 'name: Same', '[{run: ./x}]')
  expect(await verdictOf(onPullRequest(same), ['Same'])).toMatchObject({
    required: ['Same'],
    holds: false,
    counterexample: { jobs: { a: 'failure', b: 'success' }, nolapse: 'failed' },
  })
})

test('nolapse can be in one step of a composite action, and in one job of a called workflow', async () => {
  const files = {
    'ci/action.yml':
      'name: x\ndescription: y\nruns: {using: composite, steps: [{run: ./a, shell: bash}, {run: nolapse run, shell: bash}]}\n',
    '.github/workflows/called.yml': `on: workflow_call\njobs:${job('in', '', '[{run: ./x}, {uses: ./ci}]')}${job('other', '', '[{run: ./x}]')}`,
  }
  const call = (uses: string) => onPullRequest(`\n  call: {uses: ${uses}}\n`)
  const prove = async (text: string) => proveWorkflow(await workflowOf(text, { files }), { required: null })
  expect(await prove(call('./.github/workflows/called.yml'))).toMatchObject([{ require: ['call / in'] }])
  expect(await prove(call('./.github/workflows/gone.yml'))).toEqual([])
  expect(await prove(onPullRequest(job('a', '', '[{run: ./x}, {uses: ./gone}, {uses: acme/x@v1}]')))).toEqual(
    [],
  )
})

describe('the number of cases', () => {
  const LOOKS = '[{run: "if ./a; then exit 0; fi\\n./b"}]'
  test.each([
    ['one job that runs nolapse', job('coverage', ''), ['coverage'], 3],
    [
      'a job that is not required and not relevant',
      job('coverage', '') + job('other', '', LOOKS),
      ['coverage'],
      3,
    ],
    ['a bypass', coverage("github.head_ref != 'x'").slice('on: pull_request\njobs:'.length), ['coverage'], 2],
    ['the smallest set', job('a', '') + job('b', '', LOOKS), null, 5],
    ['the smallest set of two', GATE + job('coverage', 'needs: gate'), null, 13],
    ['the closest set', coverage("vars.ON == 'x'").slice('on: pull_request\njobs:'.length), null, 10],
  ])('to prove %s', async (_, jobs, required, expected) => {
    expect((await verdictOf(onPullRequest(jobs), required)).cases).toBe(expected)
  })
})

describe('time', () => {
  test('if the search runs out of time, the result is unproven and says so', async () => {
    let time = 0
    const now = () => time++
    const verdict = await verdictOf(
      onPullRequest(GATE + job('coverage', 'needs: gate')),
      ['gate', 'coverage'],
      { now, limit: 2 },
    )
    expect(verdict).toMatchObject({ holds: null, timedOut: true, counterexample: null })
    time = 0
    expect(
      await verdictOf(onPullRequest(GATE + job('coverage', 'needs: gate')), null, { now, limit: 2 }),
    ).toMatchObject({ holds: null, timedOut: true })
  })

  test.each([
    [
      "contains(needs.*.result, 'failure') || contains(needs.*.result, 'cancelled') || contains(needs.*.result, 'skipped')",
    ],
    [
      "!(!contains(needs.*.result, 'failure') && !contains(needs.*.result, 'cancelled') && !contains(needs.*.result, 'skipped'))",
    ],
    [
      "contains(join(needs.*.result, ','), 'failure') || contains(join(needs.*.result, ','), 'cancelled') || contains(join(needs.*.result, ','), 'skipped')",
    ],
    [
      "contains(toJSON(needs.*.result), '\"failure\"') || contains(toJSON(needs.*.result), 'cancelled') || contains(toJSON(needs.*.result), 'skipped')",
    ],
  ])('forty needed jobs make hundreds of cases, not 3^40: %s', async condition => {
    const ids = Array.from({ length: 40 }, (_, number) => `job${number}`)
    const others = ids.map(id => job(id, '', '[{run: ./test}]')).join('')
    const text = onPullRequest(
      others +
        job('coverage', '') +
        job(
          'verdict',
          `needs: [coverage, ${ids.join(', ')}]\nif: \${{ always() }}`,
          `[{if: ${JSON.stringify(condition)}, run: exit 1}]`,
        ),
    )
    const verdict = await verdictOf(text, ['verdict'])
    expect(verdict.holds).toBe(true)
    expect(verdict.cases).toBeLessThan(200)
  })

  const SUMMARY =
    "[{if: \"contains(needs.*.result, 'failure') || contains(needs.*.result, 'cancelled')\", run: exit 1}]"

  test.each([
    [
      'scripts that may fail in several places',
      '[{run: \'for tool in cmake make pkgconf; do if command -v "$tool"; then exit 1; fi; done\'}]',
    ],
    [
      'scripts that look at what a command says',
      '[{run: \'test -z "$(git status)"\'}, {run: "set -x\\nmake || make again"}]',
    ],
    [
      'steps that may fail',
      '[{run: make, continue-on-error: true}, {run: echo}, {run: make again, continue-on-error: true}, {run: echo}]',
    ],
    [
      'steps that look at other steps',
      "[{id: a, run: make, continue-on-error: true}, {if: steps.a.outcome == 'failure', run: ./tell}]",
    ],
  ])('what other jobs do inside makes no more cases: %s', async (_, steps) => {
    const ids = Array.from({ length: 12 }, (_, number) => `job${number}`)
    const text = onPullRequest(
      ids.map(id => job(id, '', steps)).join('') +
        job('coverage', '') +
        job('verdict', `needs: [coverage, ${ids.join(', ')}]\nif: always()`, SUMMARY),
    )
    const verdict = await verdictOf(text, ['verdict'])
    expect(verdict.holds).toBe(true)
    expect(verdict.cases).toBeLessThan(100)
  })

  test('a leg that may fail makes no more cases than one that may not', async () => {
    const legs = Array.from({ length: 12 }, (_, number) => number)
    const text = onPullRequest(
      job(
        'coverage',
        `strategy: {matrix: {leg: [${legs}]}}\ncontinue-on-error: \${{ matrix.leg > 0 }}`,
        '[{run: nolapse run}, {uses: acme/upload@v1}]',
      ) + job('verdict', 'needs: coverage\nif: always()', SUMMARY),
    )
    const verdict = await verdictOf(text, ['verdict'])
    expect(verdict.holds).toBe(true)
    expect(verdict.cases).toBeLessThan(100)
  })

  test('how a step of another job ends still counts if it is an output of the job', async () => {
    const text = onPullRequest(
      job(
        'try',
        "outputs: {ended: '${{ steps.a.outcome }}'}",
        '[{id: a, run: make, continue-on-error: true}]',
      ) +
        job('coverage', "needs: try\nif: needs.try.outputs.ended == 'success'") +
        job('verdict', 'needs: [coverage, try]\nif: always()', SUMMARY),
    )
    expect(await verdictOf(text, ['verdict'])).toMatchObject({
      holds: false,
      counterexample: { jobs: { try: 'success', coverage: 'skipped' } },
    })
  })
})

describe('names of checks', () => {
  const names = async (text: string, wanted: string[]) =>
    unknownChecks([await workflowOf(onPullRequest(text))], wanted).map(({ name }) => name)

  test('are the name of a job, or its ID if it has no name', async () => {
    expect(await names(job('a', 'name: The A'), ['The A', 'a'])).toEqual(['a'])
    expect(await names(job('a', "name: ''"), ['a'])).toEqual([])
  })

  test('of a matrix are the names of its legs, not its own', async () => {
    const matrix = job(
      't',
      'strategy: {matrix: {os: [linux, mac], node: [20, 22], exclude: [{os: mac, node: 20}, {none: x}], include: [{os: linux, extra: x}, {os: windows, node: 24}]}}',
    )
    const legs = ['t (linux, 20)', 't (linux, 20, x)', 't (linux, 22)', 't (mac, 22)', 't (windows, 24)']
    expect(await names(matrix, [...legs, 't', 't (mac, 20)', 't (mac, 22, x)'])).toEqual([
      't',
      't (mac, 20)',
      't (mac, 22, x)',
    ])
  })

  test('of a leg without a value to show are the name alone', async () => {
    expect(await names(job('t', 'strategy: {matrix: {a: [""]}}'), ['t'])).toEqual([])
  })

  test('can read the matrix', async () => {
    const named = job('t', 'name: Test ${{ matrix.os }}\nstrategy: {matrix: {os: [linux, mac]}}')
    expect(await names(named, ['Test linux', 'Test windows', 't (linux)'])).toEqual([
      'Test windows',
      't (linux)',
    ])
  })

  test('can have unknown parts', async () => {
    const named = job('t', 'name: Test ${{ github.head_ref }} (${{ matrix.x }})')
    expect(await names(named, ['Test main (1)', 'Tests'])).toEqual(['Tests'])
    const formatted = job('t', "name: ${{ format('{0}', 1) }} ${{ matrix.x.y }}")
    expect(await names(formatted, ['1 2', 'x'])).toEqual(['x'])
    const computed = job('t', 'strategy: {matrix: "${{ fromJSON(vars.LEGS) }}"}')
    expect(await names(computed, ['t (a)', 't'])).toEqual(['t'])
  })

  test('belong to the job that surely has them, not to one that could', async () => {
    const text = onPullRequest(
      job('coverage', '') +
        job(
          'other',
          "name: '${{ matrix.name }}'\nstrategy: {matrix: '${{ fromJSON(vars.LEGS) }}'}",
          '[{run: a}]',
        ),
    )
    expect(await verdictOf(text, ['coverage'])).toMatchObject({ holds: true })
    expect(await verdictOf(text, ['others'])).toMatchObject({ holds: false })
  })

  test('of an external workflow begin with the caller’s', async () => {
    expect(
      await names('\n  ci:\n    uses: acme/ci/.github/workflows/x.yml@v1\n', ['ci / build', 'ci']),
    ).toEqual(['ci'])
  })

  test('on Forgejo can have the form of Forgejo', async () => {
    const workflow = await workflowOf(`name: Coverage\non: pull_request\njobs:${job('verdict', '')}`, {
      platform: 'forgejo',
    })
    expect(
      unknownChecks(
        [workflow],
        ['Coverage / verdict (pull_request)', 'verdict', 'Coverage / verdict (push)'],
      ),
    ).toEqual([{ name: 'Coverage / verdict (push)', closest: ['verdict'] }])
  })

  test('on Forgejo and Gitea are required in that form', async () => {
    for (const platform of ['forgejo', 'gitea'] as const) {
      const text = `name: Coverage\non: pull_request\njobs:${job('verdict', '')}`
      expect(await verdictOf(text, null, { platform })).toMatchObject({
        require: ['Coverage / verdict (pull_request)'],
        platform,
      })
      expect(await verdictOf(text, ['Coverage / verdict (pull_request)'], { platform })).toMatchObject({
        holds: true,
      })
    }
  })

  test('that no job has are reported with the closest ones', async () => {
    const found = unknownChecks(
      [await workflowOf(onPullRequest(job('coverage', '') + job('verdict', '')))],
      ['coverrage'],
    )
    expect(found).toEqual([{ name: 'coverrage', closest: ['coverage', 'verdict'] }])
  })
})

describe('A text that counts as a number', () => {
  const summed = (condition: string) => `on: pull_request
jobs:
  coverage:
    runs-on: ubuntu-latest
    steps: [{run: nolapse run}]
  done:
    if: always()
    needs: coverage
    runs-on: ubuntu-latest
    steps:
      - if: ${condition}
        run: exit 1
`
  const holds = async (condition: string) => (await verdictOf(summed(condition), ['done'])).holds

  test.each([
    // '0' is a text that is not empty, and equals 0.
    '"!(vars.X && vars.X == 0) && needs.coverage.result != \'success\'"',
    "\"!(vars.X != '0' && vars.X == 0) && needs.coverage.result != 'success'\"",
  ])('can be any such text: %s', async condition => expect(await holds(condition)).toBeNull())

  test.each([
    // One that is empty is 0, and an object never is.
    '"(!vars.X && vars.X != 0) || needs.coverage.result != \'success\'"',
    "\"(vars.X == 'a' && vars.X == 0) || needs.coverage.result != 'success'\"",
    '"github.event.pull_request == null || needs.coverage.result != \'success\'"',
  ])('but not any text: %s', async condition => expect(await holds(condition)).toBe(true))
})
