import { describe, expect, test } from '@jest/globals'
import { type Files, findingsIn, lintFiles } from '../support/linted.ts'

const PIPELINE = '.gitlab-ci.yml'

const places = async (text: string, rule: string, more: Files = {}) =>
  (await findingsIn({ [PIPELINE]: text, ...more }))
    .filter(one => one.rule === rule)
    .map(({ file, line }) => `${file}:${line}`)

const GATE = `
gate:
  script: [npx --yes @nolapse/token-action@1.0.0 check]
`
const NOLAPSE = `
coverage:
  needs: [gate]
  script:
    - nolapse run --repo .
`

test('what GitLab itself would reject is ignored', async () => {
  const odd = `
a:
  script: [{b: c}, !reference [a, variables, [x]], ~]
  needs: ~
  ? [k]
  : v
  variables: {X, Y}
  extends: ~
b: {allow_failure, script: [nolapse-token check]}
~: {}
`
  expect(await findingsIn({ [PIPELINE]: odd + GATE + NOLAPSE })).toEqual([])
})

test('a gate with nolapse after it has no finding', async () => {
  const run = await lintFiles({ [PIPELINE]: GATE + NOLAPSE }, { strict: true })
  expect(run).toMatchObject({ exit: 0, complaints: [] })
  expect(JSON.parse(run.document)).toEqual({ holds: null, files: [PIPELINE], workflows: [], findings: [] })
})

describe('self-reference', () => {
  test.each([
    ['for all jobs', 'variables:\n  NOLAPSE_TOKEN: $NOLAPSE_TOKEN\n', 2],
    ['in braces', 'variables: {NOLAPSE_TOKEN: "${NOLAPSE_TOKEN}"}\n', 1],
    ['with a description', 'variables: {NOLAPSE_TOKEN: {value: $NOLAPSE_TOKEN, description: x}}\n', 1],
    ['in a job', 'a:\n  script: [make]\n  variables:\n    NOLAPSE_TOKEN: $NOLAPSE_TOKEN\n', 4],
    ['in a rule', 'a:\n  script: [make]\n  rules:\n    - variables: {NOLAPSE_TOKEN: $NOLAPSE_TOKEN}\n', 4],
    ['by an anchor', '.v: &v\n  NOLAPSE_TOKEN: $NOLAPSE_TOKEN\na:\n  script: [make]\n  variables: *v\n', 2],
  ])('%s', async (_, text, line) =>
    expect(await places(text + GATE, 'self-reference')).toEqual([`${PIPELINE}:${line}`]),
  )

  test.each([
    'variables: {NOLAPSE_TOKEN: $CI_NOLAPSE_TOKEN}\n',
    'variables: {NOLAPSE_API_URL: $NOLAPSE_TOKEN}\n',
    'variables: {NOLAPSE_TOKEN: }\n',
  ])('not %j', async text => expect(await places(text + GATE, 'self-reference')).toEqual([]))
})

