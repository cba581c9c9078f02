import { describe, expect, test } from '@jest/globals'
import { noToken } from '../../../src/lint/rules/no-token.ts'
import { foundAlone, onPullRequest } from '../../support/lint.ts'

const GATE = 'uses: nolapse/token-action@v1'
const RUN = 'uses: nolapse/token-action/run@v1'
const GATE_CALL = 'uses: nolapse/token-action/.github/workflows/token-gate.yml@v1'
const REMEDY = 'Add `token: ${{ secrets.NOLAPSE_TOKEN }}` to its `with:`.'
const MESSAGE = 'The gate gets no token: it has no input `token`, and no `env:` around it sets NOLAPSE_TOKEN.'

const steps = (...lines: string[]) =>
  onPullRequest(`
  coverage:
    runs-on: ubuntu-latest
    steps:
${lines.map(line => `      - ${line}`).join('\n')}
`)

describe('a step', () => {
  test.each([
    ['a gate', `{${GATE}}`],
    ['a run action', `{${RUN}, with: {command: nolapse run}}`],
    ['a gate with a blank input', `{${GATE}, with: {token: "  "}}`],
    ['a gate with a blank variable', `{${GATE}, env: {NOLAPSE_TOKEN: " "}}`],
  ])('%s needs a token', async (_, step) =>
    expect(await foundAlone(noToken, steps(step))).toEqual([`6:9 ${MESSAGE} → ${REMEDY}`]),
  )

  test.each([
    ['another action', '{uses: actions/checkout@v7}'],
    ['a command', '{run: nolapse run}'],
    ['the action of nolapse', '{uses: nolapse/nolapse-action@v1}'],
    ['a gate with the variable', `{${GATE}, env: {NOLAPSE_TOKEN: "\${{ secrets.T }}"}}`],
    ['a gate with the input', `{${GATE}, with: {token: "\${{ secrets.T }}"}}`],
  ])('%s needs none or has one', async (_, step) =>
    expect(await foundAlone(noToken, steps(step))).toEqual([]),
  )

  test.each([
    '{run: make}',
    '{run: make, env: {NOLAPSE_TOKEN: "${{ secrets.T }}"}}',
    '{run: "echo ${{ github.sha }}"}',
    '{uses: actions/checkout@v7}',
    '{uses: acme/vault@v1, with: {path: ci, names: OTHER_TOKEN}}',
    '{uses: acme/vault@v1, env: {OTHER_TOKEN: x}}',
  ])('%s before it exports no token', async before =>
    expect(await foundAlone(noToken, steps(before, `{${GATE}}`))).toEqual([`7:9 ${MESSAGE} → ${REMEDY}`]),
  )

  test.each([
    '{run: "${{ github.action_path }}/fetch NOLAPSE_TOKEN ${{ github.sha }}"}',
    '{uses: acme/vault@v1, with: {path: ci, names: "NOLAPSE_TOKEN,OTHER_TOKEN"}}',
    '{uses: acme/vault@v1, env: {nolapse_token: "op://ci/token"}}',
  ])('%s before it can export the token', async before =>
    expect(await foundAlone(noToken, steps(before, `{${GATE}}`))).toEqual([]),
  )
})

describe('a call of the reusable workflow', () => {
  test('has to pass on the secret', async () => {
    const call = onPullRequest(`\n  gate: {${GATE_CALL}, secrets: {NOLAPSE_TOKEN: " "}}`)
    expect(await foundAlone(noToken, call)).toEqual([
      '3:3 The job `gate` calls a workflow with a gate, but does not pass on the secret NOLAPSE_TOKEN, by name or with ' +
        '`inherit`. → Add `secrets: {NOLAPSE_TOKEN: "${{ secrets.NOLAPSE_TOKEN }}"}` to the job.',
    ])
    expect(await foundAlone(noToken, call.replace('" "', '"${{ secrets.T }}"'))).toEqual([])
    expect(await foundAlone(noToken, onPullRequest(`\n  gate: {${GATE_CALL}, secrets: inherit}`))).toEqual([])
  })
})

describe('a call of a workflow of the folder', () => {
  /** The secrets that lint misses, for a called workflow with these jobs. */
  const missed = async (jobs: string, secrets = '{OTHER: x}') => {
    const files = { '.github/workflows/called.yml': `on: {workflow_call: {}}\njobs:${jobs}` }
    const text = onPullRequest(`\n  outer: {uses: ./.github/workflows/called.yml, secrets: ${secrets}}`)
    return (await foundAlone(noToken, text, { files })).map(one => /the secret (\w+)/.exec(one)?.[1] ?? one)
  }
  const job = (...lines: string[]) => `\n  inner: {runs-on: x, steps: [${lines.join(', ')}]}`
  const token = (value: string) => `with: {token: "\${{ ${value} }}"}`

  test.each([
    ['a gate', job(`{${GATE}, ${token('secrets.CI_TOKEN')}}`), ['CI_TOKEN']],
    ['a run action', job(`{${RUN}, ${token('secrets.CI_TOKEN')}}`), ['CI_TOKEN']],
    ['a variable', job(`{${GATE}, env: {NOLAPSE_TOKEN: "\${{ secrets.ci_token }}"}}`), ['CI_TOKEN']],
    ['a fallback', job(`{${GATE}, ${token('vars.X || secrets.CI_TOKEN')}}`), ['CI_TOKEN']],
    ['every secret', job(`{${GATE}, ${token('toJSON(secrets)')}}`), []],
    ['a fixed value', job(`{${GATE}, with: {token: text}}`), []],
    [
      'another action',
      job(
        `{uses: actions/checkout@v7, ${token('secrets.OTHER_TOKEN')}}`,
        '{run: make, env: {NOLAPSE_TOKEN: "${{ secrets.OTHER_TOKEN }}"}}',
        `{${GATE}, ${token('secrets.CI_TOKEN')}}`,
      ),
      ['CI_TOKEN'],
    ],
    ['other steps only', job('{run: make, env: {NOLAPSE_TOKEN: "${{ secrets.OTHER_TOKEN }}"}}'), []],
    ['a call that inherits', `\n  inner: {${GATE_CALL}, secrets: inherit}`, ['NOLAPSE_TOKEN']],
    [
      'a call by name',
      `\n  inner: {${GATE_CALL}, secrets: {NOLAPSE_TOKEN: "\${{ secrets.CI_TOKEN }}"}}`,
      // The inner call passes on what it reads, the outer one does not.
      ['CI_TOKEN'],
    ],
    ['a call of another workflow', '\n  inner: {uses: a/b/.github/workflows/x.yml@v1, secrets: inherit}', []],
  ])('with %s', async (_, jobs, expected) => expect(await missed(jobs)).toEqual(expected))

  test('needs the secret of only one of its gates', async () => {
    const jobs = job(`{${GATE}, ${token('secrets.ONE')}}`, `{${GATE}, ${token('secrets.TWO')}}`)
    expect(await missed(jobs)).toEqual(['ONE'])
    expect(await missed(jobs, '{TWO: "${{ secrets.T }}"}')).toEqual([])
  })

  test('reports a gate that is called there without secrets', async () => {
    expect(await missed(`\n  inner: {${GATE_CALL}}`)).toEqual(['NOLAPSE_TOKEN'])
  })
})
