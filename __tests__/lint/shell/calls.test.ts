import { describe, expect, test } from '@jest/globals'
import { callsCheck, readLines, readShell } from '../../../src/lint/shell/script.ts'

const runs = (script: string) => readShell([script], 'default').callsNolapse
const checks = (script: string) => callsCheck(readShell([script], 'default'))

describe('nolapse run is recognised', () => {
  test.each([
    'nolapse run',
    './nolapse run --repo .',
    '"$HOME/go/bin/nolapse" run',
    '"$(go env GOPATH)"/bin/nolapse run',
    '$GOBIN/nolapse run',
    'NOLAPSE_DEBUG=1 nolapse run',
    'timeout 60 nolapse run',
    'timeout -k 5 60 ./nolapse run',
    'sudo -E nolapse run',
    'pnpm --filter app exec nolapse run',
    'env -u X A=b nolapse run',
    'time nolapse run',
    'exec nolapse run',
    'command nolapse run',
    'go run github.com/nolapse/nolapse-cli/nolapse-cli/cmd/nolapse@latest run',
    'docker run --rm ghcr.io/nolapse/nolapse:1.2 run',
    'docker compose run --name test nolapse run',
    'sudo docker exec ci nolapse run',
    'nolapse run --verbose --repo help',
    'op run --env-file=.env -- nolapse run',
    'with-secrets -- nolapse run',
    'nolapse --verbose run',
    'nolapse --config x.yml run',
    'nolapse.exe run',
    'C:\\\\tools\\\\nolapse.exe run',
    'make && nolapse run | tee log',
    'if true; then nolapse run; fi',
    'f() { nolapse run; }\nf',
    'x=$(nolapse run)',
    "bash -c 'nolapse run'",
    'sh -ec "nolapse run"',
    'cat <(nolapse run)',
    "cat <<'EOF'\ntext\nEOF\nnolapse run",
    '"$HOME$FOLDER/nolapse" run',
    'no"lapse" run',
    "$'nolapse' run",
    '$"nolapse" run',
  ])('%j', script => expect(runs(script)).toBe(true))
})

describe('nolapse run is recognised as the arguments of a function that runs them', () => {
  test.each([
    'retry() { "$@"; }\nretry nolapse run',
    'retry() { ${@}; }\nretry nolapse run --repo "$X"',
    'retry() { shift; until "$@"; do sleep 1; done; }\nretry 3 nolapse run',
    'retry() { "${@:2}"; }\nretry 3 ./nolapse run',
    'retry() { timeout 60 "$@"; }\nretry nolapse run',
    'retry() { for i in 1 2 3; do "$@" && return 0; done; return 1; }\nretry nolapse run',
    'retry() { once "$@"; }\nonce() { "$@"; }\nif true; then retry nolapse run; fi',
    'retry() { "$@"; }\nretry bash -c "nolapse run"',
    'retry() { nolapse "$@"; }\nretry run',
  ])('%j', script => expect(runs(script)).toBe(true))

  test.each([
    'log() { echo "$@"; }\nlog nolapse run',
    'retry() { "$@"; }\nretry make\nretry nolapse run --help',
    'retry() { "$*"; }\nretry nolapse run',
    'retry() { "x$@"; }\nretry nolapse run',
    'other nolapse run\nretry() { "$@"; }',
    'again() { again x "$@"; }\nagain nolapse run',
  ])('but not in %j', script => expect(runs(script)).toBe(false))
})

