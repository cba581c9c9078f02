/** What can change a later step: variables, files, and the shell that runs it. */
import { describe, expect, test } from '@jest/globals'
import { onPullRequest, verdictOf } from '../../support/lint.ts'

const job = (steps: string, own = '', id = 'coverage') => `
  ${id}:
${own.includes('runs-on') ? '' : '    runs-on: ubuntu-latest'}
${own.replace(/^(?=.)/gm, '    ')}
    steps:
${steps.replace(/^/gm, '      ')}
`
const coverage = (steps: string, own = '') => onPullRequest(job(steps, own))
const holds = async (text: string, required = ['coverage'], options = {}) =>
  (await verdictOf(text, required, options)).holds
const assumes = async (text: string, required = ['coverage']) =>
  (await verdictOf(text, required)).counterexample?.assumes

const summed = (steps: string, own = '') =>
  onPullRequest(
    `${job('- run: nolapse run')}${job(steps, `needs: coverage\nif: always()\n${own}`, 'verdict')}`,
  )

describe('a script that sums up other jobs', () => {
  const check = (before: string) =>
    summed(
      `- env: {RESULT: '\${{ needs.coverage.result }}'}\n  run: |\n    if [ "$RESULT" = success ]; then exit 0; fi\n    ${before}\n    exit 1`,
    )

  test.each(['echo failed', 'trap "echo done" EXIT', 'command -v jq'])(
    'holds with %s before `exit 1`',
    async before => expect(await holds(check(before), ['verdict'])).toBe(true),
  )

  test.each(['X=exit; $X 0', '. ./env.sh', 'eval "$(./env)"', 'command exit 0', 'trap ". ./end.sh" EXIT'])(
    'is not proven with %s before `exit 1`',
    async before => expect(await holds(check(before), ['verdict'])).toBe(null),
  )

  test('says what it assumes', async () => {
    expect(await assumes(check('"$(./tool)" 0'), ['verdict'])).toContain(
      '`"$(./tool)" 0` ends the script or changes the rest of it',
    )
  })

  test.each([
    ['the image of the runner', '$ImageOS', ''],
    ['the image of a container', '$SKIP', 'container: acme/ci:1'],
    ['a runner of its own', '$SKIP', 'runs-on: [self-hosted, linux]'],
  ])('may get a variable from %s', async (_, variable, own) => {
    const text = summed(`- run: |\n    if [ -n "${variable}" ]; then exit 0; fi\n    exit 1`, own)
    expect(await holds(text, ['verdict'])).toBe(null)
  })

  test('has no variable that nothing sets', async () => {
    expect(
      await holds(summed('- run: |\n    if [ -n "$SKIP" ]; then exit 0; fi\n    exit 1'), ['verdict']),
    ).toBe(true)
  })
})

describe('a script that writes to GITHUB_ENV sets variables for later steps', () => {
  test.each([
    ['- run: echo "SKIP=1" >> "$GITHUB_ENV"', "- if: env.SKIP != '1'\n  run: nolapse run", ''],
    ['- run: echo "SKIP=1" >> "$GITHUB_ENV"', '- run: if [ -z "$SKIP" ]; then nolapse run; fi', ''],
    [
      '- run: echo "SKIP=1" >> "$GITHUB_ENV"',
      "- if: env.SKIP == '0'\n  run: nolapse run",
      "env: {SKIP: '0'}",
    ],
    [
      '- run: echo "SKIP=1" >> "$GITHUB_ENV"',
      '- run: if [ "$SKIP" = 0 ]; then nolapse run; fi',
      "env: {SKIP: '0'}",
    ],
    ['- run: ./plan >> "$GITHUB_ENV"', "- if: env.SKIP == '0'\n  run: nolapse run", "env: {SKIP: '0'}"],
    [
      '- run: echo "$NAME=1" >> "$GITHUB_ENV"',
      "- if: env.SKIP == '0'\n  run: nolapse run",
      "env: {SKIP: '0'}",
    ],
  ])('%s before %s', async (first, second, own) => {
    expect(await holds(coverage(`${first}\n${second}`, own))).toBe(null)
  })

  test.each([
    // Of another name.
    [
      '- run: echo "OTHER=1" >> "$GITHUB_ENV"',
      "- if: env.SKIP == '0'\n  run: nolapse run",
      "env: {SKIP: '0'}",
    ],
    [
      '- run: |\n    cat <<END >> "$GITHUB_ENV"\n    A=1\n    END',
      "- if: env.SKIP == '0'\n  run: nolapse run",
      "env: {SKIP: '0'}",
    ],
    // Nothing overrides what the step itself sets.
    [
      '- run: echo "SKIP=1" >> "$GITHUB_ENV"',
      '- env: {SKIP: \'0\'}\n  run: if [ "$SKIP" = 0 ]; then nolapse run; fi',
      '',
    ],
  ])('but not %s before %s', async (first, second, own) => {
    expect(await holds(coverage(`${first}\n${second}`, own))).toBe(true)
  })
})

