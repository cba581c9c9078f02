/** Lists, pipelines and compound commands. */
import { describe, expect, test } from '@jest/globals'
import { type Known, outcomesOf, runsOf } from '../../support/script-world.ts'

const yes = ['success']
const no = ['failure']
const both = ['failure', 'success']
const outcomes = (script: string, known: Known = {}) => outcomesOf(script, 'default', known).toSorted()

describe('A loop', () => {
  test.each([
    ['for i in a; do test "$i" = a; done', yes],
    ['for i in a b; do :; done\ntest "$i" = b', yes],
    ['for i in a b; do [ "$i" = a ] && continue; exit 3; done', no],
    ['for i in a b; do [ "$i" = b ] && exit 3; break; done', yes],
    ['for i in a; do break; done\nexit 3', no],
    ['for i in a; do continue; done\nexit 3', no],
    ['for i in a; do :; done\nbreak\nexit 3', no],
    ['for i in a; do break; done\nbreak\nexit 3', no],
    ['for i in a b; do ( break ); [ "$i" = a ] || exit 3; done', no],
    ['for i in a; do for j in b; do break; done; exit 3; done', no],
    // Without a word, its status is 0.
    ['set +e\nfalse\nfor i in; do :; done', yes],
    ['set +e\nfalse\nfor i in a; do exit; done', no],
    ['f() { for i in a; do return 1; done; return 0; }\nf', no],
    ['f() { for i in a b; do return 0; done; exit 3; }\nf', yes],
    // What is not followed may have changed everything after it.
    ['while make; do :; done\ntest a = b', both],
    ['((x = 1))\ntest a = b', no],
    ['((x /= 1))\ntest a = b', both],
  ])('%j', (script, expected) => expect(outcomes(script)).toEqual(expected))
})

describe('A loop that may start nolapse is followed turn by turn', () => {
  const failed = (script: string) => outcomes(script, { nolapse: false })
  const passed = (script: string) => outcomes(script, { nolapse: true })
  test.each([
    ['until nolapse run; do echo failed; exit 1; done', no],
    ['until nolapse run; do break; done', yes],
    ['until nolapse run; do break; done\nexit 3', no],
    ['while ! nolapse run; do exit 1; done', no],
    ['while nolapse run; do exit 3; done', yes],
    ['while true; do nolapse run && break; exit 1; done', no],
    ['while true; do nolapse run; done', no],
    ['n=0\nuntil nolapse run; do n=$((n + 1)); [ $n -lt 3 ] || exit 1; done', no],
    ['n=0\nuntil nolapse run; do ((n++ < 3)) || exit 1; done', no],
    [
      'retry() { local n=0; until "$@"; do n=$((n + 1)); [ $n -ge 3 ] && return 1; done; }\nretry nolapse run',
      no,
    ],
    ['for ((i = 1; i <= 3; i++)); do nolapse run && exit 0; sleep $((i * 2)) || true; done\nexit 1', no],
    ['f() { until nolapse run; do return 1; done; }\nf', no],
    ['n=0\nwhile [ $n -lt 3 ]; do n=$((n + 1)); nolapse run && exit 0; done\nexit 1', no],
    ['set +e\nn=0\nwhile [ $n -lt 3 ]; do n=$((n + 1)); nolapse run; done', no],
    ['n=0\nwhile [ $n -lt 3 ]; do n=$((n + 1)); nolapse run && break; true; done', yes],
    ['n=0\nwhile [ $n -lt 3 ] || break; do n=$((n + 1)); nolapse run || continue; exit 3; done', yes],
    ['n=0\nwhile n=$((n + 1)); [ $n -ge 3 ] || continue; nolapse run; do :; done\nexit 3', no],
    ['set +e\nfalse\nwhile false; do nolapse run; done', yes],
    ['for ((i = 0; i < 3; i++)); do nolapse run && exit 0; done\nexit 1', no],
    ['for ((i = 0; i < 3; i++)); do nolapse run || continue; exit 3; done', yes],
    ['for ((i = 0; i < 3; i++)); do nolapse run || break; done', yes],
    ['for ((;;)); do nolapse run || exit 1; done', no],
    // It may never end, or something in it is not known.
    ['until nolapse run; do true; done', both],
    ['for ((;;)); do nolapse run || true; done', both],
    ['for ((i = 1 / 1; i < 3; i++)); do nolapse run && exit 0; done\nexit 1', both],
    ['for ((i = 0; i / 2 < 3; i++)); do nolapse run && exit 0; done\nexit 1', both],
    ['for ((i = 0; i < 3; i /= 2)); do nolapse run && exit 0; done\nexit 1', both],
  ])('and fails with it: %j: %j', (script, expected) => expect(failed(script)).toEqual(expected))

  test.each([
    ['until nolapse run; do exit 1; done', yes],
    ['until nolapse run; do exit 1; done\nexit 3', no],
    ['while nolapse run; do exit 3; done', no],
    ['while true; do nolapse run && break; exit 1; done', yes],
    ['for ((i = 0; i < 3; i++)); do nolapse run && exit 0; done\nexit 1', yes],
  ])('and passes with it: %j: %j', (script, expected) => expect(passed(script)).toEqual(expected))

  test('but not by dash, which has no ((', () => {
    const script = 'for ((i = 0; i < 3; i++)); do nolapse run && exit 0; done\nexit 1'
    expect(outcomesOf(script, 'sh', { nolapse: true }).toSorted()).toEqual(both)
  })
})

