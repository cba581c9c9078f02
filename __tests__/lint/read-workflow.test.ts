import { describe, expect, test } from '@jest/globals'
import { isRejection, readWorkflow } from '../../src/lint/read-workflow.ts'
import { onPullRequest, workflowOf } from '../support/lint.ts'

const rejected = async (text: string) => {
  const read = await readWorkflow({ file: 'x.yml', text, platform: 'github' }, () => undefined)
  if (!isRejection(read)) throw new Error('it was accepted')
  return read
}

describe('what GitHub rejects is rejected, and its place is shown', () => {
  test.each([
    ['a workflow without jobs', 'on: push\n', 1, 'Required property is missing: jobs'],
    [
      'a key that does not exist',
      'on: push\njobs:\n  a:\n    runs-on: x\n    stepz: []\n',
      5,
      "Unexpected value 'stepz'",
    ],
    [
      'a cycle of needs',
      'on: push\njobs:\n  o: {runs-on: x, steps: [{run: a}]}\n  a: {needs: b, runs-on: x, steps: [{run: a}]}\n  b: {needs: a, runs-on: x, steps: [{run: b}]}\n',
      4,
      'cycle',
    ],
    [
      'a condition that cannot be parsed',
      'on: push\njobs:\n  a:\n    if: a b\n    runs-on: x\n    steps: [{run: a}]\n',
      4,
      'Unrecognized named-value',
    ],
    ['a list', '[1]', 1, 'A sequence was not expected'],
    ['nothing', '', 1, 'Expected a scalar value'],
    ['broken YAML', 'on: [', 1, ''],
  ])('%s', async (_, text, line, message) => {
    const rejection = await rejected(text)
    expect(rejection).toMatchObject({ file: 'x.yml', line })
    expect(rejection.message).toContain(message)
  })

  test('without quoting what could be a secret', async () => {
    const token = `nlp_${'0123456789'.repeat(4)}`
    expect((await rejected(`on: push\njobs:\n  a:\n    runs-on: x\n    ${token}: 1\n`)).message).toBe(
      'A value here is not valid in a workflow.',
    )
  })

  test('a file of more than 1 MiB', async () => {
    expect((await rejected(`# ${'x'.repeat(1_048_576)}`)).message).toContain('longer than 1 MiB')
  })

  test('anchors that multiply, without delay', async () => {
    const bomb = Array.from(
      { length: 9 },
      (_, n) =>
        `a${n}: &a${n} [${Array.from({ length: 9 }, () => (n === 0 ? 'x' : `*a${n - 1}`)).join(', ')}]`,
    ).join('\n')
    expect((await rejected(bomb)).message).toContain('repeats its YAML anchors too often')
  })

  test('a called workflow that GitHub rejects', async () => {
    const files: Record<string, string> = { '.github/workflows/called.yml': 'on: workflow_call\njobs: {}\n' }
    const text = onPullRequest('\n  a:\n    uses: ./.github/workflows/called.yml\n')
    const read = await readWorkflow({ file: 'x.yml', text, platform: 'github' }, path => files[path])
    expect(read).toMatchObject({ file: '.github/workflows/called.yml' })
  })

  test('not an `env:` that is an expression, nor a text as the default of a boolean of a dispatch', async () => {
    const steps = "steps: [{run: a, env: '${{ matrix.env }}'}]"
    const input = "inputs: {x: {type: boolean, default: 'false'}}"
    const text = `on: {workflow_dispatch: {${input}}, pull_request: null}
jobs: {a: {runs-on: x, env: "\${{ fromJSON('{}') }}", ${steps}}}
`
    const { jobs } = await workflowOf(text)
    expect(jobs).toMatchObject([{ env: [{ name: '*' }], steps: [{ env: [{ name: '*' }] }] }])
    const called = text.replace('pull_request: null', `workflow_call: {${input}}`)
    expect((await rejected(called)).message).toContain('input default')
  })

  test('a defect is not a rejection', async () => {
    const broken = () => {
      throw new TypeError('a defect')
    }
    const text = onPullRequest('\n  a:\n    uses: ./.github/workflows/called.yml\n')
    await expect(readWorkflow({ file: 'x.yml', text, platform: 'github' }, broken)).rejects.toThrow(
      'a defect',
    )
  })
})

