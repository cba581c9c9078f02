/**
 * A pipe of our own, which holds a value and the end of input before the process that reads it is started.
 *
 * Node gives a child a socket as its input, and writes to it after the start. If this process were killed in between, a
 * secret store would take an empty secret. Linux cannot open a socket as `/dev/stdin` either, and that is how kubectl and
 * aws are told to read their input.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'

/** File descriptors. A child inherits only those passed to it. */
export interface Pipe {
  /** For the child. */
  read: number
  /** For us, at the same end. It never blocks: a background process that holds the other end must not stop this one. */
  look: number
  write: number
}

/** The time limit for the shell that makes a pipe, in milliseconds. */
const PATIENCE = 5_000

const READ = constants.O_RDONLY
const LOOK = constants.O_RDONLY | constants.O_NONBLOCK

/** A pipe, made in the first way that works; `undefined` if none does (Windows). */
export async function openPipe(ways = [borrowPipe, namePipe]): Promise<Pipe | undefined> {
  for (const way of ways) {
    const pipe = await way().catch(() => undefined)
    if (pipe) return pipe
  }
  return undefined
}

/**
 * Node has no call for a pipe, but a shell makes one for `|`, and Linux lets its owner open it through the process that
 * holds it. Nothing goes through the shell, and it has ended before anything is in the pipe.
 */
export async function borrowPipe(): Promise<Pipe> {
  const shell: ChildProcess = spawn(
    '/bin/sh',
    ['-c', ": | { exec 4<&0; /bin/sh -c 'echo $PPID'; read -r _ <&3; }"],
    { stdio: ['ignore', 'pipe', 'ignore', 'pipe'], env: {} },
  )
  try {
    const [pid] = await once(shell.stdout as Readable, 'data', { signal: AbortSignal.timeout(PATIENCE) })
    const end = `/proc/${String(pid).trim()}/fd/4`
    return { read: openSync(end, READ), look: openSync(end, LOOK), write: openSync(end, constants.O_WRONLY) }
  } finally {
    for (const stream of shell.stdio) stream?.destroy()
  }
}

/**
 * A named pipe, which loses its name as soon as its ends are open. Only for systems without /proc: there, `/dev/stdin`
 * is the same descriptor again. Linux would open the pipe anew, and wait for a writer for ever.
 */
export async function namePipe(): Promise<Pipe> {
  const folder = mkdtempSync(join(tmpdir(), 'nolapse-token-'))
  try {
    const path = join(folder, 'pipe')
    execFileSync('mkfifo', ['-m', '600', path], { stdio: 'ignore', timeout: PATIENCE })
    // In this order nothing blocks: a non-blocking reader first, then the writer.
    const look = openSync(path, LOOK)
    const write = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK)
    return { read: openSync(path, READ), look, write }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