describe('A function', () => {
  test.each([
    ['f() { return 1; }\nf\ntrue', no],
    ['f() { return 0; }\nf\nexit 3', no],
    ['f() { exit 3; }\nf || true', no],
    ['f() { break; }\nfor i in a b; do f; [ "$i" = b ] && exit 3; done', yes],
    ['f() { continue; }\nfor i in a b; do f; exit 3; done', yes],
    // These names are none of the shell's.
    ['xsource() { true; }\nxsource', yes],
    ['sources() { true; }\nsources', yes],
    ['my-nolapse() { true; }\nmy-nolapse', yes],
  ])('%j', (script, expected) => expect(outcomes(script)).toEqual(expected))
})

describe('A function gets arguments', () => {
  test.each([
    ['f() { test "$1" = a; }\nf a', yes],
    ['f() { test "$1" = a; }\nf b', no],
    ['f() { test "$1$2" = ab; }\nf "a" b', yes],
    ['f() { test "$2" = ""; }\nf a', yes],
    ['f() { test "${2:-x}" = x; }\nf a', yes],
    ['f() { test "${2:?}" = x; }\nf a || true', no],
    ['f() { test $# = 2; }\nX="a b"\nf $X', yes],
    ['f() { test $# = 0; }\nf', yes],
    ['f() { test $# = 1; }\nf *', both],
    ['f() { test "$1" = a; }\nf a *', yes],
    ['f() { test "$2" = a; }\nf a *', both],
    ['f() { test "$1" = "$(true)"; }\nf "$(true)"', both],
    ['f() { g b; test "$1" = a; }\ng() { test "$1" = b; }\nf a', yes],
    ['f() { shift; test "$1" = a; }\nf a', no],
    ['f() { shift; test "$1$#" = b1; }\nf a b', yes],
    ['f() { shift 2; test "$1" = c; }\nf a b c', yes],
    ['f() { shift 0; test "$1" = a; }\nf a', yes],
    ['f() { shift 2 || test "$1" = a; }\nf a', yes],
    ['f() { shift 2; true; }\nf a', no],
    ['f() { shift "$(true)"; test "$1" = a; }\nf a', both],
    ['f() { shift; test "$1" = b; }\nf a b *', yes],
    ['f() { shift; test "$2" = b; }\nf a b *', both],
    ['f() { shift; test "$1" = b; }\nf *', both],
    ['f() { shift *; test "$1" = a; }\nf a', both],
    ['f() { shift 0 1; test "$1" = a; }\nf a', both],
    ['shift\ntest "$1" = a', both],
    ['f() { set -- b; test "$1" = a; }\nf a', both],
    ['f() { . x; test "$1" = a; }\nf a', both],
    ['f() { while make; do shift; done; test "$1" = a; }\nf a', both],
    [`f() { bash -c '[ "$1" = a ]'; }\nf a`, both],
    ['set -u\nf() { test "$1" = ""; }\nf', no],
    ['set -- a\ntest "$1" = a', both],
    // They are expanded before it starts.
    ['f() { :; }\nset -u\nf "$NONE"', no],
  ])('%j: %j', (script, expected) => expect(outcomes(script)).toEqual(expected))
})

