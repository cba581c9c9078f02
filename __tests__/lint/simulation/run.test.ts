/** One run: what it asks, in which words, and how its jobs end. */
import { describe, expect, test } from '@jest/globals'
import { Decisions } from '../../../src/lint/decisions.ts'
import { parseExpression } from '../../../src/lint/expression.ts'
import type { Platform } from '../../../src/lint/findings.ts'
import { present } from '../../../src/lint/present.ts'
import { circumstancesOf } from '../../../src/lint/prove.ts'
import { evaluate } from '../../../src/lint/simulation/evaluate.ts'
import { type LegRun, WorkflowRun } from '../../../src/lint/simulation/run.ts'
import { isTrue, Unsettled, type Value } from '../../../src/lint/simulation/value.ts'
import { type RunEvent, World } from '../../../src/lint/simulation/world.ts'
import { type Files, workflowOf } from '../../support/lint.ts'

interface Setting {
  files?: Files
  platform?: Platform
  event?: RunEvent
  /** The first decisions, by number. */
  path?: number[]
}

async function runOf(jobs: string, { event = 'pull_request', path = [], ...more }: Setting = {}) {
  const workflow = await workflowOf(`on: pull_request\njobs:\n${jobs}\n`, more)
  const decisions = new Decisions(path)
  const run = new WorkflowRun(new World(circumstancesOf(workflow, event, undefined), decisions), workflow)
  const legOf = (id: string, leg = 0): LegRun => present(run.job(id).legs[leg])
  return {
    run,
    job: (id: string) => run.job(id),
    leg: legOf,
    inside: (id: string, inner: string) => present(legOf(id).called).job(inner),
    /** Each question, with who decides it and what the chosen answer says. */
    asked: () =>
      decisions.made.map(({ key, source, chosen, says }) => `${source} ${key} ${chosen} ${says}`.trim()),
    /** The costs of the other answers. */
    costs: () => decisions.branches.map(({ cost }) => cost),
  }
}

const of = (expression: string, leg: LegRun): Value =>
  evaluate(parseExpression(expression, { line: 1, column: 1 }), leg.scope)

const shown = (value: Value): string => {
  if (value instanceof Unsettled) return `? ${value.label}`
  return 'coerceString' in value ? value.coerceString() : `names ${value.label}`
}

const ORDINARY = 'runs-on: x, steps: [{run: ./a}]'
const NOLAPSE = 'runs-on: x, steps: [{run: nolapse run}]'
const GATE =
  "runs-on: x, steps: [{id: gate, uses: nolapse/token-action@v1, with: {token: '${{ secrets.NOLAPSE_TOKEN }}'}}]"
const FAILING = 'runs-on: x, steps: [{run: exit 1}]'
const CALLED = '.github/workflows/called.yml'
const called = (jobs: string, head = '') => ({ [CALLED]: `on:\n  workflow_call:\n${head}\njobs:\n${jobs}\n` })