describe('a variable can change what the shell does with the script', () => {
  test.each([
    'SHELLOPTS: noexec',
    'BASHOPTS: expand_aliases',
    'BASH_ENV: ./env.sh',
    "'BASH_FUNC_nolapse%%': '() { :; }'",
  ])('%s', async entry => {
    expect(await holds(coverage(`- run: nolapse run\n  env: {${entry}}`))).toBe(null)
    expect(await holds(coverage('- run: nolapse run', `env: {${entry}}`))).toBe(null)
  })

  test('also one that an earlier script sets', async () => {
    const first = '- run: echo "BASH_ENV=env.sh" >> "$GITHUB_ENV"'
    expect(await holds(coverage(`${first}\n- run: nolapse run`))).toBe(null)
    expect(await assumes(coverage(`${first}\n- run: nolapse run`))).toEqual([
      expect.stringContaining('$BASH_ENV changes what the script does'),
      expect.stringContaining('in coverage succeeds'),
    ])
  })

  test('the variables of the runner cannot be set', async () => {
    const script = '- run: if [ "$GITHUB_EVENT_NAME" = push ]; then exit 0; fi; nolapse run'
    expect(await holds(coverage(script, 'env: {GITHUB_EVENT_NAME: push}'))).toBe(true)
  })
})

describe('the author of the pull request writes into a script', () => {
  test.each(['github.event.pull_request.title', 'github.head_ref'])('with %s', async value => {
    expect(await holds(coverage(`- run: nolapse run --message "\${{ ${value} }}"`))).toBe(false)
    expect(await holds(coverage(`- run: nolapse run $TEXT\n  env: {TEXT: '\${{ ${value} }}'}`))).toBe(false)
    expect(
      await holds(coverage(`- run: nolapse run --message "$TEXT"\n  env: {TEXT: '\${{ ${value} }}'}`)),
    ).toBe(true)
  })

  test.each([
    `- run: nolapse run --message '\${{ toJSON(github.event.pull_request) }}'`,
    `- run: "# \${{ github.event.pull_request.body }}\\nnolapse run"`,
    `- run: "cat <<'END'\\n\${{ github.event.pull_request.body }}\\nEND\\nnolapse run"`,
    `- run: "if false; then echo '\${{ github.event.pull_request.title }}'; fi\\nnolapse run"`,
    `- run: "f() { echo '\${{ github.event.pull_request.title }}'; }\\nnolapse run"`,
    `- run: "bash -c 'echo \${{ github.event.pull_request.title }}'\\nnolapse run"`,
    `- run: "nolapse run --message '\${{ env.TEXT }}'"\n  env: {TEXT: '\${{ github.head_ref }}'}`,
    `- run: nolapse run --message '\${{ github.event.pull_request.title }}'\n  shell: pwsh`,
  ])('also in quotes, comments and here-documents: %j', async step => {
    expect(await verdictOf(coverage(step), ['coverage'])).toMatchObject({
      holds: false,
      counterexample: { nolapse: 'not-run' },
    })
  })

  test('but not after nolapse, which has then ended the script', async () => {
    const after = `- run: "nolapse run\\necho '\${{ github.event.pull_request.title }}'"`
    expect(await holds(coverage(after))).toBe(true)
  })

  test.each([
    'github.event.pull_request.head.repo.full_name',
    'github.event.pull_request.user.login',
    'github.event.action',
    'github.repository',
    'runner.os',
    'env.MODE',
    'env.NONE',
    'inputs.none',
    'matrix.none',
  ])('but not with %s, which has a fixed form', async value => {
    const text = coverage(`- run: nolapse run --x "\${{ ${value} }}"`, 'env: {MODE: fast}')
    expect(await holds(text)).toBe(true)
  })

  test.each(['github.base_ref', 'github.sha', 'github.event.pull_request.number', 'steps.x.outputs.flags'])(
    'but not with %s',
    async value => expect(await holds(coverage(`- run: nolapse run --base "\${{ ${value} }}"`))).toBe(true),
  )
})

