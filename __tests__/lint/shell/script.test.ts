import { describe, expect, test } from '@jest/globals'
import type { Shell, Text } from '../../../src/lint/script-outcome.ts'
import { hiddenCall } from '../../../src/lint/shell/hidden.ts'
import { readShell, runShell } from '../../../src/lint/shell/script.ts'
import { type Known, outcomesOf, runsOf } from '../../support/script-world.ts'

const both = ['failure', 'success']
const outcomes = (script: string, known: Known = {}, shell: Shell = 'default') =>
  outcomesOf(script, shell, known).toSorted()
const X = { variables: { X: { what: 'vars.X', harmless: false } } }

describe('Values that cannot be known are tried', () => {
  test.each([
    ['test "$X" = a', both],
    ['test "$X" = "$X"', ['success']],
    ['test "$X" != "$X"', ['failure']],
    // The same question has the same answer.
    ['if test "$X" = a; then test "$X" = a; else test "$X" != a; fi', ['success']],
    ['test "$X" = a\ntest "$X" = b', ['failure']],
    ['case "$X" in a) exit 1 ;; *) test "$X" != a ;; esac', both],
    // Part of a text.
    ['test "pre-$X" = pre-a && test "$X" != a && exit 0\nexit 1', ['failure']],
    ['test "pre-$X" = other', ['failure']],
    ['test "$X$X" = aa', both],
    ['test a = "${X}"', both],
    ['> log', ['success']],
    ['test "${UNSET}" = ""', ['success']],
    ['bash -o pipefail -c "false | true"', ['failure']],
    ['bash -euo pipefail -c "false | true; true"', ['failure']],
    ['bash --login -c true', ['success']],
    ['test "${*}" = a', both],
    ['test "${!X}" = a', both],
    ['x=$()\ntest "$x" = a', both],
    ['test "$X" = "b$X"', both],
    ['[[ $X == *a* ]]', both],
    ['[[ $X == * ]]', ['success']],
    ['[[ pre$X == other* ]]', both],
    ['[[ abab == *a*b ]]', ['success']],
    ['[[ abab == *a*c ]]', ['failure']],
    ['[[ $X == [a-z] ]]', both],
    ['[[ $X =~ a ]]', both],
    ['[[ $X -eq 1 ]]', both],
    ['[[ 2 -gt 1 ]]', ['success']],
    ['[[ a*b == "a*b" ]]', both],
    ['[ -n "$X" ]', both],
    ['[ -n "a$X" ]', ['success']],
    ['[ -z "$X" ]', both],
    ['[ $X = a ]', both],
    ['[ "$X" ]', both],
    ['[ -f file ]', both],
    ['[ a -nt b ]', both],
    ['[ a = a -a b = b ]', both],
    ['test "$X" -eq 1', both],
    ['[ -o ]', ['success']],
    ['exit "$X"', both],
    ['exit $X', both],
    ['test "$UNSET" = ""', ['success']],
    ['test "${X:-a}" = a', both],
    ['test "${X-a}" = b', both],
    ['test "${X:+a}" = a', both],
    ['test "${X+a}" = a', ['success']],
    ['test "${UNSET+a}" = ""', ['success']],
    ['test "${UNSET:=a}" = a', both],
    ['test "${X#a}" = a', both],
    ['test "${#X}" = 1', both],
    ['test "${X[0]}" = 1', both],
    ['test "$((1 + 1))" = 2', ['success']],
    ['test "$((X + 1))" = 2', both],
    ['test "$@" = a', both],
    ['test "${@}" = a', both],
    ['test "${X:-a}" = "${X:-a}"', both],
    ['test "$1" = a', both],
    ['test ~ = a', both],
    ['test {a,b} = a', both],
    ['test ~/x = a', both],
    ['test "a"~ = "a~"', both],
    ["test $'a' = a", ['success']],
    ['test $"a" = a', ['success']],
    ['test \\a = a', ['success']],
    ['case $X in ~) exit 1 ;; esac', both],
    ['case ~ in a) exit 1 ;; esac', both],
    ['case ~ in *) exit 1 ;; esac', ['failure']],
    ['case a in a) ;& b) exit 1 ;; esac', both],
    ['case a in a) ;& esac', ['success']],
    ['case a in a) true ;;& *) false ;; esac', both],
    ['test "${NONE-}" = ""', ['success']],
    ['test "${X:-$1}" = a', both],
    ['test "${NONE:-~}" = a', both],
    ['[[ $X$X == *a ]]', both],
    ['[[ $X == $X* ]]', both],
    ['[ ! "$X" ]', both],
    ['case a in $P) exit 1 ;; esac', ['success']],
  ])('%j', (script, expected) => expect(outcomes(script, X)).toEqual(expected))

  test.each([
    ['[ $W = b ]', both],
    ['[ $W ]', ['failure']],
    ['[ x$W ]', both],
    ['[ x$A = xa ]', ['success']],
    ['test "${A:-b}" = a', ['success']],
    ['test "${A:+b}" = b', ['success']],
    ['test "${E:-b}" = b', ['success']],
    ['[[ ( $A = a ) && ! $A = b || $A = c ]]', ['success']],
    ['[[ ! ! -z $A ]]', ['failure']],
    ['[[ $A -eq 1 ]]', both],
    ['[[ $N -eq 1 && $N -ge 1 ]]', ['success']],
    ['[[ -f $A ]]', both],
    ['[[ ~ = a ]]', both],
    ['[[ -n ~ ]]', both],
    ['[[ 1 -eq ~ ]]', both],
  ])('%j, with known values', (script, expected) =>
    expect(outcomes(script, { variables: { W: ' a  b', A: 'a', E: '', N: '1' } })).toEqual(expected),
  )

  test('a pattern in a variable is not followed', () => {
    expect(outcomes('case ab in $P) ;; *) exit 1 ;; esac', { variables: { P: 'a*' } })).toEqual(both)
    expect(outcomes('[ $P ]', { variables: { P: 'a*' } })).toEqual(both)
  })
})

