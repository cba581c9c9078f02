import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

const CHECK_EVERY_MS = 250

/**
 * Noted when this module is loaded, before the big ones: a parent that dies in the meantime is noticed, too.
 */
const parent = process.ppid

/**
 * Calls `end` once the process that started this one is gone: a SIGKILL can't be passed on, and a shell that
 * npm puts in between passes on nothing at all. Standard input would not tell: in CI it is empty from the
 * start.
 */
export function onOrphaned(end: () => void) {
  const shells = shellsOfNpm()
  const orphaned = () =>
    process.ppid !== parent || shells.some(shell => look(shell.pid)?.parent !== shell.parent)
  setInterval(() => orphaned() && end(), CHECK_EVERY_MS).unref()
}

/**
 * npm runs a script as `sh -c SCRIPT`. Some shells then become the script's command, and npm is our parent;
 * others wait for it and outlive npm, so that npm has to be watched beyond them.
 */
function shellsOfNpm(): { pid: number; parent: number }[] {
  const script = process.env.npm_lifecycle_script
  const shells = []
  let pid = parent
  let facts = look(pid)
  while (script && facts?.command.includes(` -c ${script}`)) {
    shells.push({ pid, parent: facts.parent })
    pid = facts.parent
    facts = look(pid)
  }
  return shells
}

/** A process's parent and command line; undefined where it has ended or the system does not tell. */
function look(pid: number): { parent: number; command: string } | undefined {
  try {
    // Small images have no ps, and other systems no /proc.
    if (process.platform === 'linux') {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
      // "pid (name) state ppid …", where the name may hold anything.
      return { parent: Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]), command }
    }
    const line = execFileSync('ps', ['-o', 'ppid=', '-o', 'command=', '-p', String(pid)], {
      encoding: 'utf8',
    })
    return { parent: Number.parseInt(line, 10), command: line }
  } catch {
    return undefined
  }
}
