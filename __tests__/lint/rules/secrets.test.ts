/** `secret-missing`, `dependabot-secret-missing` and `secret-is-variable`: the stores that a token can be in. */
import { describe, expect, test } from '@jest/globals'
import type { EnvironmentFacts } from '../../../src/lint/github/facts.ts'
import { GATE } from '../../support/lint.ts'
import {
  found,
  foundBy,
  hidden,
  judgeSetting,
  kept,
  RULESET,
  soundWorkflow,
} from '../../support/repository-facts.ts'

const inEnvironment = (name: string) =>
  soundWorkflow().replace('  gate:\n', `  gate:\n    environment: ${name}\n`)
const environment = (facts: Partial<EnvironmentFacts>, name = 'production') => ({
  environments: new Map<string, EnvironmentFacts>([
    [name, { secrets: found(), variables: found(), ...facts }],
  ]),
})
const gateWith = (token: string) => soundWorkflow().replace('${{ secrets.NOLAPSE_TOKEN }}', token)

describe('secret-missing', () => {
  test('names the secret and how to store it, once for each job’s stores', async () => {
    expect(await foundBy('secret-missing', { facts: { secrets: found(kept('OTHER')) } })).toEqual([
      '12:24 No secret `NOLAPSE_TOKEN` exists in acme/api or its organisation: the gate gets no token. → Run ' +
        '`nolapse-token create --name ci -- gh secret set NOLAPSE_TOKEN --repo acme/api`, or correct the name.',
    ])
  })

  test.each([
    ['the organisation', { secrets: found(kept('NOLAPSE_TOKEN', 'the organisation')) }],
    ['another case', { secrets: found(kept('nolapse_token')) }],
  ])('is satisfied by %s', async (_by, facts) => {
    expect(await foundBy('secret-missing', { facts })).toEqual([])
  })

  test('is satisfied only by the environment of the job that needs it', async () => {
    const facts = { secrets: found<never>(), ...environment({ secrets: found(kept('NOLAPSE_TOKEN')) }) }
    const findings = await foundBy('secret-missing', { facts, text: inEnvironment('Production') })
    // nolapse's own job has no environment.
    expect(findings).toEqual([expect.stringMatching(/^21:\d+ .* or its organisation: /)])
  })

  test.each(['production', '{name: production, url: https://example.com}'])(
    'names the environment %s that lacks it',
    async name => {
      const facts = { secrets: found<never>(), ...environment({}) }
      expect(await foundBy('secret-missing', { facts, text: inEnvironment(name) })).toEqual([
        expect.stringContaining('or its organisation, nor in the environment `production`: '),
        expect.anything(),
      ])
    },
  )

  test('needs only one of several alternative secrets', async () => {
    const text = gateWith('${{ secrets.A || secrets.B }}')
    const facts = { secrets: found(kept('B'), kept('NOLAPSE_TOKEN')) }
    expect(await foundBy('secret-missing', { text, facts })).toEqual([])
    expect(await foundBy('secret-missing', { text })).toEqual([
      expect.stringContaining('No secret `A` or `B` '),
    ])
  })

  test.each(['${{ vars.TOKEN }}', '${{ steps.vault.outputs.token }}', '${{ secrets[matrix.name] }}', 'text'])(
    'is not reported for %s',
    async token => {
      expect(await foundBy('secret-missing', { text: gateWith(token) })).toEqual([])
    },
  )

  test('reads the environment of job and workflow, and the secrets that a call passes on', async () => {
    const text = `on: pull_request
env: {NOLAPSE_TOKEN: '\${{ secrets.ONE }}', OTHER: '\${{ secrets.X }}'}
jobs:
  a:
    runs-on: x
    env: {NOLAPSE_TOKEN: '\${{ secrets.TWO }}'}
    steps: [{uses: nolapse/token-action@v1}, {uses: ./act, with: {my-token: '\${{ secrets.THREE }}'}}]
  b:
    uses: nolapse/token-action/.github/workflows/token-gate.yml@v1
    secrets: {NOLAPSE_TOKEN: '\${{ secrets.FOUR }}', OTHER: '\${{ secrets.X }}'}
  c:
    uses: ./.github/workflows/called.yml
    secrets: {inner: '\${{ secrets.FIVE }}'}
  d:
    uses: ./.github/workflows/called.yml
    secrets: inherit
  e:
    uses: acme/other/.github/workflows/x.yml@v1
    secrets: {NOLAPSE_TOKEN: '\${{ secrets.X }}'}
  f:
    uses: nolapse/token-action/.github/workflows/token-gate.yml@v1
    secrets: inherit
`
    const files = {
      'act/action.yml': `name: x
description: x
inputs: {my-token: {}}
runs: {using: composite, steps: [{uses: nolapse/token-action@v1, with: {token: '\${{ inputs.my-token }}'}}]}`,
      '.github/workflows/called.yml': `on: {workflow_call: {secrets: {INNER: {}}}}
jobs:
  x:
    runs-on: x
    steps: [{uses: nolapse/token-action@v1, with: {token: '\${{ secrets.INNER }}'}}]`,
    }
    const { findings } = await judgeSetting({ text, files, facts: { secrets: found() } })
    expect(
      findings
        .filter(({ rule }) => rule === 'secret-missing')
        .map(({ file, line, message }) => [file.split('/').at(-1), line, /`(\w+)`/.exec(message)?.[1]]),
    ).toEqual([
      ['coverage.yml', 2, 'ONE'],
      ['coverage.yml', 6, 'TWO'],
      ['coverage.yml', 7, 'THREE'],
      ['coverage.yml', 10, 'FOUR'],
      ['coverage.yml', 13, 'FIVE'],
      ['called.yml', 5, 'INNER'],
      ['coverage.yml', 20, 'NOLAPSE_TOKEN'],
    ])
  })

  test('leaves a workflow that can only be called to its callers', async () => {
    const text = `on: {workflow_call: {secrets: {NOLAPSE_TOKEN: {}}}}\njobs:${GATE}`
    expect(await foundBy('secret-missing', { text, facts: { secrets: found() } })).toEqual([])
  })

  test('is unproven if not every store could be seen', async () => {
    const facts = { secrets: hidden('the secrets of the organisation') }
    expect(await foundBy('secret-missing', { facts })).toEqual([])
    expect(await foundBy('unproven', { facts })).toEqual([
      '2:1 Could not see the secrets of the organisation. GitHub does not show this to the user of gh (403, "No"). → ' +
        'This needs write access, and a token with the scope `repo` or the permission "Secrets: read".',
    ])
  })

  test('is certain if a visible store has it', async () => {
    const { unseen } = hidden('the secrets of the organisation')
    const facts = { secrets: { found: [kept('NOLAPSE_TOKEN')], unseen } }
    expect((await judgeSetting({ facts })).findings).toEqual([])
  })

  test('is unproven if the environment is computed', async () => {
    const text = inEnvironment('${{ github.ref_name }}')
    const facts = { secrets: found<never>() }
    expect(await foundBy('unproven', { text, facts })).toEqual([
      "13:24 Whether the secret `NOLAPSE_TOKEN` exists depends on the job's environment, whose name is computed. → " +
        'Name the environment, or store the secret in the repository.',
    ])
    expect(await foundBy('unproven', { text })).toEqual([])
    const everywhere = text.replace('  coverage:\n', '  coverage:\n    environment: ${{ github.ref_name }}\n')
    expect(await foundBy('secret-missing', { text: everywhere, facts })).toEqual([])
  })

  test('names both alternative secrets if the environment is computed', async () => {
    const text = inEnvironment('${{ github.ref_name }}').replace(
      '${{ secrets.NOLAPSE_TOKEN }}',
      '${{ secrets.A || secrets.B }}',
    )
    expect(await foundBy('unproven', { text })).toEqual([
      expect.stringContaining('Whether the secret `A` or `B` exists depends on'),
    ])
  })
})

