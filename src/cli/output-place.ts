/** Where `--output` points, and what an earlier run left there. Every run needs this, a file of its own or not. */
import { realpathSync, rmSync, statSync, truncateSync } from 'node:fs'
import { absolute } from './absolute.ts'
import { ownOf } from './arguments.ts'

/** Whether the file is standard output, under one of its names. */
export const isStandardOutput = (path: string): boolean => path === '-' || descriptorOf(path) === 1

/**
 * Removes what an earlier run left at `--output`, before anything can fail: no one must read an old verdict as this
 * run's. It works on the bare arguments, because the parser can reject them.
 *
 * @param rm removes a file; passed in because root may remove any
 * @returns the permissions of what was removed, by path
 */
export function removeEarlier(args: readonly string[], rm = rmSync): Map<string, number> {
  const removed = new Map<string, number>()
  const own = ownOf(args)
  for (const [index, arg] of own.entries()) {
    const path = arg.startsWith('--output=') ? arg.slice('--output='.length) : own[index + 1]
    if (!/^--output(=|$)/.test(arg) || !path || descriptorOf(path) !== undefined) continue
    try {
      const earlier = statSync(path)
      if (!earlier.isFile()) continue
      removed.set(path, earlier.mode)
      remove(realpathSync(path), rm)
    } catch {
      // There is none, or openOutput says why it cannot be written.
    }
  }
  return removed
}

/** If the folder does not allow removal, the file may still be emptied. */
function remove(path: string, rm: typeof rmSync): void {
  try {
    rm(path)
  } catch {
    truncateSync(path)
  }
}

/** The file descriptor that a path stands for. */
export function descriptorOf(path: string): number | undefined {
  const [, name = ''] = /^\/(?:dev|proc\/self)\/(std(?:in|out|err)|fd\/\d+)$/.exec(absolute(path)) ?? []
  if (name === '') return undefined
  return name.startsWith('fd/') ? Number(name.slice(3)) : ['stdin', 'stdout', 'stderr'].indexOf(name)
}
