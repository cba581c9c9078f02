/** Which steps of a job are followed, and how the others can end. */
import { describe, expect, test } from '@jest/globals'
import { planOfComposite, planOfJob } from '../../../src/lint/simulation/plan.ts'
import type { CompositeAction, StepsJob, UsesStep } from '../../../src/lint/workflow.ts'
import { onPullRequest, workflowOf } from '../../support/lint.ts'

const jobOf = async (steps: string[], more = '', files: Record<string, string> = {}): Promise<StepsJob> => {
  const text = onPullRequest(`
  other:
    runs-on: ubuntu-latest
    steps: [{run: ./other}]
  job:
    runs-on: ubuntu-latest
${more.replace(/^(?=.)/gm, '    ')}
    steps:
${steps.map(step => `      - ${step}`).join('\n')}
`)
  return (await workflowOf(text, { files })).jobs[1] as StepsJob
}

/** `follow`, or how a step can end that is not followed. */
const planned = async (steps: string[], more = '', files: Record<string, string> = {}) => {
  const { steps: plan, ordinary } = planOfJob(await jobOf(steps, more, files))
  const words = plan.map(({ followed, fails }) => (followed ? 'follow' : (fails ?? 'any')))
  return `${words.join(' ')}${ordinary ? ', ordinary' : ''}`
}

const A = '{uses: acme/a@v1}'
const B = '{uses: acme/b@v1}'
const NOLAPSE = '{run: nolapse run}'
const ALWAYS = '{if: always(), run: nolapse run}'
const ON_FAILURE = '{if: failure(), run: exit 1}'
const OPAQUE = '{run: ./test}'

describe('a step that is not followed', () => {
  test.each([
    ['alone', [A], 'any, ordinary'],
    ['before a followed one', [A, NOLAPSE], 'any follow'],
    ['after a followed one', [NOLAPSE, A], 'follow any'],
    ['before one that always runs', [A, ALWAYS], 'case follow'],
    ['before one that runs after a failure', [A, ON_FAILURE], 'case follow'],
    ['after one that always runs', [ALWAYS, A], 'follow any'],
    ['between two', [NOLAPSE, A, NOLAPSE], 'follow case follow'],
    ['several in a row', [A, B, ALWAYS], 'case any follow'],
    ['several in a row between two', [NOLAPSE, A, OPAQUE, NOLAPSE], 'follow case any follow'],
    ['several in a row after all', [NOLAPSE, A, B], 'follow any any'],
    ['several rows', [A, ALWAYS, B, NOLAPSE], 'case follow case follow'],
    ['several rows before the last', [A, ALWAYS, B], 'case follow any'],
    ['before several, of which the last always runs', [A, NOLAPSE, ALWAYS], 'case follow follow'],
    ['before several, of which the first always runs', [A, ALWAYS, NOLAPSE], 'case follow follow'],
    [
      'in a row whose first failure is tolerated',
      ['{uses: acme/a@v1, continue-on-error: true}', B, ALWAYS],
      'any case follow',
    ],
    [
      'whose failure is not tolerated',
      ['{uses: acme/a@v1, continue-on-error: false}', ALWAYS],
      'case follow',
    ],
    [
      'whose failure may be tolerated',
      ["{uses: acme/a@v1, continue-on-error: '${{ vars.A }}'}", ALWAYS],
      'case follow',
    ],
  ])('%s', async (_, steps, expected) => expect(await planned(steps)).toBe(expected))
})

describe('a step whose end is read', () => {
  const NAMED = '{id: Test, uses: acme/a@v1, continue-on-error: true}'
  const reading = (path: string) => `{run: "nolapse run \${{ ${path} }}"}`
  test.each([
    ['steps.test.outcome', 'case follow'],
    ['steps.TEST.conclusion', 'case follow'],
    ["steps['test'].outcome", 'case follow'],
    ['toJSON(steps.test)', 'case follow'],
    ['toJSON(steps)', 'case follow'],
    ['join(steps.*.outcome)', 'case follow'],
    ['steps[github.head_ref].outcome', 'case follow'],
    ['steps.test.outputs.a', 'any follow'],
    ['steps.test.outputs', 'any follow'],
    ['steps.*.outputs.a', 'any follow'],
    ['steps.other.outcome', 'any follow'],
    ['github.test.outcome', 'any follow'],
    ['github.test', 'any follow'],
    ['env.test', 'any follow'],
    ['github', 'any follow'],
  ])('by %s', async (path, expected) => expect(await planned([NAMED, reading(path)])).toBe(expected))

  test.each([
    [
      "in a step's condition",
      [NAMED, "{if: steps.test.outcome == 'success', run: nolapse run}"],
      '',
      'case follow',
    ],
    [
      "in a step's environment",
      [NAMED, "{env: {A: '${{ steps.test.outcome }}'}, run: nolapse run}"],
      '',
      'case follow',
    ],
    [
      "in an action's inputs",
      [NAMED, "{uses: acme/b@v1, with: {a: '${{ steps.test.outcome }}'}}", NOLAPSE],
      '',
      'case any follow',
    ],
    ["in the job's outputs", [NAMED, NOLAPSE], "outputs: {a: '${{ steps.test.outcome }}'}", 'case follow'],
    [
      "in the job's outputs, if nothing is followed",
      [NAMED],
      "outputs: {a: '${{ steps.test.outcome }}'}",
      'case',
    ],
    [
      'by another that is not followed, which nothing shows',
      [NAMED, "{uses: acme/b@v1, with: {a: '${{ steps.test.outcome }}'}}"],
      '',
      'case any, ordinary',
    ],
    ['but it has no id', [A, reading('toJSON(steps)')], '', 'any follow'],
    [
      'but another one has the id',
      ['{id: a, uses: acme/a@v1}', reading('steps.b.outcome')],
      '',
      'any follow',
    ],
  ])('%s', async (_, steps, more, expected) => expect(await planned(steps, more)).toBe(expected))
})

