/** The questions that a script asks: each is shown to the user as the reason for an outcome. */
import { describe, expect, test } from '@jest/globals'
import type { ScriptPart, Shell } from '../../../src/lint/script-outcome.ts'
import { readShell, runShell } from '../../../src/lint/shell/script.ts'
import { type Known, outcomesOf, runsOf } from '../../support/script-world.ts'

const A = { what: 'vars.A', harmless: true }
/** What is asked if each answer is yes. */
const asked = (parts: string | ScriptPart[], known: Known = {}, shell: Shell = 'default') =>
  runsOf(parts, shell, known)[0]?.asked

describe('A script asks', () => {
  test.each([
    ['make', ['make']],
    ['make   "a  b"', ['make "a b"']],
    [`make ${'x'.repeat(55)}`, [`make ${'x'.repeat(55)}`]],
    [`make ${'x'.repeat(56)}`, [`make ${'x'.repeat(54)}…`]],
    // Values.
    ['test "$A" = a', ['vars.A = a']],
    ['test "$A" = a-b', ['vars.A = a-b']],
    ['[[ $A == a* ]]', ['vars.A matches a*']],
    ['x=$(true)\ntest "$x" = a', ['$(true) = a']],
    ['x=$(true)\n[[ $x == a* ]]', ['$(true) matches a*']],
    ['x=1\nx+=2\ntest "$x" = 12', ['$x = 12']],
    ['printf -v RRR a\ntest "$RRR" = a', ['$RRR = a']],
    ['unset "$1"\ntest "$R" = a', ['$R = a']],
    ['read -r R\nif [ "$R" = a ]; then nolapse run; fi', ['read -r R', '$R = a', 'nolapse']],
    // Conditions after a command that is not followed.
    ['make\n[ -n "$A" ]', ['make', '[ -n "$A" ]']],
    ['make\ntest -n "$A"', ['make', 'test -n "$A"']],
    ['make\n[[ a = b ]]', ['make', '[[']],
    ['make\ncase a in a) ;; esac', ['make', 'case a in a)']],
    ['[[ a =~ b ]]', ['[[ a =~ b ]]']],
    ['x=a\n[[ $x =~ b && ! ~ == b && -f $x && -f ~ && $x -nt c ]]', ['[[ a =~ b ]]', '[[ ~ == b ]]']],
    ['[[ -f a && -f ~ && a -nt c ]]', ['[[ -f a ]]', '[[ -f ~ ]]', '[[ a -nt c ]]']],
    ['x=a\ncase $x in [ab]) ;; esac', ['case a in [ab])']],
    ['case ~ in a) ;; esac', ['case ~ in a)']],
    ['test -f a', ['test -f a']],
    ['[ -f a ]', ['test -f a']],
    ['exit "$A"', ['exit "$A"']],
    // Loops.
    ['while make; do echo; done', ['a loop']],
    ['while make; do exit 1; done', ['a loop']],
    ['until make; do echo; done', ['a loop']],
    ['for f in *; do echo; done', ['a loop']],
    ['for f; do echo; done', ['a loop']],
    ['((1 / 1))', ['a calculation']],
    ['until nolapse run; do exit 1; done', ['nolapse']],
    ['for ((;;)); do break; done', ['a calculation']],
    ['for f in *; do nolapse run; done', ['nolapse is started', 'nolapse', 'a loop']],
    [
      'while make; do $1; done',
      ['`a command in a loop` ends the script or changes the rest of it', 'a command in a loop'],
    ],
    // What is not followed to the end.
    ['test() { false; }', ['test() { … }']],
    ['command exit 0', ['command exit 0']],
    ['exit 1 2', ['exit']],
    ['return', ['return']],
    ['set -Z', ['set -Z']],
    ['declare -n R=Q', ['declare']],
    ['printf -v "R[0]" a', ['printf -v']],
    [`${'{ '.repeat(60)}true${'; }'.repeat(60)}`, ['a script with many commands']],
    ['eval "$1"', ['`eval "$1"` ends the script or changes the rest of it', 'eval "$1"']],
    ['trap "$1" EXIT', ['`trap "$1"` ends the script or changes the rest of it', 'trap "$1"']],
    ['trap "make" EXIT', ['make']],
    ['trap "exit 0" USR1', ['trap']],
    [
      "trap '$X' USR1",
      ['`a command in a trap` ends the script or changes the rest of it', 'a command in a trap'],
    ],
    // Whether nolapse is started in the rest.
    ['command exit 0\nnolapse run', ['nolapse is started', 'nolapse', 'command exit 0']],
    ['nolapse run\ncommand exit 0', ['nolapse', 'command exit 0']],
  ])('%j: %j', (script, questions) => expect(asked(script, { variables: { A } })).toEqual(questions))

  test('nothing about nolapse if it is not started', () => {
    expect(runsOf('command exit 0\nnolapse run', 'default').map(one => one.asked)).toContainEqual([
      'nolapse is started',
      'command exit 0',
    ])
  })

  test('what no answer before decides', () => {
    expect(runsOf('eval "$1"\ntest a = b', 'default').map(one => one.asked)).toContainEqual([
      '`eval "$1"` ends the script or changes the rest of it',
      'eval',
      'test a = b',
    ])
    expect(runsOf('trap "$1" EXIT\nfalse', 'default')).toEqual([
      { exit: 'success', asked: ['`trap "$1"` ends the script or changes the rest of it', 'trap "$1"'] },
      { exit: 'failure', asked: ['`trap "$1"` ends the script or changes the rest of it', 'trap "$1"'] },
      { exit: 'failure', asked: ['`trap "$1"` ends the script or changes the rest of it'] },
    ])
  })

  test('each question about its own values once', () => {
    const script = 'x=$(true)\nif test "$x" = a; then test "$x" = a; else test "$x" != a; fi'
    expect(runsOf(script, 'default')).toEqual([
      { exit: 'success', asked: ['$(true) = a'] },
      { exit: 'success', asked: ['$(true) = a'] },
    ])
  })

  test.each([
    // The text is the same, the value is not.
    'x=$(true)\ntest "$x" = a || exit 3\nx=$(true)\ntest "$x" != a',
    'x=$(true)\n[[ $x == a* ]] || exit 3\nx=$(true)\n[[ $x != a* ]]',
    'set +e\nnolapse run\n[ $? = 4 ] || exit 3\nnolapse run\n[ $? != 4 ]',
    'f() { [ "$1" = a ]; }\nf "$(true)" || exit 3\n! f "$(true)"',
    '[[ a =~ a ]] || exit 3\n[[ a =~ b ]] && exit 3\ntrue',
    'for x in a b; do [[ $x =~ a ]] || break; done\n[ "$x" = b ]',
    'for x in a b; do case $x in [a]) ;; *) break ;; esac; done\n[ "$x" = b ]',
    'x=$(true)\ny=$(true)\n[ "$x" = "$y" ]',
    // What is outside the script can change.
    '[ -f a ] && exit 3\nmake\n[ -f a ]',
    '[ -f a ] && exit 3\nnolapse run\n[ -f a ]',
    '[ -f a ] && exit 3\n: > a\n[ -f a ]',
    '[[ -f a ]] && exit 3\nmake\n[[ -f a ]]',
  ])('again if it is another one: %j', script => {
    expect(outcomesOf(script).toSorted()).toEqual(['failure', 'success'])
  })

  test('not again if it is the same one', () => {
    expect(outcomesOf('[ -f a ] && exit 3\n[ -f a ]\nexit 0').toSorted()).toEqual(['failure'])
    expect(outcomesOf('unset "$1"\n[ "$R" = a ] || exit 3\n[ "$R" != a ]')).toEqual(['failure'])
    expect(outcomesOf('x=$(true)\ny=$x\n[ "$x" = "$y" ]')).toEqual(['success'])
    expect(outcomesOf('[ "$1" = a ] || exit 3\n[ "$1" != a ]')).toEqual(['failure'])
  })

  test('about inline expressions', () => {
    const inline = [{ what: 'github.sha', harmless: true }]
    expect(asked(['test "', { inline: 0 }, '" = a'], { inline })).toEqual(['github.sha = a'])
    expect(asked(['make "', { inline: 0 }, '"'], { inline })).toEqual(['make "0"'])
    // A known one that is special to the shell is read with the script.
    const parts = ['echo "', { inline: 0 }, '"\ntest "', { inline: 1 }, '" = a']
    expect(asked(parts, { inline: ['"b"', ...inline] })).toEqual(['github.sha = a'])
  })
})

