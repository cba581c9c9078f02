import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, jest, test } from '@jest/globals'
import { Command } from 'commander'
import { registerLint } from '../../../src/cli/commands/lint.ts'
import { findCommand } from '../../../src/cli/issuing/command.ts'
import { loadLint } from '../../../src/cli/load-lint.ts'
import * as lint from '../../../src/lint/lint.ts'
import { invoke as invokeProgram } from '../../support/in-process.ts'
import { type Files, inFolder, WORKFLOW, workflow } from '../../support/linted.ts'
import { sarifProblems } from '../../support/sarif.ts'

async function invoke(args: string[], load: () => typeof lint | undefined = () => lint) {
  let code = -1
  const printed = { stdout: '', stderr: '' }
  const spies = (['stdout', 'stderr'] as const).map(name =>
    jest.spyOn(process[name], 'write').mockImplementation(text => {
      printed[name] += text
      return true
    }),
  )
  try {
    const program = new Command().exitOverride()
    registerLint(
      program,
      ended => {
        code = ended
      },
      new Map(),
      load,
    )
    await program.parseAsync(['lint', ...args], { from: 'user' })
    return { code, ...printed }
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
}

const linted = (files: Files, ...args: string[]) => inFolder(files, folder => invoke([folder, ...args]))

const SUMMED = `
on: pull_request
jobs:
  gate:
    runs-on: ubuntu-latest
    outputs: {valid: "\${{ steps.gate.outputs.valid }}"}
    steps: [{id: gate, uses: nolapse/token-action@v1, with: {token: "\${{ secrets.NOLAPSE_TOKEN }}"}}]
  coverage:
    needs: gate
    runs-on: ubuntu-latest
    steps: [{run: nolapse run}]
  verdict:
    needs: [gate, coverage]
    if: always()
    runs-on: ubuntu-latest
    steps: [{run: make check, env: {NEEDS: "\${{ toJSON(needs) }}"}}]
`

describe('Exit codes', () => {
  test('0 if the gate holds', async () => {
    expect(await linted({ [WORKFLOW]: workflow() }, '--strict')).toMatchObject({ code: 0, stderr: '' })
  })

  test('0 for a warning', async () => {
    const exposed = workflow({ env: 'env: {NOLAPSE_TOKEN: "${{ secrets.NOLAPSE_TOKEN }}"}' })
    expect(await linted({ [WORKFLOW]: exposed }, '--strict')).toMatchObject({ code: 0 })
  })

  test('0 for what is not proven, and 5 with --strict', async () => {
    const run = await linted({ [WORKFLOW]: SUMMED }, '--required-check', 'verdict')
    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(run.stdout).toContain('not proven')
    expect(await linted({ [WORKFLOW]: SUMMED }, '--required-check', 'verdict', '--strict')).toMatchObject({
      code: 5,
    })
  })

  test('5 for a finding of level error', async () => {
    const run = await linted({ [WORKFLOW]: workflow({ run: 'nolapse run || true' }) })
    expect(run).toMatchObject({ code: 5, stderr: '' })
    expect(run.stdout).toContain('hidden-failure')
  })

  test('2 for a file that is not a workflow; the others are still read, and 2 takes precedence', async () => {
    const run = await linted({
      [WORKFLOW]: workflow({ run: 'nolapse run || true' }),
      '.github/workflows/broken.yml': 'on: push\njobs: {a: {steps: []}}\n',
    })
    expect(run.code).toBe(2)
    expect(run.stderr).toMatch(/broken\.yml:2:\d+: .*\nWhat to do: /)
    expect(run.stdout).toContain('hidden-failure')
  })

  test('2 for a path that does not exist', async () => {
    const run = await invoke(['/no/such\u001b/folder'])
    expect(run.code).toBe(2)
    expect(run.stderr).toContain('No file or folder has this name.')
    expect(run.stderr).not.toContain('\u001b[31m/')
  })

  test('2 for a check that no job reports, with the closest names', async () => {
    const run = await linted({ [WORKFLOW]: SUMMED }, '--required-check', 'verdikt')
    expect(run.code).toBe(2)
    expect(run.stderr).toContain('no job of these files reports a check named `verdikt`')
    expect(run.stderr).toContain('The closest are `verdict`')
  })

  test('2 if no workflow runs nolapse or the gate', async () => {
    const run = await linted({ [WORKFLOW]: 'on: push\njobs: {a: {runs-on: x, steps: [{run: make}]}}\n' })
    expect(run.code).toBe(2)
    expect(run.stderr).toContain('Nothing here runs nolapse or its gate.')
  })

  test('2 for a check if there is no job at all', async () => {
    const run = await linted({ '.gitlab-ci.yml': 'a: {script: [nolapse run]}' }, '--required-check', 'x')
    expect(run.stderr).toContain('Name the check as the pull request shows it.')
  })
})

test('--output writes the report to a file, and nothing to standard output', () =>
  inFolder({ [WORKFLOW]: workflow() }, async folder => {
    const file = join(folder, 'out.json')
    writeFileSync(file, 'old')
    expect(await invoke([folder, '--format', 'json', '--output', file])).toMatchObject({
      code: 0,
      stdout: '',
    })
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ holds: true })
  }))