describe('Commands that are not followed may succeed or fail', () => {
  test.each([
    ['make', both],
    // What fails before them ends the script.
    ['test a = b\nmake', ['failure']],
    ['make\ntest a = b', both],
    ['make\n[[ a = b ]]', both],
    ['make\ncase a in a) exit 1 ;; esac', both],
    ['make || exit 1', both],
    ['make\nexit 1', ['failure']],
    ['make || true', ['success']],
    ['echo done', ['success']],
    ['while make; do echo; done', both],
    ['while make; do exit 1; done', both],
    ['until make; do x=1; done\ntest "$x" = 1', both],
    ['for f in *; do echo "$f"; done', both],
    ['for f; do echo "$f"; done', both],
    ['select f in a b; do echo; done', both],
    ['(( 1 + 1 ))', ['success']],
    ['(( 1 / 1 ))', both],
    ['coproc make', both],
    ['for ((;;)); do break; done', both],
    ['"$CMD" x', both],
    ['eval "$X"', both],
    ['eval "test a = a"', ['success']],
    ['eval "("', both],
    ['exec make', both],
    ['exec > log', ['success']],
    ['trap "exit 0" EXIT\nfalse', ['success']],
    ['trap "rm -f x" EXIT\nfalse', ['failure']],
    ['trap "exit 1" INT', ['success']],
    ['trap cleanup EXIT', both],
    ['trap "$X" EXIT', both],
    ['trap', ['success']],
    ['set -n', both],
    ['set -o unknown', both],
    ['set -o', both],
    ['set -- a b', ['success']],
    ['set x', both],
    ['set +x -o xtrace', ['success']],
    ['test() { false; }\ntest', both],
    ['nolapse_run() { true; }', both],
    ['exit 1 2', both],
    ['exit ""', ['failure']],
    ['exit a', ['failure']],
    ['exit 256', ['success']],
    ['return 1', both],
    ['f() { return 1; }\nf', ['failure']],
    ['f() { return; }\nf', ['success']],
    ['f() ( exit 1 )\nf', ['failure']],
    ['f() { f; }\nf', both],
    ['break 2', both],
    ['for i in a b; do break; false; done', ['success']],
    ['for i in a; do ( break; false ); done', ['success']],
    ['for i in a; do ! break; done', both],
    ['break', ['success']],
    ['for i in a b; do continue; false; done', ['success']],
    ['f() { for i in a; do return 1; done; }\nf', ['failure']],
    ['for i in; do false; done', ['success']],
    ['a[0]=1\nb+=1\nc=(1 2)\ntest "$a$b$c" = 1', both],
    ['readonly a=1 b\ntest "$a" = 1', ['success']],
    ['unset X\ntest "$X" = ""', ['success']],
    ['x=$(make)', both],
    ['x=$(false)', ['failure']],
    ['test "$(make)" = a', both],
    ['x=~', ['success']],
    ['cat > "$(false)"', both],
    ['make <<EOF\nx\nEOF', both],
    ['{ true; } > log', ['success']],
    ['bash -euc "false; true"', ['failure']],
    ['bash -x -c "true"', ['success']],
    ['bash -c "("', both],
    ['false &', ['success']],
    ['! true', ['failure']],
    ['! ! true', ['success']],
    ['[ a', ['failure']],
    ['[', ['failure']],
    ['[ ]', ['failure']],
    ['test ! a', ['failure']],
    ['test ! a = a', ['failure']],
    ['test -x a b', both],
    ['test a b', ['failure']],
    ['test a -eq 1', ['failure']],
    ['test 1 -eq ""', both],
    ['test 1 -lt 2 && test 2 -ge 2 && test 1 -le 1 && test 3 -gt 2 && test 1 -ne 2', ['success']],
  ])('%j', (script, expected) => expect(outcomes(script, X)).toEqual(expected))
})