describe('dependabot-secret-missing', () => {
  const facts = { dependabot: found<never>() }

  test('names the store and how to fill it', async () => {
    expect(await foundBy('dependabot-secret-missing', { facts })).toEqual([
      '12:24 Dependabot opens pull requests here, but its own store has no secret `NOLAPSE_TOKEN`: the gate gets no ' +
        'token for them. → Add it: `gh secret set NOLAPSE_TOKEN --app dependabot --repo acme/api`.',
    ])
  })

  test('names every alternative secret', async () => {
    const text = gateWith('${{ secrets.A || secrets.B }}')
    const dependabot = found(kept('NOLAPSE_TOKEN'))
    expect(await foundBy('dependabot-secret-missing', { text, facts: { dependabot } })).toEqual([
      expect.stringContaining('its own store has no secret `A` or `B`: the gate gets no token for them.'),
    ])
  })

  test.each([
    ['Dependabot is not used', { dependabot: undefined }],
    ['its store has the secret', { dependabot: found(kept('nolapse_token')) }],
    ['its store could not be seen', { dependabot: hidden('x', 'dependabot-secrets') }],
  ])('is not reported if %s', async (_why, changed) => {
    expect(await foundBy('dependabot-secret-missing', { facts: changed })).toEqual([])
  })

  test('is not reported for a workflow without pull requests', async () => {
    expect(await foundBy('dependabot-secret-missing', { facts, text: soundWorkflow('push') })).toEqual([])
  })

  test('is uncertain if only owners can see the organisation’s store', async () => {
    const dependabot = hidden("Dependabot's secrets of the organisation", 'organisation-dependabot-secrets')
    expect(await foundBy('dependabot-secret-missing', { facts: { dependabot } })).toEqual([
      expect.stringContaining(
        'The organisation may have one for it, which only its owners can see. → Add it',
      ),
    ])
    expect(await foundBy('unproven', { facts: { dependabot } })).toEqual([])
  })

  test('is unproven if the repository’s own store could not be seen', async () => {
    const dependabot = hidden("Dependabot's secrets of the repository", 'dependabot-secrets')
    expect(await foundBy('unproven', { facts: { dependabot } })).toEqual([
      expect.stringContaining("Could not see Dependabot's secrets of the repository."),
    ])
  })
})

