/** What a script can do to its own shell, so that later lines no longer mean what they say. */
import { describe, expect, test } from '@jest/globals'
import type { Shell, Text } from '../../../src/lint/script-outcome.ts'
import { type Known, outcomesOf } from '../../support/script-world.ts'

const both = ['failure', 'success']
const outcomes = (script: string, known: Known = {}, shell: Shell = 'default') =>
  outcomesOf(script, shell, known).toSorted()
const X = { variables: { X: { what: 'vars.X', harmless: false } } }

describe('A command whose name is expanded may end the script before `exit 1`', () => {
  test.each([
    'X=exit; $X 0',
    'X=exit; "$X" 0',
    'X=exit; ${X} 0',
    'X=; $X exit 0',
    'X=; $X $Y 0',
    'X="command exit"; $X 0',
    'X=eval; $X exit 0',
    'X=.; $X ./env.sh',
    'X=test; $X',
    'exit_() { exit 0; }; X=exit_; $X',
    '$X 0',
    '"$X" 0',
    '${X:-exit} 0',
    '${X:=exit} 0',
    '$(echo exit) 0',
    '`echo exit` 0',
    'ex{i,}t 0',
    'exi? 0',
    '$1 0',
    'f() { $1 0; }; f exit',
    'f() { "$@"; }; f $X 0',
    'set -- exit 0; "$@"',
    'if $X 0; then :; fi',
    '! $X 0',
    '{ $X 0; }',
    'cat | $X 0',
    'while make; do $X 0; done',
    'for f in *; do $X; done',
    'case a in a) $X 0 ;& b) ;; esac',
    'f() { $X 0; }; while make; do f; done',
  ])('%j', script => expect(outcomes(`${script}\nexit 1`, X)).toEqual(both))

  test.each([
    // A path names a file.
    '"$HOME/bin/tool" x',
    '$HOME/bin/tool x',
    '~/bin/tool x',
    'SUDO=sudo; $SUDO make',
    'SUDO=; $SUDO make',
    'SUDO=; $SUDO',
    'ECHO=echo; $ECHO a',
    'while make; do break; done',
    'f() { make; f; }; while make; do f; done',
  ])('but not %j', script => expect(outcomes(`${script}\nexit 1`)).toEqual(['failure']))

  test('also if the name is an expression of the workflow', () => {
    const ends = (inline: Text) => outcomesOf([{ inline: 0 }, ' 0\nexit 1'], 'default', { inline: [inline] })
    expect(ends('exit').toSorted()).toEqual(both)
    expect(ends('exit 0;')).toEqual(['success'])
    expect(ends('python3')).toEqual(['failure'])
    expect(ends({ what: 'vars.COMMAND', harmless: true }).toSorted()).toEqual(both)
  })

  test('also in a folder that the author of the pull request names', () => {
    const ends = (byAuthor: boolean) =>
      outcomes('$X/tool\nexit 1', {
        variables: { X: { what: 'github.head_ref', harmless: false, byAuthor } },
      })
    expect(ends(true)).toEqual(both)
    expect(ends(false)).toEqual(['failure'])
  })
})