describe('The status of nolapse decides', () => {
  const failed = (script: string, shell: Shell = 'default') =>
    outcomes(script, { nolapse: false, succeeds: { make: true } }, shell)
  test.each([
    ['nolapse run', 'default', ['failure']],
    ['make\nnolapse run\nmake', 'default', ['failure']],
    ['nolapse run | tee log', 'default', both],
    ['nolapse run | tee log', 'bash', ['failure']],
    ['set -o pipefail\nnolapse run | tee log', 'default', ['failure']],
    ['code=0\nnolapse run || code=$?\nexit "$code"', 'default', ['failure']],
    ['set +e\nnolapse run\ncode=$?\necho\n[ "$code" -eq 0 ]', 'default', ['failure']],
    ['set +e\nnolapse run\ncode=$?\n[ "$code" -ne 0 ] && exit 1\ntrue', 'default', ['failure']],
    ['set +e\nnolapse run\n[ $? -gt 0 ] && exit 1\ntrue', 'default', ['failure']],
    ['set +e\nnolapse run\n[ $? = 0 ]', 'default', ['failure']],
    ['set +e\nnolapse run\n[ $? != 1 ] || exit 1', 'default', both],
    ['set +e\nnolapse run\n[ $? -eq 1 ] && exit 1\ntrue', 'default', both],
    ['set +e\nnolapse run\ncode=$?\n[ "$code" = "$code" ]', 'default', both],
    ['exec nolapse run', 'default', ['failure']],
    ['nolapse run\ntrue', { command: 'bash {0}' }, ['success']],
    ['nolapse run\ntrue', { command: '/usr/bin/env bash --noprofile -eu {0}' }, ['failure']],
    ['nolapse run | true', { command: 'bash -o pipefail {0}' }, ['failure']],
    // Whether these run their file at all is not known.
    ['nolapse run', { command: 'bash --rcfile x {0}' }, both],
    ['nolapse run', { command: 'cat {0}' }, both],
    ['nolapse run', { command: 'bash -n {0}' }, both],
    ['nolapse run', { command: undefined }, both],
    ['nolapse run', { command: 'pwsh' }, ['failure']],
    ['make\nnolapse run', { command: 'pwsh' }, ['failure']],
    ['nolapse run\nmake', { command: 'pwsh' }, both],
    ['while true; do nolapse run; done', 'default', ['failure']],
    ['if nolapse run; then exit 0; fi\nexit 1', 'default', ['failure']],
  ] as [string, Shell, string[]][])('%j in %j', (script, shell, expected) =>
    expect(failed(script, shell)).toEqual(expected),
  )

  test('conditions after an unknown command are followed if nolapse depends on them', () => {
    const script = 'make\nif [ "$VALID" = true ]; then nolapse run; else echo skipped; fi'
    const asked = (VALID: string) =>
      runsOf(script, 'default', { variables: { VALID } }).some(run => run.asked.includes('nolapse'))
    expect([asked('true'), asked('false')]).toEqual([true, false])
  })

  test('each start asks again', () => {
    expect(
      runsOf('nolapse run --repo a\nnolapse run --repo b', 'default').map(({ asked }) => asked),
    ).toContainEqual(['nolapse', 'nolapse'])
  })
})

