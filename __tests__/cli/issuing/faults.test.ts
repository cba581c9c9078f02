/**
 * Every step of `create` and `rotate`, made to fail: the call before and after it took effect, and the process ended by a
 * signal. Each time nothing is lost, shown or left unnamed. The results are the table in docs/rotation-faults.md:
 * UPDATE_TABLE=1 writes it.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { startPlatform, type TestPlatform } from '../../../harness/platform.ts'
import { startCli } from '../../support/cli.ts'
import { type Call, type Relay, startRelay } from '../../support/flaky.ts'
import { ask, validate } from '../../support/platform-client.ts'

type Trouble = 'reads nothing' | 'fails before' | 'fails after' | 'SIGINT' | 'SIGTERM' | 'SIGKILL'
const TROUBLES: Trouble[] = ['reads nothing', 'fails before', 'fails after', 'SIGINT', 'SIGTERM', 'SIGKILL']

interface Step {
  command: 'create' | 'rotate' | 'rotate --in-place'
  /** In the words of the table. */
  step: string
  /** The call that fails; none if COMMAND fails. */
  call?: Call
}

const STEPS: Step[] = [
  { command: 'create', step: 'create', call: 'create' },
  { command: 'create', step: 'set the agent type', call: 'agent-type' },
  { command: 'create', step: 'prove valid', call: 'validate' },
  { command: 'create', step: 'COMMAND' },
  { command: 'rotate', step: 'look the old one up', call: 'show' },
  { command: 'rotate', step: 'create', call: 'create' },
  { command: 'rotate', step: 'set the agent type', call: 'agent-type' },
  { command: 'rotate', step: 'prove valid', call: 'validate' },
  { command: 'rotate', step: 'COMMAND' },
  { command: 'rotate', step: 'revoke the old one', call: 'revoke' },
  { command: 'rotate --in-place', step: 'rotate', call: 'rotate' },
  { command: 'rotate --in-place', step: 'prove valid', call: 'validate' },
  { command: 'rotate --in-place', step: 'COMMAND' },
]

/** What exists after a run. */
interface Aftermath {
  code: string
  live: string
  value: string
  told: string
}

interface Situation {
  platform: TestPlatform
  relay: Relay
  store: string
  old: { id: string; secret: string } | undefined
  output: string
  /** The tokens that the run has made, with their status. */
  made: { id: string; status: string }[]
  oldStatus: string | undefined
  stored: string
}