describe('A command that loads or starts others in the same shell may end it before `exit 1`', () => {
  test.each([
    '. ./env.sh',
    'source ./env.sh',
    '"source" ./env.sh',
    'command . ./env.sh',
    'for f in *; do . "$f"; done',
    'eval "$X"',
    'eval "$(make env)"',
    'command exit 0',
    'command -p exit 0',
    'command -- exit 0',
    'command command exit 0',
    'command builtin exit 0',
    'builtin command exit 0',
    'command $X 0',
    'builtin "$X" 0',
    'for f in *; do command exit 0; done',
    'for f in *; do make() { exit 0; }; done\nmake',
    'eval $X',
    'for f in *; do shopt -s lastpipe; done',
    'enable -n exit',
    'enable -f ./exit.so exit',
    'hash -p ./true make',
    'hash "$X"',
    'hash -rp ./true make',
    'command --verbose exit 0',
    'for f in *; do make() { :; }; done',
    'shopt -s lastpipe\ntrue | exit 0',
    'shopt -s "$X"\nalias a="exit 0"\na',
    'shopt -s nocasematch',
    'command() { exit 0; }\ncommand true',
    'source() { exit 0; }\nsource',
    'set -o posix\nalias a="exit 0"\na',
    'set -k',
  ])('%j', script => expect(outcomes(`${script}\nexit 1`, X)).toEqual(both))

  test.each([
    'command -v make',
    'command -V exit',
    'command',
    'command make',
    'command -pv exit 0',
    'my-command exit 0',
    'commander exit 0',
    'hash my-prog',
    'hash -r',
    'enable',
    'shopt -s nullglob',
    'alias a="exit 0"',
    'env exit 0',
    'sudo exit 0',
  ])('but not %j', script => expect(outcomes(`${script}\nexit 1`)).toEqual(['failure']))

  test('sh ends if there is no file to source', () => {
    expect(outcomes('. ./env.sh || exit 0\nnolapse run', { nolapse: true }, 'sh')).toEqual(both)
    expect(outcomes('. ./env.sh || exit 0\nnolapse run', { nolapse: true })).toEqual(['success'])
  })

  test('sh uses aliases in scripts', () => {
    expect(outcomes('alias a="exit 0"\na\nexit 1', {}, 'sh')).toEqual(both)
    expect(outcomes('alias nolapse=:\nnolapse run', { nolapse: false }, 'sh')).toEqual(both)
    expect(outcomes('exit 1', {}, { command: 'bash --posix {0}' })).toEqual(both)
  })

  test('a known text is evaluated', () => {
    expect(outcomes('X="exit 0"; eval "$X"\nexit 1')).toEqual(['success'])
    expect(outcomes('X="exit 3"; eval "$X"')).toEqual(['failure'])
  })

  test('what is loaded before nolapse in the same script is trusted', () => {
    for (const line of ['. .venv/bin/activate', 'source ~/.nvm/nvm.sh', 'eval "$(direnv export bash)"'])
      expect(outcomes(`${line}\nnolapse run`, { nolapse: false })).toEqual(['failure'])
    for (const line of ['eval "$X"', 'eval set "$X"', 'eval "set $(make)"'])
      expect(outcomes(`${line}\nnolapse run`, { ...X, nolapse: false })).toEqual(both)
  })
})

describe('A trap may end the script with success', () => {
  test.each([
    'trap "exec true" EXIT',
    'trap ". ./x" EXIT',
    "trap '$X' EXIT",
    'trap "$X" EXIT',
    'trap "(" EXIT',
    'tmp=$(make tmp); trap "rm $tmp" EXIT',
    'trap "exit 0" "$X"',
    'trap "exit 0" TERM; kill $$',
    'trap "exit 0" USR1',
    'trap "set +e" DEBUG',
    "trap '$X' DEBUG",
    'trap "trap - EXIT" RETURN',
    'trap done_ USR1; done_() { inner; }; inner() { exit 0; }',
  ])('%j', script => expect(outcomes(`${script}\nexit 1`, X)).toEqual(both))

  test.each([
    'trap \'rm -rf "$tmp"\' EXIT',
    'tmp=a; trap "rm $tmp" EXIT',
    'trap cleanup EXIT; cleanup() { rm -rf a; }',
    'trap "set +x; kill $PID" EXIT',
    'trap - EXIT',
    'trap "eval true" EXIT',
    'trap "exit 0" TERM',
    'trap "exit 0" 2 15',
    'trap "rm a" USR1 DEBUG',
    'trap - USR1',
    'trap "" USR1 EXIT ERR',
    'trap EXIT',
    'trap -p',
  ])('but not %j', script => expect(outcomes(`${script}\nexit 1`)).toEqual(['failure']))
})