describe('Inline expressions', () => {
  const inline = (before: string, value: Text[], after = '', known: Known = {}) =>
    outcomesOf([before, { inline: 0 }, after], 'default', { ...known, inline: value }).toSorted()

  test('are replaced by their values, in any quotes and without quotes', () => {
    for (const quote of ['"', "'", ''])
      expect(inline(`test ${quote}`, ['success'], `${quote} = success`)).toEqual(['success'])
    expect(inline('test ', [''], ' = success')).toEqual(['failure'])
    expect(inline('test x', ['a'], 'y = xay')).toEqual(['success'])
  })

  test('that mean something to the shell are read by it', () => {
    expect(inline('test ', ['a = a && false'], '')).toEqual(['failure'])
    expect(inline('echo "', ['{"a": "b"}'], '"')).toEqual(['success'])
    expect(inline('make\necho "', ['"; exit 1; "'], '"', { succeeds: { make: true } })).toEqual(['failure'])
    expect(inline('echo "', ['"'], '"')).toEqual(['failure'])
    expect(inline('nolapse run || true\necho "', ['$HOME'], '"', { nolapse: false })).toEqual(['success'])
  })

  test('with an unknown value are unknown if they are harmless, and anything if they are not', () => {
    const unknown = (harmless: boolean) => [{ what: 'github.head_ref', harmless }]
    expect(inline('test "', unknown(true), '" = a')).toEqual(both)
    expect(inline('echo "', unknown(true), '"')).toEqual(['success'])
    expect(inline('echo "', unknown(false), '"')).toEqual(both)
    expect(inline('false\necho "', unknown(false), '"')).toEqual(['failure'])
    expect(inline('echo "', unknown(false), '"\nnolapse run')).toEqual(both)
  })

  test('in a place that is not followed are unknown', () => {
    expect(inline('test "${X:-', ['a'], '}" = a')).toEqual(both)
    expect(inline("test $'", ['a'], "' = a")).toEqual(both)
    expect(inline('make ', [{ what: 'x', harmless: true }])).toEqual(both)
  })

  test('are read by the shell even if another is unknown', () => {
    const parts = ['make "', { inline: 0 }, '"\ntest "', { inline: 1 }, '" = a || exit 0\nexit 1']
    const inline = ['"quoted"', { what: 'github.sha', harmless: true }]
    const known = { inline, succeeds: { 'make ""quoted""': true } }
    expect(outcomesOf(parts, 'default', known).toSorted()).toEqual(both)
  })

  test('are left out for a shell that is not followed', () => {
    expect(runsOf(['Run ', { inline: 0 }], { command: 'pwsh' }, { inline: ['x'] })[0]?.asked).toEqual(['Run'])
  })

  test('are evaluated only when they are needed', () => {
    const runs = (script: string) => {
      const asked: number[] = []
      outcomesOf([script, { inline: 0 }], 'default', {
        inline: new Proxy([], { get: (_, key) => asked.push(Number(key)) && 'x' }) as never,
      })
      return asked
    }
    expect(runs('false\ntest a = ')).toEqual([])
    expect(runs('test a = ')).not.toEqual([])
  })
})

