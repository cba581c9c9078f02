/**
 * How public repositories sum up their jobs for branch protection, rebuilt here around a job that runs nolapse. What each
 * is worth was worked out by hand from GitHub's rules.
 */
import { expect, test } from '@jest/globals'
import { type Files, onPullRequest, verdictOf } from '../support/lint.ts'

const JOBS = `
  lint:
    runs-on: ubuntu-latest
    steps: [{uses: actions/checkout@v5}, {run: make lint}]
  coverage:
    needs: lint
    runs-on: ubuntu-latest
    steps: [{uses: actions/checkout@v5}, {run: nolapse run}]
`

const summed = (own: string, steps: string, jobs = JOBS) =>
  onPullRequest(`${jobs}
  done:
    needs: [lint, coverage]
    ${own}
    runs-on: ubuntu-latest
    steps:
${steps.replace(/^/gm, '      ')}
`)

const ALWAYS = 'if: always()'

interface Shape {
  shape: string
  text: string
  holds: boolean | null
  /** The coverage job in the counterexample. */
  coverage?: string
  assumes?: RegExp
  /** Who starts the run in the counterexample. */
  who?: string
  files?: Files
}

async function check({ text, holds, coverage, assumes, who, files = {} }: Shape): Promise<void> {
  const verdict = await verdictOf(text, ['done'], { files })
  expect(verdict.holds).toBe(holds)
  expect(verdict.timedOut).toBe(false)
  if (coverage) expect(verdict.counterexample?.jobs).toMatchObject({ coverage })
  if (assumes) expect(verdict.counterexample?.assumes.join('; ')).toMatch(assumes)
  if (who) expect(verdict.counterexample?.who).toBe(who)
}