describe('What a command may assign is no longer known', () => {
  test.each([
    'read -r -n 1 R < file',
    'while make; do printf -v R success; done',
    'read "$X" < file',
    'mapfile R < file',
    'getopts a R',
    'let R=1',
    'wait -n -p R',
    'while read -r R; do :; done < file',
    'while make; do R=success; done',
    'for R in *; do :; done',
    'select R in a; do break; done',
    'for ((R = 0; R < 2; R++)); do :; done',
    'for f in *; do : "${R:=success}"; done',
    'while make; do exec 3>&1 {R}>log; done || make {R}>log',
    'while make; do make {R}>log; done',
    'f() { R=success; }; while make; do f; done',
    '((R = $1))',
    ': $((R = $1))',
    ': $((R[0] = $1))',
    'make $((R = $1))',
    'while make; do ((R <<= 1)); done',
    'while make; do ((--R)); done',
    'while make; do ((Q[R = 1])); done',
    'while make; do ((Q[1] + (R |= 1))); done',
    ': $((R++))',
    ': $((R ++))',
    ': $((--R))',
    ': $((-- R))',
    ': $((R   = $1))',
    ': $((R += 1))',
    ': $((R <<= 1))',
    ': ${R:=success}',
    ': ${R=success}',
    'make {R}>log',
    'unset "$X"',
    'export "$X"',
    'export $(make env)',
    'export "R=$(make)"',
    'export "R=success"',
    'readonly R+=x',
    'declare "$X=success"',
  ])('%j', script => {
    const lines = `R=skipped\n${script}\nif [ "$R" = success ]; then exit 0; fi\nnolapse run`
    expect(outcomes(lines, { ...X, nolapse: false })).toContain('success')
  })

  test.each([
    'wait',
    'while make; do printf "%s" R; done',
    'read -r Q < file',
    'let QQQ=$1',
    'let "QQQ=$1"',
    'export "QQQ=$1"',
    'thread R < file',
    'reader R < file',
    'unset Q',
    'unset -v Q',
    'export -p',
    'f() { local R=success; }; f',
    'f() { local Q; Q=1; local Q; }; f',
    'f() { declare R; R=success; }; f',
    'Q=1; f() { local Q=2; }; f; [ "$Q" = 1 ]',
    ': $((R == 1))',
    'make $((R * 2)) $((R <= 3))',
    'while make; do ((R != Q)); done',
    // Errors.
    'while make; do ((-R = 1)); done',
    'while make; do ((1 = R)); done',
    ': ${R:-a=b}',
  ])('but not after %j', script => {
    const lines = `R=skipped\n${script}\nif [ "$R" != skipped ]; then exit 0; fi\nnolapse run`
    expect(outcomes(lines, { nolapse: false })).toEqual(['failure'])
  })

  test('a function can set the variables outside it', () => {
    expect(outcomes('f() { declare -g R=success; }; f\ntest "$R" = success')).toEqual(['success'])
    expect(outcomes('f() { R=success; }; f\ntest "$R" = success')).toEqual(['success'])
    expect(outcomes('declare R=success\ntest "$R" = success')).toEqual(['success'])
  })

  test('unset removes variables and functions', () => {
    expect(outcomes('f() { exit 3; }\nunset -f f\nf')).toEqual(both)
    expect(outcomes('f() { exit 3; }\nunset f\nf')).toEqual(both)
    expect(outcomes('f() { exit 3; }\nf=1\nunset f\nf')).toEqual(['failure'])
  })

  test('the shell sets some variables itself', () => {
    for (const name of ['UID', 'RANDOM', 'SECONDS', 'BASH_VERSION', 'PIPESTATUS', '_'])
      expect(outcomes(`[ -n "$${name}" ]`)).toEqual(both)
    expect(outcomes('RANDOM=1; [ "$RANDOM" = 1 ]')).toEqual(both)
  })

  test('IFS decides where words are split', () => {
    const script = 'for r in $A; do [ "$r" = a ] && exit 0; done\nexit 1'
    expect(outcomes(`A=axb\n${script}`)).toEqual(['failure'])
    expect(outcomes(`A=axb; IFS=x\n${script}`)).toEqual(both)
  })
})

