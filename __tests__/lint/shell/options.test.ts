/** Which options a shell starts with, seen by what its scripts then do. */
import { describe, expect, test } from '@jest/globals'
import type { Shell } from '../../../src/lint/script-outcome.ts'
import { outcomesOf } from '../../support/script-world.ts'

const both = ['failure', 'success']
const outcomes = (script: string, shell: Shell) => outcomesOf(script, shell).toSorted()

/** One script for each option. It fails if the option is on. */
const FAILS_WITH = {
  e: 'false; true',
  u: ': "$NONE"',
  pipefail: 'false | true',
}
const on = (shell: Shell) =>
  Object.entries(FAILS_WITH).flatMap(([name, script]) =>
    outcomes(script, shell).includes('failure') ? [name] : [],
  )

describe('The options of a shell', () => {
  test.each([
    ['default', ['e']],
    ['bash', ['e', 'pipefail']],
    ['sh', ['e']],
    [{ command: 'bash {0}' }, []],
    [{ command: 'bash -u {0}' }, ['u']],
    [{ command: '  bash   -e  -u {0} ' }, ['e', 'u']],
    [{ command: 'env bash -e {0}' }, ['e']],
    [{ command: '/usr/bin/env bash -e {0}' }, ['e']],
    [{ command: '/opt/env/bash -e {0}' }, ['e']],
    [{ command: '/opt/environment/bin/sh -u {0}' }, ['u']],
    [{ command: 'bash --norc --noprofile --login -eo pipefail {0}' }, ['e', 'pipefail']],
    [{ command: 'bash -e +e -u +u {0}' }, []],
    [{ command: 'bash -e' }, ['e']],
    [{ command: 'bash {0} -e' }, []],
  ] as [Shell, string[]][])('%j: %j', (shell, expected) => expect(on(shell)).toEqual(expected))

  test.each([
    ['default', ['success']],
    ['bash', ['success']],
    ['sh', both],
    [{ command: 'bash {0}' }, ['success']],
    [{ command: '/bin/bash {0}' }, ['success']],
    [{ command: 'sh {0}' }, both],
    [{ command: 'dash {0}' }, both],
  ] as [Shell, string[]][])('[[ … ]] exists in %j: %j', (shell, expected) =>
    expect(outcomes('[[ a = a ]]', shell)).toEqual(expected),
  )
})

test.each([
  'bashful {0}',
  'mybash {0}',
  'zsh {0}',
  'envy bash {0}',
  '/opt/env',
  'bash --login-shell {0}',
  'bash --norc=1 {0}',
  'bash x--login {0}',
  'bash x {0}',
  'bash -e1 {0}',
  'bash -o {0}',
  'bash -o posix {0}',
])('a script of %j is not followed', command => expect(outcomes('exit 1', { command })).toEqual(both))
