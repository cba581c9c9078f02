/**
 * A pipe of our own, so that a value and the end of input can stand in it before the process that reads it is started.
 *
 * Node gives a child's input as a socket and writes to it after the start: were this process killed in between, a
 * secret store would take an empty secret for one. Nor is a socket what `/dev/stdin` can be opened on (Linux), which
 * is how kubectl or aws are told to read their input.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'

/** Two file descriptors; neither is inherited by a child unless it is given. */
export interface Pipe {
  read: number
  write: number
}

/** How long a shell that makes a pipe may take, in milliseconds. */
const PATIENCE = 5_000

/** A pipe, by the first way that works here; `undefined` where none does (Windows). */
export async function openPipe(ways = [borrowPipe, namePipe]): Promise<Pipe | undefined> {
  for (const way of ways) {
    const pipe = await way().catch(() => undefined)
    if (pipe) return pipe
  }
  return undefined
}

/**
 * Node has no call for a pipe, but a shell makes one for `|`, and Linux lets its owner open it by the process that holds
 * it. Nothing goes through the shell, and it is gone before anything is in the pipe.
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
    return { read: openSync(end, constants.O_RDONLY), write: openSync(end, constants.O_WRONLY) }
  } finally {
    for (const stream of shell.stdio) stream?.destroy()
  }
}

/**
 * A named pipe, without its name as soon as both of its ends are open. Only where there is no /proc: elsewhere
 * `/dev/stdin` is such a descriptor again, while Linux would open the pipe anew and wait for a writer for ever.
 */
export async function namePipe(): Promise<Pipe> {
  const folder = mkdtempSync(join(tmpdir(), 'nolapse-token-'))
  try {
    const path = join(folder, 'pipe')
    execFileSync('mkfifo', ['-m', '600', path], { stdio: 'ignore', timeout: PATIENCE })
    const read = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    return { read, write: openSync(path, constants.O_WRONLY | constants.O_NONBLOCK) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