describe('sh may be dash', () => {
  test.each([
    ['[ a == a ]', both],
    ['[ a == b ]', ['failure']],
    ['[[ a = a ]]', both],
    ['[[ a = b ]] || exit 1', ['failure']],
    ['set -o pipefail', both],
    ['[ a = a ]', ['success']],
    ['x=$(false; true)', ['failure']],
  ])('%j', (script, expected) => expect(outcomes(script, {}, 'sh')).toEqual(expected))

  test('as the shell of a command line, too', () => {
    expect(outcomes('[ a == a ]', {}, { command: 'dash -e {0}' })).toEqual(both)
  })
})

test('-u makes a variable that is not set an error', () => {
  expect(outcomes('set -u\ntest "$NONE" = ""')).toEqual(['failure'])
  expect(outcomes('set -u\ntest "${NONE:-}" = ""')).toEqual(['success'])
  expect(outcomes('set -u\ntest "$X" = ""', { variables: { X: '' } })).toEqual(['success'])
})

test('a script with too many commands is not followed', () => {
  const nested = (depth: number): string =>
    depth === 0 ? 'true' : `for i in 1 2 3 4 5 6 7 8; do ${nested(depth - 1)}; done`
  expect(outcomes(nested(5))).toEqual(both)
  expect(outcomes(`${'{ '.repeat(60)}false${'; }'.repeat(60)}`)).toEqual(both)
})

test('many scripts are read, and each gives the same result again', () => {
  for (let number = 0; number < 1_200; number++) outcomes(`test ${number} = 0`)
  expect(outcomes('test 0 = 0')).toEqual(['success'])
})

describe('A script is opaque', () => {
  const opaque = (script: string, shell: Shell = 'default') => readShell([script], shell).opaque
  test.each(['make', 'x=1\nmake', 'make\nnpm test', 'make | tee log', '"$CMD"', 'echo start\nmake'])(
    '%j',
    script => expect(opaque(script)).toBe(true),
  )
  test.each([
    '! make',
    'set -x\nfor tool in cmake make; do if command -v "$tool"; then exit 1; fi; done',
    'test -z "$(git status --porcelain)"',
    'files=$(git diff)\nif [ -n "$files" ]; then echo "$files"; exit 1; fi',
    'make "$(test a)"',
    'make "$([[ a ]])"',
    'case "$(uname)" in Linux) make ;; *) exit 1 ;; esac',
    '[[ $(make) = ok ]]',
    'touch log\nif [ "$A" = b ]; then make | tee log; fi\nmake again',
    'touch log\na=$A\nfor x in $A; do make; done\n[ -n "$a" ] && echo "$a" >> log\nmake again',
  ])('if it ends either way by its own commands: %j', script => expect(opaque(script)).toBe(true))
  test.each([
    'nolapse run',
    'echo',
    'make || true',
    'make\nexit 1',
    'make &',
    'if make; then true; fi',
    'test "$A" = b\nmake',
    '[[ a ]]',
    'if [ "$A" = b ]; then make; else exit 1; fi',
    'a=$A\nif [ "$a" = b ]; then make; else exit 1; fi',
    'for result in $RESULTS; do if [ "$result" != success ]; then exit 1; fi; make || exit 0; done',
    'case "$A" in b) make ;; *) exit 1 ;; esac',
    'case "$(make)" in "$A") exit 0 ;; *) exit 1 ;; esac',
    '[[ $A = b ]] && make',
    'make || exit "$A"',
    'bash -c "exit 1"\n[[ $A = b ]]\nmake',
    '"$MAKE"\nif [ "$A" = b ]; then make; else exit 1; fi',
    'false && make',
  ])('but not %j', script => expect(opaque(script)).toBe(false))
  test('but not if an inline expression decides', () => {
    expect(readShell(['if [ ', { inline: 0 }, ' = b ]; then make; else exit 1; fi'], 'default').opaque).toBe(
      false,
    )
  })
  test('but not if only some shells let it pass', () => {
    expect(opaque('set -o pipefail\nmake || false', 'sh')).toBe(false)
  })
  test('but not if it has too many ways to end', () => {
    expect(opaque(`${'if make; then echo; fi\n'.repeat(8)}exit 0`)).toBe(false)
  })
  test('also if its shell or its text is not followed', () => {
    expect(opaque('exit 1', { command: 'python' })).toBe(true)
    expect(opaque('if (')).toBe(true)
    expect(opaque('make\ntrue', { command: 'bash {0}' })).toBe(false)
    expect(outcomes('exit 1', {}, { command: 'python' })).toEqual(both)
    expect(outcomes('', {}, { command: 'python' })).toEqual(both)
  })
})