describe('what an expression of a job sees', () => {
  const JOBS = `  a: {strategy: {matrix: '\${{ fromJSON(vars.M) }}'}, env: {NOLAPSE_TOKEN: '\${{ secrets.MINE }}'}, ${NOLAPSE}}
  b: {strategy: {matrix: {os: [x, y]}}, needs: [a, c, d], ${ORDINARY}}
  c: {runs-on: x, outputs: {o: '\${{ steps.s.outputs.o }}'}, steps: [{id: s, run: ./a}]}
  d: {uses: acme/ci/.github/workflows/x.yml@v1}`

  test.each([
    ['vars.mode', 'a', '? vars.MODE', 'unknown', true],
    ['secrets.Other', 'a', '? secrets.OTHER', 'unknown', false],
    ['secrets.github_token', 'a', '? secrets.GITHUB_TOKEN', 'case', true],
    ['secrets.my_github_token', 'a', '? secrets.MY_GITHUB_TOKEN', 'unknown', false],
    ['secrets.github_token_2', 'a', '? secrets.GITHUB_TOKEN_2', 'unknown', false],
    ['secrets.Nolapse_Token', 'a', '? secrets.NOLAPSE_TOKEN', 'unknown', false],
    ['secrets.mine', 'a', '? secrets.MINE', 'unknown', false],
    ['strategy.Job-Index', 'a', '? strategy.job-index of a (leg 1)', 'unknown', true],
    ['runner.OS', 'a', '? runner.os of a (leg 1)', 'unknown', true],
    ['job.status', 'a', '? job.status of a (leg 1)', 'unknown', true],
    ['runner.os', 'b', '? runner.os of b (x)', 'unknown', true],
    ['matrix.os', 'a', '? matrix of a (leg 1).os', 'unknown', false],
    ['needs[vars.A]', 'b', '? needs[…]', 'unknown', false],
    ['matrix[vars.A]', 'b', '? matrix[…]', 'unknown', false],
    ['needs.c.outputs[vars.A]', 'b', '? needs.c.outputs[…]', 'unknown', false],
    ['needs.c.result', 'b', '? needs.c.result', 'case', true],
    ['needs.d.outputs.x', 'b', '? needs.d.outputs.x', 'unknown', false],
    ['needs.c.outputs.o', 'b', '? steps.s.outputs.o in c', 'unknown', false],
    ['matrix.os', 'b', 'x'],
    ['matrix.none', 'b', ''],
    ['needs.none.result', 'b', ''],
    ['matrix', 'c', ''],
    ['inputs', 'c', ''],
    ['steps', 'c', ''],
  ])('%s in %s is %s', async (expression, id, label, source = '', harmless = false) => {
    const { leg } = await runOf(JOBS)
    const value = of(expression, leg(id))
    expect([shown(value), value instanceof Unsettled ? [value.source, value.harmless] : []]).toEqual([
      label,
      source === '' ? [] : [source, harmless],
    ])
  })

  test.each(['vars', 'secrets', 'strategy', 'job', 'runner', 'matrix'])(
    '%s is an object, which is true',
    async name => {
      const { leg, asked } = await runOf(JOBS)
      const value = of(name, leg('a'))
      expect([isTrue(value), (value as Unsettled).source, asked()]).toEqual([true, 'unknown', []])
      expect((value as Unsettled).harmless).toBe(['strategy', 'job', 'runner'].includes(name))
      expect((value as Unsettled).label).toBe(
        ['vars', 'secrets'].includes(name) ? name : `${name} of a (leg 1)`,
      )
    },
  )

  test('the outputs of an external workflow are an object, which is true', async () => {
    const { leg, asked } = await runOf(JOBS)
    expect([isTrue(of('needs.d.outputs', leg('b'))), asked()]).toEqual([true, []])
  })

  test('the token of GitHub is never empty, and a secret is empty for a fork', async () => {
    const usual = await runOf(JOBS)
    expect([isTrue(of('secrets.GITHUB_TOKEN', usual.leg('a'))), usual.asked()]).toEqual([true, []])
    expect(isTrue(of('secrets.NOLAPSE_TOKEN', usual.leg('a')))).toBe(true)
    expect(usual.asked()).toEqual(['case token is missing 0'])
    const fork = await runOf(JOBS, { path: [1] })
    expect([shown(of('secrets.OTHER', fork.leg('a'))), fork.asked()]).toEqual([
      '',
      ['case who is fork 1 the pull request comes from a fork'],
    ])
    const missing = await runOf(JOBS, { path: [1] })
    expect([shown(of('secrets.MINE', missing.leg('a'))), missing.asked()]).toEqual([
      '',
      ['case token is missing 1 the token is missing'],
    ])
  })

  test('a run that someone starts by hand has inputs that they choose', async () => {
    const { leg, asked } = await runOf(JOBS, { event: 'workflow_dispatch' })
    const inputs = of('inputs', leg('c')) as Unsettled
    expect([inputs.label, inputs.source, isTrue(inputs), asked()]).toEqual(['inputs', 'author', true, []])
    expect(shown(of('inputs.Mode', leg('c')))).toBe('? inputs.mode')
  })
})