/** The ways to sum up, each alone. */
const shapes: Shape[] = [
  {
    shape: 'one step that fails after a failure or a cancelled job, blind to skipped ones',
    text: summed(
      ALWAYS,
      "- if: ${{ contains(needs.*.result, 'failure') || contains(needs.*.result, 'cancelled') }}\n  run: exit 1",
      JOBS.replace('needs: lint', "needs: lint\n    if: github.actor != 'dependabot[bot]'"),
    ),
    holds: false,
    coverage: 'skipped',
  },
  {
    shape: 'the same, but no job can be skipped alone: a skipped job stands beside the one that failed',
    text: summed(
      ALWAYS,
      "- if: ${{ contains(needs.*.result, 'failure') || contains(needs.*.result, 'cancelled') }}\n  run: exit 1",
    ),
    holds: true,
  },
  {
    shape: 'failure, cancelled and skipped, the step first and a word after it',
    text: summed(
      ALWAYS,
      "- name: Failed\n  if: \"contains(needs.*.result, 'failure') || contains(needs.*.result, 'cancelled') || contains(needs.*.result, 'skipped')\"\n  run: exit 1\n- run: echo \"${{ join(needs.*.result, ', ') }}\"",
    ),
    holds: true,
  },
  {
    shape: 'the three in a script, each in a bracket of its own',
    text: summed(
      ALWAYS,
      `- run: |
    if [[ "\${{ contains(needs.*.result, 'failure') }}" == "true" ]] \\
       || [[ "\${{ contains(needs.*.result, 'cancelled') }}" == "true" ]] \\
       || [[ "\${{ contains(needs.*.result, 'skipped') }}" == "true" ]]; then
      echo "::error::not green"
      exit 1
    fi`,
    ),
    holds: true,
  },
  {
    shape: 'one bracket with the whole expression inside',
    text: summed(
      ALWAYS,
      `- run: |-
    if [[ "\${{ contains(needs.*.result, 'failure') || contains(needs.*.result, 'cancelled') }}" == "true" ]]; then
      exit 1
    fi`,
      JOBS.replace('needs: lint', "needs: lint\n    if: needs.lint.outputs.code == 'true'"),
    ),
    holds: false,
    coverage: 'skipped',
  },
  {
    shape: 'only failure',
    text: summed(ALWAYS, "- if: contains(needs.*.result, 'failure')\n  run: exit 1"),
    holds: false,
    coverage: 'skipped',
  },
  {
    shape: 'the job itself fails only after a failure, and is skipped otherwise',
    text: summed(
      "if: always() && (contains(needs.*.result, 'failure') || contains(needs.*.result, 'cancelled'))",
      '- run: exit 1',
    ),
    holds: true,
  },
  {
    shape: 'the job runs only if all is well: skipped, and passed, if it is not',
    text: summed(
      "if: always() && !contains(needs.*.result, 'failure') && !contains(needs.*.result, 'cancelled')",
      '- run: echo green',
    ),
    holds: false,
    coverage: 'skipped',
  },
  {
    shape: 'no condition at all',
    text: summed('', '- run: echo green'),
    holds: false,
    coverage: 'skipped',
  },
  {
    shape: '`!cancelled()` instead of `always()`',
    text: summed(
      'if: ${{ !cancelled() }}',
      "- if: ${{ contains(needs.*.result, 'failure') || contains(needs.*.result, 'cancelled') || contains(needs.*.result, 'skipped') }}\n  run: exit 1",
    ),
    holds: null,
    assumes: /cancelled/,
  },
  {
    shape: 'alls-green',
    text: summed(ALWAYS, '- uses: re-actors/alls-green@release/v1\n  with:\n    jobs: ${{ toJSON(needs) }}'),
    holds: true,
  },
  {
    shape: 'alls-green that lets jobs fail on request',
    text: summed(
      ALWAYS,
      "- uses: re-actors/alls-green@release/v1\n  with:\n    allowed-failures: ${{ github.event.pull_request.title == 'hotfix' && 'lint, coverage' || '' }}\n    jobs: ${{ toJSON(needs) }}",
    ),
    holds: false,
    assumes: /title is 'hotfix'/,
  },
  {
    shape: 'another action that sums up',
    text: summed(ALWAYS, '- uses: acme/done-action@v1\n  with:\n    needs: ${{ toJSON(needs) }}'),
    holds: null,
    assumes: /acme\/done-action@v1/,
  },
  {
    shape: 'jq over all results',
    text: summed(ALWAYS, `- run: jq --exit-status 'all(.result == "success")' <<< '\${{ toJson(needs) }}'`),
    holds: null,
    assumes: /in done succeeds/,
  },
  {
    shape: 'grep over the results in a variable',
    text: summed(
      ALWAYS,
      `- run: |
    if echo "$RESULTS" | grep -Eq 'failure|cancelled'; then exit 1; fi
  env:
    RESULTS: \${{ toJSON(needs.*.result) }}`,
    ),
    holds: null,
  },
  {
    shape: 'a loop over the joined results',
    text: summed(
      ALWAYS,
      `- run: |
    for result in \${{ join(needs.*.result, ' ') }}; do
      if [ "$result" != success ]; then exit 1; fi
    done`,
    ),
    holds: true,
  },
  {
    shape: 'one result in a bracket, with an exit on either side',
    text: summed(
      ALWAYS,
      `- run: |
    if [[ \${{ needs.coverage.result }} == "success" ]]; then
      echo passed
      exit 0
    else
      exit 1
    fi`,
    ),
    holds: true,
  },
  {
    shape: 'a step that ends well if anything succeeded, and one that fails if anything failed',
    text: summed(
      ALWAYS,
      "- if: ${{ contains(join(needs.*.result, ','), 'success') }}\n  run: exit 0\n- if: ${{ contains(join(needs.*.result, ','), 'failure') }}\n  run: exit 1",
    ),
    holds: false,
    coverage: 'cancelled',
  },
  {
    shape: 'a filter of paths before the job, and a summary that lets it be skipped',
    text: onPullRequest(`
  changes:
    runs-on: ubuntu-latest
    outputs: {code: '\${{ steps.filter.outputs.code }}'}
    steps: [{id: filter, uses: acme/paths-filter@v3}]
  coverage:
    needs: changes
    if: needs.changes.outputs.code == 'true'
    runs-on: ubuntu-latest
    steps: [{run: nolapse run}]
  done:
    needs: [changes, coverage]
    if: always()
    runs-on: ubuntu-latest
    steps:
      - if: contains(needs.*.result, 'failure') || contains(needs.*.result, 'cancelled')
        run: exit 1
`),
    holds: null,
    coverage: 'skipped',
    assumes: /steps\.filter\.outputs\.code/,
  },
  {
    shape: 'variables compared one by one, skipped allowed',
    text: summed(
      ALWAYS,
      `- run: |
    [ "$LINT" = success ] && { [ "$COVERAGE" = success ] || [ "$COVERAGE" = skipped ]; }
  env:
    LINT: \${{ needs.lint.result }}
    COVERAGE: \${{ needs.coverage.result }}`,
      JOBS.replace('needs: lint', 'needs: lint\n    if: ${{ !github.event.pull_request.draft }}'),
    ),
    holds: false,
    coverage: 'skipped',
    assumes: /draft/,
  },
]

