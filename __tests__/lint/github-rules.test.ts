/** One workflow for each of GitHub's rules: what a job's end means to the jobs after it, to its check, and to a merge. */
import { describe, expect, test } from '@jest/globals'
import { GATE, onPullRequest, verdictOf } from '../support/lint.ts'

const COVERAGE = `
  coverage:
    runs-on: ubuntu-latest
    steps:
      - run: nolapse run
`

/** A last job that fails if a condition holds. */
const summary = (needs: string, condition: string, own = '${{ always() }}') => `
  verdict:
    needs: [${needs}]
    if: ${own}
    runs-on: ubuntu-latest
    steps:
      - if: ${condition}
        run: exit 1
`

describe('a job and its check', () => {
  test('a job that succeeds passes, so one that runs nolapse without a condition proves it', async () => {
    expect(await verdictOf(onPullRequest(COVERAGE), ['coverage'])).toMatchObject({ holds: true })
  })

  test('a job that fails blocks: a failed gate step lets no later step run', async () => {
    const verdict = await verdictOf(
      onPullRequest(`
  coverage:
    runs-on: ubuntu-latest
    steps:
      - uses: nolapse/token-action@v1
        with: {token: '\${{ secrets.NOLAPSE_TOKEN }}'}
      - run: nolapse run
`),
      ['coverage'],
    )
    expect(verdict).toMatchObject({ holds: true })
  })

  test('a job that fails with `continue-on-error` is a success to later jobs: a summary of results is fooled', async () => {
    const tolerant = COVERAGE.replace('runs-on', 'continue-on-error: true\n    runs-on')
    const verdict = await verdictOf(
      onPullRequest(tolerant + summary('coverage', "needs.coverage.result != 'success'")),
      ['verdict'],
    )
    expect(verdict).toMatchObject({
      holds: false,
      counterexample: { nolapse: 'failed', jobs: { coverage: 'success', verdict: 'success' } },
    })
  })

  test('a job that fails with `continue-on-error` still has a failed check, which blocks', async () => {
    const tolerant = COVERAGE.replace('runs-on', 'continue-on-error: true\n    runs-on')
    expect(await verdictOf(onPullRequest(tolerant), ['coverage'])).toMatchObject({ holds: true })
  })

  test('a job that is skipped by its `if` passes', async () => {
    const verdict = await verdictOf(
      onPullRequest(COVERAGE.replace('runs-on', "if: github.event_name == 'push'\n    runs-on")),
      ['coverage'],
    )
    expect(verdict).toMatchObject({
      holds: false,
      counterexample: {
        who: 'own',
        token: 'valid',
        nolapse: 'not-run',
        jobs: { coverage: 'skipped' },
        assumes: [],
      },
    })
  })

  test('a job that is skipped by its `needs` passes', async () => {
    const verdict = await verdictOf(
      onPullRequest(GATE + COVERAGE.replace('runs-on', 'needs: gate\n    runs-on')),
      ['coverage'],
    )
    expect(verdict).toMatchObject({
      holds: false,
      counterexample: { nolapse: 'not-run', jobs: { gate: 'failure', coverage: 'skipped' } },
    })
  })

  const MATRIX = COVERAGE.replace(
    'runs-on',
    'needs: gate\n    strategy: {matrix: {module: [api, web]}}\n    runs-on',
  )

  test('no leg of a skipped matrix reports, so requiring a leg blocks', async () => {
    expect(await verdictOf(onPullRequest(GATE + MATRIX), ['coverage (api)'])).toMatchObject({ holds: true })
  })

  test('a skipped matrix is `skipped` to later jobs', async () => {
    const verdict = await verdictOf(
      onPullRequest(GATE + MATRIX + summary('coverage', "needs.coverage.result == 'failure'")),
      ['verdict'],
    )
    expect(verdict).toMatchObject({ holds: false, counterexample: { jobs: { coverage: 'skipped' } } })
  })

  const CALLED = `on: workflow_call\njobs:${COVERAGE.replace('coverage:', 'check:')}`
  const CALL = `
  coverage:
    needs: gate
    uses: ./.github/workflows/called.yml
`
  const files = { '.github/workflows/called.yml': CALLED }

  test('no called job of a skipped caller reports, so `caller / callee` blocks', async () => {
    expect(await verdictOf(onPullRequest(GATE + CALL), ['coverage / check'], { files })).toMatchObject({
      holds: true,
    })
  })

  test('a skipped caller is `skipped` to later jobs', async () => {
    const verdict = await verdictOf(
      onPullRequest(
        GATE + CALL + summary('coverage', "contains('failure cancelled', needs.coverage.result)"),
      ),
      ['verdict'],
      { files },
    )
    expect(verdict).toMatchObject({ holds: false, counterexample: { jobs: { coverage: 'skipped' } } })
  })

  test('a job that is cancelled or times out is `cancelled`, not a failure', async () => {
    const verdict = await verdictOf(
      onPullRequest(
        COVERAGE +
          summary('coverage', "needs.coverage.result == 'failure' || needs.coverage.result == 'skipped'"),
      ),
      ['verdict'],
    )
    expect(verdict).toMatchObject({
      holds: false,
      counterexample: { nolapse: 'not-run', jobs: { coverage: 'cancelled', verdict: 'success' } },
    })
  })

  test('a cancelled job blocks as a required check', async () => {
    const verdict = await verdictOf(onPullRequest(COVERAGE), ['coverage'])
    expect(verdict.holds).toBe(true)
  })

  test('a workflow that is filtered out reports nothing, which blocks', async () => {
    const filtered = `on: {pull_request: {paths: ['src/**'], branches: [main]}}\njobs:${COVERAGE}`
    expect(await verdictOf(filtered, ['coverage'])).toMatchObject({ holds: true })
  })
})

