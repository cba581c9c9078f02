/** Runs the built command line as a CI or a person does: in its own process and environment. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DIST, NODE } from '../../harness/runner.ts'

export interface Invocation {
  args: string[]
  /** Beside PATH and HOME; `undefined` takes one of these away. */
  env?: Record<string, string | undefined>
  /** What is written to its standard input, which is then closed. */
  input?: string
  /** Its working folder; an empty one by default. */
  cwd?: string
}

export interface CliRun {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

/** Starts `nolapse-token`; `done` settles when its process has ended. */
export function startCli({ args, env = {}, input = '', cwd }: Invocation): {
  child: ChildProcess
  done: Promise<CliRun>
} {
  const folder = mkdtempSync(join(tmpdir(), 'nolapse-cli-'))
  const child = spawn(NODE, [join(DIST, 'cli.js'), ...args], {
    cwd: cwd ?? folder,
    env: { PATH: process.env.PATH ?? '', HOME: folder, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', chunk => {
    stdout += chunk
  })
  child.stderr.setEncoding('utf8').on('data', chunk => {
    stderr += chunk
  })
  // The process can end without reading.
  child.stdin.on('error', () => undefined).end(input)
  const done = new Promise<CliRun>((settle, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      rmSync(folder, { recursive: true, force: true })
      settle({ code, signal, stdout, stderr })
    })
  })
  return { child, done }
}

export const runCli = (invocation: Invocation): Promise<CliRun> => startCli(invocation).done
