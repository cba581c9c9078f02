/** `((…))`, `$((…))`, and variables that the shell calculates. */
import { describe, expect, test } from '@jest/globals'
import { outcomesOf } from '../../support/script-world.ts'

const yes = ['success']
const no = ['failure']
const both = ['failure', 'success']
const failed = (script: string) => outcomesOf(script, 'default', { nolapse: false }).toSorted()

describe('A number is calculated', () => {
  test.each([
    ['test $((1 + 2 * 3 - 4)) = 3', yes],
    ['test $(((1 + 2) * 3)) = 9', yes],
    ['test $((1 - 3)) = -2', yes],
    ['test $((-2 + -1)) = -3', yes],
    ['test $((0 - 0)) = 0', yes],
    ['test $((4 | 3)) = 7', yes],
    ['test $((1 < 2)) = 1', yes],
    ['test $((1 > 2)) = 0', yes],
    ['test $((!5)) = 0', yes],
    ['test $((!0)) = 1', yes],
    ['test $((1 && 0)) = 0', yes],
    ['test $((2 && 3)) = 1', yes],
    ['test $((0 || 2)) = 1', yes],
    ['test $((0 || 0)) = 0', yes],
    ['x=2\ntest $((x + $x + ${x})) = 6', yes],
    ['test $((NONE + 1)) = 1', yes],
    ['x=\ntest $((x)) = 0', yes],
    ['f() { test $(($1 + $#)) = 7; }\nf 5 a', yes],
    ['x=1\ntest $((x = 2, $x)) = 1', yes],
    ['x=1\ntest $((x = 2, x)) = 2', yes],
    ['test $((NONE)) = 0', yes],
    ['x=1\ntest "a$((x + 1))b" = a2b', yes],
    ['((1 + 1))', yes],
    ['((!1))', no],
    ['((1 == 1 + 1))', no],
    ['((NONE))', no],
    ['((010 == 8))', both],
    // The rest is not evaluated.
    ['((1 || (x = 1)))\ntest "$x" = ""', yes],
    ['((0 && (x = 1))) || test "$x" = ""', yes],
    // Not followed.
    ['test $((5 / 2)) = 2', both],
    ['test $((1 ? 2 : 3)) = 2', both],
    ['test $((~1)) = -2', both],
    ['test $((08)) = 8', both],
    ['test $((x[0])) = 0', both],
    ['test $((999999999 + 1)) = 1000000000', both],
    ['x=a\ntest $((x)) = 0', both],
    ['x=$(true)\ntest $((x + 1)) = 1', both],
    ['test $(($(true))) = 0', both],
    ['test $(()) = 0', both],
  ])('%j: %j', (script, expected) => expect(failed(script)).toEqual(expected))

  test('and with -u, a variable that is not set ends the shell', () => {
    expect(failed('set -u\n(: $((NONE))) || exit 0\nexit 3')).toEqual(yes)
    expect(failed('set -u\n((NONE)) || exit 0')).toEqual(no)
  })
})

describe('The status of ((…)) tells whether its number is not zero', () => {
  test.each([
    ['((1))', yes],
    ['((0))', no],
    ['x=1\n((x))', yes],
    ['x=0\n(($x == 0))', yes],
    ['x=0\n((${x} != 0))', no],
    ['x=2\n((x > 1))', yes],
    ['x=2\n((x < 1))', no],
    ['x=2\n(((x >= 2)))', yes],
    ['x=2\n((x <= 1))', no],
    ['set +e\nfalse\n(($? == 1))', yes],
    ['code=0\nnolapse run || code=$?\nif ((code != 0)); then exit 1; fi', no],
    ['code=0\nnolapse run || code=$?\n((code == 0)) || exit 1', no],
    ['code=0\nnolapse run || code=$?\nif ((code)); then exit $code; fi', no],
    ['x=a\n((x))', both],
    ['x=010\n((x == 8))', both],
    ['(($(true)))', both],
    ['x=$(true)\n((x == 1))', both],
    ['make || true\n((1))', both],
    ['(())', both],
  ])('%j: %j', (script, expected) => expect(failed(script)).toEqual(expected))
})

describe('A calculation assigns', () => {
  test.each([
    ['((x = 3))\ntest "$x" = 3', yes],
    [': $((x = y = 2))\ntest "$x$y" = 22', yes],
    ['x=1\n: $((x += 2))\ntest "$x" = 3', yes],
    ['x=3\n: $((x -= 2, x *= 5))\ntest "$x" = 5', yes],
    ['x=1\n((x |= 2))\ntest "$x" = 3', yes],
    ['x=1\ntest $((x++))$x = 12', yes],
    ['x=1\ntest $((++x))$x = 22', yes],
    ['x=1\ntest $((x--))$((--x)) = 1-1', yes],
    ['n=0\nn=$((n + 1))\n[ "$n" -ge 1 ]', yes],
    ['n=0\n((n++)) || exit 3', no],
    // What is not calculated can have any value.
    ['x=1\n((x /= 2)) || true\ntest "$x" = 0', both],
    ['x=1\n: $((x <<= 2))\ntest "$x" = 4', both],
    ['x=1\n: $((x[0] = 2))\ntest "$x" = 2', both],
    ['x=1\n: $((y = 1 / x, x = 2))\ntest "$x" = 2', both],
  ])('%j: %j', (script, expected) => expect(failed(script)).toEqual(expected))

  test('but nothing if words are only read', () => {
    expect(failed('x=1\nnolapse run "$((x++))" || test "$x" = 2')).toEqual(yes)
  })
})