describe('what is read', () => {
  test('events with their filters, in each of the three forms', async () => {
    const events = async (on: string) =>
      (await workflowOf(`on: ${on}\njobs: {a: {runs-on: x, steps: [{run: a}]}}\n`)).events
    expect(await events('push')).toEqual(new Map([['push', {}]]))
    expect(await events('[push, pull_request]')).toEqual(
      new Map([
        ['push', {}],
        ['pull_request', {}],
      ]),
    )
    expect(await events('{push: {branches: [a, b], tags-ignore: c}, pull_request: null}')).toEqual(
      new Map([
        ['push', { branches: ['a', 'b'], 'tags-ignore': ['c'] }],
        ['pull_request', {}],
      ]),
    )
  })

  test('an alias without an anchor is left to the parser', async () => {
    expect((await rejected('on: push\njobs: *nowhere\n')).message).toContain('Expected a')
  })

  test('an output of a composite action without a value, and a computed runner', async () => {
    const files = {
      'a/action.yml':
        'name: x\ndescription: y\noutputs: {o: {description: z}}\nruns: {using: composite, steps: [{run: a, shell: bash}]}\n',
    }
    const text = onPullRequest('\n  a:\n    runs-on: ${{ vars.RUNNER }}\n    steps: [{uses: ./a}]\n')
    const { jobs } = await workflowOf(text, { files })
    expect(jobs).toMatchObject([
      { steps: [{ composite: { outputs: [{ name: 'o', value: { text: '' } }] } }] },
    ])
  })

  test('`$/` is the root of the repository, as `./` is', async () => {
    const files = {
      '.github/workflows/called.yml': 'on: workflow_call\njobs: {b: {runs-on: x, steps: [{uses: $/a}]}}\n',
      'a/action.yml':
        'name: x\ndescription: y\nruns: {using: composite, steps: [{run: nolapse run, shell: bash}]}\n',
    }
    const text = onPullRequest('\n  a:\n    uses: $/.github/workflows/called.yml\n')
    const { jobs } = await workflowOf(text, { files })
    expect(jobs).toMatchObject([
      { called: { jobs: [{ steps: [{ composite: { steps: [{ kind: 'run' }] } }] }] } },
    ])
  })

  test('anchors', async () => {
    const workflow = await workflowOf(
      'on: push\njobs:\n  a: &job {runs-on: x, steps: [{run: a}]}\n  b: *job\n',
    )
    expect(workflow.jobs.map(({ id }) => id)).toEqual(['a', 'b'])
  })

  test('strings with their inline expressions as parts', async () => {
    const workflow = await workflowOf(
      onPullRequest(
        '\n  a:\n    runs-on: x\n    steps:\n      - run: "{a} ${{ github.sha }}{{b}} ${{ github.ref }}"\n      - run: ${{ github.sha }}\n      - run: ${{ format(\'{0}\', 1) }}\n',
      ),
    )
    const [job] = workflow.jobs
    const parts =
      job?.kind === 'steps'
        ? job.steps.map(step =>
            step.kind === 'run'
              ? step.run.parts.map(part => (typeof part === 'string' ? part : [part.text]))
              : [],
          )
        : []
    expect(parts).toEqual([
      ['{a} ', ['github.sha'], '{{b}} ', ['github.ref']],
      [['github.sha']],
      [["format('{0}', 1)"]],
    ])
  })

  test('conditions with what GitHub adds to them', async () => {
    const workflow = await workflowOf(
      onPullRequest(`
  a: {runs-on: x, steps: [{run: a}]}
  b: {if: '', runs-on: x, steps: [{run: a}]}
  c: {if: github.ref == 'x', runs-on: x, steps: [{run: a}]}
  d: {if: "\${{ always() }}", runs-on: x, steps: [{run: a}]}
  e: {if: true, runs-on: x, steps: [{run: a}]}
`),
    )
    expect(workflow.jobs.map(job => job.if.text)).toEqual([
      'success()',
      'success()',
      "success() && (github.ref == 'x')",
      'always()',
      'success() && (true)',
    ])
    expect(workflow.jobs.map(job => job.condition?.expression?.text)).toEqual([
      undefined,
      undefined,
      "github.ref == 'x'",
      'always()',
      'true',
    ])
  })

  test('the shell of a step: its own, the default of job or workflow, or that of the system', async () => {
    const workflow = await workflowOf(`on: push
defaults: {run: {shell: sh}}
jobs:
  a:
    runs-on: x
    steps: [{run: nolapse run, shell: bash}, {run: nolapse run}]
  b:
    runs-on: x
    defaults: {run: {shell: 'bash {0}'}}
    steps: [{run: nolapse run}]
`)
    const shells = workflow.jobs.map(job =>
      job.kind === 'steps' ? job.steps.map(step => (step.kind === 'run' ? step.shell?.text : '')) : [],
    )
    expect(shells).toEqual([['bash', 'sh'], ['bash {0}']])
    const windows = await workflowOf(
      'on: push\njobs: {a: {runs-on: {group: g, labels: [windows-latest]}, steps: [{run: "test a = a"}]}}\n',
    )
    expect(windows.jobs).toMatchObject([{ steps: [{ script: { opaque: true } }] }])
    for (const [label, opaque] of [
      ['win-builder', true],
      ['self-hosted-win', true],
      ['win2022', true],
      ['Win_x64', true],
      ['darwin', false],
      ['winter', false],
    ] as const) {
      const text = `on: push\njobs: {a: {runs-on: [self-hosted, ${label}], steps: [{run: "test a = a"}]}}\n`
      expect([label, (await workflowOf(text)).jobs]).toMatchObject([
        label,
        [{ steps: [{ script: { opaque } }] }],
      ])
    }
  })

  test('`runs-on` next to `uses` is ignored in a Forgejo file, and every place stays the same', async () => {
    const text =
      'on: push\njobs:\n  a:\n    runs-on:\n      - docker\n    uses: acme/ci/.github/workflows/x.yml@v1\n  b:\n    runs-on: docker\n    steps: [{run: a}]\n  c: {uses: acme/ci/.github/workflows/x.yml@v1}\n'
    const workflow = await workflowOf(text, { platform: 'forgejo' })
    expect(workflow.jobs.map(({ id, at }) => [id, at.line])).toEqual([
      ['a', 3],
      ['b', 7],
      ['c', 10],
    ])
    await expect(workflowOf('on: push\njobs: 3\n', { platform: 'gitea' })).rejects.toThrow()
    await expect(workflowOf('on: push\njobs: {a: 3}\n', { platform: 'gitea' })).rejects.toThrow()
  })
})

