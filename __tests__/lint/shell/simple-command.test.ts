/** Simple commands: what the shell does before it starts them, and with their status. */
import { describe, expect, test } from '@jest/globals'
import type { Shell, Text } from '../../../src/lint/script-outcome.ts'
import { type Known, outcomesOf, runsOf } from '../../support/script-world.ts'

const yes = ['success']
const no = ['failure']
const both = ['failure', 'success']
const outcomes = (script: string, known: Known = {}) => outcomesOf(script, 'default', known).toSorted()
const TITLE = { what: 'github.event.pull_request.title', harmless: false, byAuthor: true }

describe('The words of a command are expanded first', () => {
  test.each([
    ['set -u\nmake "$NONE"', no],
    ['set -u\ncat > "$NONE"', no],
    ['set -u\ntrue > "$NONE"', no],
    ['set -u\ncat <<EOF\na\nEOF', both],
    ['R=a\ntrue {R}> log\ntest "$R" = a', both],
    ['R=a\nexec {R}> log\ntest "$R" = a', both],
  ])('%j', (script, expected) => expect(outcomes(script)).toEqual(expected))
})

test.each(['mysource x', 'resource x', 'sources x', 'my. x', 'my-command exit 0', 'commander exit 0'])(
  '%j loads nothing into the shell',
  script => expect(outcomes(`${script}\nexit 3`)).toEqual(no),
)

describe('A shell in the script has its own options', () => {
  test.each([
    ["bash -c '[[ a = a ]]'", yes],
    ["sh -c '[[ a = a ]]'", both],
    ["bash -c 'false; true'", yes],
    ["sh -c 'false; true'", yes],
    ['bash -c \'test "$NONE" = ""\'', yes],
    ["bash -c 'false | true'", yes],
    ["bash -ec 'false; true'", no],
    ["bash --norc -e -c 'false; true'", no],
    ["bash -e -o pipefail -c 'false | true'", no],
    // A file named x, and its arguments.
    ["bash x -c 'exit 3'", both],
    ["bash x- -c 'exit 3'", both],
    ["bash x--norc -c 'exit 3'", both],
    ["bash --norcs -c 'exit 3'", both],
  ])('%j', (script, expected) => expect(outcomes(script)).toEqual(expected))
})

describe('A shell in the script surely inherits only what is exported', () => {
  const inner = `bash -c '[ "$M" = a ]'`
  test.each([
    [`M=a\n${inner}`, both],
    [`M=a ${inner}`, yes],
    [`export M=a\n${inner}`, yes],
    [`export M\nM=a\n${inner}`, yes],
    [`declare -rx M=a\n${inner}`, yes],
    [`declare M=a\n${inner}`, both],
    [`readonly M=a\n${inner}`, both],
    [`set -a\nM=a\nset +a\n${inner}`, yes],
    [`set -o allexport\nM=a\n${inner}`, yes],
    [`set -a\nset +a\nM=a\n${inner}`, both],
    [`export M=b\nunset M\nM=a\n${inner}`, both],
    [`export "M=b"\nM=a\n${inner}`, both],
    [`(export M)\nM=a\n${inner}`, both],
    ["f() { false; }\nbash -c 'f || exit 0; exit 3'", both],
    ["f() { true; }\nexport -f f\nbash -c 'f && exit 0; exit 3'", yes],
  ])('%j: %j', (script, expected) => expect(outcomes(script)).toEqual(expected))

  test('and what the environment has', () => {
    expect(outcomes(`M=a\n${inner}`, { variables: { M: 'b' } })).toEqual(yes)
  })
})

describe('An assignment before a command', () => {
  test.each([
    ['f() { test "$M" = a; }\nM=a f', yes],
    ['f() { test "$M" = a; }\nM=b\nM=a f\ntest "$M" = b', yes],
    ['f() { M=c; }\nM=b\nM=a f\ntest "$M" = b', yes],
    ['f() { :; }\nM=a f\ntest "$M" = ""', yes],
    [`f() { bash -c '[ "$M" = a ]'; }\nM=a f`, yes],
    [`f() { :; }\nM=a f\nM=a\nbash -c '[ "$M" = a ]'`, both],
    [`f() { :; }\nexport M=a\nM=a f\nbash -c '[ "$M" = a ]'`, yes],
    [`M=a eval 'test "$M" = a'`, both],
    ['M=a :\ntest "$M" = a', no],
  ])('%j: %j', (script, expected) => expect(outcomes(script)).toEqual(expected))

  test('stays after some commands of dash', () => {
    expect(outcomesOf('M=a :\ntest "$M" = a', 'sh').toSorted()).toEqual(both)
    expect(outcomesOf('M=a true\ntest "$M" = a', 'sh')).toEqual(no)
  })
})