describe('what is followed', () => {
  const GREEN = (jobs: string, name = 're-actors/alls-green@release/v1') =>
    `{uses: ${name}, with: {jobs: "${jobs}"}}`
  test.each([
    ['the gate', '{uses: nolapse/token-action@v1}', 'follow'],
    ['a script that can be read', '{run: exit 1}', 'follow'],
    ['no other script', OPAQUE, 'any, ordinary'],
    ['alls-green with all needs', GREEN('${{ toJSON(needs) }}'), 'follow'],
    ['in any case', GREEN('${{ TOJSON(Needs) }}'), 'follow'],
    ['no part of the needs', GREEN('${{ toJSON(needs.other) }}'), 'any, ordinary'],
    ['no other context', GREEN('${{ toJSON(github) }}'), 'any, ordinary'],
    ['no other function', GREEN('${{ format(needs) }}'), 'any, ordinary'],
    ['no text', GREEN('{}'), 'any, ordinary'],
    ['no text around it', GREEN('a ${{ toJSON(needs) }}'), 'any, ordinary'],
    ['no other action', GREEN('${{ toJSON(needs) }}', 'acme/alls-green@v1'), 'any, ordinary'],
  ])('%s', async (_, step, expected) => {
    expect(await planned([step], 'needs: other')).toBe(expected)
  })

  const composite = (...steps: string[]) => ({
    'ci/action.yml': `name: a\ndescription: a\nruns:\n  using: composite\n  steps:\n${steps.map(step => `    - ${step}\n`).join('')}`,
  })

  test.each([
    ['with a followed step', composite('{uses: acme/a@v1}', '{run: nolapse run, shell: bash}'), 'follow'],
    ['with followed steps only', composite('{run: nolapse run, shell: bash}'), 'follow'],
    ['without one', composite('{uses: acme/a@v1}'), 'any, ordinary'],
    ['that cannot be read', { 'ci/action.yml': 'runs: [' }, 'any, ordinary'],
    ['that is not there', {}, 'any, ordinary'],
  ])('a composite action %s', async (_, files, expected) => {
    expect(await planned(['{uses: ./ci}'], '', files)).toBe(expected)
  })

  test('of a composite action, with its outputs', async () => {
    const files = {
      'ci/action.yml': `name: a
description: a
outputs: {a: {description: a, value: '\${{ steps.test.outcome }}'}}
runs:
  using: composite
  steps:
    - {id: test, uses: acme/a@v1, continue-on-error: true}
    - {id: other, uses: acme/a@v1, continue-on-error: true}
`,
    }
    const [step] = (await jobOf(['{uses: ./ci}'], '', files)).steps
    const action = (step as UsesStep).composite as CompositeAction
    const plan = planOfComposite(action, false)
    expect(plan).toMatchObject({ steps: [{ fails: 'case' }, { fails: undefined }], ordinary: false })
    expect(planOfComposite(action, false)).toBe(plan)
  })
})

describe('a job that sums up others', () => {
  const READS = '{run: "./sum-up ${{ needs.other.result }}"}'
  const SUMMARY = 'needs: other\nif: always()'
  test.each([
    ['can end in any way', [READS], SUMMARY, 'unknown'],
    ['in each step', [A, READS], SUMMARY, 'unknown unknown'],
    ['but not in those that only set it up', ['{uses: actions/checkout@v5}', READS], SUMMARY, 'any unknown'],
    ['that set up a language', ['{uses: actions/setup-node@v5}', READS], SUMMARY, 'any unknown'],
    ['or are named alike', ['{uses: actions/checkouts@v5}', READS], SUMMARY, 'unknown unknown'],
    ['or belong to others', ['{uses: acme/actions/checkout@v5}', READS], SUMMARY, 'unknown unknown'],
    ['reads them in its environment', [OPAQUE], `${SUMMARY}\nenv: {A: '\${{ toJSON(needs) }}'}`, 'unknown'],
    [
      "reads them in a step's environment",
      ["{run: ./test, env: {A: '${{ toJSON(needs) }}'}}"],
      SUMMARY,
      'unknown',
    ],
    [
      "reads them in a step's condition",
      ["{run: ./test, if: needs.other.result == 'success'}"],
      SUMMARY,
      'unknown',
    ],
    [
      'reads them in the inputs of an action',
      ["{uses: acme/a@v1, with: {a: '${{ toJSON(needs) }}'}}"],
      SUMMARY,
      'unknown',
    ],
    ['does not read them: no summary', [OPAQUE], SUMMARY, 'any, ordinary'],
    ['has no condition: no summary', [READS], 'needs: other', 'any, ordinary'],
    ['runs only after a success, and says so: a summary', [READS], 'needs: other\nif: success()', 'unknown'],
    ['runs nolapse too: no summary', [READS, NOLAPSE], SUMMARY, 'any follow'],
    ['has a gate too: no summary', ['{uses: nolapse/token-action@v1}', READS], SUMMARY, 'follow any'],
  ])('%s', async (_, steps, more, expected) => expect(await planned(steps, more)).toBe(expected))
})

test('a plan is made once', async () => {
  const job = await jobOf([A])
  expect(planOfJob(job)).toBe(planOfJob(job))
})