describe('what an expression of a called workflow sees', () => {
  const files = called(
    `  in: {runs-on: x, outputs: {o: '\${{ steps.s.outputs.o }}'}, steps: [{id: s, run: ./a}]}`,
    `    inputs: {given: {type: string}, none: {type: string}, level: {type: number, default: 3}, event: {type: string, default: '\${{ github.event_name }}'}, other: {type: string, default: '\${{ inputs.event }}'}}
    secrets: {TOKEN: {required: false}}
    outputs: {o: {value: '\${{ jobs.in.outputs.o }}'}, by: {value: '\${{ jobs[vars.A] }}'}, event: {value: '\${{ github.event_name }}'}, result: {value: '\${{ jobs.in.result }}'}}`,
  )
  const JOBS = `  call: {uses: ./${CALLED}, with: {given: '\${{ vars.GIVEN }}'}, secrets: {TOKEN: '\${{ secrets.MINE }}'}}
  all: {uses: ./${CALLED}, secrets: inherit}
  after: {needs: [call, all], ${ORDINARY}}`

  test.each([
    ['inputs.given', 'call', '? vars.GIVEN'],
    ['inputs.Given', 'all', ''],
    ['inputs.none', 'call', ''],
    ['inputs.level', 'call', '3'],
    ['inputs.event', 'call', 'pull_request'],
    ['inputs.other', 'call', ''],
    ['inputs.unheard', 'call', ''],
    ['inputs[vars.A]', 'call', '? inputs[…]'],
    ['secrets.token', 'call', '? secrets.MINE'],
    ['secrets.other', 'call', ''],
    ['secrets[vars.A]', 'call', '? secrets[…]'],
    ['secrets.other', 'all', '? secrets.OTHER'],
    ['runner.os', 'call', '? runner.os of call / in'],
    ['vars.a', 'call', '? vars.A'],
  ])('%s in %s is %s', async (expression, id, label) => {
    const { inside } = await runOf(JOBS, { files })
    expect(shown(of(expression, present(inside(id, 'in').legs[0])))).toBe(label)
  })

  test.each([
    ['needs.call.outputs.o', '? steps.s.outputs.o in call / in'],
    ['needs.call.outputs.by', '? jobs[…]'],
    ['needs.call.outputs.event', 'pull_request'],
    ['needs.call.outputs.result', '? needs.call / in.result'],
    ['needs.call.outputs.none', ''],
    ['needs.call.outputs[vars.A]', '? needs.call.outputs[…]'],
  ])('%s after it is %s', async (expression, label) => {
    const { leg } = await runOf(JOBS, { files })
    expect(shown(of(expression, leg('after')))).toBe(label)
  })
})