test('a SARIF file has the form that code scanning accepts, also if something could not be read', () =>
  inFolder(
    {
      [WORKFLOW]: workflow({ run: 'nolapse run || true' }),
      '.github/workflows/broken.yml': 'on: push\njobs: {a: {steps: []}}\n',
      '.gitlab-ci.yml':
        'include: [{remote: "https://ci.example/a.yml"}]\na: {script: [nolapse run || true]}\n',
    },
    async folder => {
      const { stdout } = await invoke([folder, '--format', 'sarif'])
      expect(sarifProblems(stdout)).toEqual([])
      expect(JSON.parse(stdout).runs[0].results.length).toBeGreaterThan(1)
    },
  ))

test('a file that cannot be written is wrong usage', async () => {
  const run = await linted({ [WORKFLOW]: workflow() }, '--output', '/dev/null/none')
  expect(run).toMatchObject({ code: 2, stdout: '' })
  expect(run.stderr).toContain('cannot be written')
})

test('the findings of several files are in the order of the files', async () => {
  const hidden = workflow({ run: 'nolapse run || true' })
  const workflows = { '.github/workflows/b.yml': hidden, '.github/workflows/a.yml': hidden }
  const run = await linted(workflows, '--format', 'json')
  const files = JSON.parse(run.stdout).findings.map(({ file }: { file: string }) => file)
  expect(files).toEqual([...files].sort())
  expect(new Set(files).size).toBe(2)
})

test.each([
  ['a pipeline of GitLab', { '.gitlab-ci.yml': 'a: {script: [nolapse run]}' }, 0, ''],
  ['a workflow elsewhere', { 'w.yml': workflow() }, 3, 'is not on the PATH'],
])('--github for %s', async (_, files, code, said) => {
  const { PATH } = process.env
  process.env.PATH = '/none'
  try {
    const args = Object.keys(files).map(name => name)
    const run = await inFolder(files as Files, folder =>
      invoke(['--github', 'acme/api', ...args.map(name => join(folder, name))]),
    )
    expect(run).toMatchObject({ code, stderr: expect.stringContaining(said) })
  } finally {
    process.env.PATH = PATH as string
  }
})

test('as part of the program, it looks for lint.js next to the started file', async () => {
  expect(loadLint()).toBeUndefined()
  expect(loadLint('-')).toBeUndefined()
  expect((await invokeProgram(['lint'])).stderr).toContain(
    'needs the file lint.js in the folder of this program',
  )
})

test('without lint.js next to it, the command says so', async () => {
  const run = await invoke([], () => undefined)
  expect(run).toMatchObject({ code: 2, stdout: '' })
  expect(run.stderr).toContain('needs the file lint.js in the folder of this program')
})

test('a defect in lint itself is not reported as a finding', () =>
  expect(
    invoke([], () => {
      throw new RangeError('defect')
    }),
  ).rejects.toThrow('defect'))

describe('--github', () => {
  const asked = async (...args: string[]) => {
    const requests: lint.Request[] = []
    const load = () => ({
      ...lint,
      lint: async (request: lint.Request) => {
        requests.push(request)
        return {
          exit: 3 as const,
          document: 'the report',
          complaints: [],
          blind: ['Why.\nWhat to do: This.'],
        }
      },
    })
    const run = await invoke(args, load)
    return { ...run, github: requests[0]?.github }
  }

  test('is used only if the option is given', async () => {
    expect((await asked()).github).toBeUndefined()
  })

  test.each([
    [['--github'], undefined],
    [['--github', 'acme/api'], 'acme/api'],
    [['--github', '--strict'], undefined],
    [['--github='], ''],
  ])('passes on the word after it, and where gh and git are: %j', async (args, word) => {
    expect((await asked(...args)).github).toEqual({
      word,
      gh: findCommand(['gh'])?.path,
      git: findCommand(['git'])?.path,
      environment: process.env,
    })
  })

  test('says on standard error why nothing could be seen, and still prints the report', async () => {
    expect(await asked('--github')).toMatchObject({
      code: 3,
      stdout: 'the report\n',
      stderr: expect.stringMatching(/nothing could be read from GitHub\n+Why\.\nWhat to do: This\./),
    })
  })
})

test('with --strict, a gate that nothing is proven about is not enough', async () => {
  const files = {
    '.github/workflows/gate.yml':
      'on: schedule\njobs:\n  gate:\n    runs-on: ubuntu-latest\n    steps:\n' +
      '      - uses: nolapse/token-action@v1\n        with: {token: "${{ secrets.NOLAPSE_TOKEN }}"}\n',
    '.github/workflows/pull.yml':
      'on: pull_request\njobs:\n  coverage:\n    uses: acme/x/.github/workflows/coverage.yml@v1\n',
  }
  const lenient = await linted(files)
  expect(lenient.code).toBe(0)
  expect(lenient.stdout).not.toContain('--strict')
  const strict = await linted(files, '--strict')
  expect(strict.code).toBe(5)
  expect(strict.stdout.replace(/\s+/g, ' ')).toContain('on a pull request, which --strict rejects;')
})
