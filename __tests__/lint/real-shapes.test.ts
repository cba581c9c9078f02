/**
 * How public repositories sum up their jobs for branch protection: twenty shapes of workflows that were read, rebuilt here
 * around a job that runs nolapse. What each is worth was worked out by hand from GitHub's rules.
 */
import { expect, test } from '@jest/globals'
import { onPullRequest, verdictOf } from '../support/lint.ts'

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
}

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

test.each(shapes)('$shape', async ({ text, holds, coverage, assumes }) => {
  const verdict = await verdictOf(text, ['done'])
  expect(verdict.holds).toBe(holds)
  if (coverage) expect(verdict.counterexample?.jobs).toMatchObject({ coverage })
  if (assumes) expect(verdict.counterexample?.assumes.join('; ')).toMatch(assumes)
})
