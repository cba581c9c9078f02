/** `token-exposed`, `token-not-secret` and `token-in-file`: where a token is written, and who gets it. */
import { describe, expect, test } from '@jest/globals'
import { tokenExposed } from '../../../src/lint/rules/token-exposed.ts'
import { tokensInFile } from '../../../src/lint/rules/token-in-file.ts'
import { tokenNotSecret } from '../../../src/lint/rules/token-not-secret.ts'
import { foundAlone } from '../../support/lint.ts'

const env = (value: string) => `env: {NOLAPSE_TOKEN: "${value}"}`
const SECRET = env('${{ secrets.NOLAPSE_TOKEN }}')

describe('token-exposed', () => {
  const exposed = (at: string, who: string) => [
    `${at} NOLAPSE_TOKEN is in the environment of ${who}, even where it is not needed. → ` +
      'Move it to the `env:` of the step that runs nolapse. The gate takes it as its input `token`.',
  ]
  const job = (steps: string, around = '') =>
    `on: pull_request\njobs:\n  a:\n    runs-on: x\n    ${around}\n    steps: [${steps}]\n`

  test('names the workflow or the job, once', async () => {
    const two = `on: pull_request\n${SECRET}\njobs:\n  a: {runs-on: x, steps: [{run: make}]}\n  b: {runs-on: x, steps: [{run: make}]}\n`
    expect(await foundAlone(tokenExposed, two)).toEqual(exposed('2:7', 'every job of the workflow'))
    expect(await foundAlone(tokenExposed, job('{run: make}', SECRET))).toEqual(
      exposed('5:11', 'every step of the job `a`'),
    )
  })

  test('is not an empty or a blank value', async () => {
    expect(await foundAlone(tokenExposed, job('{run: make}', env('')))).toEqual([])
    expect(await foundAlone(tokenExposed, job('{run: make}', env('  ')))).toEqual([])
  })

  test.each([
    ['only runs nolapse', '{run: nolapse run, shell: bash}', []],
    [
      'does anything else as well',
      '{run: nolapse run, shell: bash}, {run: make, shell: bash}',
      exposed('5:11', 'every step of the job `a`'),
    ],
  ])('a composite action that %s', async (_, steps, expected) => {
    const files = {
      'act/action.yml': `name: A\ndescription: An action\nruns:\n  using: composite\n  steps: [${steps}]\n`,
    }
    expect(await foundAlone(tokenExposed, job('{uses: ./act}', SECRET), { files })).toEqual(expected)
  })
})

describe('token-not-secret', () => {
  const REMEDY =
    'Store the token as a secret, and write `${{ secrets.NOLAPSE_TOKEN }}`. If it was in a file, revoke it first: it counts as disclosed.'
  const given = (value: string) => `on: workflow_dispatch
jobs:
  one: {runs-on: x, outputs: {token: x}, steps: [{run: make}]}
  a:
    needs: one
    runs-on: x
    steps:
      - uses: nolapse/token-action@v1
        with: {token: "${value}"}
`

  test.each([
    ['${{ vars.TOKEN }}', 'vars.TOKEN', 'a variable'],
    ['${{ inputs.token }}', 'inputs.token', 'an input'],
    ['${{ needs.one.outputs.token }}', 'needs.one.outputs.token', "a job's output"],
    ['${{ secrets.A || vars.B }}', 'vars.B', 'a variable'],
  ])('%s is not a secret', async (value, written, kind) =>
    expect(await foundAlone(tokenNotSecret, given(value))).toEqual([
      `9:16 The token comes from \`${written}\`, which is ${kind}, not a secret: logs show it. → ${REMEDY}`,
    ]),
  )

  test('plain text is in the file', async () =>
    expect(await foundAlone(tokenNotSecret, given('text'))).toEqual([
      `9:16 The token is written into the file as plain text. → ${REMEDY}`,
    ]))

  test.each(['', '  ', '${{ secrets.TOKEN }}', '${{ needs.one.result }}'])(
    '%j is not reported',
    async value => expect(await foundAlone(tokenNotSecret, given(value))).toEqual([]),
  )

  test('an input counts in the environment of a workflow and of a job', async () => {
    const input = env('${{ inputs.token }}')
    const text = (workflow: string, job: string) =>
      `on: workflow_dispatch\n${workflow}\njobs:\n  a:\n    runs-on: x\n    ${job}\n    steps: [{run: make}]\n`
    const message = (at: string) => [
      `${at} The token comes from \`inputs.token\`, which is an input, not a secret: logs show it. → ${REMEDY}`,
    ]
    expect(await foundAlone(tokenNotSecret, text(input, ''))).toEqual(message('2:7'))
    expect(await foundAlone(tokenNotSecret, text('', input))).toEqual(message('6:11'))
  })
})

describe('token-in-file', () => {
  test('reports the place of each token', () => {
    const token = `nlp_${'0123456789abcdef0123'.repeat(2)}`
    const found = (line: number, column: number) => ({
      rule: 'token-in-file',
      level: 'error',
      file: 'ci.yml',
      line,
      column,
      message: 'A nolapse token is written into this file.',
      remedy:
        'Revoke it: anyone who can read the repository, or its history, has it. Create a new one and store it as a secret.',
    })
    expect(tokensInFile('ci.yml', `${token}\n\n  - ${token} ${token}\n`)).toEqual([
      found(1, 1),
      found(3, 5),
      found(3, 50),
    ])
  })
})
