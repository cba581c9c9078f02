/** Hands a token's value to a command on its standard input, and reports how that ended. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, readSync, writeSync } from 'node:fs'
import type { Readable, Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { TOKEN_LENGTH } from '../../api/contract.ts'
import { type Command, environmentWithout, spawnable } from './command.ts'
import { Masker } from './mask.ts'
import { openPipe, type Pipe } from './pipe.ts'

export type Ended =
  /** The command exited with 0, and apparently has read its input. */
  | { kind: 'taken' }
  /** It never ran. */
  | { kind: 'not-started'; code: string }
  /** It exited with a code other than 0. */
  | { kind: 'failed'; code: number; left: Left }
  | { kind: 'killed'; signal: string; left: Left }
  /** It exited with 0, but has not read its whole input. */
  | { kind: 'unread'; left: Left }

/**
 * How many bytes of the value were still in the pipe when the command had ended. They are out of it now: if they are all
 * 44, neither the command nor a process that it left behind can have the value.
 */
type Left = number

/** A background process may hold a command's output open. Its last output is awaited for this long, in milliseconds. */
const LAST_WORDS = 1_000

/** How long the output that was held back may take to be written, in milliseconds. */
const FLUSH = 100

/** How long a command may take to end after a signal that was passed on to it, in milliseconds. */
const LAST_RITES = 2_000

/** One hand-over. Creates its pipe before there is a value, so that a failure comes before a token is created. */
export class HandOver {
  readonly #command: Command
  readonly #session: string
  readonly #pipe: Pipe | undefined
  #child: ChildProcess | undefined
  #ended: Promise<Ended> | undefined

  private constructor(command: Command, session: string, pipe: Pipe | undefined) {
    this.#command = command
    this.#session = session
    this.#pipe = pipe
  }

  /** @param session the session, which must not be in the command's environment */
  static async prepare(command: Command, session: string, open = openPipe): Promise<HandOver> {
    return new HandOver(command, session, await open())
  }

  /** Starts the command with the value, and the end of input, on its standard input, and masks its output. Once only. */
  give(value: string, output: Writable, errors: Writable): Promise<Ended> {
    this.#ended = this.#give(value, output, errors)
    return this.#ended
  }

  async #give(value: string, output: Writable, errors: Writable): Promise<Ended> {
    const pipe = this.#pipe
    if (pipe) {
      writeSync(pipe.write, value)
      closeSync(pipe.write)
    }
    try {
      const { file, args, options } = spawnable(this.#command)
      const child = spawn(file, args, {
        ...options,
        env: environmentWithout(this.#session, process.env),
        stdio: [pipe?.read ?? 'pipe', 'pipe', 'pipe'],
        windowsHide: true,
      })
      // Without a pipe of our own, a command may close its input before the value is in it.
      child.stdin?.on('error', /* istanbul ignore next -- a race with the command */ () => undefined)
      child.stdin?.end(value)
      const exit = new Promise<[number | null, string | null]>(resolve =>
        child.once('exit', (code, signal) => resolve([code, signal])),
      )
      await once(child, 'spawn')
      this.#child = child
      // It runs from here on, so an error means that a signal could not be sent.
      child.on('error', /* istanbul ignore next -- a race with its end */ () => undefined)
      return await follow(child, exit, value, output, errors, pipe)
    } catch (error) {
      // `spawn` throws if the argument list is too long. Other errors are events.
      return { kind: 'not-started', code: String((error as NodeJS.ErrnoException).code) }
    } finally {
      if (pipe) for (const end of [pipe.read, pipe.look]) closeSync(end)
    }
  }

  /** Passes a signal on to the command, and kills the command if it does not end. */
  async stop(signal: NodeJS.Signals): Promise<void> {
    this.#child?.kill(signal)
    const deaf = sleep(LAST_RITES, true, { ref: false })
    if (await Promise.race([this.#ended?.then(() => false), deaf])) this.#child?.kill('SIGKILL')
  }
}

async function follow(
  child: ChildProcess,
  exit: Promise<[number | null, string | null]>,
  value: string,
  output: Writable,
  errors: Writable,
  pipe: Pipe | undefined,
): Promise<Ended> {
  const streams = [child.stdout, child.stderr] as [Readable, Readable]
  const passed = Promise.all([pass(streams[0], output, value), pass(streams[1], errors, value)])
  const [code, signal] = await exit
  await Promise.race([passed, sleep(LAST_WORDS, undefined, { ref: false })])
  const left = pipe ? takeBack(pipe) : 0
  for (const stream of streams) stream.destroy()
  // Write what the mask held back, unless nothing reads our own output.
  await Promise.race([passed, sleep(FLUSH, undefined, { ref: false })])
  if (signal !== null) return { kind: 'killed', signal, left }
  if (code !== 0) return { kind: 'failed', code: code as number, left }
  return left > 0 ? { kind: 'unread', left } : { kind: 'taken' }
}

/** Drains from the pipe what the command has not read. */
function takeBack({ look }: Pipe): Left {
  try {
    return readSync(look, Buffer.alloc(TOKEN_LENGTH))
  } catch {
    // EAGAIN: it is empty, and a process that the command left behind holds its other end.
    return 0
  }
}

/** Passes a stream on, masked. If the sink stops accepting data, the command continues. */
async function pass(from: Readable, to: Writable, value: string): Promise<void> {
  const masker = new Masker(value)
  const write = (piece: Buffer) => new Promise<unknown>(resolve => to.write(piece, resolve))
  try {
    for await (const piece of from) await write(masker.push(piece))
  } catch {
    // Cut off by us, after the command has ended.
  }
  await write(masker.flush())
}