describe('nolapse run is not recognised in', () => {
  test.each([
    'echo nolapse run',
    'echo "nolapse run"',
    '# nolapse run',
    'printf "%s" "nolapse run"',
    "cat <<'EOF'\nnolapse run\nEOF",
    'grep "nolapse run" file',
    'nolapse version',
    'nolapse --help run',
    'nolapse run --help',
    'nolapse run -h',
    'nolapse run --repo . --help',
    'nolapse run -help',
    'nolapse run --version',
    'nolapse run -V',
    'nolapse --version run',
    'nolapse run help',
    'nolapse run --dry-run',
    'nolapse run --dry-run=true',
    'nolapse run --dryrun',
    'timeout 60 nolapse run --version',
    'go run github.com/nolapse/nolapse-cli/nolapse-cli/cmd/nolapse@latest run --help',
    // Programs that take the words as text, or look at the program only.
    'echo -- nolapse run',
    'grep -- nolapse run',
    'git commit -- nolapse run',
    'env echo nolapse run',
    'sudo -E echo nolapse run',
    'sudo -l nolapse run',
    'sudo --list nolapse run',
    'timeout --help nolapse run',
    'go install nolapse run',
    'docker build -t nolapse run',
    // Nothing waits for the end.
    'sudo -b nolapse run',
    'setsid --fork nolapse run',
    'docker run -d ghcr.io/nolapse/nolapse run',
    'docker run -itd ghcr.io/nolapse/nolapse run',
    'docker run --detach ghcr.io/nolapse/nolapse run',
    'nolapse help run',
    'pnpm --filter nolapse run lint',
    'pnpm -F nolapse run lint',
    'yarn workspace nolapse run lint',
    'docker run --name nolapse run',
    'sudo -u nolapse run tests',
    'command',
    'command -v nolapse run',
    'my-nolapse run',
    'nolapse-token run',
    'X="nolapse run"',
    'bash -c "$SCRIPT"',
    'bash script.sh nolapse run',
    'bash -c "if; nolapse run"',
    '"$NOLAPSE" run',
    'timeout 60',
    '> nolapse',
    '$HOME"" run',
    '${PREFIX}nolapse run',
    'nolapse.exe:1 run',
    "bash -config 'nolapse run'",
  ])('%j', script => expect(runs(script)).toBe(false))
})

test.each([
  ['nolapse-token check', true],
  ['npx --yes @nolapse/token-action@1.0.0 check --format json', true],
  ['npx --no-install @nolapse/token-action check', true],
  ['node node_modules/@nolapse/token-action/dist/cli.js check', true],
  ['pnpm dlx @nolapse/token-action check', true],
  ['node dist/cli.js check', true],
  ['node dist/cli.json check', false],
  ['npx @nolapse/token-actions check', false],
  ['npx @nolapse/token-action list', false],
  ['nolapse-token check --help', false],
  ['nolapse-token check --version', false],
  ['npx check', false],
  ['node other.js check', false],
  ['echo nolapse-token check', false],
])('%j calls check: %j', (script, called) => expect(checks(script)).toBe(called))

test('a shell that is not followed is read line by line', () => {
  const calls = (script: string, command = 'pwsh') => readShell([script], { command }).callsNolapse
  expect(calls('nolapse run --repo .')).toBe(true)
  expect(calls('make\r\n& "C:\\tools\\nolapse.exe" run\n')).toBe(true)
  expect(calls('  nolapse   run')).toBe(true)
  expect(calls('"nolapse" run')).toBe(true)
  expect(calls('&nolapse run')).toBe(true)
  expect(calls('  &  nolapse run')).toBe(true)
  expect(calls('Write-Host nolapse run')).toBe(false)
  expect(calls('xnolapse run')).toBe(false)
  expect(calls('nolapse run  help')).toBe(false)
  expect(calls('Write-Host "nolapse run"')).toBe(false)
  expect(calls('print("nolapse run")', 'python')).toBe(false)
  expect(calls('nolapse run --help')).toBe(false)
  expect(calls('.\\nolapse.exe run --version\r\n')).toBe(false)
  expect(callsCheck(readShell(['nolapse-token check'], { command: 'pwsh' }))).toBe(false)
})

test('a script that cannot be parsed is read line by line as well', () => {
  expect(runs('if then\nnolapse run\n')).toBe(true)
  expect(runs(`${'('.repeat(5_000)}\nnolapse run`)).toBe(true)
  expect(runs(`${'"$('.repeat(9_000)}\nnolapse run`)).toBe(true)
  expect(runs(`${'# long\n'.repeat(20_000)}\nnolapse run`)).toBe(true)
})

test('lines of a list are one script', () => {
  expect(readLines(['if true; then', 'nolapse run', 'fi']).callsNolapse).toBe(true)
})