describe('A script of another shell asks', () => {
  test.each([
    ['', ['']],
    ['\n  make all\nmake test', ['make all']],
    ['x'.repeat(70), ['x'.repeat(60)]],
    ['nolapse run', ['nolapse']],
    ['nolapse run\n  ', ['nolapse']],
    ['make\nnolapse run', ['the commands before nolapse let it start', 'nolapse']],
    ['nolapse run\nmake', ['the commands before nolapse let it start', 'nolapse', 'nolapse run']],
  ])('%j: %j', (script, questions) => expect(asked(script, {}, { command: 'pwsh' })).toEqual(questions))

  test('nothing more if nolapse is not started', () => {
    expect(runsOf('make\nnolapse run', { command: 'pwsh' })).toContainEqual({
      exit: 'failure',
      asked: ['the commands before nolapse let it start'],
    })
  })
})

test.each([
  ['nolapse run', 'default', ['']],
  ['nolapse run --repo a\nnolapse run --repo=b\nnolapse run c', 'default', ['a', 'b', 'c']],
  ['nolapse run --verbose', 'default', ['']],
  ['for f in *; do nolapse run --repo a; done', 'default', ['']],
  ['nolapse run --repo a', { command: 'pwsh' }, ['']],
] as [string, Shell, string[]][])('%j in %j measures %j', (script, shell, expected) => {
  const measured: string[] = []
  runShell(readShell([script], shell), {
    variable: () => undefined,
    inline: () => '',
    authored: () => undefined,
    equals: () => true,
    either: () => true,
    succeeds: () => true,
    nolapse: text => measured.push(text) > 0,
  })
  expect(measured).toEqual(expected)
})

test('a script of bash that cannot be parsed is read like one of another shell', () => {
  expect(outcomesOf('fi\nnolapse run', 'default', { nolapse: false })).toEqual(['failure'])
  expect(outcomesOf('if (').toSorted()).toEqual(['failure', 'success'])
})

test.each([
  ['pwsh', ['failure']],
  [' pwsh ', ['failure']],
  ['powershell.exe', ['failure']],
  ['cmd', ['failure']],
  ['msys2', ['failure']],
  ['msys2   {0}', ['failure']],
  ['my-pwsh', ['failure', 'success']],
  ['pwsh -File {0}', ['failure', 'success']],
])('nolapse fails in a script of %j: %j', (command, expected) =>
  expect(outcomesOf('nolapse run', { command }, { nolapse: false }).toSorted()).toEqual(expected),
)

test('a defect outside the script is not asked about again', () => {
  let times = 0
  const variable = () => {
    if (times++ === 0) throw new RangeError('defect')
    return 'a'
  }
  const script = readShell(['test "$X" = a'], 'default')
  expect(() => runShell(script, { variable } as never)).toThrow('defect')
})
