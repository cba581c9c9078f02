import { describe, expect, test } from '@jest/globals'
import { findingsIn, lintFiles, placesIn, WORKFLOW, workflow } from '../../support/linted.ts'

const TOKEN = `nlp_${'0123456789abcdef0123'.repeat(2)}`

const sorted = async (rule: string, faulty: string[], correct: string[]) => {
  for (const text of faulty)
    expect({ text, found: (await placesIn(text, rule)).length }).toEqual({ text, found: 1 })
  for (const text of correct) expect({ text, found: await placesIn(text, rule) }).toEqual({ text, found: [] })
}

const call = (rest: string) => `
on: pull_request
jobs:
  gate:
    uses: nolapse/token-action/.github/workflows/token-gate.yml@v1
    ${rest}
`

test('a usual workflow has no finding', async () => {
  expect(await findingsIn({ [WORKFLOW]: workflow() })).toEqual([])
})

describe('no-token', () => {
  test('is a gate with neither input nor variable, or with empty ones', () =>
    sorted(
      'no-token',
      [
        workflow({ gate: '' }),
        workflow({ gate: 'with: {token: ""}' }),
        workflow({
          gate: 'env: {NOLAPSE_TOKEN: ""}',
          jobEnv: 'env: {NOLAPSE_TOKEN: "${{ secrets.T }}"}',
        }),
        workflow({ gate: 'env: {OTHER_TOKEN: "${{ secrets.NOLAPSE_TOKEN }}"}' }),
      ],
      [
        workflow({ gate: 'env: {NOLAPSE_TOKEN: "${{ secrets.NOLAPSE_TOKEN }}"}' }),
        workflow({ gate: '', jobEnv: 'env: {NOLAPSE_TOKEN: "${{ secrets.NOLAPSE_TOKEN }}"}' }),
        workflow({ gate: '', env: 'env: {nolapse_token: "${{ secrets.NOLAPSE_TOKEN }}"}' }),
        workflow({
          gate: '',
          before: '- {uses: hashicorp/vault-action@v3, with: {secrets: "secret/ci token | NOLAPSE_TOKEN"}}',
        }),
        workflow({ gate: '', before: `- run: 'echo "NOLAPSE_TOKEN=$(fetch)" >> "$GITHUB_ENV"'` }),
        workflow({
          gate: '',
          before: '- {uses: 1password/load-secrets-action@v2, env: {NOLAPSE_TOKEN: "op://ci/t"}}',
        }),
      ],
    ))

  test('is a call of the reusable workflow that passes on no secret', () =>
    sorted(
      'no-token',
      [call(''), call('secrets: {OTHER: "${{ secrets.NOLAPSE_TOKEN }}"}')],
      [call('secrets: inherit'), call('secrets: {NOLAPSE_TOKEN: "${{ secrets.CI_TOKEN }}"}')],
    ))

  test('is a call of a workflow of the folder that has a gate', async () => {
    const called = `
on: {workflow_call: {secrets: {CI_TOKEN: {required: false}}}}
jobs:
  gate:
    runs-on: ubuntu-latest
    steps: [{uses: nolapse/token-action@v1, with: {token: "\${{ secrets.CI_TOKEN }}"}}]
  again:
    uses: nolapse/token-action/.github/workflows/token-gate.yml@v1
    secrets: {NOLAPSE_TOKEN: "\${{ secrets.CI_TOKEN }}"}
  other:
    runs-on: ubuntu-latest
    steps: [{uses: actions/checkout@v7}, {run: make}]
`
    const without = 'on: workflow_call\njobs:\n  a:\n    runs-on: x\n    steps: [{run: make}]\n'
    const of = async (secrets: string, inner = called) => {
      const caller = `on: pull_request\njobs:\n  a:\n    uses: ./.github/workflows/called.yml\n    ${secrets}\n`
      const all = await findingsIn({ [WORKFLOW]: caller, '.github/workflows/called.yml': inner })
      return all.filter(({ rule }) => rule === 'no-token')
    }
    expect(await of('')).toMatchObject([
      { file: WORKFLOW, line: 3, message: expect.stringContaining('CI_TOKEN') },
    ])
    expect(await of('secrets: inherit')).toEqual([])
    expect(await of('secrets: {CI_TOKEN: "${{ secrets.T }}"}')).toEqual([])
    expect(await of('', without)).toEqual([])
    expect(await of('', `${without}  b: {uses: other/repo/.github/workflows/x.yml@v1}\n`)).toEqual([])
    const inherits =
      'on: workflow_call\njobs:\n  a:\n    uses: nolapse/token-action/.github/workflows/token-gate.yml@v1\n    secrets: inherit\n'
    expect(await of('', inherits)).toMatchObject([{ message: expect.stringContaining('NOLAPSE_TOKEN') }])
    const byVariable = called.replace('with: {token:', 'env: {NOLAPSE_TOKEN:')
    expect(await of('', byVariable)).toHaveLength(1)
    const mixed = called.replace('secrets.CI_TOKEN', 'vars.X || secrets.CI_TOKEN || secrets[inputs.x]')
    expect(await of('secrets: {CI_TOKEN: "${{ secrets.T }}"}', mixed)).toEqual([])
  })
})

