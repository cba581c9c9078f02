/** What the builtins of the shell do to what comes after them. */
import { describe, expect, test } from '@jest/globals'
import { type Known, outcomesOf } from '../../support/script-world.ts'

const yes = ['success']
const no = ['failure']
const both = ['failure', 'success']
const outcomes = (script: string, known: Known = {}) => outcomesOf(script, 'default', known).toSorted()

describe('The status of a builtin replaces the one before', () => {
  test.each(['true x', ': x', 'echo x', 'printf x', 'trap - EXIT', 'trap', 'set -x', 'exec > /dev/null'])(
    '%j',
    builtin => {
      expect(outcomes(`set +e\nfalse\n${builtin}`)).toEqual(yes)
      expect(outcomes(`${builtin}\nexit 3`)).toEqual(no)
    },
  )
})

describe('exit takes a number', () => {
  test.each([
    ['exit 0', yes],
    ['exit 3', no],
    ['exit +0', yes],
    ['exit 512', yes],
    ['exit x0', no],
    ['exit 0x', no],
    ['exit " 0"', yes],
    ['exit "0 "', yes],
    ['exit 4294967296', yes],
    ['exit 4294967297', no],
    ['exit 1234567890123456789', no],
    ['set +e\nfalse\nexit', no],
    ['exit $W', both],
    ['set +e\nnolapse run\nexit "$?"', no],
    ['set +e\nnolapse run\nexit "$?0"', both],
  ])('%j', (script, expected) =>
    expect(outcomes(script, { variables: { W: ' 0  1' }, nolapse: false })).toEqual(expected),
  )
})

describe('A variable is forgotten if a loop may have assigned to it', () => {
  const skips = (before: string, name = 'R') =>
    outcomes(`${name}=s\n${before}\nif [ "$${name}" = t ]; then exit 0; fi\nnolapse run`, { nolapse: false })
  test.each([
    'printf -vR t',
    'printf -v R t',
    'read -aR < file',
    'read -raR < file',
    'wait -pR',
    ': "${A[R=5]}"',
    'A[R=5]=x',
  ])('%s', command => {
    expect(skips(`while make; do ${command}; done`)).toEqual(both)
    expect(skips(`while make; do ${command}; done`, 'RR')).toEqual(no)
  })

  test.each([': "${A[R=5]}"', 'A[R=5]=x'])('%s, also outside a loop', command => {
    expect(skips(command)).toEqual(both)
    expect(skips(command, 'RR')).toEqual(no)
  })
})

describe('A variable is assigned, exported and removed', () => {
  test.each([
    ['typeset RR=a\ntest "$RR" = a', yes],
    ['readonly RR=a\ntest "$RR" = a', yes],
    ['RR=a\nexport RR\ntest "$RR" = a', yes],
    ['RR=a\nreadonly RR\ntest "$RR" = a', yes],
    ['p=a\nexport -p\ntest "$p" = a', yes],
    ['export "RR=a-n"\nexit 3', no],
    ['declare -rl RR=A\ntest "$RR" = A', both],
    ['declare -i RR=1\ntest "$RR" = 1', yes],
    ['set -u\nexport "RR=$NONE"', no],
    ['RR=a\nunset RR\ntest "$RR" = ""', yes],
    ['RR=a\nunset "RR[1]"\ntest "$RR" = a', both],
    ['printf -v RRR a\nexit 3', no],
    ['printf -vRRR a\nexit 3', no],
    ['printf -v "RRR[1]" a\nexit 3', both],
    ['printf -v "1RR" a\nexit 3', both],
  ])('%j', (script, expected) => expect(outcomes(script)).toEqual(expected))
})

describe('unset removes a function', () => {
  test.each([
    ['f() { exit 3; }\nf=1\nunset -f f\nf', both],
    ['f() { exit 3; }\nf=1\nunset -nf f\nf', both],
    ['f() { exit 3; }\nf=1\nunset -v f\nf', no],
    ['f() { :; }\nf=1\nunset -f f\ntest "$f" = 1', yes],
  ])('%j', (script, expected) => expect(outcomes(script)).toEqual(expected))
})

describe('A variable of a function is its own', () => {
  test.each([
    ['f() { export R=a; }\nf\ntest "$R" = a', yes],
    ['f() { declare -xg R=a; }\nf\ntest "$R" = a', yes],
    ['f() { typeset R=a; }\nf\ntest "$R" = ""', yes],
    ['RR=a\nf() { local RR; RR=b; }\nf\ntest "$RR" = a', yes],
    ['R=a\nf() { local R=b; local R=c; }\nf\ntest "$R" = a', yes],
    ['R=a\nf() { local R; test "$R" = a; }\nf', both],
    ['f() { local Q=1; }\nf\ntest "$Q" = ""', yes],
    ['R=a\ng() { local R=c; }\nf() { local R=b; g; test "$R" = b; }\nf', yes],
  ])('%j', (script, expected) => expect(outcomes(script)).toEqual(expected))

  test('and what the environment has is seen again after it', () => {
    expect(outcomes('f() { local Q=1; }\nf\ntest "$Q" = x', { variables: { Q: 'x' } })).toEqual(yes)
  })
})