describe('A file that cannot be opened', () => {
  const skipped = (script: string, shell: Shell = 'default') =>
    runsOf(script, shell).some(({ exit, asked }) => exit === 'success' && !asked.includes('nolapse'))
  test.each([
    'if true > log; then nolapse run; fi',
    'echo a >> "$LOG" && nolapse run || true',
    'true < in && { nolapse run || exit 1; } || true',
    '{ nolapse run || exit 1; } > log || true',
    'f() { nolapse run || exit 1; }\nf &> log || true',
    'if > log; then nolapse run; fi',
    "bash -c 'nolapse run || kill 0' > log || true",
    'ok=true\nif $ok > log; then nolapse run; fi',
    'if true 2> a 1> log; then nolapse run; fi',
    'if echo a >& log; then nolapse run; fi',
    'while read -r line; do :; done < in || true\ntrue < in || exit 0\nnolapse run',
  ])('keeps nolapse from being started: %j', script => expect(skipped(script)).toBe(true))

  test('without -e, too', () => {
    expect(skipped('true > log || exit 0\nnolapse run', { command: 'bash {0}' })).toBe(true)
    expect(skipped('true > log\nnolapse run')).toBe(false)
  })

  test.each([
    'if true > /dev/null 2>&1; then nolapse run; fi',
    'if echo a >&2 2>&-; then nolapse run; fi',
    'if echo a > /dev/stderr; then nolapse run; fi',
    'if echo a >> "$GITHUB_STEP_SUMMARY" && echo b >> ${GITHUB_OUTPUT}; then nolapse run; fi',
    'if true <<< a; then nolapse run; fi',
    'if true <<EOF\na\nEOF\nthen nolapse run; fi',
    'echo a > log\nnolapse run',
    'nolapse run > log || exit 1',
  ])('is none in %j', script => expect(skipped(script)).toBe(false))

  test('is asked about once, and not for a command that may fail anyway', () => {
    const question = '`> log` ends the script or changes the rest of it'
    const runs = runsOf('true > log && true > log\nmake > a || true', 'default')
    const asked = new Set(runs.map(run => run.asked.join(', ')))
    expect([...asked]).toEqual([`${question}, > log`, `${question}, make`])
  })
})

describe('A variable is a command', () => {
  test.each([
    ['ok=true\n$ok', yes],
    ['ok=false\n"$ok"', no],
    ['ok=false\nif $ok; then exit 0; fi\nexit 3', no],
    ['ok=true\nnolapse run || ok=false\n$ok', no],
    ['ok=true\nnolapse run || ok=false\n$ok || exit 1', no],
    ['failed=:\nnolapse run && failed=false\nif $failed; then exit 1; fi', no],
    ['say="echo -n"\n$say a', yes],
    ['prefix=\n$prefix false', no],
    ['set -u\nok=true\n$ok "$NONE"', no],
    ['command $NONE false', no],
    ['$(true)', both],
  ])('%j: %j', (script, expected) => expect(outcomes(script, { nolapse: false })).toEqual(expected))
})

describe('A command in the background', () => {
  const failed = (script: string) => outcomes(script, { nolapse: false })
  test.each([
    ['nolapse run & wait $!', no],
    ['nolapse run &\nwait "$!"', no],
    ['nolapse run &\npid=$!\nmake || true\nwait $pid', no],
    ['nolapse run &\npid=$!\nwait $pid || exit 0', yes],
    ['true & a=$!\nnolapse run & b=$!\nwait $a && wait $b', no],
    ['nolapse run & a=$!\ntrue & wait $a $!', yes],
    ['true & a=$!\nnolapse run & wait $a $!', no],
    ['nolapse run & wait', yes],
    ['(nolapse run & wait $!)', no],
    ['{ false; true; } &\nwait $!', no],
    // Not known.
    ['wait $!', both],
    ['nolapse run & (wait $!)', both],
    ['nolapse run & wait -n', both],
    ['nolapse run & wait $! *', both],
    ['nolapse run & wait "$!$!"', both],
    ['nolapse run & wait %1', both],
    ['R=a\nnolapse run & wait -p R -n || true\ntest "$R" = a', both],
    ['nolapse run & pid=$!\nwait $pid || true\nwait $pid', both],
  ])('can be waited for: %j: %j', (script, expected) => expect(failed(script)).toEqual(expected))
})