describe('the run action', () => {
  const run = (command: string) =>
    coverage(
      `- uses: nolapse/token-action/run@v1\n  with: {token: '\${{ secrets.NOLAPSE_TOKEN }}', command: ${command}}`,
    )
  test.each([
    ['make coverage', true],
    ['make nolapse', true],
    ['nolapse run --repo .', true],
    ['nolapse run --help', false],
    ['nolapse version', false],
    ['timeout 60 nolapse version', false],
    ["'> log'", false],
    // Expressions are put into it before the shell reads it.
    ["'nolapse run --repo ${{ vars.DIR }}'", true],
    ["'${{ vars.COMMAND }}'", true],
    ["'make ${{ github.sha }}'", true],
    ["'nolapse run --repo ${{ github.head_ref }}'", false],
    ["'make ${{ github.head_ref }}'", false],
    [`"nolapse run \${{ '|| true' }}"`, false],
    [`"nolapse run \${{ github.event_name == 'pull_request' && '--help' || '' }}"`, false],
  ])('with the command %s: %s', async (command, expected) => expect(await holds(run(command))).toBe(expected))
})

test('the files of another repository are not those that were read', async () => {
  const files = {
    'ci/action.yml':
      'name: a\ndescription: a\nruns:\n  using: composite\n  steps: [{run: nolapse run, shell: bash}]\n',
  }
  const after = (inputs: string) =>
    holds(coverage(`- uses: actions/checkout@v7\n  with: {${inputs}}\n- uses: ./ci`), ['coverage'], { files })
  expect(await after('repository: acme/other')).toBe(null)
  expect(await after("repository: '${{ vars.OTHER }}'")).toBe(null)
  expect(await after('repository: acme/other, path: other')).toBe(true)
  expect(await after("repository: '${{ github.repository }}'")).toBe(true)
  expect(await after('fetch-depth: 0')).toBe(true)
})

test('alls-green takes the keys of an object as a list', async () => {
  const green = (more: string) =>
    summed(`- uses: re-actors/alls-green@v1\n  with: {jobs: '\${{ toJSON(needs) }}'${more}}`)
  expect(await holds(green(''), ['verdict'])).toBe(true)
  expect(await holds(green(`, allowed-failures: '{"coverage": 1}'`), ['verdict'])).toBe(false)
  expect(await holds(green(", allowed-failures: 'null'"), ['verdict'])).toBe(true)
})

test.each([
  ['exit 1', true],
  ['echo "::error::nolapse has not passed"\n    exit 1', true],
  ['exit 0', false],
  ['if (1) { exit 1 }', null],
])('a summary on Windows fails with %j: %j', async (script, expected) => {
  const text =
    summed(`- if: contains(needs.*.result, 'failure') || contains(needs.*.result, 'skipped') || contains(needs.*.result, 'cancelled')
  run: |
    ${script}`)
  expect(await holds(text.replaceAll('runs-on: x', 'runs-on: windows-latest'), ['verdict'])).toBe(expected)
})

describe('a runner that may have Windows has another usual shell', () => {
  const text = (runsOn: string, matrix: string, script: string) =>
    onPullRequest(`
  coverage:
    strategy: {matrix: {os: ${matrix}}}
    runs-on: ${runsOn}
    steps:
      - run: |
          ${script}
`)
  const lines = 'nolapse run\n          git status'
  test.each([
    ["'${{ matrix.os }}'", '[windows-latest]', lines, null],
    ["['${{ matrix.os }}', x64]", '[windows-latest]', lines, null],
    ["{group: '${{ matrix.os }}'}", '[windows-latest]', lines, null],
    ["\"${{ github.ref == 'x' && 'ubuntu-latest' || 'windows-latest' }}\"", '[windows-latest]', lines, null],
    ['ubuntu-latest', '[windows-latest]', lines, true],
    ["'${{ matrix.os }}'", '[windows-latest]', 'nolapse run', true],
  ])('runs-on %s of %s', async (runsOn, matrix, script, expected) =>
    expect(await holds(text(runsOn, matrix, script), ['coverage (windows-latest)'])).toBe(expected),
  )

  test('a computed matrix says nothing', async () => {
    const computed = text("'${{ matrix.os }}'", "'${{ fromJSON(vars.OS) }}'", lines)
    expect(await holds(computed, ['coverage (a)'])).toBe(true)
  })
})