describe('conditions', () => {
  test('without a status function, a job needs the success of all jobs before it, even those it does not name', async () => {
    const chain = `
  first:
    runs-on: ubuntu-latest
    steps: [{run: ./first}]
  second:
    needs: first
    if: always()
    runs-on: ubuntu-latest
    steps: [{run: ./second}]
${COVERAGE.replace('runs-on', 'needs: second\n    runs-on')}`
    const verdict = await verdictOf(onPullRequest(chain), ['coverage', 'second'])
    expect(verdict).toMatchObject({
      holds: false,
      counterexample: { jobs: { first: 'failure', second: 'success', coverage: 'skipped' } },
    })
  })

  test('`success()` is false after a skipped job', async () => {
    const verdict = await verdictOf(
      onPullRequest(`
  first:
    if: github.event_name == 'push'
    runs-on: ubuntu-latest
    steps: [{run: ./first}]
${COVERAGE.replace('runs-on', 'needs: first\n    runs-on')}`),
      ['coverage'],
    )
    expect(verdict).toMatchObject({
      holds: false,
      counterexample: { jobs: { first: 'skipped', coverage: 'skipped' } },
    })
  })

  test('`failure()` covers every job before, even one that the job does not name', async () => {
    const verdict = await verdictOf(
      onPullRequest(`
  first:
    runs-on: ubuntu-latest
    steps: [{run: ./first}]
  second:
    needs: first
    if: always()
    runs-on: ubuntu-latest
    steps: [{run: ./second}]
${COVERAGE.replace('runs-on', 'needs: second\n    if: failure()\n    runs-on')}`),
      ['first', 'second', 'coverage'],
    )
    // With `first` required, only a failed `second` would start it.
    expect(verdict).toMatchObject({
      holds: false,
      counterexample: { jobs: { first: 'success', coverage: 'skipped' } },
    })
  })

  test('a cancelled job is not a failure: a summary with `if: failure()` is skipped after a time-out, and passes', async () => {
    const verdict = await verdictOf(onPullRequest(COVERAGE + summary('coverage', 'always()', 'failure()')), [
      'verdict',
    ])
    expect(verdict).toMatchObject({
      holds: false,
      counterexample: { jobs: { coverage: 'cancelled', verdict: 'skipped' } },
    })
  })

  test('`cancelled()` is about the run: whether `!cancelled()` skips the summary of a cancelled run is not known', async () => {
    const verdict = await verdictOf(
      onPullRequest(COVERAGE + summary('coverage', "needs.coverage.result != 'success'", "'!cancelled()'")),
      ['verdict'],
    )
    expect(verdict).toMatchObject({
      holds: null,
      counterexample: {
        jobs: { verdict: 'skipped' },
        assumes: ['`cancelled()` skips this job when the run is cancelled'],
      },
    })
  })

  test('`if: !cancelled()` without quotes is a YAML tag: the condition is empty, so `success()`', async () => {
    const verdict = await verdictOf(
      onPullRequest(COVERAGE + summary('coverage', "needs.coverage.result != 'success'", '!cancelled()')),
      ['verdict'],
    )
    expect(verdict).toMatchObject({
      holds: false,
      counterexample: { jobs: { verdict: 'skipped' }, assumes: [] },
    })
  })

  test("text around `${{ }}` makes a condition always true: `${{ x }} == 'true'`", async () => {
    const verdict = await verdictOf(
      onPullRequest(COVERAGE + summary('coverage', "${{ needs.coverage.result }} == 'nothing'")),
      ['verdict'],
    )
    // The last job always fails: nothing is ever merged.
    expect(verdict).toMatchObject({ holds: true })
  })

  test('an error in a condition, such as fromJSON of nothing, fails the job', async () => {
    const verdict = await verdictOf(
      onPullRequest(
        `${GATE}${COVERAGE.replace('runs-on', 'needs: gate\n    if: ${{ fromJSON(needs.gate.outputs.nothing) }}\n    runs-on')}`,
      ),
      ['gate', 'coverage'],
    )
    expect(verdict).toMatchObject({ holds: true })
  })
})