describe('A function runs its arguments', () => {
  test.each([
    ['f() { "$@"; }\nf exit 3', no],
    ['f() { "$@"; }\nf exit 0\nexit 3', yes],
    ['f() { $@; }\nX="exit 3"\nf $X', no],
    ['f() { $@; }\nf "exit 3"', both],
    ['f() { "$@"; }\nf "exit 3" || exit 0', yes],
    ['f() { "$@"; }\nf test "$(true)" = a', both],
    ['f() { "$@"; }\nf test "a  b" = "a  b"', yes],
    ['f() { "$@"; }\nf test "" = ""', yes],
    ['f() { $@; }\nf test "" = ""', yes],
    ['f() { $@ true; }\nf ""', yes],
    ['f() { "$@"; }\nf test "it\'s" = it\\\'s', yes],
    ['f() { test "$@"; }\nf a = a', yes],
    ['f() { "${@}"; }\nf exit 3', no],
    ['f() { "${@:2}"; }\nf 5 exit 3', no],
    ['f() { X=a "$@"; }\nf eval \'exit 3\'', no],
    ['f() { "$@"; }\ng() { return 3; }\nf g', no],
    ['f() { g "$@"; }\ng() { test "$#$2" = 2b; }\nf "a a" b', yes],
    ['set +e\nf() { false; "$@"; }\nf', yes],
    ['f() { X=a "$@"; }\nf\ntest "$X" = a', yes],
    ['f() { shift; "$@"; }\nf 3 exit 3', no],
    ['f() { "$@" > log; }\nf exit 3', no],
    // How many there are is not known.
    ['f() { "$@"; }\nf * || true\nexit 3', both],
  ])('%j: %j', (script, expected) => expect(outcomes(script)).toEqual(expected))

  test('with nolapse among them', () => {
    const retry = 'retry() { for i in 1 2; do "$@" && return 0; done; return 1; }\n'
    const failed = (script: string) => outcomes(script, { nolapse: false })
    expect(failed(`${retry}retry nolapse run --repo .`)).toEqual(no)
    expect(failed(`${retry}retry nolapse run --repo "$(pwd)"`)).toEqual(no)
    expect(failed(`${retry}retry nolapse run || true`)).toEqual(yes)
    expect(failed(`${retry}retry bash -c 'nolapse run'`)).toEqual(no)
    expect(failed(`${retry}retry exec nolapse run || true`)).toEqual(no)
    expect(failed('retry() { "$@"; }\nF=--help\nretry nolapse run "$F"')).toEqual(both)
    expect(failed('retry() { "$@" || true; }\nretry nolapse run')).toEqual(yes)
    expect(runsOf(`${retry}retry nolapse run`, 'default', { nolapse: true })).toEqual([
      { exit: 'success', asked: [] },
    ])
  })

  test('in a loop, where nolapse may be started', () => {
    const loop = 'for i in *; do f nolapse run; done'
    expect(runsOf(`f() { "$@"; }\n${loop}`, 'default')[0]?.asked).toEqual([
      'nolapse is started',
      'nolapse',
      'a loop',
    ])
    expect(runsOf('f() { for i in *; do "$@"; done; }\nf nolapse run', 'default')[0]?.asked).toEqual([
      'nolapse is started',
      'nolapse',
      'a loop',
    ])
  })

  test('in dash, where too large a shift ends the script', () => {
    expect(outcomesOf('f() { shift 2 || true; }\nf a', 'sh').toSorted()).toEqual(both)
  })
})

describe('A pipeline', () => {
  test.each([
    ['time true', yes],
    ['time false\ntrue', no],
    ['time ! true', no],
    ['! time true', no],
    ['! R=1\ntest "$R" = 1', yes],
    ['true | true | false', no],
    ['true | false | true', yes],
    ['false | true | true | true', yes],
    // bash does not run the trap here.
    ['if true; then trap "exit 3" EXIT; fi | true\nexit 3', both],
    ['{ trap "exit 3" EXIT; } | true', yes],
    ['true | { trap "exit 3" EXIT; }', no],
    ['true | ( trap "exit 3" EXIT )', no],
    ['true | trap "exit 3" EXIT', no],
  ])('%j', (script, expected) => expect(outcomes(script)).toEqual(expected))

  test('fails with pipefail if any of its commands fails', () => {
    for (const script of ['false | true', 'true | false | true', 'true | false'])
      expect(outcomesOf(script, 'bash')).toEqual(no)
  })
})

