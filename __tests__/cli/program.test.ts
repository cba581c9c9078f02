import { describe, expect, test } from '@jest/globals'
import { OTHER_TOKEN, partsIn, TOKEN } from '../../harness/runner.ts'
import { idOf } from '../../platform/token.ts'
import { EXIT, exitCodeOf } from '../../src/cli/exit-codes.ts'
import { REASONS } from '../../src/gate/reasons.ts'
import { VERSION } from '../../src/process/version.ts'
import { invoke } from '../support/in-process.ts'

describe('Wrong usage exits with 2 and says what to do', () => {
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

describe('A secret among the arguments is wrong usage, and is not repeated', () => {
  test.each([
    ['whole', ['check', TOKEN]],
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

  test('a secret of another kind is not repeated by the parser', async () => {
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

  const SESSION = "svc-acme-'quoted'"
  const env = { NOLAPSE_SESSION_TOKEN: SESSION, NOLAPSE_TOKEN: TOKEN }

  test.each([
    ['the session as TOKEN', ['show', SESSION]],
    ['the session as --name', ['create', '--name', SESSION]],
    ['the session as --scope', ['create', '--name', 'ci', '--scope', SESSION]],
    ['the session inside COMMAND', ['create', '--name', 'ci', '--', 'sh', '-c', `echo ${SESSION}`]],
    ['the session in a value that is quoted', ['check', '--format', `x'${SESSION}`]],
    ['the session in another case', ['show', SESSION.toUpperCase()]],
    ["the token's body inside COMMAND", ['create', '--name', 'ci', '--', 'store', TOKEN.slice(4)]],
    ['40 hex characters as --scope', ['create', '--name', 'ci', '--scope', OTHER_TOKEN.slice(4)]],
    ['40 hex characters as an assigned value', ['create', `--name=${OTHER_TOKEN.slice(4)}`]],
    ['40 hex characters as TOKEN', ['revoke', OTHER_TOKEN.slice(4), '--yes']],
  ])('%s', async (_, args) => {
    const run = await invoke(args, env)
    expect(run).toMatchObject({ code: 2, stdout: '' })
    expect(run.stderr).toContain('Process lists, shell histories and job logs show arguments')
    expect(run.stderr.toLowerCase()).not.toContain('svc-acme')
    expect(partsIn(run.stderr, TOKEN, OTHER_TOKEN)).toEqual([])
  })

  test('the ID of the token in the environment is no secret, nor is the hash of a commit for COMMAND', async () => {
    const id = String(idOf(TOKEN))
    const args = ['rotate', id, '--timeout-seconds', '0', '--', 'store', OTHER_TOKEN.slice(4)]
    expect((await invoke(args, env)).stderr).not.toContain('Process lists')
  })

  test('the name of a variable that the CI did not expand is no secret', async () => {
    const unexpanded = { NOLAPSE_TOKEN: '$NOLAPSE_TOKEN' }
    expect((await invoke(['check', '$NOLAPSE_TOKEN'], unexpanded)).stderr).not.toContain('Process lists')
  })

  test('a value with a quote in it is not repeated by the parser', async () => {
    const run = await invoke(['check', '--format', "x'hunter2 and more"])
    expect(run.code).toBe(2)
    expect(run.stderr).not.toContain('hunter2')
    expect(run.stderr).toContain('one of them holds a single quote')
  })

  test('a name that merely begins like a token is no secret', async () => {
    expect((await invoke(['check', 'nlp_production'])).stderr).not.toContain('Process lists')
  })
})

describe('Help', () => {
  test('names every command, the exit codes and the secrets', async () => {
    const run = await invoke(['--help'])
    expect(run).toMatchObject({ code: 0, stderr: '' })
    for (const word of ['check', 'NOLAPSE_TOKEN', 'NOLAPSE_SESSION_TOKEN', 'NOLAPSE_API_URL', '128 + n'])
      expect(run.stdout).toContain(word)
  })

  test('for check says that a job can pass without a valid token, and names every reason', async () => {
    const { stdout, code } = await invoke(['check', '--help'])
    expect(code).toBe(0)
    expect(stdout.replace(/\s+/g, ' ')).toContain('NOLAPSE_TOKEN_VALID is false')
    for (const reason of REASONS) expect(stdout).toContain(reason)
    expect(await invoke(['help', 'check'])).toMatchObject({ code: 0, stdout })
  })

  test('exits with 0, although the process counts as failed until it ends normally', async () => {
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

  test('for create names each default once', async () => {
    const { stdout } = await invoke(['create', '--help'])
    expect(stdout.match(/\(default: [^)]*\)/g)).toEqual([...new Set(stdout.match(/\(default: [^)]*\)/g))])
    expect(stdout).not.toContain('default: []')
  })

  test('for lint names no default that says nothing', async () => {
    expect((await invoke(['lint', '--help'])).stdout).not.toMatch(/default: (\[\]|false)/)
  })

  test.each(['create', 'rotate', 'list', 'show', 'revoke'])(
    'for %s says where the session comes from',
    async name => {
      expect((await invoke([name, '--help'])).stdout).toContain('NOLAPSE_SESSION_TOKEN')
    },
  )

  test('never shows the bare command, which npx would fetch from the owner of that name', async () => {
    expect((await invoke(['check', '--help'])).stdout).not.toMatch(/npx (--yes )?nolapse-token/)
  })

  test('has the version next to it', async () => {
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
