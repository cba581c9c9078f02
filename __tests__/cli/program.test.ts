import { describe, expect, test } from '@jest/globals'
import { TOKEN } from '../../harness/runner.ts'
import { EXIT, exitCodeOf } from '../../src/cli/exit-codes.ts'
import { REASONS } from '../../src/gate/reasons.ts'
import { VERSION } from '../../src/process/version.ts'
import { invoke } from '../support/in-process.ts'

describe('Wrong usage ends with 2, and says what to do', () => {
  test('a mistyped command', async () => {
    const run = await invoke(['chekc'])
    expect(run).toMatchObject({ code: 2, stdout: '' })
    expect(run.stderr).toContain('(Did you mean check?)')
  })

  test('a mistyped option', async () => {
    const run = await invoke(['check', '--api-ulr', 'https://nolapse.example.com'])
    expect(run).toMatchObject({ code: 2, stdout: '' })
    expect(run.stderr).toContain('(Did you mean --api-url?)')
  })

  test.each([[['check', '--api-url']], [['check', 'more']], [['check', '--format', 'xml']], [[]]])(
    '%j',
    async args => {
      const run = await invoke(args)
      expect(run).toMatchObject({ code: 2, stdout: '' })
      expect(run.stderr).toMatch(/--help|^Usage:/)
    },
  )
})

describe('A token among the arguments is refused without an echo', () => {
  test.each([
    ['as it is', ['check', TOKEN]],
    ['for an unknown command', [TOKEN]],
    ['as an option of any name', ['check', `--token=${TOKEN}`]],
    ["as an option's value", ['check', '--api-url', `https://${TOKEN}.example.com`]],
    ['as an assignment', ['check', `NOLAPSE_TOKEN=${TOKEN}`]],
    ['for a command after --', ['check', '--', 'store', TOKEN]],
    ['in upper case', ['check', TOKEN.toUpperCase()]],
    ['cut off', ['check', TOKEN.slice(0, 14)]],
    ['of the form before v0.2.0', ['check', `nlp_${'Xy'.repeat(20)}`]],
  ])('%s', async (_, args) => {
    const run = await invoke(args)
    expect(run).toMatchObject({ code: 2, stdout: '' })
    expect(run.stderr).toContain('Process lists, shell histories and job logs show arguments')
    expect(run.stderr.toLowerCase()).not.toContain('nlp_')
  })

  test('and so is a secret of another kind, where the parser would quote it', async () => {
    for (const args of [
      ['ghp_0000000000'],
      ['check', '--ghp_0000000000=1'],
      ['check', '--format', 'ghp_0000000000'],
    ]) {
      const run = await invoke(args)
      expect(run.code).toBe(2)
      expect(run.stderr).not.toContain('ghp_')
    }
  })

  test('but not a name that merely begins like one', async () => {
    expect((await invoke(['check', 'nlp_production'])).stderr).not.toContain('Process lists')
  })
})

describe('Help', () => {
  test('tells of every command, and of exit codes and secrets', async () => {
    const run = await invoke(['--help'])
    expect(run).toMatchObject({ code: 0, stderr: '' })
    for (const word of ['check', 'NOLAPSE_TOKEN', 'NOLAPSE_SESSION_TOKEN', 'NOLAPSE_API_URL', '128 + n'])
      expect(run.stdout).toContain(word)
  })

  test('of check says that a job can pass without a valid token, and names every reason', async () => {
    const { stdout, code } = await invoke(['check', '--help'])
    expect(code).toBe(0)
    expect(stdout.replace(/\s+/g, ' ')).toContain('NOLAPSE_TOKEN_VALID is false')
    for (const reason of REASONS) expect(stdout).toContain(reason)
    expect(await invoke(['help', 'check'])).toMatchObject({ code: 0, stdout })
  })

  test('is a success although the process counts as failed until it has ended well', async () => {
    const outer = process.exitCode
    process.exitCode = 1
    try {
      for (const args of [['help'], ['help', 'check'], ['--help'], ['--version']])
        expect(await invoke(args)).toMatchObject({ code: 0, stderr: '' })
      expect(await invoke(['help', 'chekc'])).toMatchObject({ code: 2, stdout: '' })
    } finally {
      process.exitCode = outer
    }
  })

  test('is no place for the bare command, which npx would fetch from whoever owns that name', async () => {
    expect((await invoke(['check', '--help'])).stdout).not.toMatch(/npx (--yes )?nolapse-token/)
  })

  test('has the version beside it', async () => {
    expect(await invoke(['--version'])).toEqual({ code: 0, stdout: `${VERSION}\n`, stderr: '' })
  })
})

test('every reason has an exit code, only ok has 0, and none has 1', () => {
  expect(REASONS.filter(reason => exitCodeOf(reason) === EXIT.done)).toEqual(['ok'])
  expect(Object.values(EXIT)).not.toContain(1)
})

test('a defect that no command knows how to report is reported as such, without the text of the error', async () => {
  const run = await invoke(['check', '--output', '/dev/null/none'], {}, Promise.reject(new RangeError(TOKEN)))
  expect(run.code).toBe(3)
  expect(run.stderr).toContain('internal-error')
  expect(run.stderr).not.toContain(TOKEN)
})