describe('results and outputs', () => {
  test('in a matrix a failure takes precedence over a cancelled leg', async () => {
    const matrix = COVERAGE.replace('runs-on', 'strategy: {matrix: {module: [api, web]}}\n    runs-on')
    const verdict = await verdictOf(
      onPullRequest(
        matrix +
          summary('coverage', "needs.coverage.result != 'cancelled' && needs.coverage.result != 'success'"),
      ),
      ['verdict'],
    )
    expect(verdict).toMatchObject({ holds: false, counterexample: { jobs: { coverage: 'cancelled' } } })
  })

  test("outputs are texts: `if: needs.gate.outputs.valid` is true for 'false'", async () => {
    const tolerant = GATE.replace("'}", "', tolerate: missing}")
    const local = `
  report:
    needs: gate
    if: needs.gate.outputs.valid
    runs-on: ubuntu-latest
    steps: [{run: nolapse run}]
`
    const asText = await verdictOf(onPullRequest(tolerant + local), ['gate', 'report'])
    expect(asText).toMatchObject({ holds: true })
    const compared = await verdictOf(
      onPullRequest(tolerant + local.replace('outputs.valid', "outputs.valid == 'true'")),
      ['gate', 'report'],
    )
    expect(compared).toMatchObject({
      holds: false,
      counterexample: { token: 'missing', jobs: { gate: 'success', report: 'skipped' } },
    })
  })

  test("a step's `continue-on-error` hides nolapse's failure from its job", async () => {
    const verdict = await verdictOf(onPullRequest(`${COVERAGE}        continue-on-error: true\n`), [
      'coverage',
    ])
    expect(verdict).toMatchObject({
      holds: false,
      counterexample: { nolapse: 'failed', jobs: { coverage: 'success' } },
    })
  })

  test("a step's `outcome` still says that it failed", async () => {
    const verdict = await verdictOf(
      onPullRequest(`${COVERAGE}        id: nolapse
        continue-on-error: true
      - if: steps.nolapse.outcome == 'failure'
        run: exit 1
`),
      ['coverage'],
    )
    expect(verdict).toMatchObject({ holds: true })
  })

  test('a gate can be valid in a job that fails afterwards', async () => {
    const gate = `${GATE}      - run: ./notify
`
    const late = COVERAGE.replace(
      'runs-on',
      "needs: gate\n    if: always() && needs.gate.outputs.valid != 'true'\n    runs-on",
    )
    const verdict = await verdictOf(
      onPullRequest(
        gate +
          late +
          summary(
            'gate, coverage',
            "needs.gate.result == 'success' || needs.coverage.result == 'failure' || needs.coverage.result == 'cancelled'",
          ),
      ),
      ['verdict'],
    )
    expect(verdict).toMatchObject({
      holds: false,
      counterexample: { token: 'valid', jobs: { gate: 'failure', coverage: 'skipped' } },
    })
  })

  test('`tolerate` is evaluated: for forks only', async () => {
    const tolerate =
      "${{ github.event.pull_request.head.repo.full_name != github.repository && 'missing' || '' }}"
    const workflow = onPullRequest(`
  coverage:
    runs-on: ubuntu-latest
    steps:
      - id: gate
        uses: nolapse/token-action@v1
        with:
          token: \${{ secrets.NOLAPSE_TOKEN }}
          tolerate: ${tolerate}
      - if: steps.gate.outputs.valid == 'true'
        run: nolapse run
`)
    expect(await verdictOf(workflow, ['coverage'])).toMatchObject({
      holds: false,
      counterexample: { who: 'fork', token: 'missing', nolapse: 'not-run' },
    })
  })

  test("the token's secret is empty for a fork", async () => {
    const verdict = await verdictOf(
      onPullRequest(`
  coverage:
    runs-on: ubuntu-latest
    env: {HAS_TOKEN: "\${{ secrets.NOLAPSE_TOKEN != '' }}"}
    steps:
      - if: env.HAS_TOKEN == 'true' || github.event.pull_request.head.repo.full_name == github.repository
        run: nolapse run
`),
      ['coverage'],
    )
    expect(verdict).toMatchObject({ holds: false, counterexample: { who: 'fork', token: 'missing' } })
  })

  test('a called workflow succeeds even if a job in it was skipped', async () => {
    const files = {
      '.github/workflows/called.yml': `on: workflow_call
jobs:
  other:
    runs-on: ubuntu-latest
    steps: [{run: ./other}]
${COVERAGE.replace('runs-on', "if: github.event_name == 'push'\n    runs-on")}`,
    }
    const verdict = await verdictOf(
      onPullRequest(`
  called:
    uses: ./.github/workflows/called.yml
${summary('called', "needs.called.result != 'success'")}`),
      ['verdict'],
      { files },
    )
    expect(verdict).toMatchObject({
      holds: false,
      counterexample: { jobs: { called: 'success' }, nolapse: 'not-run' },
    })
  })

  test('a called workflow fails if a job in it fails', async () => {
    const files = { '.github/workflows/called.yml': `on: workflow_call\njobs:${COVERAGE}` }
    const verdict = await verdictOf(
      onPullRequest(`
  called:
    uses: ./.github/workflows/called.yml
${summary('called', "needs.called.result != 'success'")}`),
      ['verdict'],
      { files },
    )
    expect(verdict).toMatchObject({ holds: true })
  })
})