test.each(shapes)('$shape', check)

const DONE = (needs: string, steps: string, condition = 'always()') => `
  done:
    needs: [${needs}]
    if: ${condition}
    runs-on: ubuntu-latest
    steps:
${steps.replace(/^/gm, '      ')}
`

const job = (id: string, more = '', steps = '[{uses: actions/checkout@v7}, {run: make}]') => `
  ${id}:
    runs-on: ubuntu-latest${more.replace(/^/gm, '\n    ').replace(/\s+$/, '')}
    steps: ${steps}
`

const COVERAGE_STEPS = '[{uses: actions/checkout@v7}, {run: nolapse run}]'
const coverage = (more = '') => job('coverage', more, COVERAGE_STEPS)

const FAILED_OR_CANCELLED =
  "- if: ${{ contains(needs.*.result, 'failure') || contains(needs.*.result, 'cancelled') }}\n  run: exit 1"

const allsGreen = (more = '') =>
  `- id: green\n  uses: re-actors/alls-green@05ac9388f0aebcb5727afa17fcccfecd6f8ec5fe\n  with:\n    jobs: \${{ toJSON(needs) }}${more}`

/** A job that decides by the changed files which others run. */
const CHANGES = job(
  'changes',
  "outputs: {code: '${{ steps.filter.outputs.code }}'}",
  '[{uses: actions/checkout@v7}, {id: filter, uses: acme/changed-files@v1}]',
)
const IF_CODE = "needs: changes\nif: needs.changes.outputs.code == 'true'"

const CALLED = (steps: string) => ({
  '.github/workflows/called.yml': `on: workflow_call\njobs:${job('inner', '', steps)}`,
})