describe('The words of nolapse and of another shell are expanded before they start', () => {
  const passes = (script: string, known: Known = {}) => outcomes(script, { ...known, nolapse: true })
  test.each([
    ['nolapse run "${X:?}" || exit 0', no],
    ['nolapse run --repo . "${X:?no value}"', no],
    ['X=a\nnolapse run "${X:?}"', yes],
    ['nolapse run "$(false)"', yes],
    ['nolapse run "$(exit 3)"', yes],
    ['set -u\nnolapse run $NONE', no],
    ['X=\nnolapse run "${X:=a}"\ntest "$X" = a', both],
    ['bash -c true x "${X:?}"', no],
    // Inside an expansion that is not followed.
    ['nolapse run "$(true)${X:?}"', no],
    ['nolapse run "$@${X:?}"', no],
    ['nolapse run "${Y-${X:?}}"', no],
    ['nolapse run "${A[0]:?}"', both],
    ['nolapse run "${Y#${X:?}}"', both],
    ['nolapse run "${!X:?}"', both],
    ['nolapse run "${@:?}"', both],
    ['nolapse run "${Z:-${X:?}}"', both],
    ['nolapse run "${Y:=${X:?}}"', both],
    ['nolapse run "$((${X:?}))"', no],
    ['nolapse run "$((1 / ${X:?}))"', no],
    ['nolapse run "$((1 / (2 ? ${X:?} : 3)))"', both],
    ['nolapse run "${Z#?}" "${Z%.*}" "$((1 ? 2 : 3))" "${#A[@]}"', yes],
    ['set -u\nnolapse run "${NONE#a}"', no],
    ['set -u\nnolapse run "${#NONE}"', no],
    ['set -u\nnolapse run "${A[0]}"', both],
    ['set -u\nnolapse run "${!A}"', both],
    ['set -u\nnolapse run "${Z#a}" "${#Z}" "${A[@]}" "${@:3}" "${!A@}"', yes],
  ])('%j: %j', (script, expected) =>
    expect(passes(script, { variables: { Z: { what: 'vars.Z', harmless: true } } })).toEqual(expected),
  )

  test('and nolapse is not started if that ends the script', () => {
    expect(runsOf('(nolapse run "${X:?}") || exit 0', 'default')).toEqual([{ exit: 'success', asked: [] }])
  })

  test.each(['. ./env.sh', 'source ./env.sh', 'eval "$(make env)"'])(
    'but after %j, a variable that nothing else sets may be set',
    before => {
      const known = { nolapse: true, succeeds: { [before]: true, eval: true, 'make env': true } }
      expect(outcomes(`set -u\n${before}\nnolapse run "$NONE"`, known)).toEqual(both)
      expect(outcomes(`set -u\nnolapse run "$NONE"\n${before}`, known)).toEqual(no)
    },
  )
})

describe('nolapse fails, and the script', () => {
  const failed = (script: string, known: Known = {}) => outcomes(script, { ...known, nolapse: false })

  test('ends there after exec', () => {
    expect(failed('exec nolapse run || true')).toEqual(no)
    expect(failed('nolapse run || true')).toEqual(yes)
  })

  test('may pass if its arguments ask for help', () => {
    expect(failed('F=--help\nnolapse run ${F:-}')).toEqual(both)
    expect(failed('F=--help\nnolapse run $F --verbose')).toEqual(both)
    expect(failed('F=--help\nnolapse run --verbose $F')).toEqual(both)
    expect(failed('nolapse run --message $T', { variables: { T: TITLE } })).toEqual(both)
  })

  test('may pass if an inline expression asks for help', () => {
    const runs = (inline: Text) => runsOf(['nolapse run ', { inline: 0 }], 'default', { inline: [inline] })
    expect(runs('--help')).toEqual([
      { exit: 'success', asked: ['nolapse run 0'] },
      { exit: 'failure', asked: ['nolapse run 0'] },
    ])
    expect(runs('--verbose')).toEqual([
      { exit: 'success', asked: ['nolapse'] },
      { exit: 'failure', asked: ['nolapse'] },
    ])
    expect(runs(TITLE)[0]?.asked[0]).toBe(`${TITLE.what} asks nolapse for help`)
  })
})