describe('A script of a Windows shell that only prints and exits is followed', () => {
  test.each([
    ['exit 1', 'pwsh', ['failure']],
    ['exit 0', 'pwsh', ['success']],
    ['  exit 255  \n\n', 'powershell', ['failure']],
    ['exit 1', 'cmd', ['failure']],
    ['exit /b 1', 'cmd', ['failure']],
    ['exit /B 0', 'cmd.exe', ['success']],
    ['exit 1', 'msys2 {0}', ['failure']],
    ['echo "a: it is b."\r\nexit 1\r\n', 'pwsh', ['failure']],
    [`Write-Host 'a, b' c\nwrite-output ::error::d\nexit 1`, 'pwsh', ['failure']],
    ['exit /b 1', 'pwsh', both],
    ['exit 256', 'pwsh', both],
    ['exit', 'pwsh', both],
    ['exit 1 0', 'pwsh', both],
    ['exit -1', 'pwsh', both],
    ['exit 1; exit 0', 'pwsh', both],
    ['exit 1', 'pwsh -File {0}', both],
    ['exit 1', 'python', both],
    ['make\nexit 1', 'pwsh', both],
    ['exit 1\nexit 0', 'pwsh', both],
    ['echo\nexit 1', 'pwsh', both],
    ['echo a,\nexit 1', 'pwsh', both],
    ['echo -x\nexit 1', 'pwsh', both],
    ['echo "$x"\nexit 1', 'pwsh', both],
    ['echo "a\nexit 1"', 'pwsh', both],
    ["echo 'a & exit 0'\nexit 1", 'cmd', both],
    ['echo a; exit 0\nexit 1', 'pwsh', both],
    ['Write-Error a\nexit 1', 'pwsh', both],
  ])('%j in %j', (script, command, expected) => expect(outcomes(script, {}, { command })).toEqual(expected))

  test('but not with an expression in it', () => {
    expect(
      outcomesOf(['echo "', { inline: 0 }, '"\nexit 1'], { command: 'pwsh' }, { inline: ['a'] }).toSorted(),
    ).toEqual(both)
  })
})

test.each([
  ['set -o errexit', ['failure']],
  ['set -o nounset; : "$NONE"', ['failure']],
  ['set +o errexit', ['success']],
  ['set -ex', ['failure']],
  ['set -eZ', both],
])('%j before a failure', (script, expected) =>
  expect(outcomes(`${script}\nfalse\ntrue`, {}, { command: 'bash {0}' })).toEqual(expected),
)