describe('token-not-secret', () => {
  const given = (value: string) => workflow({ gate: `with: {token: "${value}"}` })

  test('is a token from a variable, an input, a job or plain text', () =>
    sorted(
      'token-not-secret',
      [
        given('${{ vars.NOLAPSE_TOKEN }}'),
        given('${{ secrets.A || vars.NOLAPSE_TOKEN }}'),
        given('${{ inputs.token }}'),
        given('${{ needs.vault.outputs.token }}'),
        given('plain'),
        workflow({ gate: 'env: {NOLAPSE_TOKEN: "${{ vars.T }}"}' }),
        workflow({ jobEnv: 'env: {NOLAPSE_TOKEN: "${{ vars.T }}"}' }),
        workflow({ env: 'env: {NOLAPSE_TOKEN: "${{ vars.T }}"}' }),
        workflow({ before: '- {uses: nolapse/nolapse-action@v1, with: {nolapse-token: "${{ vars.T }}"}}' }),
        workflow({ before: '- {uses: nolapse/token-action/run@v1, with: {token: "${{ vars.T }}"}}' }),
        call('secrets: {NOLAPSE_TOKEN: "${{ vars.T }}"}'),
      ],
      [
        given('${{ secrets.ANY }}'),
        given('${{ steps.vault.outputs.token }}'),
        given(''),
        workflow({ before: '- {uses: other/action@v1, with: {token: "${{ vars.T }}"}}' }),
        call('secrets: inherit'),
      ],
    ))

  test('is not the input of a composite action, which has no secrets of its own', async () => {
    const action = `
name: gate
description: gate
inputs: {token: {required: true}}
runs:
  using: composite
  steps: [{uses: nolapse/token-action@v1, with: {token: "\${{ inputs.token }}"}}]
`
    const text = workflow({ before: '- {uses: ./gate, with: {token: "${{ secrets.NOLAPSE_TOKEN }}"}}' })
    expect(await findingsIn({ [WORKFLOW]: text, 'gate/action.yml': action })).toEqual([])
  })
})

describe('token-in-file', () => {
  test('is found anywhere and echoed in no format', async () => {
    const text = workflow({ before: `- run: "curl -H 'Authorization: ${TOKEN}'" # ${TOKEN}` })
    for (const format of ['text', 'json', 'sarif', 'github'] as const) {
      const { document, exit } = await lintFiles({ [WORKFLOW]: text }, { format })
      expect(exit).toBe(5)
      expect(document).toContain('token-in-file')
      expect(document).not.toMatch(/0123456789ab/)
    }
    expect(await placesIn(text, 'token-in-file')).toEqual([`${WORKFLOW}:9`, `${WORKFLOW}:9`])
  })

  test('is not a value that only begins like a token', async () => {
    const text = workflow({ before: `- run: "echo nlp_production ${TOKEN.slice(0, 43)} ${TOKEN}0"` })
    expect(await placesIn(text, 'token-in-file')).toEqual([])
  })
})

describe('unknown-input', () => {
  const given = (name: string) =>
    workflow({ gate: `with: {token: "\${{ secrets.NOLAPSE_TOKEN }}", ${name}: x}` })
  const remedyFor = async (name: string) =>
    (await findingsIn({ [WORKFLOW]: given(name) })).find(({ rule }) => rule === 'unknown-input')?.remedy

  test.each([
    ['expected_org_id', 'expected-org-id'],
    ['required-scope', 'required-scopes'],
    ['apiurl', 'api-url'],
    ['nolapse-token', 'token'],
    ['tokens', 'token'],
  ])('%s is corrected to %s', async (name, meant) =>
    expect(await remedyFor(name)).toBe(`Write \`${meant}\`.`),
  )

  test('an input like no other gets the full list; an existing one, in any case, is not reported', async () => {
    expect(await remedyFor('fetch-depth')).toMatch(/^Remove it\. The inputs are token, api-url, /)
    expect(await remedyFor('tok')).toMatch(/^Remove it/)
    expect(await remedyFor('Tolerate')).toBeUndefined()
  })

  test('the run action and the reusable workflow have their own inputs', async () => {
    const run = (name: string) =>
      workflow({
        before: `- {uses: nolapse/token-action/run@v1, with: {token: "\${{ secrets.T }}", ${name}: x}}`,
      })
    const called = (name: string) => call(`with: {${name}: x}\n    secrets: inherit`)
    await sorted(
      'unknown-input',
      [run('comand'), called('token'), called('nolapse-token'), called('runson')],
      [run('command'), called('runs-on')],
    )
  })
})