async function provoke({ command, call }: Step, trouble: Trouble): Promise<Aftermath & Situation> {
  const folder = mkdtempSync(join(tmpdir(), 'nolapse-faults-'))
  const store = join(folder, 'store')
  const platform = await startPlatform({ graceSeconds: 600 })
  const relay = await startRelay(platform.url)
  try {
    const rotating = command !== 'create'
    const old = rotating ? await platform.createToken('ci') : undefined
    if (old) await ask(platform, 'PATCH', `/v1/tokens/${old.id}`, { body: { agent_type: 'cursor' } })
    const signal = trouble.startsWith('SIG') ? (trouble as NodeJS.Signals) : undefined
    if (call) relay.fail(call, signal ? 'hold' : trouble === 'fails before' ? 'before' : 'after')
    const args = old
      ? ['rotate', old.id, ...(command === 'rotate' ? ['--revoke-old', '0'] : ['--in-place'])]
      : ['create', '--name', 'ci', '--agent-type', 'cursor']
    const script = call
      ? 'cat > "$STORE"'
      : signal
        ? 'cat > "$STORE"; echo "stored by $$"; exec sleep 60'
        : trouble === 'reads nothing'
          ? 'exit 1'
          : trouble === 'fails before'
            ? 'cat > /dev/null; exit 1'
            : 'cat > "$STORE"; exit 1'
    const { child, done } = startCli({
      args: [...args, '--timeout-seconds', '2', '--', 'sh', '-c', script],
      env: { NOLAPSE_API_URL: relay.url, NOLAPSE_SESSION_TOKEN: platform.session, STORE: store },
    })
    if (signal) {
      const storer = call
        ? await relay.held.then(() => undefined)
        : await new Promise<number>(resolve =>
            child.stdout?.on('data', text => resolve(Number(/stored by (\d+)/.exec(text)?.[1]))),
          )
      child.kill(signal)
      if (signal === 'SIGKILL' && storer) {
        await done
        process.kill(storer, 'SIGKILL')
      }
    }
    const run = await done
    const output = run.stdout + run.stderr
    const { body: list } = await ask(platform, 'GET', '/v1/tokens')
    const made = list.filter(({ id }: { id: string }) => id !== old?.id)
    const oldStatus = list.find(({ id }: { id: string }) => id === old?.id)?.status
    const stored = read(store)

    // Nothing is shown.
    expect(output).not.toMatch(/nlp_[0-9a-f]{8}/)
    for (const secret of [platform.session, stored.slice(4)].filter(Boolean))
      expect(output).not.toContain(secret)
    // Nothing is left unnamed: its ID is shown, or without an answer its name and how to find it.
    for (const { id, status } of made)
      if (status !== 'revoked')
        expect(output).toMatch(
          run.signal ? new RegExp(`${id}|token named ci|${old?.id}`) : new RegExp(`${id}|cli\\.js list`),
        )
    // Nothing is lost: the stored value is a complete, valid token, or the old token is still valid.
    expect(['', 44]).toContain(stored === '' ? '' : stored.length)
    const works = async (secret: string) => (await validate(platform, secret)).body.valid
    if (old && !(await works(stored))) expect(await works(old.secret)).toBe(true)
    if (stored !== '') expect(await works(stored)).toBe(true)

    return {
      code: run.signal ? '137' : String(run.code),
      live: [
        ...(oldStatus && oldStatus !== 'revoked'
          ? [oldStatus === 'rotating' ? 'old (rotating)' : 'old']
          : []),
        ...made.filter(({ status }: { status: string }) => status !== 'revoked').map(() => 'new'),
      ].join(', '),
      value: stored
        ? 'stored'
        : made.some(({ status }: { status: string }) => status !== 'revoked')
          ? 'nowhere'
          : '',
      told: linesOf(run.stderr, old?.id, made),
      platform,
      relay,
      store,
      old,
      output,
      made,
      oldStatus,
      stored,
    }
  } finally {
    await relay.close()
    await platform.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The command lines in the message, or its last line if there are none. */
function linesOf(stderr: string, old: string | undefined, made: { id: string }[]): string {
  const named = (text: string) =>
    made
      .reduce((said, { id }) => said.replaceAll(id, 'NEW'), old ? text.replaceAll(old, 'OLD') : text)
      .replace(/ --api-url \S+/g, '')
      .trim()
  const lines = stderr.split('\n').flatMap(line => /^ {2}.*cli\.js (.*)/.exec(line)?.[1] ?? [])
  return lines.length > 0
    ? lines.map(line => `\`${named(line)}\``).join(', ')
    : named(stderr.trimEnd().split('\n').at(-1) ?? '')
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

const rows = new Map<string, Aftermath>()
const rowOf = ({ command, step }: Step, trouble: Trouble) => `${command} | ${step} | ${trouble}`

const CASES = STEPS.flatMap(step =>
  // Only COMMAND reads.
  TROUBLES.filter(trouble => trouble !== 'reads nothing' || !step.call).map(trouble => ({
    ...step,
    trouble,
  })),
)

// Each has its own platform and mostly waits.
test.concurrent.each(CASES)('$command: $step, $trouble', async ({ trouble, ...step }) => {
  const seen = await provoke(step, trouble)
  rows.set(rowOf(step, trouble), seen)
})

test('the table in docs/rotation-faults.md matches what happens', () => {
  const cells = CASES.map(({ trouble, ...step }) => {
    const row = rowOf(step, trouble)
    const { code, live, value, told } = rows.get(row) as Aftermath
    return `| ${row} | ${code} | ${live} | ${value} | ${told} |`
  })
  const table = [
    '| command | step | what happens | exit code | tokens that are live | the value | the line that the user is given |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...cells,
  ].join('\n')
  const path = 'docs/rotation-faults.md'
  const [head, , tail] = readFileSync(path, 'utf8').split(/(?<=<!-- table -->\n)|(?=<!-- \/table -->)/)
  if (process.env.UPDATE_TABLE) writeFileSync(path, `${head}${table}\n${tail}`)
  expect(readFileSync(path, 'utf8')).toContain(table)
})
