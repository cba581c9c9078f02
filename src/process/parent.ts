/**
 * The process that started this one. npx passes no signal on: it ends, and what it has started lives on without it. So a
 * parent that ends is a hang-up.
 */
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'

/** Noted when this module is loaded, before the big ones: a parent that ends in the meantime is noticed, too. */
const parent = process.ppid

/** Answers whether the parent has ended. A run that began without one has none to lose. */
export function watchParent(platform = process.platform): () => boolean {
  if (platform === 'win32') {
    // Windows never gives an orphan another parent.
    const wasThere = isThere(parent)
    return () => wasThere && !isThere(parent)
  }
  const shells = shellsOfNpm()
  return () => process.ppid !== parent || shells.some(shell => look(shell.pid)?.parent !== shell.parent)
}

/**
 * Whether this run was told to ignore hang-ups, as by nohup. Node itself forgets that at its start, so it is read from
 * what is left: the variable in which a shell names nohup, the input that nohup gives, and the processes above this one.
 */
export function ignoresHangUps(environment: NodeJS.ProcessEnv = process.env): boolean {
  if (basename(environment._ ?? '') === 'nohup') return true
  try {
    return hasInputOfNohup() || ancestors().some(ignoresSighup)
  } catch {
    // A system without /proc, or a parent that has ended.
    return false
  }
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

interface Shell {
  pid: number
  parent: number
}

/**
 * npm and npx start a script as `sh -c SCRIPT`. Some shells then become the script's command, and npm is our parent;
 * others wait for it and outlive npm, so that npm has to be watched above them.
 */
function shellsOfNpm(): Shell[] {
  const script = process.env.npm_lifecycle_script
  const shells = []
  let pid = parent
  let facts = script ? look(pid) : undefined
  while (facts?.command.includes(` -c ${script}`)) {
    shells.push({ pid, parent: facts.parent })
    pid = facts.parent
    facts = look(pid)
  }
  return shells
}

/** The parent, and beyond a shell of npm also npm and its parent: npm is Node, and forgets what it was told to ignore. */
function ancestors(): (number | undefined)[] {
  const npm = shellsOfNpm().at(-1)?.parent
  return npm === undefined ? [parent] : [parent, npm, look(npm)?.parent]
}

/** A process's parent and command line; undefined if it has ended or the system does not say. */
function look(pid: number): { parent: number; command: string } | undefined {
  try {
    // Small images have no ps, and other systems no /proc.
    if (process.platform === 'linux') {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
      // "pid (name) state ppid …", where the name can contain anything.
      return { parent: Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]), command }
    }
    // Loaded only here: a check on Linux starts without it. Node 20.15 and older cannot, and so cannot tell.
    const { execFileSync } = process.getBuiltinModule('node:child_process')
    const line = execFileSync('ps', ['-o', 'ppid=', '-o', 'command=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return { parent: Number.parseInt(line, 10), command: line }
  } catch {
    return undefined
  }
}

/** A process inherits what its parent ignores. */
function ignoresSighup(pid: number | undefined): boolean {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const lowest = /^SigIgn:.*(.)$/m.exec(status)?.[1]
  // SIGHUP is signal 1, and so the lowest bit.
  return Number.parseInt(String(lowest), 16) % 2 === 1
}

/** On a terminal, nohup replaces the input by one that can only be written to. Nothing else does. */
const hasInputOfNohup = (): boolean =>
  /^flags:\s*[0-7]*[15]$/m.test(readFileSync('/proc/self/fdinfo/0', 'utf8'))
