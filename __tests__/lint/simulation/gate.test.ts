/** The verdict of the gate's step on the token, and its outputs. */
import { describe, expect, test } from '@jest/globals'
import type { Granted, Scopes } from '../../../src/lint/simulation/evaluate.ts'
import { runGate } from '../../../src/lint/simulation/gate.ts'
import { flag, settle, text, type Unsettled } from '../../../src/lint/simulation/value.ts'
import type { StepsJob, UsesStep } from '../../../src/lint/workflow.ts'
import { onPullRequest, workflowOf } from '../../support/lint.ts'
import { decided, described, scopeIn, worldOf } from '../../support/world.ts'

/** The gate with these inputs and decisions. Its token comes from an action. */
async function gateWith(inputs = '', path: number[] = [], token = '${{ vars.TOKEN }}') {
  const workflow = await workflowOf(
    onPullRequest(`
  coverage:
    runs-on: ubuntu-latest
    steps:
      - {uses: nolapse/token-action@v1, with: {token: '${token}'${inputs}}}
`),
  )
  const [step] = (workflow.jobs[0] as StepsJob).steps
  const world = worldOf(path)
  const gate = runGate(step as UsesStep, 'coverage', scopeIn(world), world)
  const shown = (name: string) => described(gate.output(name), world)
  return { gate, world, shown, output: (name: string) => gate.output(name) as Unsettled }
}

const OUTPUTS = ['valid', 'reason', 'org_id', 'scopes', 'request_id', 'other']
const REASON = 'the output reason of the gate in coverage'
const REQUEST = 'case the output request_id of the gate in coverage harmless'

describe('the outputs', () => {
  test.each([
    [
      'of a valid token',
      '',
      [],
      [
        "'true'",
        "'ok'",
        'unknown the output org_id of the gate in coverage harmless set',
        'unknown the JSON of the output scopes of the gate in coverage set',
        REQUEST,
        'null',
      ],
    ],
    [
      'of any other token',
      '',
      [1],
      ["'false'", `case ${REASON} harmless set`, "''", "'[]'", REQUEST, 'null'],
    ],
    [
      'of settings that it rejects',
      ', tolerate: everything',
      [],
      ["'false'", "'misconfigured'", "''", "'[]'", REQUEST, 'null'],
    ],
  ])('%s', async (_, inputs, path, expected) => {
    const { shown } = await gateWith(inputs, path)
    expect(OUTPUTS.map(shown)).toEqual(expected)
  })

  test.each([
    [', expected-org-id: org_a', "'org_a'"],
    [', expected-org-id: ""', 'unknown the output org_id of the gate in coverage harmless set'],
    [
      ", expected-org-id: '${{ vars.ORG }}'",
      'unknown the output org_id of the gate in coverage harmless set',
    ],
  ])('name the organisation with %s', async (inputs, expected) => {
    const { shown } = await gateWith(inputs)
    expect(shown('org_id')).toBe(expected)
  })
})

describe('the scopes of a valid token', () => {
  const LIST = 'the output scopes of the gate in coverage'
  test.each([
    ['', ['execute']],
    [', required-scopes: ""', ['execute']],
    [', required-scopes: none', []],
    [', required-scopes: "none, read"', ['read']],
    [', required-scopes: "Execute  read,,admin"', ['execute', 'read', 'admin']],
    [", required-scopes: '${{ vars.SCOPES }}'", []],
  ])('with %j are certainly %j', async (inputs, certain) => {
    const { output, world, shown } = await gateWith(inputs)
    const { list } = output('scopes') as Scopes
    const asked = decided(world)
    expect(described(list, world)).toBe(`unknown ${LIST} set`)
    expect(certain.map(one => (list as Granted).has(text(one)))).toEqual(certain.map(() => true))
    expect(decided(world)).toEqual(asked)
    const others = ['none', 'execute', 'other'].filter(one => !certain.includes(one))
    expect(others.map(one => (list as Granted).has(text(one)))).toEqual(others.map(() => false))
    expect(decided(world)).toEqual([
      ...asked,
      ...others.map(one => `unknown: ${LIST}.contains ${one}: ${LIST}.contains ${one} is empty or false`),
    ])
    expect(shown('scopes')).toBe(`unknown the JSON of ${LIST} set`)
  })
})

