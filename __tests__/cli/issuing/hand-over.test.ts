import { Writable } from 'node:stream'
import { afterEach, expect, test } from '@jest/globals'
import { TOKEN } from '../../../harness/runner.ts'
import { type Command, findCommand } from '../../../src/cli/issuing/command.ts'
import { HandOver } from '../../../src/cli/issuing/hand-over.ts'

const SESSION = 'sess_Not-A-Real-One'

/** Collects what a command says; a test can wait for a word. */
class Sink extends Writable {
  said = ''
  #waiting: { word: RegExp; found: (match: RegExpExecArray) => void } | undefined

  override _write(piece: Buffer, _: unknown, done: () => void) {
    this.said += piece.toString()
    const match = this.#waiting?.word.exec(this.said)
    if (match) this.#waiting?.found(match)
    done()
  }

  waitFor(word: RegExp): Promise<RegExpExecArray> {
    return new Promise(found => {
      this.#waiting = { word, found }
    })
  }
}

const shell = (script: string): Command => findCommand(['sh', '-c', script]) as Command

async function give(command: Command, open?: () => Promise<undefined>) {
  const output = new Sink()
  const errors = new Sink()
  const handOver = await HandOver.prepare(command, SESSION, open)
  const ended = await handOver.give(TOKEN, output, errors)
  return { ended, output: output.said, errors: errors.said }
}

const backgrounds: number[] = []
afterEach(() => {
  for (const pid of backgrounds.splice(0)) process.kill(pid)
})

test('a command gets the value, followed by the end of input', async () => {
  expect(await give(shell('wc -c; echo done >&2'))).toMatchObject({
    ended: { kind: 'taken' },
    output: expect.stringMatching(/^\s*44\n$/),
    errors: 'done\n',
  })
})

test('the output of a command is masked on both streams, even in pieces', async () => {
  const { output, errors } = await give(
    shell('read -r t; echo "$t" >&2; for c in $(echo "$t" | sed "s/./& /g"); do printf %s "$c"; done'),
  )
  expect({ output, errors }).toEqual({ output: '***', errors: '***\n' })
})

test('the environment of a command has no token and no session', async () => {
  process.env.NOLAPSE_SESSION_TOKEN = SESSION
  try {
    const { output } = await give(shell('cat > /dev/null; env'))
    expect(output).toContain('PATH=')
    expect(output).not.toMatch(/NOLAPSE_SESSION_TOKEN|sess_/)
  } finally {
    delete process.env.NOLAPSE_SESSION_TOKEN
  }
})

test.each([
  ['fails', 'cat > /dev/null; exit 7', { kind: 'failed', code: 7, left: 0 }],
  ['is killed', 'cat > /dev/null; kill -KILL $$', { kind: 'killed', signal: 'SIGKILL', left: 0 }],
  ['closes its input', 'exec <&-', { kind: 'unread', left: 44 }],
  ['fails without reading', 'exit 4', { kind: 'failed', code: 4, left: 44 }],
  ['is killed without reading', 'kill -KILL $$', { kind: 'killed', signal: 'SIGKILL', left: 44 }],
  ['reads a part', 'head -c 10 > /dev/null', { kind: 'unread', left: 34 }],
])('a command that %s has not taken the value', async (_, script, ended) => {
  expect((await give(shell(script))).ended).toEqual(ended)
})

test('a command that cannot be started has not run', async () => {
  const nothing = { path: '/nonexistent/store', name: 'store', args: [], batch: false }
  expect((await give(nothing)).ended).toEqual({ kind: 'not-started', code: 'ENOENT' })
  const tooLong = { ...shell('cat'), args: ['x'.repeat(4 * 1024 * 1024)] }
  expect((await give(tooLong)).ended).toEqual({ kind: 'not-started', code: 'E2BIG' })
})

test('the run does not wait for a background process of the command', async () => {
  const { ended, output } = await give(shell('cat > /dev/null; sleep 60 & echo "left $!"'))
  backgrounds.push(Number(/left (\d+)/.exec(output)?.[1]))
  expect(ended).toEqual({ kind: 'taken' })
})

test('a command whose background process holds both ends of the pipe has taken the value', async () => {
  const { ended, output } = await give(
    shell('cat > /dev/null; exec 3<>/dev/stdin; sleep 60 >/dev/null 2>&1 & echo "left $!"'),
  )
  backgrounds.push(Number(/left (\d+)/.exec(output)?.[1]))
  expect(ended).toEqual({ kind: 'taken' })
})

test('a command gets the value even if no named pipe can be made', async () => {
  const none = async () => undefined
  expect(await give(shell('cat | wc -c'), none)).toMatchObject({
    ended: { kind: 'taken' },
    output: expect.stringMatching(/44/),
  })
  expect((await give(shell('exec <&-'), none)).ended).toEqual({ kind: 'taken' })
})

test('a command continues even if nothing reads its output any more', async () => {
  const broken = new Writable({ write: (_, __, done) => done(new Error('broken')) })
  broken.on('error', () => undefined)
  const handOver = await HandOver.prepare(shell('echo one; cat > /dev/null; echo two'), SESSION)
  expect(await handOver.give(TOKEN, broken, new Sink())).toEqual({ kind: 'taken' })
})

test('a signal is passed on to the command', async () => {
  const output = new Sink()
  const handOver = await HandOver.prepare(
    shell('trap "echo heard; exit 3" TERM; cat > /dev/null; echo ready; while :; do sleep 0.05; done'),
    SESSION,
  )
  await handOver.stop('SIGTERM')
  const ready = output.waitFor(/ready/)
  const ended = handOver.give(TOKEN, output, new Sink())
  await ready
  await handOver.stop('SIGTERM')
  expect(await ended).toEqual({ kind: 'failed', code: 3, left: 0 })
  expect(output.said).toContain('heard')
})

test('a command that ignores the signal is killed', async () => {
  const output = new Sink()
  const handOver = await HandOver.prepare(
    shell('trap "" TERM; cat > /dev/null; echo ready; while :; do sleep 0.05; done'),
    SESSION,
  )
  const ready = output.waitFor(/ready/)
  const ended = handOver.give(TOKEN, output, new Sink())
  await ready
  await handOver.stop('SIGTERM')
  expect(await ended).toEqual({ kind: 'killed', signal: 'SIGKILL', left: 0 })
})