describe('A script that ends well although nolapse fails', () => {
  const failed = (script: string, known: Known = {}, shell: Shell = 'default') =>
    outcomes(script, { nolapse: false, ...known }, shell)

  test('because its arguments ask for help', () => {
    expect(failed('F=--help; nolapse run $F')).toEqual(both)
    expect(failed('F="--verbose --version"; nolapse run $F')).toEqual(both)
    expect(failed('nolapse run $F', { variables: { F: '--dry-run' } })).toEqual(both)
    expect(failed('exec nolapse run $F', { variables: { F: '--dry-run' } })).toEqual(both)
    expect(failed('F=--verbose; nolapse run $F')).toEqual(['failure'])
    expect(failed('nolapse run {a,b}')).toEqual(['failure'])
    expect(failed('set -u; nolapse run ${F:-} "$NONE"')).toEqual(['failure'])
    expect(failed('docker run -h host nolapse run "$(pwd)" $((1)) $A', { variables: { A: '-h' } })).toEqual(
      both,
    )
    expect(failed('docker run -h host nolapse run "$(pwd)" $((1))')).toEqual(['failure'])
  })

  test('because the author of the pull request adds a word to the call', () => {
    const title = { what: 'github.event.pull_request.title', harmless: false, byAuthor: true }
    const known = { variables: { T: title } }
    expect(failed('nolapse run $T', known)).toEqual(both)
    expect(failed('nolapse run --message=$T', known)).toEqual(both)
    expect(failed('nolapse run "$T"', known)).toEqual(both)
    expect(failed('nolapse run --message "$T"', known)).toEqual(['failure'])
    expect(failed('nolapse run --message="$T" "pull: $T"', known)).toEqual(['failure'])
    const inline = (text: Text) =>
      outcomesOf(['nolapse run --message "', { inline: 0 }, '"'], 'default', {
        nolapse: false,
        inline: [text],
        ...(typeof text === 'object' && text.byAuthor ? { authored: [text.what] } : {}),
      }).toSorted()
    expect(inline(title)).toEqual(both)
    expect(inline({ what: 'vars.MESSAGE', harmless: false })).toEqual(['failure'])
  })

  test('because a function has the name of the program that starts nolapse', () => {
    expect(failed('timeout() { true; }\ntimeout 60 nolapse run')).toEqual(['success'])
    expect(failed('npx() { "$@"; }\nnpx nolapse run')).toEqual(['failure'])
    expect(failed('npx() { "$*"; }\nnpx nolapse run')).toEqual(both)
  })

  test('because a shell only reads it', () => {
    expect(failed("bash -nc 'nolapse run'")).toEqual(both)
    expect(failed("bash --help -c 'nolapse run'")).toEqual(both)
    expect(failed("bash -lic 'nolapse run'")).toEqual(['failure'])
    expect(failed("bash --login --noprofile --norc -c 'nolapse run'")).toEqual(['failure'])
  })

  test('because PowerShell or cmd runs more on the same line, or something else', () => {
    for (const line of ['nolapse run; exit 0', 'nolapse run || exit 0', 'nolapse run & exit /b 0'])
      expect(failed(line, {}, { command: 'pwsh' })).toEqual(both)
    expect(failed('& nolapse run', {}, { command: 'pwsh' })).toEqual(['failure'])
    expect(failed('  & nolapse run', {}, { command: 'pwsh' })).toEqual(['failure'])
    expect(failed('nolapse run', {}, { command: 'cmd' })).toEqual(['failure'])
    expect(failed('nolapse run', {}, { command: 'msys2 {0}' })).toEqual(['failure'])
    expect(failed('nolapse run', {}, { command: 'pwsh -Command true {0}' })).toEqual(both)
    for (const line of ['nolapse run --repo (Get-Location)', 'nolapse run ${env:ARGS}'])
      expect(failed(line, {}, { command: 'pwsh' })).toEqual(['failure'])
  })

  test.each([
    'if ($env:X) {\n  nolapse run }',
    'try {\nnolapse run } catch { }',
    'if exist x (\nnolapse run )',
    'Write-Host `\nnolapse run',
    'echo ^\nnolapse run',
    'true ||\nnolapse run',
    'true \\\nnolapse run',
    'Write-Host a,\nnolapse run',
    'cat <<EOF\nnolapse run',
    'else\nnolapse run',
  ])('because the line of nolapse belongs to another command of PowerShell or cmd: %j', script =>
    expect(failed(script, {}, { command: 'pwsh' })).toEqual(both),
  )

  test.each([
    'if (-not $env:X) { exit 0 }',
    'if (-not $env:X) { exit }',
    'if (-not $env:X) { return }',
    'if "%X%"=="" exit /b 0',
    'if "%X%"=="" goto :eof',
    'function nolapse { }',
    'Set-Alias nolapse true',
    'exit $LASTEXITCODE',
  ])('because PowerShell or cmd may end before it: %j', line =>
    expect(failed(`${line}\nnolapse run`, {}, { command: 'pwsh' })).toEqual(both),
  )

  test.each([
    'npm ci',
    'if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }',
    'if ($LASTEXITCODE) {exit $LASTEXITCODE}',
    'if (-not $env:X) { exit 1 }',
    'if "%X%"=="" exit /b 12',
    '$exitCode = 1',
  ])('but not because of %j before it', line =>
    expect(failed(`${line}\nnolapse run`, {}, { command: 'pwsh' })).toEqual(['failure']),
  )
})