describe('A trap ends the script with another status', () => {
  test.each([
    ['trap "exit 0" INT EXIT', yes],
    ['trap "exit 0" INTERRUPT', both],
    ['trap "exit 0" UNINT', both],
    ['trap "exit 0" INT TERM HUP SIGINT', no],
    ['trap "exit 0" TERM; kill $$', both],
    ['trap "exit 0" TERM; pkill make', both],
    ['trap "exit 0" TERM; killall make', both],
    ['trap "exit 0" TERM; overkill make', no],
    ['trap "exit 0" TERM; killjoy make', no],
    ['trap "exit 0" TERM; for kill in a; do :; done', no],
    ['trap exit; kill $$', no],
    ['trap; kill $$', no],
    ['trap - EXIT', no],
  ])('%j before exit 3: %j', (script, expected) =>
    expect(outcomes(`${script} || true\nexit 3`)).toEqual(expected),
  )
})

describe('A trap on EXIT', () => {
  test.each([
    ['trap "exit 0" EXIT\nexit 3', yes],
    ['trap "exit 0" 0\nfalse', yes],
    ['trap -- "exit 0" EXIT\nfalse', yes],
    ['trap "exit 0" exit\nset -u\necho $NONE', yes],
    ['trap "exit 3" EXIT', no],
    ["trap 'rc=$?; rm x; exit $rc' EXIT\nexit 3", no],
    ["trap 'exit $?' EXIT\nexit 3", no],
    ['end() { rc=$?; exit "$rc"; }\ntrap end EXIT\nexit 3', no],
    // Without `exit`, the status stays. With -e, a failure in it counts.
    ['trap true EXIT\nexit 3', no],
    ['trap "false; true" EXIT', no],
    ['set +e\ntrap false EXIT', yes],
    // Without a number, it is the status from before the trap.
    ['set +e\ntrap "false; exit" EXIT\nexit 0', yes],
    ['set +e\ntrap "true; exit" EXIT\nexit 3', no],
    ['f() { true; return; }\nset +e\ntrap "f; exit \\$?" EXIT\nexit 3', no],
    // It can be taken back.
    ['trap "exit 0" EXIT\ntrap - EXIT\nexit 3', no],
    ['trap "exit 0" EXIT\ntrap EXIT\nexit 3', no],
    ['trap "exit 0" EXIT\ntrap "" EXIT\nexit 3', no],
    ['trap "exit 0" EXIT\ntrap -p EXIT\nexit 3', yes],
    // A subshell has its own.
    ['(trap "exit 4" EXIT; true) || exit 0\nexit 3', yes],
    ['trap "exit 0" EXIT\n(exit 3) && true\ntrap - EXIT\nexit 3', no],
    ['(trap "exit 0" EXIT; exit 3)', yes],
  ])('%j: %j', (script, expected) => {
    expect(outcomes(script, { succeeds: { 'rm x': true } })).toEqual(expected)
  })
})

describe('A trap on ERR', () => {
  test.each([
    ['trap "exit 0" ERR\nfalse', yes],
    ['trap "exit 1" err\nfalse', no],
    ['trap "exit 1" ERR\ntrue', yes],
    ['trap "exit 1" ERR\nif false; then :; fi\nfalse && true\n! true\ntrue', yes],
    ['trap "set +e" ERR\nfalse\ntrue', yes],
    ['trap "echo failed" ERR\nfalse\ntrue', no],
    ['set +e\ntrap "rc=0" ERR\nrc=1\nfalse\nexit $rc', yes],
    ['set +e\ntrap "true; exit" ERR\nfalse', yes],
    ['set +e\ntrap "false; false" ERR\nfalse\ntrue', yes],
    // Functions and subshells inherit it with -E alone.
    ['trap "set +e" ERR\nf() { false; true; }\nf', no],
    ['set -E\ntrap "set +e" ERR\nf() { false; true; }\nf', yes],
    ['set -o errtrace\ntrap "return 0" ERR\nf() { false; exit 3; }\nf', yes],
    ['f() { trap "set +e" ERR; }\nf\nfalse\ntrue', yes],
    ['trap "exit 1" ERR\nf() { trap "set +e" ERR; }\nf\nfalse\ntrue', yes],
    ['set -E\ntrap "exit 0" ERR\n(false; exit 3)', yes],
    ['set -E\ntrap "exit 0" ERR\nbash -c "false" || exit 3', no],
    // A loop around it is left, too.
    ['set +e\ntrap break ERR\nfor i in a; do false; done', both],
    ['trap "set +e" ERR\ntrap "false; true" EXIT', yes],
  ])('%j: %j', (script, expected) => expect(outcomes(script)).toEqual(expected))

  test('is unknown to dash', () => {
    expect(outcomesOf('trap "exit 0" ERR\nfalse', 'sh').toSorted()).toEqual(both)
    expect(outcomesOf('trap "exit 0" ERR || true', 'sh')).toEqual(yes)
    expect(outcomesOf('trap "exit 0" EXIT\nfalse', 'sh')).toEqual(yes)
  })
})

describe('eval runs its words as one script', () => {
  test.each([
    ['eval exit 3', no],
    ['eval "exit" "0"\nexit 3', yes],
    ['eval\nexit 3', no],
  ])('%j', (script, expected) => expect(outcomes(script)).toEqual(expected))

  test('and is trusted only if each of them is the output of a command', () => {
    expect(outcomes('eval "$(make)"\nnolapse run', { nolapse: false })).toEqual(no)
    expect(outcomes('eval "$(make)" "$1"\nnolapse run', { nolapse: false })).toEqual(both)
  })
})

test.each([
  ['break\nexit 3', no],
  ['continue\nexit 3', no],
  ['set +e\nfalse\nbreak', yes],
  ['return 1', both],
  ['f() { :; }\nf\nreturn 1', both],
])('outside a loop or a function: %j', (script, expected) => expect(outcomes(script)).toEqual(expected))