describe('token-exposed', () => {
  const secret = 'env: {NOLAPSE_TOKEN: "${{ secrets.NOLAPSE_TOKEN }}"}'
  test('is a token for a whole workflow or for a job with other steps', () =>
    sorted(
      'token-exposed',
      [workflow({ env: secret }), workflow({ jobEnv: secret, before: '- run: make' })],
      [workflow({ jobEnv: secret }), workflow({ env: 'env: {NOLAPSE_TOKEN: ""}' })],
    ))

  test('looks into the composite actions of the folder', async () => {
    const action = (step: string) =>
      `name: a\ndescription: a\nruns:\n  using: composite\n  steps: [${step}]\n`
    const text = workflow({ jobEnv: secret, before: '- {uses: ./a}' })
    const of = async (step: string) =>
      (await findingsIn({ [WORKFLOW]: text, 'a/action.yml': action(step) })).map(({ rule }) => rule)
    expect(await of('{run: nolapse run, shell: bash}')).not.toContain('token-exposed')
    expect(await of('{run: make, shell: bash}')).toContain('token-exposed')
  })
})

describe('api-url-from-outside', () => {
  const given = (value: string, on = 'pull_request') =>
    workflow({ on, gate: `with: {token: "\${{ secrets.NOLAPSE_TOKEN }}", api-url: "${value}"}` })
  const URL_INPUT = '{inputs: {url: {type: string}}}'

  test('is an address from an event, an output or an input of a dispatch', () =>
    sorted(
      'api-url-from-outside',
      [
        given('${{ github.event.pull_request.title }}'),
        given('https://${{ github.head_ref }}'),
        given('${{ steps.x.outputs.url }}'),
        given('${{ needs.x.outputs.url }}'),
        given('${{ inputs.url }}', `{pull_request: {}, workflow_dispatch: ${URL_INPUT}}`),
        workflow({ env: 'env: {NOLAPSE_API_URL: "${{ github.event.inputs.url }}"}' }),
        workflow({ jobEnv: 'env: {NOLAPSE_API_URL: "${{ github.event.inputs.url }}"}' }),
        workflow({ before: '- {run: make, env: {NOLAPSE_API_URL: "${{ github.event.inputs.url }}"}}' }),
        call('with: {api-url: "${{ github.event.ref }}"}\n    secrets: inherit'),
      ],
      [
        given('https://nolapse.example.com'),
        given('${{ vars.NOLAPSE_API_URL }}'),
        given('${{ inputs.url }}', `{pull_request: {}, workflow_call: ${URL_INPUT}}`),
      ],
    ))
})

describe('hidden-failure', () => {
  const block = (...lines: string[]) => workflow({ run: ['|', ...lines].join('\n          ') })
  const command = (text: string) =>
    workflow({
      before: `- {uses: nolapse/token-action/run@v1, with: {token: "\${{ secrets.T }}", command: "${text}"}}`,
    })

  test.each([
    ['|| true', block('nolapse run || true')],
    ['a pipe without pipefail', block('nolapse run | tee log')],
    ['a command after it without -e', block('set +e', 'nolapse run', 'echo done')],
    ['a condition', block('if nolapse run; then echo yes; fi')],
    ['a background job', block('nolapse run &', 'wait')],
    ['an echo of it', block('echo "$(nolapse run)"')],
    ['the check of the command line', block('npx @nolapse/token-action check || echo no', 'nolapse run')],
    ['a command of the run action', command('nolapse run || true')],
  ])('is %s', async (_, text) => expect(await placesIn(text, 'hidden-failure')).toHaveLength(1))

  test.each([
    ['a pipe with pipefail', block('set -o pipefail', 'nolapse run | tee log')],
    ['a status that is kept', block('code=0', 'nolapse run || code=$?', 'curl x || true', 'exit "$code"')],
    ['a condition that ends', block('if ! nolapse run; then', 'echo no', 'exit 1', 'fi')],
    ['commands around it', block('make', 'nolapse run', 'make report')],
    ['|| true on another line', block('make || true', 'nolapse run')],
    ['a retry that gives up', block('for i in 1 2 3; do', 'nolapse run && exit 0', 'done', 'exit 1')],
    ['a loop that is not followed', block('while ! nolapse run; do', 'sleep 1', 'done')],
    ['an echo of its name', block('echo "nolapse run || true"', 'nolapse run')],
    ['a command of the run action', command('nolapse run --repo api')],
  ])('is not %s', async (_, text) => expect(await placesIn(text, 'hidden-failure')).toEqual([]))
})