describe('The status of nolapse is calculated', () => {
  test.each([
    ['rc=0\nnolapse run || rc=$?\nexit $((rc))', no],
    ['rc=0\nnolapse run || rc=$?\nexit $((rc + 0))', no],
    ['rc=0\nnolapse run || rc=$((rc + $?))\nexit $rc', no],
    ['rc=0\nnolapse run || rc=$((rc | $?))\nexit $rc', no],
    ['rc=0\nnolapse run || ((rc |= $?))\nexit $rc', no],
    ['rc=0\nnolapse run || rc=$((rc || $?))\nexit $rc', no],
    ['rc=0\nnolapse run || rc=$((rc - $?))\nif ((rc)); then exit 3; fi', both],
    ['rc=0\nnolapse run || rc=$?\nexit $((rc != 0))', no],
    ['rc=0\nnolapse run || rc=$?\nexit $((rc == 0 ? 0 : 1))', both],
    // Two statuses can be 256 together, and that is 0.
    ['rc=1\nnolapse run || rc=$((rc + $?))\nexit $rc', both],
    ['rc=0\nnolapse run || rc=$?\nexit $((rc >= 2))', both],
  ])('%j: %j', (script, expected) => expect(failed(script)).toEqual(expected))
})

describe('A variable that the shell calculates', () => {
  test.each([
    ['declare -i rc=0\nnolapse run || rc=$?\nexit $rc', no],
    ['typeset -ri rc=3\ntest "$rc" = 3', yes],
    ['declare -i rc\nrc=4\ntest "$rc" = 4', yes],
    ['f() { local -i rc=0; nolapse run || rc=$?; return $rc; }\nf', no],
    ['declare -i rc=1+1\ntest "$rc" = 2', both],
    ['declare -i rc\nrc=a\ntest "$rc" = a', both],
    ['declare -i rc=1\nrc+=1\ntest "$rc" = 2', both],
    ['declare -i rc\nfor rc in 1+1; do test "$rc" = 2; done', both],
    ['declare -ui rc=1\ntest "$rc" = 1', both],
  ])('%j: %j', (script, expected) => expect(failed(script)).toEqual(expected))

  test('is unknown to dash', () => {
    expect(outcomesOf('f() { local -i rc=1; }\nf', 'sh').toSorted()).toEqual(both)
    expect(outcomesOf('x=1\ntest $((x += 2)) = 3', 'sh')).toEqual(yes)
    for (const text of ['x++', '--x', '1, 2'])
      expect(outcomesOf(`x=1\ntest $((${text})) = 2`, 'sh').toSorted()).toEqual(both)
  })
})

describe('The elements of an array are counted', () => {
  test.each([
    ['errors=()\n[ ${#errors[@]} -eq 0 ]', yes],
    ['errors=()\nnolapse run || errors+=(nolapse)\n[ ${#errors[@]} -gt 0 ] && exit 1\ntrue', no],
    ['nolapse run || errors+=(nolapse)\nif (( ${#errors[@]} )); then exit 1; fi', no],
    ['nolapse run || errors+=("$(date)" b)\n[[ ${#errors[*]} -ne 2 ]]', no],
    ['declare -a errors=()\nnolapse run || errors+=(a)\n(( ${#errors[@]} == 0 ))', no],
    ['X="a b"\nerrors=($X)\ntest "${#errors[@]}" = 2', yes],
    ['errors=(a)\nerrors=(b c)\ntest "${#errors[@]}" = 2', yes],
    ['errors=(a)\nunset errors\ntest "${#errors[@]}" = 0', yes],
    ['errors=(a)\n(errors+=(b))\ntest "${#errors[@]}" = 1', yes],
    ['errors=(a)\nf() { local errors=(b c); test "${#errors[@]}" = 2; }\nf', yes],
    ['set -u\nerrors=()\ntest "${#errors[@]}" = 0', yes],
    ['set -u\n(: ${#errors[@]}) || exit 0\nexit 3', yes],
    // Not known.
    ['errors=(*)\ntest "${#errors[@]}" = 1', both],
    ['errors+=(*)\nerrors+=(a)\ntest "${#errors[@]}" = 1', both],
    ['declare -A errors=([a]=1 [a]=2)\ntest "${#errors[@]}" = 2', both],
    ['errors=(a)\nerrors[1]=b\ntest "${#errors[@]}" = 1', both],
    ['errors=(a)\nerrors=b\ntest "${#errors[@]}" = 1', both],
    ['errors=a\nerrors+=(b)\ntest "${#errors[@]}" = 2', both],
    ['errors=(a)\nreadarray -t errors < log || true\ntest "${#errors[@]}" = 1', both],
    ['errors=(a)\nread -r "$1" < log || true\ntest "${#errors[@]}" = 1', both],
    ['errors=(a)\nf() { local errors=(b c); }\nf\ntest "${#errors[@]}" = 1', both],
    ['. ./env.sh || true\ntest "${#errors[@]}" = 0\nnolapse run || true', both],
    ['test "${#PIPESTATUS[@]}" = 0', both],
    ['errors=(a)\ntest "${#errors[@]:1}" = 0', both],
    ['errors=(a)\ntest "${#errors[0]}" = 1', both],
  ])('%j: %j', (script, expected) => expect(failed(script)).toEqual(expected))

  test('not by dash', () => {
    expect(outcomesOf('test "${#errors[@]}" = 0', 'sh').toSorted()).toEqual(both)
  })
})