describe('the reason of a token that is not valid', () => {
  const VALID = 'case: token is valid: '
  const NOT_MISSING = 'case: token is missing: '

  test('is never `ok` or empty, and no question is needed for that', async () => {
    const { output, world } = await gateWith('', [1])
    const reason = output('reason')
    expect([reason.equals(text('ok')), reason.equals(text('OK')), reason.equals(text(''))]).toEqual([
      false,
      false,
      false,
    ])
    expect([reason.truthy(), reason.harmless, decided(world)]).toEqual([true, true, [VALID]])
  })

  test('is one that can be tolerated', async () => {
    const missing = await gateWith('', [1])
    expect([missing.output('reason').equals(text('Missing')), settle(missing.output('reason'))]).toEqual([
      true,
      text('missing'),
    ])
    expect(missing.output('reason').equals(text('invalid'))).toBe(false)
    expect(decided(missing.world)).toEqual([VALID, `${NOT_MISSING}the token is missing`])
    const unavailable = await gateWith('', [1, 1, 1])
    expect(settle(unavailable.output('reason'))).toEqual(text('unavailable'))
    expect(decided(unavailable.world)).toEqual([
      VALID,
      NOT_MISSING,
      'case: token is unavailable: the token is unavailable',
    ])
  })

  test('is otherwise one of many', async () => {
    const { output, world } = await gateWith('', [1, 1, 0, 0, 1])
    const reason = output('reason')
    expect([settle(reason), reason.equals(flag(false)), reason.equals(text('expired'))]).toEqual([
      undefined,
      false,
      false,
    ])
    expect([reason.equals(text('untrusted')), settle(reason)]).toEqual([true, text('untrusted')])
    expect(decided(world)).toEqual([
      VALID,
      NOT_MISSING,
      'case: token is unavailable: ',
      `case: ${REASON} == 'expired': ${REASON} is not 'expired'`,
      `case: ${REASON} == 'untrusted': ${REASON} is 'untrusted'`,
    ])
  })

  test('is a text, which is not the value false', async () => {
    const { output, world } = await gateWith('', [1, 1, 0])
    expect(output('reason').equals(flag(false))).toBe(false)
    expect(decided(world)).toEqual([VALID, NOT_MISSING, 'case: token is unavailable: '])
  })
})

describe('the step', () => {
  const nolapseToken = 'nlp_written_in_the_file'
  test.each([
    ['passes with a valid token', '', [], undefined, true],
    ['fails with any other', '', [1], undefined, false],
    ['passes with a missing token if that is tolerated', ', tolerate: missing', [1], undefined, true],
    ['fails with a missing token if another reason is', ', tolerate: unavailable', [1], undefined, false],
    ['passes with a token in the file', '', [], nolapseToken, true],
    ['fails if that is refused', ', tolerate: missing', [1], nolapseToken, false],
    ['passes if that cannot be checked', ', tolerate: " unavailable ,"', [1, 1], nolapseToken, true],
    ['fails without a token', '', [], '', false],
    ['passes without one if that is tolerated', ', tolerate: "unavailable\\tmissing"', [], '', true],
    ['fails if it must tolerate what it cannot', ', tolerate: "missing refused"', [], undefined, false],
  ])('%s', async (_, inputs, path, token, passes) => {
    const { gate } = await gateWith(inputs, path, token)
    expect(gate.passes).toBe(passes)
  })

  test('never finds a token in the file missing, and asks nothing for that', async () => {
    const { gate, world } = await gateWith(', tolerate: missing', [1], nolapseToken)
    expect([gate.valid, gate.passes, decided(world)]).toEqual([false, false, ['case: token is valid: ']])
  })
})