describe('hidden-failure', () => {
  const gate = (rest: string, script = 'nolapse-token check') => `gate:\n  script: ["${script}"]\n${rest}`
  test.each([
    ['allow_failure', gate('  allow_failure: true\n')],
    ['a word for true in YAML 1.1', gate('  allow_failure: yes\n')],
    ['another one', gate('  allow_failure: On\n')],
    ['an exit code of ours', gate('  allow_failure: {exit_codes: 5}\n')],
    ['what nolapse says about coverage, on the job that checks', gate('  allow_failure: {exit_codes: 1}\n')],
    ['a failure of nolapse itself', gate('  allow_failure: {exit_codes: 2}\n', 'nolapse run')],
    ['one of several', gate('  allow_failure:\n    exit_codes: [137, 3]\n')],
    ['in a rule', gate('  rules:\n    - if: $X\n      allow_failure: true\n')],
    ['by extends', `.soft: {allow_failure: true}\n${gate('  extends: .soft\n')}`],
    [
      'by extends of several',
      `.a: {allow_failure: false}\n.b: {extends: .c}\n.c: {allow_failure: true}\n${gate('  extends: [.a, .b]\n')}`,
    ],
    ['by a merge key', `.soft: &soft {allow_failure: true}\n${gate('  <<: *soft\n')}`],
    [
      'by one of several merge keys',
      `.a: &a {stage: x}\n.b: &b {allow_failure: true}\n${gate('  <<: [*a, *b]\n')}`,
    ],
    ['in the script', gate('', 'nolapse-token check || true')],
    ['of nolapse', 'coverage:\n  script: [nolapse run]\n  allow_failure: true\n'],
    [
      'in a script by !reference',
      '.s:\n  script: [nolapse run || true]\na:\n  script:\n    - make\n    - !reference [.s, script]\n',
    ],
    [
      'of a job whose gate comes from the template',
      'include: {remote: https://example.com/nolapse/token-action/v1/templates/token-check.yml}\nnolapse-token: {allow_failure: true}\n',
    ],
    [
      'of a job of the template by another name',
      'include:\n  - component: $CI_SERVER_FQDN/nolapse/token-action/token-check@1\n    inputs: {job-name: token}\ntoken: {allow_failure: true}\n',
    ],
  ])('%s', async (_, text) => expect(await places(text, 'hidden-failure')).toHaveLength(1))

  test.each([
    ['of the gate', gate('  when: manual\n'), 3],
    ['of nolapse', 'coverage:\n  script: [nolapse run]\n  when: manual\n', 3],
    ['by extends', `.m: {when: manual}\n${gate('  extends: .m\n')}`, 1],
    ['that a rule does not override', gate('  when: manual\n  rules:\n    - if: $X\n'), 3],
    [
      'that only one of two rules overrides',
      gate('  when: manual\n  rules:\n    - {if: $X, allow_failure: false}\n    - when: on_success\n'),
      3,
    ],
  ])('a manual start %s: the pipeline passes without it', async (_, text, line) => {
    const found = await findingsIn({ [PIPELINE]: text })
    expect(found.map(({ rule, line }) => ({ rule, line }))).toEqual([{ rule: 'hidden-failure', line }])
    expect(found[0]).toMatchObject({
      message: expect.stringMatching(/^`when: manual` lets the pipeline pass without `(gate|coverage)`: /),
      remedy: 'Remove it, or add `allow_failure: false` to the job.',
    })
  })

  test('a manual start that may also fail is found once', async () => {
    const text = gate('  when: manual\n  allow_failure: true\n')
    expect(await places(text, 'hidden-failure')).toEqual([`${PIPELINE}:4`])
  })

  test.each([
    ['in a rule, which blocks the pipeline', gate('  rules:\n    - when: manual\n')],
    ['that blocks the pipeline', gate('  when: manual\n  allow_failure: false\n')],
    ['that only exit codes of others let pass', gate('  when: manual\n  allow_failure: {exit_codes: 137}\n')],
    [
      'that each rule makes blocking',
      gate('  when: manual\n  rules:\n    - {if: $X, allow_failure: false}\n'),
    ],
    ['of another job', `${gate('')}deploy:\n  script: [make]\n  when: manual\n`],
    ['that the nearest value overrides', `.m: {when: manual}\n${gate('  extends: .m\n  when: always\n')}`],
  ])('not a manual start %s', async (_, text) => expect(await places(text, 'hidden-failure')).toEqual([]))

  test.each([
    ['exit codes of others', gate('  allow_failure: {exit_codes: [137]}\n')],
    ['what nolapse says about coverage', gate('  allow_failure: {exit_codes: 1}\n', 'nolapse run')],
    ['false', gate('  allow_failure: false\n')],
    ['another job', `${gate('')}lint:\n  script: [make lint]\n  allow_failure: true\n`],
    ['what only a hidden job has', `.x: {allow_failure: true}\n${gate('')}`],
    [
      'the nearest counts',
      `.soft: {allow_failure: true}\n${gate('  extends: .soft\n  allow_failure: false\n')}`,
    ],
    ['extends in a circle', `.a: {extends: .b}\n.b: {extends: .a}\n${gate('  extends: .a\n')}`],
    ['a reference to itself', `a:\n  script:\n    - !reference [a, script]\n${gate('')}`],
    ['a reference to nothing', `a:\n  script: [!reference [none, x, y], !reference []]\n${gate('')}`],
    ['a pipe: GitLab sets pipefail', 'coverage:\n  script: [nolapse run | tee log]\n'],
  ])('not %s', async (_, text) => expect(await places(text, 'hidden-failure')).toEqual([]))

  test.each([
    ['default: {before_script: [set +e]}\n', '', 1],
    ['before_script: [set +e]\n', '', 1],
    ['before_script: [make]\ndefault: {before_script: [set +e]}\n', '', 1],
    ['default: {before_script: [set +e]}\n', '  before_script: [make]\n', 0],
    ['default: {before_script: [nolapse-token check]}\n', '  allow_failure: true\n', 1],
  ])('covers the before_script of all jobs: %j', async (before, own, count) =>
    expect(
      await places(
        `${before}lint: {allow_failure: true, script: [make lint]}\na:\n${own}  script: [nolapse run, make]\n`,
        'hidden-failure',
      ),
    ).toHaveLength(count),
  )

  test('covers the before_script of an included file only if the pipeline has none', async () => {
    const files = { 'ci.yml': 'default: {before_script: [set +e]}\n' }
    const text = 'include: {local: ci.yml}\na: {script: [nolapse run, make]}\n'
    expect(await places(text, 'hidden-failure', files)).toHaveLength(1)
    expect(await places(`default: {before_script: [make]}\n${text}`, 'hidden-failure', files)).toEqual([])
  })

  test('covers before_script and a script that is a single string', async () => {
    expect(
      await places(
        'a:\n  before_script: [set +e]\n  script: |\n    nolapse run\n    make\n',
        'hidden-failure',
      ),
    ).toHaveLength(1)
  })
})

