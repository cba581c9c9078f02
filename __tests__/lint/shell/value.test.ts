/** Whether a value matches a pattern, and the question that decides it. */
import { describe, expect, test } from '@jest/globals'
import { outcomesOf, runsOf } from '../../support/script-world.ts'

const A = { what: 'vars.A', harmless: true }
const yes = ['success']
const no = ['failure']
const both = ['failure', 'success']
const FAILED = 'set +e\nnolapse run\n'

describe('A comparison asks', () => {
  test.each([
    ['test abc = xbc', [], no],
    ['test ab = "a$A"', ['vars.A = b'], both],
    ['test "a$A" = ab', ['vars.A = b'], both],
    ['test "${A}-x" = a-x', ['vars.A = a'], both],
    ['test "x-$A-y" = x-a-y', ['vars.A = a'], both],
    ['test "$A$A" = aa', ['vars.Avars.A matches aa'], both],
    ['[[ $A == a* ]]', ['vars.A matches a*'], both],
    ['[[ $A == *$A* ]]', ['vars.A matches *vars.A*'], both],
    ['[[ abc == a*c ]]', [], yes],
    ['[[ abc == *b ]]', [], no],
    ['[[ xabcabd == *ab*d ]]', [], yes],
    ['[[ "" == * ]]', [], yes],
    ['[[ "" == a* ]]', [], no],
    ['[[ a == a** ]]', [], yes],
    ['[[ ab == a ]]', [], no],
    ['[[ a == ab ]]', [], no],
    [`${FAILED}[[ $? == 1* ]]`, ['$? matches 1*'], both],
    [`${FAILED}[ 1 = $? ]`, ['1 matches $?'], both],
    [`${FAILED}[ $? = 12 ]`, ['$? matches 12'], both],
    [`${FAILED}[ "$?x" = 1x ]`, ['$?x matches 1x'], both],
    [`${FAILED}[ "$?" = x1 ]`, [], no],
    [`${FAILED}[ $? = 01 ]`, [], no],
    [`${FAILED}[ $? = 1x ]`, [], no],
    [`${FAILED}[ $? = 1000 ]`, [], no],
    [`${FAILED}[ "$?" = "" ]`, [], no],
  ])('%j: %j', (script, asked, outcomes) => {
    const known = { variables: { A }, nolapse: false }
    const runs = runsOf(script, 'default', known)
    expect(runs[0]?.asked).toEqual(asked)
    expect([...new Set(runs.map(({ exit }) => exit))].toSorted()).toEqual(outcomes)
  })
})

/** Other scripts can ask the same about values from outside, so a command of this one does not decide it. */
test.each([
  ['x=$(true)\n[[ $x == a* ]]', '$(true) matches a*', yes],
  ['x=$(true)\n[[ a$x == a*b ]]', 'a$(true) matches a*b', yes],
  ['x=$(true)\n[[ $x$A == a* ]]', '$(true)vars.A matches a*', yes],
  ['x=$(true)\ntest "$x" = a', '$(true) = a', yes],
  [`${FAILED}[[ $? == 1* ]]`, '$? matches 1*', yes],
  [`${FAILED}[[ 1 == $? ]]`, '1 matches $?', yes],
  ['[[ $A == a* ]]', 'vars.A matches a*', both],
  ['test "$A" = a', 'vars.A = a', both],
])('in %j the script itself decides whether %s: %j', (script, question, expected) => {
  const known = { variables: { A }, nolapse: false, succeeds: { [question]: true } }
  expect(outcomesOf(script, 'default', known).toSorted()).toEqual(expected)
})