describe('A script is followed up to a limit', () => {
  test('of nested commands', () => {
    const nested = (depth: number) => `${'{ '.repeat(depth)}false${'; }'.repeat(depth)}`
    expect(outcomes(nested(50))).toEqual(no)
    expect(outcomes(nested(51))).toEqual(both)
    expect(outcomes(`${'true\n'.repeat(100)}false`)).toEqual(no)
  })

  test('of commands', () => {
    const words = (count: number) => 'x '.repeat(count)
    // 1 + 100 · (1 + 99 · 2) = 19,901
    const loops = `for a in ${words(100)}; do for b in ${words(99)}; do true; true; done; done`
    expect(outcomes(`${loops}\n${'true\n'.repeat(98)}false`)).toEqual(no)
    expect(outcomes(`${loops}\n${'true\n'.repeat(99)}false`)).toEqual(both)
  })
})

test('The target of a redirection is expanded before the commands', () => {
  expect(outcomes('(: ; { nolapse run || exit 3; } > "${X:?}") || exit 0', { nolapse: true })).toEqual(yes)
  expect(outcomes('{ nolapse run; } > "${X:?}"', { nolapse: true })).toEqual(no)
  expect(outcomes('R=a\n{ true; } {R}> log\ntest "$R" = a')).toEqual(both)
})

describe('The status of a condition', () => {
  test.each([
    ['if false; then :; else exit $?; fi', no],
    ['if false; then :; elif [ $? = 1 ]; then exit 3; fi', no],
    ['if false; then :; fi\ntest $? = 0', yes],
    ['if nolapse run; then code=0; else code=$?; fi\nexit "$code"', no],
  ])('is seen after it: %j', (script, expected) =>
    expect(outcomes(script, { nolapse: false })).toEqual(expected),
  )
})

describe('The statuses of a pipeline', () => {
  const failed = (script: string) => outcomes(script, { nolapse: false })
  test.each([
    ['nolapse run | true\nexit ${PIPESTATUS[0]}', no],
    ['nolapse run | true\nexit "${PIPESTATUS[1]}"', yes],
    ['nolapse run 2>&1 | true\ncode=${PIPESTATUS[0]}\nexit "$code"', no],
    ['nolapse run | true\ntest ${PIPESTATUS[0]} -eq 0', no],
    ['set -o pipefail\nnolapse run | true || code=${PIPESTATUS[0]}\nexit $code', no],
    ['nolapse run || exit ${PIPESTATUS[0]}', no],
    // Each command replaces them.
    ['nolapse run | true\necho\nexit ${PIPESTATUS[0]}', yes],
    ['nolapse run | true\n[ ${PIPESTATUS[0]} = 0 ] || exit ${PIPESTATUS[0]}', no],
    // Not followed.
    ['nolapse run | true\nexit ${PIPESTATUS[2]}', both],
    ['nolapse run | true\nexit ${PIPESTATUS[-1]}', both],
    ['nolapse run | true\n[ "${PIPESTATUS[*]}" = "0 0" ]', both],
    ['nolapse run | true\n[ "${#PIPESTATUS[0]}" = 0 ]', both],
    ['nolapse run | true\n[ "${PIPESTATUS[0]:-0}" = 0 ]', both],
    ['nolapse run | true\nif true; then true; fi\nexit ${PIPESTATUS[0]}', both],
    ['exit ${PIPESTATUS[0]}\nnolapse run', both],
  ])('are seen by the next command: %j', (script, expected) => expect(failed(script)).toEqual(expected))

  test('are unknown to dash, and so is ((', () => {
    expect(outcomesOf('((1))', 'sh').toSorted()).toEqual(both)
    expect(outcomesOf('false | true\nexit ${PIPESTATUS[0]}', 'sh').toSorted()).toEqual(both)
  })

  test('can be an argument of nolapse', () => {
    expect(failed('true | true\nnolapse run --verbose "${PIPESTATUS[0]}"')).toEqual(no)
  })
})

test('[[ is unknown to dash', () => {
  expect(runsOf('[[ a = a ]]', 'sh')).toEqual([
    { exit: 'success', asked: ['sh is bash'] },
    { exit: 'failure', asked: ['sh is bash'] },
  ])
})