describe('secret-is-variable', () => {
  test.each([
    ['the organisation', { variables: found(kept('nolapse_token', 'the organisation')) }, soundWorkflow()],
    [
      'the environment production',
      environment({ variables: found(kept('NOLAPSE_TOKEN', 'the environment production')) }),
      inEnvironment('production'),
    ],
  ])('says where the variable is: %s', async (where, facts, text) => {
    const [first] = await foundBy('secret-is-variable', { facts, text })
    expect(first?.toLowerCase()).toContain(`\`nolapse_token\` is a variable of ${where}.`)
  })

  test('says where the secret is read and what to do', async () => {
    const facts = { variables: found(kept('NOLAPSE_TOKEN')) }
    expect(await foundBy('secret-is-variable', { facts })).toEqual([
      '12:24 `NOLAPSE_TOKEN` is a variable of the repository. A variable is not masked, and `secrets.NOLAPSE_TOKEN` does not read it. → ' +
        'Delete the variable, revoke the token if it holds one, and store a new one as a secret.',
    ])
  })

  test('is not reported for other variables', async () => {
    expect(await foundBy('secret-is-variable', { facts: { variables: found(kept('LEVEL')) } })).toEqual([])
  })

  test('is unproven if neither the secret nor the variables could be seen', async () => {
    const facts = {
      secrets: found<never>(),
      variables: hidden('the variables of the repository', 'variables'),
    }
    expect(await foundBy('unproven', { facts })).toEqual([
      expect.stringContaining('Could not see the variables of the repository.'),
    ])
  })

  test('is not reported if the secret exists', async () => {
    const facts = { variables: hidden('the variables of the repository', 'variables') }
    expect((await judgeSetting({ facts })).findings).toEqual([])
  })
})

describe('what could not be seen', () => {
  const dependabot = (items: ReturnType<typeof kept>[]) => ({
    ...hidden("Dependabot's secrets of the repository", 'dependabot-secrets'),
    found: items,
  })
  const unproven = async (setting: Parameters<typeof foundBy>[1]) =>
    (await foundBy('unproven', setting)).map(one => /Could not see (.*?)\. /.exec(one)?.[1] ?? one)

  test('is listed in the order in which it is needed, each once', async () => {
    const facts = {
      secrets: hidden('the secrets of the organisation'),
      variables: hidden('the variables of the repository', 'secrets'),
      ownerReviews: hidden('the rules', 'secrets'),
    }
    expect(await unproven({ facts })).toEqual([
      'the secrets of the organisation, the variables of the repository, the rules',
    ])
  })

  test('matters for the environment of a job, in any case', async () => {
    const facts = {
      secrets: found<never>(),
      ...environment({ variables: hidden('the variables of production', 'environments') }),
    }
    expect(await unproven({ facts, text: inEnvironment('Production') })).toEqual([
      'the variables of production',
    ])
  })

  test('does not matter in Dependabot’s store if the secret was found there', async () => {
    expect(await unproven({ facts: { dependabot: dependabot([kept('NOLAPSE_TOKEN')]) } })).toEqual([])
    expect(await unproven({ facts: { dependabot: dependabot([kept('OTHER')]) } })).toEqual([
      "Dependabot's secrets of the repository",
    ])
  })

  test('does not matter for the branch if the workflow does not run for pull requests', async () => {
    const facts = { checks: hidden('the protection of main', 'contents') }
    expect(await unproven({ facts, text: soundWorkflow('push') })).toEqual([])
  })

  test('does not matter for reviews if every file has an owner anyway', async () => {
    const ownerReviews = { ...hidden('the rules of the organisation', 'administration'), found: [RULESET] }
    expect(await unproven({ facts: { ownerReviews } })).toEqual([])
  })
})

test('a job without an environment is judged by itself, after one whose environment is computed', async () => {
  const text = inEnvironment('${{ github.ref_name }}')
  expect(await foundBy('secret-missing', { text, facts: { secrets: found<never>() } })).toHaveLength(1)
})
