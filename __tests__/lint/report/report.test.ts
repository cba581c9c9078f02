import { describe, expect, test } from '@jest/globals'
import type { Log, Run } from 'sarif'
import { type Finding, LEVELS, type WorkflowVerdict } from '../../../src/lint/findings.ts'
import { FORMATS, type Format, type Reported, report } from '../../../src/lint/report/report.ts'
import { sarifProblems } from '../../support/sarif.ts'

const verdict: WorkflowVerdict = {
  file: 'a.yml',
  platform: 'github',
  event: 'pull_request',
  required: ['verdict'],
  require: null,
  holds: true,
  cases: 8,
  counterexample: null,
  timedOut: false,
}

const finding: Finding = {
  rule: 'no-token',
  level: 'error',
  file: 'a.yml',
  line: 3,
  column: 5,
  message: 'The gate gets no token.',
  remedy: 'Add one.',
}

const write = (
  format: Format,
  { workflows = [verdict], findings = [], holds = true, ...rest }: Partial<Reported['result'] & Reported>,
) =>
  report(format, {
    result: { holds, files: ['a.yml'], workflows, findings },
    unread: [],
    checked: [],
    complaints: [],
    version: '1.2.3',
    rejected: false,
    ...rest,
  })

const RULES = Object.keys(LEVELS) as Finding['rule'][]
const REGION = { startLine: 1, startColumn: 1 }
const HOSTILE = 'x\n::error::boo\u001b[31m ##[group]y\u202e::stop-commands::z %0A::warning::w'
const TOKEN = `nlp_${'0123456789'.repeat(4)}`

describe('In text', () => {
  const first = (one: Partial<WorkflowVerdict>) => write('text', { workflows: [{ ...verdict, ...one }] })

  test('one line says that it holds, and with which checks', () => {
    expect(first({})).toContain('a.yml, pull requests: holds with the required check `verdict` (8 cases).\n')
    expect(first({ required: ['a', 'b'], cases: 1 })).toContain('required checks `a`, `b` (1 case).')
    expect(first({ event: 'merge_group' })).toContain('a.yml, the merge queue: holds')
  })

  test('one line says that no check is required, as GitHub knows it', () => {
    expect(first({ required: [] })).toContain('a.yml, pull requests: holds (8 cases).\n')
    expect(first({ required: [], holds: false })).toContain(
      'a.yml, pull requests: DOES NOT HOLD: no check of this workflow is known to be\n  required.\n',
    )
    expect(first({ required: [], holds: null })).toContain('not proven: no check of this workflow is known')
  })

  test('the end says what was checked on GitHub, and what could not be seen', () => {
    const checked = [
      { where: 'acme/api on github.com', seen: ['the rulesets of main'], unseen: ['Could not.'] },
    ]
    expect(write('text', { checked })).toMatch(
      /warnings\.\n\nChecked in acme\/api on github\.com:\n {2}- the rulesets of main\n {2}- Could not\.$/,
    )
  })

  test('the check to require is written as you type it into the settings', () => {
    const text = first({ required: null, require: ['unit / gate', 'verdict'] })
    expect(text).toContain('holds (8 cases) if you require `unit / gate`, `verdict`.')
    expect(text).toContain('"Require status checks to pass". Add:\n    unit / gate\n    verdict\n')
  })

  test.each([
    ['github', 'On GitHub: Settings > Rules > Rulesets > New branch ruleset'],
    ['forgejo', 'On Forgejo: Settings > Branches > Add new rule, "Enable status check".'],
    ['gitea', 'On Gitea: Settings > Branches > Add new rule, "Enable status check".'],
  ] as const)('the settings of %s have their own words', (platform, words) => {
    const text = first({ platform, required: null, require: ['verdict'] })
    expect(text).toContain(words)
    expect(text.includes('GitHub')).toBe(platform === 'github')
  })

  test('a case in which it does not hold is a table', () => {
    const counterexample = {
      who: 'fork' as const,
      token: 'missing' as const,
      nolapse: 'not-run' as const,
      jobs: { gate: 'failure' as const, coverage: 'skipped' as const },
      assumes: ['`make` succeeds'],
    }
    expect(first({ holds: false, counterexample })).toContain(
      [
        'a.yml, pull requests: DOES NOT HOLD with the required check `verdict`.',
        '    pull request from  a fork',
        '    token              missing',
        '    nolapse            does not run',
        '    job gate           failure',
        '    job coverage       skipped',
        '    merge              possible',
        '    assumed: `make` succeeds',
      ].join('\n'),
    )
    expect(first({ holds: false, required: null })).toContain(
      'DOES NOT HOLD, no matter which checks are required.',
    )
    expect(first({ holds: false, required: ['a', 'b'] })).toContain('with the required checks `a`, `b`.')
  })

  test('an unproven result says so, even if the time ran out', () => {
    expect(first({ holds: null, timedOut: true })).toMatch(/not proven \(8 cases\)\.\n {2}Time ran out/)
    expect(first({ holds: null, required: null, require: [] })).not.toContain('Add:')
  })

  test('the assumptions are stated if there was something to prove', () => {
    expect(first({})).toContain('Assumed: the pull request leaves these files unchanged')
    expect(write('text', { workflows: [], holds: null })).toBe(
      'nolapse lint: nothing to prove: no workflow here runs nolapse on a pull request;\n  0 errors, 0 warnings.',
    )
  })

  test('findings have a place, a sentence and a remedy; a bypass has its sentence in the table', () => {
    const bypass: Finding = { ...finding, rule: 'bypass', message: 'In a table.', ofProof: true }
    const text = write('text', { findings: [finding, bypass], holds: false })
    expect(text).toContain('a.yml:3:5: error: no-token\n  The gate gets no token.\n  What to do: Add one.')
    expect(text).not.toContain('In a table.')
    expect(text).toContain('the gate does not hold; 2 errors, 0 warnings.')
    expect(write('text', { findings: [{ ...finding, level: 'warning' }], holds: null })).toContain(
      'it is not proven that the gate holds; 0 errors, 1 warning.',
    )
  })

  test('a result that only --strict rejects says so, as annotations do', () => {
    for (const format of ['text', 'github'] as const)
      expect(write(format, { holds: null, rejected: true }).replaceAll('\n  ', ' ')).toContain(
        'it is not proven that the gate holds, which --strict rejects; 0 errors, 0 warnings.',
      )
  })

  test('no line has more than 80 columns unless a single word is longer', () => {
    const message = 'word '.repeat(100)
    const text = write('text', {
      findings: [{ ...finding, message, remedy: message }],
      unread: [{ file: 'a.yml', line: 1, column: 1, message }],
      checked: [{ where: message, seen: [message], unseen: [message] }],
    })
    expect(text.split('\n').filter(line => line.length > 80)).toEqual([])
  })
})