/** Rebuilt from workflows that were read whole. Coverage takes the place of one of their jobs. */
const wholeWorkflows: Shape[] = [
  {
    shape:
      'GitoxideLabs/gitoxide: many jobs with matrices, loops and tolerated steps; none can be skipped alone',
    text: onPullRequest(
      job('lint', '', '[{run: make, continue-on-error: true}, {run: make lint}]') +
        job(
          'pure',
          'container: debian:stable-slim',
          "[{run: 'for tool in cmake make; do if command -v $tool; then exit 1; fi; done'}, {run: '! cat log', continue-on-error: true}]",
        ) +
        job(
          'test',
          'strategy: {matrix: {os: [ubuntu, windows, macos]}}',
          '[{run: \'test -z "$(git status)"\'}]',
        ) +
        coverage('strategy: {matrix: {os: [ubuntu, windows]}}') +
        DONE('lint, pure, test, coverage', `${FAILED_OR_CANCELLED}\n- run: exit 0`),
    ),
    holds: true,
  },
  {
    shape: 'aio-libs/aiohttp: alls-green after a chain of jobs, legs that may fail, and a step after it',
    text: onPullRequest(
      job('build') +
        coverage(
          "needs: build\nstrategy: {fail-fast: true, matrix: {python: ['3.13', '3.14'], experimental: [false], include: [{python: '3.15', experimental: true}]}}\ncontinue-on-error: ${{ matrix.experimental }}",
        ) +
        DONE('coverage', `${allsGreen()}\n- uses: codecov/codecov-action@v7`),
    ),
    holds: true,
  },
  {
    shape:
      'argoproj/argo-cd: one result in a variable, skipped is fine, and a job that fails before skips it',
    text: onPullRequest(
      CHANGES +
        job('build', IF_CODE) +
        coverage("needs: [build, changes]\nif: ${{ needs.changes.outputs.code == 'true' }}") +
        DONE(
          'coverage, changes',
          `- if: \${{ vars.disable_harden_runner != 'true' }}
  uses: step-security/harden-runner@05e31511f85b41b11d1cf0ef85d0992719546e2c
- run: |
    result="\${RESULT}"
    if [[ $result == "success" || $result == "skipped" ]]; then
      exit 0
    else
      exit 1
    fi
  env:
    RESULT: \${{ needs.coverage.result }}`,
          '${{ always() }}',
        ),
    ),
    holds: false,
    coverage: 'skipped',
  },
  {
    shape: 'astral-sh/uv: jq in a substitution, over jobs that call workflows of `$/`',
    text: onPullRequest(`
  coverage:
    uses: $/.github/workflows/called.yml
${DONE(
  'coverage',
  `- run: |
    failing=$(echo "$NEEDS" | jq -r 'to_entries[] | select(.value.result != "success") | .key')
    if [ -n "$failing" ]; then
      echo "$failing"
      exit 1
    fi
  env:
    NEEDS: \${{ toJSON(needs) }}`,
)}`),
    files: CALLED(COVERAGE_STEPS),
    holds: null,
    assumes: /done succeeds/,
  },
  {
    shape: 'bytecodealliance/wasmtime: jq that accepts skipped jobs, and an `env:` that is one expression',
    text: onPullRequest(
      job(
        'determine',
        "outputs: {full: '${{ steps.calculate.outputs.full }}'}",
        '[{id: calculate, run: ./calculate}]',
      ) +
        coverage(
          "needs: determine\nif: needs.determine.outputs.full\nstrategy: {matrix: {include: [{target: arm, env: {CC: gcc}}]}}\nenv: ${{ matrix.env || fromJSON('{}') }}",
        ) +
        DONE(
          'determine, coverage',
          `- run: jq --exit-status 'all(.result == "success" or .result == "skipped")' <<< '\${{ toJson(needs) }}'`,
        ),
    ),
    holds: null,
    coverage: 'skipped',
  },
  {
    shape:
      'conda/conda: alls-green that lets every needed job be skipped, and does not need the job that skips them',
    text: onPullRequest(
      CHANGES +
        coverage(IF_CODE) +
        DONE('coverage', allsGreen('\n    allowed-skips: ${{ toJSON(needs) }}'), "'!cancelled()'"),
    ),
    holds: false,
    coverage: 'skipped',
  },
  {
    shape: 'element-hq/synapse: another action that sums up, after a summary of its own kind',
    text: onPullRequest(
      job('lint') +
        DONE(
          'lint',
          "- uses: acme/done-action@v3\n  with: {needs: '${{ toJSON(needs) }}'}",
          '${{ !cancelled() }}',
        ).replace('done:', 'linted:') +
        coverage('needs: linted\nif: ${{ !cancelled() && !failure() }}') +
        DONE(
          'linted, coverage',
          "- uses: acme/done-action@3409aa904e8a2aaf2220f09bc954d3d0b0a2ee67\n  with: {needs: '${{ toJSON(needs) }}', skippable: coverage}",
          '${{ always() }}',
        ),
    ),
    holds: null,
    assumes: /acme\/done-action@3409aa9` in done succeeds/,
  },
  {
    shape: 'foundry-rs/foundry: alls-green that lets another job be skipped',
    text: onPullRequest(
      job('link', "if: github.event_name == 'push'") +
        coverage() +
        DONE('link, coverage', allsGreen('\n    allowed-skips: link')),
    ),
    holds: true,
  },
  {
    shape: 'getsentry/sentry-javascript: what all jobs need is not among those that are summed up',
    text: onPullRequest(
      `${CHANGES}${coverage('needs: changes')}${DONE(
        'coverage',
        "- if: github.ref == 'refs/heads/develop' && contains(needs.*.result, 'failure')\n  uses: acme/report@v1\n- if: cancelled() || contains(needs.*.result, 'failure') || contains(needs.*.result, 'cancelled')\n  run: |\n    echo failed && exit 1",
      )}`,
    ),
    holds: false,
    coverage: 'skipped',
  },
  {
    shape: 'jj-vcs/jj on a pull request: the summary is only for the merge queue, and skipped here',
    text: onPullRequest(
      coverage() +
        DONE('coverage', FAILED_OR_CANCELLED, "${{ always() && github.event_name == 'merge_group' }}"),
    ),
    holds: false,
  },
  {
    shape: 'jj-vcs/jj in the merge queue: there it sums up, with legs that may fail',
    text: `on: merge_group\njobs:${coverage(
      "strategy: {fail-fast: \"${{ github.event_name == 'merge_group' }}\", matrix: {os: [linux, macos]}}\ncontinue-on-error: ${{ matrix.os == 'macos' }}",
    )}${DONE('coverage', FAILED_OR_CANCELLED, "${{ always() && github.event_name == 'merge_group' }}")}`,
    holds: true,
  },
  {
    shape: 'open-telemetry/opentelemetry-java: each result compared with success, on two lines',
    text: onPullRequest(
      job('build', 'strategy: {fail-fast: false, matrix: {os: [linux, macos]}}') +
        coverage('strategy: {fail-fast: false, matrix: {java: [17, 21]}}') +
        DONE(
          'build, coverage',
          "- if: |\n    needs.build.result != 'success' ||\n    needs.coverage.result != 'success'\n  run: exit 1",
        ),
    ),
    holds: true,
  },
  {
    shape: 'paradigmxyz/reth: alls-green unless it is a scheduled run',
    text: onPullRequest(
      coverage("if: github.event_name != 'schedule'\nstrategy: {matrix: {network: [ethereum]}}") +
        DONE('coverage', allsGreen(), "always() && github.event_name != 'schedule'"),
    ),
    holds: true,
  },
  {
    shape: 'pnpm/pnpm: each job runs only if files changed, and skipped is fine',
    text: onPullRequest(
      CHANGES +
        coverage(
          "needs: changes\nif: ${{ !cancelled() && needs.changes.outputs.code == 'true' }}\nstrategy: {fail-fast: false, matrix: {os: [linux, macos]}}",
        ) +
        DONE('changes, coverage', FAILED_OR_CANCELLED, '${{ always() }}'),
    ),
    holds: null,
    coverage: 'skipped',
  },
  {
    shape: 'pulumi/pulumi in the merge queue: each result in a step of its own, the job a called workflow',
    text: `on: merge_group\njobs:${job('info')}
  coverage:
    needs: info
    strategy: {fail-fast: true, matrix: {kind: [all]}}
    uses: ./.github/workflows/called.yml
    secrets: inherit
${DONE('coverage', "- if: ${{ needs.coverage.result != 'success' }}\n  run: exit 1\n- run: exit 0")}`,
    files: CALLED(COVERAGE_STEPS),
    holds: true,
  },
  {
    shape: 'pulumi/pulumi on a pull request: forks are let through',
    text: onPullRequest(
      coverage('if: ${{ github.event.pull_request.head.repo.full_name == github.repository }}') +
        DONE(
          'coverage',
          "- if: ${{ github.event.pull_request.head.repo.full_name == github.repository && needs.coverage.result != 'success' }}\n  run: exit 1\n- run: exit 0",
        ),
    ),
    holds: false,
    coverage: 'skipped',
    who: 'fork',
  },
  {
    shape: 'pydantic/pydantic: alls-green whose result is an output for the release',
    text: onPullRequest(
      coverage('strategy: {fail-fast: false, matrix: {os: [linux], python: [3.13, 3.14]}}') +
        DONE('coverage', allsGreen()).replace(
          '    runs-on',
          '    outputs: {result: "${{ steps.green.outputs.result }}"}\n    runs-on',
        ) +
        job(
          'release',
          "needs: done\nif: needs.done.outputs.result == 'success' && startsWith(github.ref, 'refs/tags/')",
        ),
    ),
    holds: true,
  },
  {
    shape: 'pypa/pip: alls-green that lets jobs be skipped if another job says so',
    text: onPullRequest(
      CHANGES +
        coverage(
          "needs: [changes]\nif: needs.changes.outputs.code == 'true' || github.event_name != 'pull_request'",
        ) +
        DONE(
          'changes, coverage',
          allsGreen(
            "\n    allowed-skips: >-\n      ${{ (needs.changes.outputs.code != 'true' && github.event_name == 'pull_request') && 'coverage' || '' }}",
          ),
        ),
    ),
    holds: null,
    coverage: 'skipped',
  },
  {
    shape: 'pytest-dev/pytest: many legs, some of which may fail',
    text: onPullRequest(
      job('package') +
        job(
          'coverage',
          'needs: package\nstrategy: {fail-fast: false, matrix: {python: [10, 11, 12, 13, 14], include: [{python: 14, xfail: true}, {python: 15, xfail: true}]}}\ncontinue-on-error: ${{ matrix.xfail && true || false }}',
          "[{uses: ./.github/actions/setup-tox}, {if: '! matrix.use_coverage', shell: bash, run: nolapse run}, {if: matrix.use_coverage, uses: codecov/codecov-action@v7}]",
        ) +
        DONE('coverage', allsGreen()),
    ),
    holds: true,
  },
  {
    shape: 'rust-lang/cargo: two commands of jq, and `!cancelled()`',
    text: onPullRequest(
      coverage() +
        DONE(
          'coverage',
          "- run: |\n    jq -C <<< '${{ toJson(needs) }}'\n    jq --exit-status 'all(.result == \"success\")' <<< '${{ toJson(needs) }}'",
          '${{ !cancelled() }}',
        ),
    ),
    holds: null,
  },
  {
    shape: 'rust-lang/libc: jq over a variable of the job',
    text: onPullRequest(
      coverage() +
        DONE('coverage', '- run: jq --exit-status \'all(.result == "success")\' <<< "$NEEDS"').replace(
          '    runs-on',
          '    env: {NEEDS: "${{ toJson(needs) }}"}\n    runs-on',
        ),
    ),
    holds: null,
    assumes: /in done succeeds/,
  },
  {
    shape: 'vitejs/vite: a job for success and one for failure, each skipped if it does not apply',
    text: onPullRequest(
      coverage() + DONE('coverage', '- run: echo passed or skipped', '(!cancelled() && !failure())'),
    ),
    holds: false,
    coverage: 'failure',
  },
  {
    shape: 'web-infra-dev/rspack: nothing is asked if the job that looks for changes failed',
    text: onPullRequest(
      CHANGES +
        coverage(IF_CODE) +
        DONE(
          'changes, coverage',
          "- run: echo ${{ join(needs.*.result, ',') }}\n- if: ${{ needs.changes.outputs.code == 'true' && join(needs.*.result, ',') != 'success,success' }}\n  run: echo failed && exit 1\n- run: echo success",
          '${{ always() && !cancelled() }}',
        ),
    ),
    holds: false,
    coverage: 'skipped',
  },
]

test.each(wholeWorkflows)('$shape', check)
