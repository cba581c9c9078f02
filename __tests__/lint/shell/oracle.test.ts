/** bash and sh themselves are the oracle: what they make of a script is among what lint says it can do. */
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, test } from '@jest/globals'
import fc from 'fast-check'
import type { Shell } from '../../../src/lint/script-outcome.ts'
import { PATIENCE, runs } from '../../properties/bounds.ts'
import { eachRun } from '../../support/script-world.ts'

const folder = mkdtempSync(join(tmpdir(), 'shell-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const install = (name: string, script: string) => {
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`)
  chmodSync(join(folder, name), 0o755)
}
install('nolapse', 'case "$*" in *--help*) exit 0 ;; esac\nexit "${STATUS:-0}"')
install('ext-ok', 'exit 0')
install('ext-bad', 'exit 3')

const ENV: Record<string, string> = {
  A: 'success',
  B: 'failure',
  EMPTY: '',
  WORDS: 'success failure',
  N: '0',
  E: 'exit',
  NOWHERE: '/nowhere',
  HELP: '--help',
}

const INLINE = '${{ inputs.x }}'

const word = fc.constantFrom(
  ...[
    '"$A"',
    '"$B"',
    '$A',
    '$EMPTY',
    '"$EMPTY"',
    '"${UNSET:-}"',
    'success',
    "'failure'",
    '""',
    '"$A $B"',
    '$WORDS',
  ],
  ...['"${EMPTY:-success}"', '"${A:+failure}"', `"${INLINE}"`, INLINE, `'${INLINE}'`, '"$code"', '"$?"', '0'],
)
const comparison = fc.constantFrom('=', '!=', '==', '-eq', '-ne')
const testCommand = fc.oneof(
  fc.tuple(word, comparison, word).map(([a, op, b]) => `test ${a} ${op} ${b}`),
  fc.tuple(word, comparison, word).map(([a, op, b]) => `[ ${a} ${op} ${b} ]`),
  fc.tuple(word, fc.constantFrom('=', '==', '!='), word).map(([a, op, b]) => `[[ ${a} ${op} ${b} ]]`),
  fc.tuple(fc.constantFrom('-n', '-z', '!', ''), word).map(([op, a]) => `[ ${op} ${a} ]`),
  fc.tuple(word, word).map(([a, b]) => `[[ -n ${a} && ! ( ${b} = success || -z ${a} ) ]]`),
  fc.tuple(word, word).map(([a, b]) => `[ ! ${a} = ${b} ]`),
)
const leaf = fc.oneof(
  { weight: 6, arbitrary: testCommand },
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      ...['true', 'false', 'echo "$A" >> "$SUMMARY"', 'exit', 'exit 0', 'exit 3', 'exit "$code"', 'set +e'],
      ...[
        'set -o pipefail',
        'set +o pipefail',
        'set -u',
        'nolapse run --repo .',
        'ext-ok',
        'ext-bad',
        'code=$?',
      ],
      ...[
        'code=0',
        'x=$(nolapse run)',
        'x=$(false; true)',
        'echo "$(false)" >&2',
        ': "$MISSING"',
        'f() { false; true; }',
      ],
      ...[
        'f',
        'bash -ec "false; true"',
        'export code=4',
        'unset A',
        "trap 'echo bye >&2' EXIT",
        'eval "false"',
        'break',
        '$E 0',
        '"$E" 3',
        '$EMPTY $E 0',
        'command exit 0',
        'command -p false',
        "eval 'exit 3'",
        'eval "$E"',
        '. "$NOWHERE/nothing" 2> /dev/null',
        "trap 'exit 0' EXIT",
        "trap 'exit 0' TERM",
        "trap 'code=$?; ext-ok; exit $code' EXIT",
        "trap 'ext-bad; true' EXIT",
        'trap - EXIT',
        "trap 'set +e' ERR",
        "trap 'return 0' ERR",
        'set -E',
        'A=failure g',
        'h() { [ "$A" = success ] || exit 3; }',
        'A=failure h',
        'ext-bad | true\ntest ${PIPESTATUS[0]} = 0',
        '(( code == 0 ))',
        '(( code++ ))',
        'code=$((code + 1))',
        'exit $((code))',
        'code=$((N | $?))',
        'errors+=("$A")',
        '(( ${#errors[@]} ))',
        'declare -i code',
        'ok=false\n$ok',
        'true > "$NOWHERE/log" || code=6',
        '{ nolapse run; } > "$NOWHERE/log" || true',
        'f > "$NOWHERE/log" && ext-ok',
        'ok=true\nif $ok; then code=3; fi',
        'nolapse run & wait $!',
        'ext-bad &\nj=$!',
        'wait $j',
        'until nolapse run; do code=5; break; done',
        'while nolapse run; do exit 4; done',
        '(( $? ))',
        '(( N < 3 ))',
        'k() { [ "$1" = success ] && [ $# = 1 ] || exit 3; }',
        'k "$A"',
        'k $WORDS',
        'm() { shift; [ "$1" = failure ]; }',
        'm $WORDS',
        'r() { for i in 1 2; do "$@" && return 0; done; return 1; }',
        'r nolapse run --repo .',
        'r test "$A" = "$B"',
        'r $WORDS',
        'q() { shift 2; $@; }',
        'q 1 2 nolapse run',
        'q "$A"',
        'code=7\nbash -c \'[ "$code" = 7 ]\'',
        'export A=failure',
        ': "${UNSET:?}"',
        ': "${EMPTY?}"',
        'g() { local code=1; code=2; }',
        'g',
        ': "$((code = 3))"',
        ': "${code:=0}"',
        'unset code',
        'export "code=0"',
        'read -r code < /dev/null',
        'IFS=s',
        'nolapse run $HELP',
        '(nolapse run "${UNSET:?}")',
        'nolapse run "$(ext-bad)" "${EMPTY#x}"',
      ],
    ),
  },
)
const lines = (all: string[]) => all.join('\n')

/** What a list of commands can be, with so many levels of commands in commands. */
function scripts(depth: number): fc.Arbitrary<string> {
  const inner = depth > 0 ? scripts(depth - 1) : leaf
  const compound = fc.oneof(
    fc.tuple(inner, inner, inner).map(([a, b, c]) => `if ${a}\nthen ${b}\nelse ${c}\nfi`),
    fc.tuple(inner, leaf, leaf, inner).map(([a, b, c, d]) => `if ${a}; then ${b}\nelif ${c}; then ${d}\nfi`),
    fc
      .tuple(word, fc.constantFrom('success', "'success failure'", '"$B"', '*a*'), inner, leaf)
      .map(([a, p, b, c]) => `case ${a} in\n${p} | 0) ${b} ;;\n'') ;;\n*) ${c} ;;\nesac`),
    inner.map(a => `{ ${a}\n}`),
    inner.map(a => `( ${a}\n)`),
    fc.tuple(inner, leaf).map(([a, b]) => `until ${a}\ndo nolapse run || break; ${b}\nexit 6; done`),
    fc.tuple(word, inner).map(([a, b]) => `for r in ${a} x; do ${b}\ndone`),
  )
  const command = depth > 0 ? fc.oneof({ weight: 3, arbitrary: leaf }, compound) : leaf
  const pipeline = fc
    .tuple(
      fc.constantFrom('', '', '', '! '),
      fc.oneof(
        command,
        command,
        fc.tuple(command, leaf).map(all => all.join(' | ')),
      ),
    )
    .map(all => all.join(''))
  const list = fc
    .tuple(pipeline, fc.array(fc.tuple(fc.constantFrom('&&', '||'), pipeline), { maxLength: 2 }))
    .map(([first, rest]) => [first, ...rest.flat()].join(' '))
  return fc.array(list, { minLength: 1, maxLength: 3 }).map(lines)
}

const partsOf = (text: string) =>
  text.split(INLINE).flatMap((part, index) => (index === 0 ? [part] : [{ inline: 0 }, part]))

const COMMANDS: [Shell, string[]][] = [
  ['default', ['bash', '-e']],
  ['bash', ['bash', '--noprofile', '--norc', '-eo', 'pipefail']],
  ['sh', ['sh', '-e']],
  [{ command: 'bash {0}' }, ['bash']],
]

test.each(COMMANDS)(
  'lint predicts everything that %j does with a script',
  (shell, [program, ...args]) => {
    fc.assert(
      fc.property(fc.constantFrom('', 'set -e\n'), scripts(2), fc.boolean(), (start, script, passes) => {
        // Where -e is ignored, bash does not take it up again at once: it is set at the start, or not at all.
        const text = start + script
        // To dash, parentheses in [[ and arrays are an error before the script begins.
        fc.pre(shell !== 'sh' || !/\[\[.*\(|\+=\(/.test(text))
        const file = join(folder, 'script.sh')
        const value = 'success'
        writeFileSync(file, text.replaceAll(INLINE, value))
        const real = spawnSync(program as string, [...args, file], {
          env: { ...ENV, PATH: `${folder}:/usr/bin:/bin`, SUMMARY: '/dev/null', STATUS: passes ? '0' : '4' },
          stdio: 'ignore',
        })
        const ended = real.status === 0 ? 'success' : 'failure'
        const known = {
          variables: { ...ENV, SUMMARY: '/dev/null' },
          inline: [value],
          nolapse: passes,
          succeeds: { 'ext-ok': true, 'ext-bad': false },
        }
        for (const { exit } of eachRun(partsOf(text), shell, known)) if (exit === ended) return
        throw new Error(`${ended} (${real.status}) is not expected, nolapse ${passes}:\n${text}`)
      }),
      { ...runs(60), seed: 21, interruptAfterTimeLimit: 30_000 },
    )
  },
  PATIENCE,
)
