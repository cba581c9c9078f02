import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join, relative } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { canBeStarted, environmentWithout, findCommand, spawnable } from '../../../src/cli/issuing/command.ts'

const folder = mkdtempSync(join(tmpdir(), 'nolapse-command-'))
const first = join(folder, 'first')
const second = join(folder, 'second')
for (const path of [first, second, join(first, 'folder')]) mkdirSync(path)
for (const [path, mode] of [
  [join(first, 'text'), 0o644],
  [join(second, 'store'), 0o755],
  [join(second, 'tool.exe'), 0o755],
  [join(second, 'az'), 0o755],
  [join(second, 'az.cmd'), 0o755],
] as const) {
  writeFileSync(path, '')
  chmodSync(path, mode)
}
afterAll(() => rmSync(folder, { recursive: true }))

const PATH = [first, second].join(delimiter)

test('a command is found on the PATH, with its arguments', () => {
  expect(findCommand(['store', '--now'], { PATH })).toEqual({
    path: join(second, 'store'),
    name: 'store',
    args: ['--now'],
    batch: false,
  })
})

test('a command with a folder in its name is not searched on the PATH', () => {
  expect(findCommand([join(second, 'store')], {})?.path).toBe(join(second, 'store'))
  expect(findCommand(['./store'], { PATH })).toBeUndefined()
})

test.each(['nothing', 'text', 'folder', ''])('%j is not a command', name => {
  expect(findCommand([name], { PATH })).toBeUndefined()
})

test.each([
  ['is not set', {}],
  ['is empty', { PATH: '' }],
  ['begins with an empty part', { PATH: `${delimiter}${first}` }],
  ['ends with an empty part', { PATH: `${first}${delimiter}` }],
  ['has an empty part in the middle', { PATH: `${first}${delimiter}${delimiter}${first}` }],
  ['has a dot', { PATH: `.${delimiter}${first}` }],
  ['has a relative part', { PATH: relative(process.cwd(), second) }],
])('a command in the current folder is never found: PATH %s', (_, environment) => {
  const before = process.cwd()
  process.chdir(second)
  try {
    expect(findCommand(['store'], environment)).toBeUndefined()
  } finally {
    process.chdir(before)
  }
})

test("on Windows a program's extension can be left out", () => {
  expect(findCommand(['tool'], { Path: PATH }, true)?.path).toBe(join(second, 'tool.exe'))
  expect(findCommand(['tool.exe'], { Path: PATH }, true)?.path).toBe(join(second, 'tool.exe'))
})

test('on Windows a batch file is started by cmd.exe with every word in quotes', () => {
  const command = findCommand(['az', 'keyvault', 'secret & set'], { Path: PATH }, true)
  expect(command).toMatchObject({ path: join(second, 'az.cmd'), batch: true })
  expect(findCommand(['az.cmd'], { Path: PATH }, true)?.batch).toBe(true)
  expect(findCommand(['az'], { PATH }, false)).toMatchObject({ path: join(second, 'az'), batch: false })

  const start = { path: 'C:\\az.cmd', name: 'az', args: ['keyvault', 'a b'], batch: true }
  expect(spawnable(start, { SystemRoot: 'D:\\Windows' })).toEqual({
    file: 'D:\\Windows\\System32\\cmd.exe',
    args: ['/d', '/s', '/c', '""C:\\az.cmd" "keyvault" "a b""'],
    options: { windowsVerbatimArguments: true },
  })
  expect(spawnable(start, {}).file).toBe('C:\\Windows\\System32\\cmd.exe')
})

test.each(['"', '%', '!', '^', '&', '|', '<', '>', '\n', '\r'])(
  'a program accepts an argument with %j, a batch file does not',
  character => {
    const args = ['set', `a${character}b`]
    expect(canBeStarted({ path: 'C:\\az.cmd', name: 'az', args, batch: true })).toBe(false)
    expect(canBeStarted({ path: 'C:\\az.exe', name: 'az', args, batch: false })).toBe(true)
    expect(canBeStarted({ path: 'C:\\az.cmd', name: 'az', args: ['set', 'a b'], batch: true })).toBe(true)
  },
)

test('the environment for a command has neither the token nor the session, under any name', () => {
  const session = 'sess_Not-A-Real-One'
  expect(
    environmentWithout(session, {
      HOME: '/home/octocat',
      NOLAPSE_API_URL: 'https://nolapse.example.com',
      NOLAPSE_TOKEN: 'a',
      NOLAPSE_SESSION_TOKEN: session,
      HEADER: `Authorization: Bearer ${session}`,
    }),
  ).toEqual({ HOME: '/home/octocat', NOLAPSE_API_URL: 'https://nolapse.example.com' })
})

test('a short session is kept out as well', () => {
  expect(environmentWithout('12345678', { COPY: '12345678', HOME: '/home/octocat' })).toEqual({
    HOME: '/home/octocat',
  })
})

test('every other variable is passed on, even if it shares a part with the session', () => {
  const jwt = 'eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJub2xhcHNlIn0.abc'
  const environment = {
    ACTIONS_ID_TOKEN: 'eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJvdGhlciJ9.def',
    PATH: '/opt/svc-acme-tools/bin',
    nolapse_token: 'of another name',
  }
  expect(environmentWithout(jwt, environment)).toEqual(environment)
  expect(environmentWithout('svc-acme-tools-0001', environment)).toEqual(environment)
  expect(environmentWithout(jwt, environment, true)).not.toHaveProperty('nolapse_token')
})