describe('optional-gate', () => {
  const needs = (need: string) => `${GATE}coverage:\n  script: [nolapse run]\n  needs:\n    - ${need}\n`
  test('is a gate that a job does not require', async () => {
    expect(await places(needs('{job: gate, optional: true}'), 'optional-gate')).toEqual([`${PIPELINE}:7`])
  })
  test.each([
    'gate',
    '{job: gate}',
    '{job: gate, optional: false}',
    '{job: gate, optional: no}',
    '{job: lint, optional: true}',
  ])('not %s', async need => expect(await places(needs(need), 'optional-gate')).toEqual([]))
})

describe('include', () => {
  test('of a file in the folder is read', async () => {
    const more = { 'ci/gate.yml': 'gate:\n  script: [nolapse-token check]\n  allow_failure: true\n' }
    for (const include of [
      'include: /ci/gate.yml',
      'include: {local: ci/gate.yml}',
      'include: [./ci/gate.yml, ci/gate.yml]',
    ])
      expect(await places(`${include}\n`, 'hidden-failure', more)).toEqual(['ci/gate.yml:3'])
  })

  test.each([
    ['elsewhere', 'include: https://example.com/x.yml\n', 'is not in the folder'],
    ['of a project', 'include: [{project: a/b, file: x.yml}]\n', 'is not in the folder'],
    ['of a pattern', 'include: ci/*.yml\n', 'names no single file'],
    ['outside', 'include: ../x.yml\n', 'cannot be read'],
    ['that is no YAML', 'include: broken.yml\n', 'This file is not YAML'],
  ])('%s that cannot be read is reported', async (_, text, message) => {
    const run = await lintFiles({ [PIPELINE]: text + GATE, 'broken.yml': 'a: [' }, { format: 'text' })
    expect(run.exit).toBe(0)
    expect(run.document.replace(/\s+/g, ' ')).toContain(message)
  })
})

test.each([
  ['no YAML', 'a: [', 'This file is not YAML.'],
  ['no mapping', '- a', 'This file is not a pipeline: it has no keys.'],
])('a pipeline that is %s is wrong usage, and its place is shown', async (_, text, message) => {
  const { exit, complaints } = await lintFiles({ [PIPELINE]: text })
  expect(exit).toBe(2)
  expect(complaints[0]).toMatch(new RegExp(`^\\.gitlab-ci\\.yml:1:\\d+: ${message}`))
})