describe('A failure is hidden', () => {
  const hidden = (script: string, command = 'bash -e {0}') => hiddenCall(readShell([script], { command }))
  test('for one value of a variable', () => {
    expect(hidden('if [ "$X" = a ]; then nolapse run || true; else nolapse run; fi')).toBe('nolapse')
    expect(
      hidden('if [ "$X" = a ]; then [ "$X" = b ] && nolapse run || true; fi\nnolapse run'),
    ).toBeUndefined()
    expect(hidden('case "$X" in a*) nolapse run | tee log ;; esac')).toBe('nolapse')
    expect(hidden('case "$X" in a*) case "$X" in a*) nolapse run ;; esac ;; esac')).toBeUndefined()
  })

  test('of one call, although another one decides', () => {
    expect(hidden('nolapse run --repo a || true\nnolapse run --repo b')).toBe('nolapse')
    expect(hidden('nolapse run --repo=a || true\nnolapse run --repo=b')).toBe('nolapse')
    expect(hidden('nolapse run a || true\nnolapse run b')).toBe('nolapse')
    expect(hidden('nolapse run --repo a || nolapse run --repo b')).toBe('nolapse')
    expect(hidden('nolapse run --repo a\nnolapse run --repo b')).toBeUndefined()
    expect(hidden('nolapse-token check || true\nnolapse-token check')).toBeUndefined()
  })

  test('unless the call is tried again', () => {
    expect(hidden('nolapse run || nolapse run --verbose')).toBeUndefined()
    expect(hidden('nolapse run --repo a || nolapse run --verbose --repo a')).toBeUndefined()
    expect(hidden('for i in 1 2; do nolapse run && exit 0; done\nexit 1')).toBeUndefined()
    expect(hidden('nolapse run || true\nnolapse run')).toBeUndefined()
  })

  test('for an inline expression', () => {
    const script = readShell(['nolapse run || test "', { inline: 0 }, '" = true'], 'default')
    expect(hiddenCall(script)).toBe('nolapse')
  })

  test('in a script of another shell, unless it checks the exit code', () => {
    expect(hidden('nolapse run\nWrite-Host done', 'pwsh')).toBe('nolapse')
    expect(hidden('nolapse run\nexit $LASTEXITCODE', 'pwsh')).toBeUndefined()
    expect(hidden('Write-Host start\nnolapse run', 'pwsh')).toBeUndefined()
  })

  test('is searched for only up to a limit', () => {
    expect(hidden(`${'make || true\n'.repeat(20)}nolapse run`)).toBeUndefined()
  })
})

test('a command is named by its first words', () => {
  const [run] = runsOf(`make ${'target '.repeat(20)}`, 'default')
  expect(run?.asked[0]).toMatch(/^make target .{47}…$/)
})

test('a defect outside the script is not a failure of the script', () => {
  const script = readShell(['test "$X" = a'], 'default')
  const world = {
    variable: () => {
      throw new RangeError('defect')
    },
  }
  expect(() => runShell(script, world as never)).toThrow('defect')
})

test('a command line that names no shell is not followed', () => {
  for (const command of ['', '/usr/bin/env', 'bash -Z {0}', 'node {0}'])
    expect(readShell(['exit 1'], { command }).opaque).toBe(true)
})

describe('What changes a variable, the shell or the call is not overlooked', () => {
  test.each([
    ['printf -v R success\ntest "$R" = success', both],
    ['printf -vR success\ntest "$R" = success', both],
    ['printf -v "$NAME" success\nexit 1', both],
    ['printf -v\nexit 1', both],
    ['declare -l R=SUCCESS\ntest "$R" = success', both],
    ['declare -n Q=R\nQ=success\ntest "$R" = success', both],
    ['declare -x R=success\ntest "$R" = success', ['success']],
    ['[[ $R -eq 0 ]]', both],
    ['[ "$R" -eq 0 ]', ['failure']],
    ['command exit 0\nexit 1', both],
    ['builtin exit 0\nexit 1', both],
    ['shopt -uo errexit\nfalse\ntrue', both],
    ['shopt -s nullglob\nexit 1', ['failure']],
    ['exit -256', ['success']],
    ['exit -1', ['failure']],
  ])('%j', (script, expected) => expect(outcomes(script, { variables: { R: 'skipped' } })).toEqual(expected))

  test.each([
    ['shopt -u -o errexit\nnolapse run\necho', both],
    ['shopt -s expand_aliases\nalias nolapse=true\nnolapse run', both],
  ])('%j, although nolapse fails', (script, expected) =>
    expect(outcomes(script, { nolapse: false })).toEqual(expected),
  )

  test('a known text behind the call of nolapse is read as the shell reads it', () => {
    const outcome = (inline: Text) =>
      outcomesOf(['nolapse run $(pwd) "$A" ', { inline: 0 }], 'default', { inline: [inline], nolapse: false })
    expect(outcome('|| true')).toEqual(['success'])
    expect(outcome('--verbose')).toEqual(['failure'])
    expect(outcome({ what: 'vars.OPTIONS', harmless: false })).toEqual(['failure'])
  })
})