describe('a job', () => {
  test('can be disrupted before or after its steps, and each question decides no more than it needs', async () => {
    const usual = await runOf(`  a: {${ORDINARY}}`)
    expect(usual.job('a').result()).toBe('success')
    expect([usual.asked(), usual.costs()]).toEqual([['case a: success of 01234 0'], [1]])

    const failed = await runOf(`  a: {${ORDINARY}}`, { path: [1] })
    expect(failed.job('a').result()).toBe('failure')
    expect([failed.asked(), failed.costs()]).toEqual([
      ['case a: success of 01234 1', 'case a: failure of 1234 0'],
      [0],
    ])

    const cancelled = await runOf(`  a: {${ORDINARY}}`, { path: [1, 1] })
    expect(cancelled.job('a').result()).toBe('cancelled')
    expect([cancelled.job('a').is('success'), cancelled.job('a').is('cancelled')]).toEqual([false, true])
    expect(cancelled.asked()).toEqual(['case a: success of 01234 1', 'case a: failure of 1234 1'])
  })

  test('that ran nolapse or a gate may have been disrupted before', async () => {
    const { job, asked } = await runOf(`  a: {${NOLAPSE}}\n  b: {${GATE}}`)
    expect([
      job('a').ranNolapse(),
      job('b').gatePassed(),
      job('a').gatePassed(),
      job('b').ranNolapse(),
    ]).toEqual([true, true, false, false])
    expect(asked()).toEqual([
      'case nolapse 0 nolapse passes',
      'case a: before nolapse of 01234 0',
      'case token is missing 0',
      'case token is valid 0 the token is valid',
      'case b: before its gate of 01234 0',
    ])
    const early = await runOf(`  a: {${NOLAPSE}}\n  b: {${GATE}}`, { path: [0, 1, 0, 0, 1] })
    expect([early.job('a').ranNolapse(), early.job('b').gatePassed()]).toEqual([false, false])
  })

  test('that is cancelled has not asked what its steps do', async () => {
    const { leg, asked } = await runOf(`  a: {${NOLAPSE}}`, { path: [1] })
    expect([leg('a').ends('cancelled'), asked()]).toEqual([true, ['case a: cancelled of 01234 1']])
  })

  test('that may fail counts as a success if it fails, but not if it is cancelled', async () => {
    const JOB = `  a: {continue-on-error: true, ${FAILING}}`
    const usual = (await runOf(JOB)).job('a')
    expect([usual.is('failure'), usual.is('cancelled'), usual.is('success')]).toEqual([false, false, true])
    const cancelled = (await runOf(JOB, { path: [1] })).job('a')
    expect([cancelled.is('cancelled'), cancelled.is('failure'), cancelled.is('success')]).toEqual([
      true,
      false,
      false,
    ])
  })

  test('that does nothing relevant, and one that calls an external workflow, ran neither nolapse nor a gate', async () => {
    const { job, asked } = await runOf(
      `  a: {${ORDINARY}}\n  b: {uses: acme/ci/.github/workflows/x.yml@v1}\n  c: {uses: ./.github/workflows/gone.yml}`,
    )
    for (const id of ['a', 'b', 'c'])
      expect([job(id).ranNolapse(), job(id).gatePassed()]).toEqual([false, false])
    expect(asked()).toEqual([])
    expect(job('b').result()).toBe('success')
    expect(job('c').result()).toBe('success')
    expect(asked()).toEqual(['case b: success of 01234 0', 'case c: success of 01234 0'])
  })

  test('that is skipped ran nothing', async () => {
    const { job } = await runOf(`  a: {if: false, ${NOLAPSE}}\n  b: {if: false, ${GATE}}`)
    expect([job('a').ranNolapse(), job('b').gatePassed(), job('b').result()]).toEqual([
      false,
      false,
      'skipped',
    ])
  })

  test('sees that one of the jobs it needs has failed', async () => {
    const { job } = await runOf(
      `  a: {${FAILING}}\n  b: {${ORDINARY}}\n  one: {needs: [a, b], if: failure(), ${ORDINARY}}\n  none: {needs: b, if: failure(), ${ORDINARY}}\n  far: {needs: one, if: failure(), ${ORDINARY}}`,
    )
    expect([job('one').skipped, job('none').skipped, job('far').skipped]).toEqual([false, true, false])
    expect(job('far').ancestors.map(one => one.path)).toEqual(['one', 'a', 'b'])
  })

  const OUTPUTS = ['case a: before its outputs of 01234 0']
  const PASSES = 'case nolapse 0 nolapse passes'
  const WITH_OUTPUT = () =>
    `  a: {runs-on: x, outputs: {o: given}, steps: [{run: nolapse run}]}\n  b: {needs: a, ${ORDINARY}}`

  test('has no outputs if it was disrupted before, or failed on Forgejo', async () => {
    const after = async (setting: Setting) => {
      const { leg, asked } = await runOf(WITH_OUTPUT(), setting)
      return [shown(of('needs.a.outputs.o', leg('b'))), asked()]
    }
    expect(await after({})).toEqual(['given', [...OUTPUTS, PASSES]])
    expect(await after({ path: [1] })).toEqual(['', ['case a: before its outputs of 01234 1']])
    const failure = (answer: number) => [...OUTPUTS, PASSES, `case a: failure of 034 ${answer}`]
    expect(await after({ platform: 'forgejo' })).toEqual(['given', failure(0)])
    expect(await after({ platform: 'forgejo', path: [0, 0, 1] })).toEqual(['', failure(1)])
    expect(await after({ platform: 'gitea' })).toEqual(['given', [...OUTPUTS, PASSES]])
  })
})

