/** Hands a token's value to a command on its standard input, and tells how that ended. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, readSync, writeSync } from 'node:fs'
import type { Readable, Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { TOKEN_LENGTH } from '../../api/contract.ts'
import { type Command, environmentWithout } from './command.ts'
import { Masker } from './mask.ts'
import { openPipe, type Pipe } from './pipe.ts'

export type Ended =
  /** The command ended with 0, and has read its input where that can be seen. */
  | { kind: 'taken' }
  /** It never ran. */
  | { kind: 'not-started'; code: string }
  | { kind: 'failed'; code: number }
  | { kind: 'killed'; signal: string }
  /** It ended with 0, but has left this many bytes of its input. */
  | { kind: 'unread'; bytes: number }

/** A background process may hold a command's output open; last words are waited for this long, in milliseconds. */
const LAST_WORDS = 1_000

/** How long a command may take to end after a signal that was passed on to it, in milliseconds. */
const LAST_RITES = 3_000

/** One hand-over. Its pipe is there before there is a value, so that what could fail fails before a token is made. */
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

  /** @param session what must not be in the command's environment */
  static async prepare(command: Command, session: string, open = openPipe): Promise<HandOver> {
    return new HandOver(command, session, await open())
  }

  /** Starts the command with the value, and the end of input, on its standard input. Its output comes masked. Once only. */
  give(value: string, output: Writable, errors: Writable): Promise<Ended> {
    if (this.#pipe) {
      writeSync(this.#pipe.write, value)
      closeSync(this.#pipe.write)
    }
    try {
      this.#child = spawn(this.#command.path, this.#command.args, {
        argv0: this.#command.name,
        env: environmentWithout(this.#session, process.env),
        stdio: [this.#pipe?.read ?? 'pipe', 'pipe', 'pipe'],
        windowsHide: true,
      })
    } catch (error) {
      // As an argument list that is too long: other errors come as events.
      return Promise.resolve(notStarted(error))
    }
    // Where there is no pipe of our own, a command may close its input before the value is in it.
    this.#child.stdin?.on('error', /* istanbul ignore next -- a race with the command */ () => undefined)
    this.#child.stdin?.end(value)
    this.#ended = this.#follow(this.#child, value, output, errors)
    return this.#ended
  }

  /** Passes a signal on to the command, and kills it where it does not heed that. */
  async stop(signal: NodeJS.Signals): Promise<void> {
    this.#child?.kill(signal)
    const deaf = sleep(LAST_RITES, true, { ref: false })
    if (await Promise.race([this.#ended?.then(() => false), deaf])) this.#child?.kill('SIGKILL')
  }

  async #follow(child: ChildProcess, value: string, output: Writable, errors: Writable): Promise<Ended> {
    const streams = [child.stdout, child.stderr] as [Readable, Readable]
    const passed = Promise.all([pass(streams[0], output, value), pass(streams[1], errors, value)])
    try {
      const [code, signal] = await once(child, 'exit')
      await Promise.race([passed, sleep(LAST_WORDS, undefined, { ref: false })])
      if (signal) return { kind: 'killed', signal }
      if (code !== 0) return { kind: 'failed', code }
      const bytes = this.#pipe ? unread(this.#pipe) : 0
      return bytes > 0 ? { kind: 'unread', bytes } : { kind: 'taken' }
    } catch (error) {
      return notStarted(error)
    } finally {
      for (const stream of streams) stream.destroy()
      if (this.#pipe) closeSync(this.#pipe.read)
    }
  }
}

const notStarted = (error: unknown): Ended => ({
  kind: 'not-started',
  code: String((error as NodeJS.ErrnoException).code),
})

/** What stands in a pipe after its reader has ended. Nobody writes to it any more, so this never waits. */
const unread = ({ read }: Pipe): number => readSync(read, Buffer.alloc(TOKEN_LENGTH))

/** Passes a stream on, masked. A sink that takes nothing any more does not stop the command that speaks. */
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