const hostile = {
  workflows: [
    {
      ...verdict,
      file: HOSTILE,
      holds: false,
      required: [HOSTILE],
      counterexample: {
        who: 'own' as const,
        token: 'valid' as const,
        nolapse: 'failed' as const,
        jobs: { [HOSTILE]: 'success' as const, [TOKEN]: 'success' as const },
        assumes: [HOSTILE, TOKEN],
      },
    },
  ],
  findings: [{ ...finding, file: HOSTILE, message: HOSTILE + TOKEN, remedy: HOSTILE + TOKEN }],
  unread: [{ file: HOSTILE, line: 1, column: 1, message: HOSTILE }],
  checked: [{ where: HOSTILE, seen: [HOSTILE], unseen: [HOSTILE] }],
  complaints: [HOSTILE],
  holds: false,
}

describe('In every format', () => {
  test.each(FORMATS)('%s shows no command, no control character and no token of a hostile file', format => {
    const document = write(format, hostile)
    expect(document).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
    expect(document).not.toContain('0123456789')
    const ours = /^::(error|warning|notice) (file=[^:]*)?::[^\n]*$|^::notice::[^\n]*$/
    for (const line of document.split('\n')) {
      if (format === 'github' && ours.test(line)) {
        expect(line.split('::')).toHaveLength(3)
        continue
      }
      expect(line).not.toMatch(/::|##\[/)
    }
  })
})

test('json has exactly the documented fields', () => {
  const counterexample = {
    who: 'own' as const,
    token: 'valid' as const,
    nolapse: 'failed' as const,
    jobs: { a: 'success' as const },
    assumes: [],
  }
  const parsed = JSON.parse(
    write('json', {
      workflows: [{ ...verdict, holds: false, counterexample }],
      findings: [finding],
      holds: false,
    }),
  )
  const { timedOut: _, platform: __, ...shown } = verdict
  expect(parsed).toEqual({
    holds: false,
    files: ['a.yml'],
    workflows: [{ ...shown, holds: false, counterexample }],
    findings: [finding],
  })
})

test('annotations name file, line and column, and escape their content', () => {
  const file = 'a,b:c%.yml'
  expect(
    write('github', {
      findings: [{ ...finding, file }],
      checked: [{ where: 'x', seen: [], unseen: ['Not seen.'] }],
      holds: true,
    }).split('\n'),
  ).toEqual([
    '::error file=a%2Cb%3Ac%25.yml,line=3,col=5,title=nolapse lint%3A no-token::The gate gets no token.%0AWhat to do: Add one.',
    '::notice::Not seen.',
    'nolapse lint: the gate holds; 1 error, 0 warnings.',
  ])
})

describe('SARIF', () => {
  const log: Log = JSON.parse(
    write('sarif', {
      findings: [
        finding,
        { ...finding, rule: 'unproven', level: 'warning', file: 'with blank/ä.yml', line: 9 },
      ],
      unread: [{ file: 'a.yml', line: 1, column: 1, message: 'Not read.' }],
      complaints: ['wrong'],
    }),
  )
  const [run] = log.runs

  test('is version 2.1.0 of one tool, with every rule once', () => {
    expect(log).toMatchObject({ version: '2.1.0', $schema: expect.stringContaining('sarif-2.1.0') })
    expect(log.runs).toHaveLength(1)
    expect(run?.tool.driver).toMatchObject({ name: 'nolapse-token lint', semanticVersion: '1.2.3' })
    const ids = run?.tool.driver.rules?.map(({ id }) => id) ?? []
    expect(new Set(ids).size).toBe(ids.length)
    for (const rule of run?.tool.driver.rules ?? [])
      expect(rule.shortDescription?.text).toMatch(/^[A-ZIn].*\.$/)
  })

  test('has everything that code scanning requires for each result', () => {
    for (const result of run?.results ?? []) {
      expect(run?.tool.driver.rules?.[result.ruleIndex as number]?.id).toBe(result.ruleId)
      expect(['error', 'warning', 'note', 'none']).toContain(result.level)
      expect(result.message.text?.length).toBeGreaterThan(0)
      const [location] = result.locations ?? []
      expect(location?.physicalLocation?.artifactLocation?.uri).toMatch(/^[\w%./-]+$/)
      expect(location?.physicalLocation?.region?.startLine).toBeGreaterThan(0)
      expect(location?.physicalLocation?.region?.startColumn).toBeGreaterThan(0)
      expect(Object.values(result.partialFingerprints ?? {})).toEqual([
        expect.stringMatching(/^[0-9a-f]{32}$/),
      ])
    }
    expect(run?.results?.map(({ level }) => level)).toEqual(['error', 'warning'])
  })

  test('is a file that code scanning accepts, no matter what is in it', () => {
    const documents = [
      write('sarif', {}),
      write('sarif', { workflows: [], holds: null }),
      write('sarif', hostile),
      write('sarif', { findings: [{ ...finding, file: 'C:\\a\\b.yml' }] }),
      write('sarif', { findings: RULES.map(rule => ({ ...finding, rule, level: LEVELS[rule] })) }),
      write('sarif', { version: '1.2.3-rc.1', findings: [{ ...finding, message: '', remedy: '' }] }),
      write('sarif', { findings: [{ ...finding, file: '/home/ä/a.yml' }] }),
      JSON.stringify(log),
    ]
    expect(documents.map(sarifProblems)).toEqual(documents.map(() => []))
  })

  test('names a file outside the folder with its absolute address', () => {
    expect(write('sarif', { findings: [{ ...finding, file: '/a b/c.yml' }] })).toContain(
      '"file:///a%20b/c.yml"',
    )
  })

  test('has no part that is missing, unknown or of another form', () => {
    const problems = (change: (run: Run) => void) => {
      const changed = structuredClone(log)
      change(changed.runs[0] as Run)
      return sarifProblems(JSON.stringify(changed))
    }
    expect(problems(() => undefined)).toEqual([])
    const [result] = run?.results ?? []
    expect(
      [
        { tool: {} },
        { extra: 1 },
        { columnKind: 'bytes' },
        { results: {} },
        { results: [1] },
        { results: [{ ...result, level: 'fatal' }] },
        { results: [{ ...result, message: { text: ' ' } }] },
        { results: [{ ...result, locations: [] }] },
        { results: [{ ...result, partialFingerprints: [] }] },
        { results: [{ ...result, ruleIndex: -1 }] },
        { results: [{ ...result, ruleIndex: 0 }] },
        ...['/etc/a.yml', '../a.yml', 'https://a/b.yml', 'with blank.yml', ''].map(uri => ({
          results: [
            { ...result, locations: [{ physicalLocation: { artifactLocation: { uri }, region: REGION } }] },
          ],
        })),
      ].map(change => problems(one => Object.assign(one, change)).length > 0),
    ).not.toContain(false)
    expect(problems(({ tool: { driver } }) => driver.rules?.push(...driver.rules.slice(0, 1)))).toEqual([
      'two rules: bypass',
    ])
  })

  test('says what could not be read and that the run was incomplete', () => {
    expect(run?.invocations).toMatchObject([
      {
        executionSuccessful: false,
        toolExecutionNotifications: [
          { level: 'note', message: { text: 'Not read.' } },
          { level: 'error', message: { text: 'wrong' } },
        ],
      },
    ])
  })
})