describe('a matrix', () => {
  const JOBS = (steps: string) =>
    `  a: {strategy: {matrix: {leg: [x, y]}}, runs-on: x, outputs: {o: '\${{ matrix.leg }}'}, steps: [${steps}]}\n  b: {needs: a, ${ORDINARY}}`

  test('succeeds only if every leg does, and fails with any', async () => {
    const { job } = await runOf(JOBS("{if: matrix.leg == 'y', run: exit 1}"))
    expect([job('a').is('success'), job('a').is('failure'), job('a').is('cancelled')]).toEqual([
      false,
      true,
      false,
    ])
  })

  test('ran nolapse, or passed a gate, if any leg did', async () => {
    const ran = await runOf(JOBS("{if: matrix.leg == 'y', run: nolapse run}"))
    expect(ran.job('a').ranNolapse()).toBe(true)
    const passed = await runOf(
      JOBS(
        "{if: matrix.leg == 'y', uses: nolapse/token-action@v1, with: {token: '${{ secrets.NOLAPSE_TOKEN }}'}}",
      ),
    )
    expect(passed.job('a').gatePassed()).toBe(true)
  })

  test('has the outputs of the leg that ends last', async () => {
    const first = await runOf(JOBS('{run: nolapse run}'))
    expect(shown(of('needs.a.outputs.o', first.leg('b')))).toBe('x')
    expect([first.asked(), first.costs()]).toEqual([
      [
        'case a: the last leg 0 a (x) ends last',
        'case a (x): before its outputs of 01234 0',
        'case nolapse 0 nolapse passes',
      ],
      [1, 1, 1],
    ])
    const second = await runOf(JOBS('{run: nolapse run}'), { path: [1] })
    expect(shown(of('needs.a.outputs.o', second.leg('b')))).toBe('y')
    expect(second.asked()[0]).toBe('case a: the last leg 1 a (y) ends last')
    const three = await runOf(JOBS('{run: nolapse run}').replace('[x, y]', '[x, y, z]'))
    expect(shown(of('needs.a.outputs.o', three.leg('b')))).toBe('x')
    expect(three.costs()).toEqual([1, 1, 1, 1])
  })

  test('of one leg has its outputs', async () => {
    const one = await runOf(JOBS('{run: nolapse run}').replace('[x, y]', '[x]'))
    expect(shown(of('needs.a.outputs.o', one.leg('b')))).toBe('x')
    expect(one.asked()).toEqual([
      'case a (x): before its outputs of 01234 0',
      'case nolapse 0 nolapse passes',
    ])
  })
})

describe('a call', () => {
  const call = (jobs: string, setting: Setting = {}) =>
    runOf(`  call: {uses: ./${CALLED}}`, { files: called(jobs), ...setting })

  test.each([
    [`  x: {${ORDINARY}}\n  y: {${FAILING}}`, [], [false, true, false, false]],
    [`  x: {${ORDINARY}}\n  y: {${ORDINARY}}`, [], [true, false, false, false]],
    // The first job is neither failed nor cancelled, the second is cancelled.
    [`  x: {${ORDINARY}}\n  y: {${ORDINARY}}`, [0, 0, 0, 1], [false, false, true, false]],
    [`  x: {if: false, ${ORDINARY}}\n  y: {${ORDINARY}}`, [], [true, false, false, false]],
  ])('of %j ends as its jobs do', async (jobs, path, expected) => {
    const { job } = await call(jobs, { path })
    const results = (['failure', 'cancelled', 'success', 'skipped'] as const).map(one => job('call').is(one))
    const [failure, cancelled, success, skipped] = results
    expect([success, failure, cancelled, skipped]).toEqual(expected)
  })

  test('ran nolapse, and passed a gate, if one of its jobs did', async () => {
    const { job } = await call(
      `  x: {${ORDINARY}}\n  y: {${NOLAPSE}}\n  z: {${GATE.replace(/token: '.*?'/, 'token: nlp_x')}}`,
    )
    expect([job('call').ranNolapse(), job('call').gatePassed()]).toEqual([true, true])
    const none = await call(`  x: {${ORDINARY}}`)
    expect([none.job('call').ranNolapse(), none.job('call').gatePassed()]).toEqual([false, false])
  })

  test('whose jobs are all skipped succeeds or is skipped', async () => {
    const NONE = `  x: {if: false, ${ORDINARY}}`
    const results = ['success', 'failure', 'cancelled', 'skipped'] as const
    const skipped = await call(NONE)
    expect(results.filter(one => skipped.job('call').is(one))).toEqual(['skipped'])
    expect([skipped.asked(), skipped.costs()]).toEqual([
      [
        'unknown a call whose jobs are all skipped counts as success (call)  0 a call whose jobs are all skipped counts as success (call) is empty or false',
      ],
      [100],
    ])
    const succeeded = await call(NONE, { path: [1] })
    expect(results.filter(one => succeeded.job('call').is(one))).toEqual(['success'])
  })

  test('with a matrix is skipped only if the jobs of every leg are', async () => {
    const files = called(`  x: {if: inputs.run, ${ORDINARY}}`, '    inputs: {run: {type: boolean}}')
    const { job, asked } = await runOf(
      `  call: {strategy: {matrix: {run: [true, false]}}, uses: ./${CALLED}, with: {run: '\${{ matrix.run }}'}}`,
      { files },
    )
    expect([job('call').is('skipped'), asked()]).toEqual([false, []])
  })
})
