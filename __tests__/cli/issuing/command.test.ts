import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { environmentWithout, findCommand } from '../../../src/cli/issuing/command.ts'

const folder = mkdtempSync(join(tmpdir(), 'nolapse-command-'))
const first = join(folder, 'first')
const second = join(folder, 'second')
for (const path of [first, second, join(first, 'folder')]) mkdirSync(path)
for (const [path, mode] of [
  [join(first, 'text'), 0o644],
  [join(second, 'store'), 0o755],
  [join(second, 'tool.exe'), 0o755],
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
  })
})

test('one that names a folder is not looked for on the PATH', () => {
  expect(findCommand([join(second, 'store')], {})?.path).toBe(join(second, 'store'))
  expect(findCommand(['./store'], { PATH })).toBeUndefined()
})

test.each(['nothing', 'text', 'folder', ''])('%j is no command', name => {
  expect(findCommand([name], { PATH })).toBeUndefined()
})

test('without a PATH there is none', () => {
  expect(findCommand(['nothing'], {})).toBeUndefined()
})

test("on Windows a program's extension may be left out", () => {
  expect(findCommand(['tool'], { Path: PATH }, true)?.path).toBe(join(second, 'tool.exe'))
  expect(findCommand(['tool.exe'], { Path: PATH }, true)?.path).toBe(join(second, 'tool.exe'))
})

test('the environment for a command has neither the tokens nor the session, under whatever name', () => {
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