test.each([
  [
    '|\n        cat <<END\n          ${{ github.sha }}\n        END\n        nolapse run\n',
    ['cat <<END\n  ', '\nEND\nnolapse run\n'],
  ],
  ['|2-\n        a ${{ github.sha }}\n        b', ['a ', '\nb']],
  [">-\n        nolapse run\n        || true ${{ format('}}', '''') }}\n", ['nolapse run || true ']],
  ['"nolapse run\n        ${{ github.sha }}\n        || true"', ['nolapse run ', ' || true']],
  ["'nolapse run\n        ${{ github.sha }}${{ github.sha }}'", ['nolapse run ']],
  ['nolapse run ${{ github.sha }}\n        || true', ['nolapse run ', ' || true']],
])('a script of several lines with an expression is read as YAML means it: %j', async (run, texts) => {
  const workflow = await workflowOf(`on: push\njobs:\n  a:\n   runs-on: x\n   steps:\n   - run: ${run}`)
  const [job] = workflow.jobs
  const [step] = job?.kind === 'steps' ? job.steps : []
  expect(step?.kind === 'run' && step.run.parts.filter(part => typeof part === 'string')).toEqual(texts)
  expect(step?.kind === 'run' && step.script.callsNolapse).toBe(run.includes('nolapse'))
})
