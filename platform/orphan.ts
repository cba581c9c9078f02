import { watchParent } from '../src/process/parent.ts'

const CHECK_EVERY_MS = 250

/**
 * Calls `end` once the process that started this one has ended: a SIGKILL can't be passed on, and a shell that npm puts
 * in between passes on nothing at all. Standard input would not show it: in CI it is empty from the start.
 */
export function onOrphaned(end: () => void) {
  const isOrphaned = watchParent()
  setInterval(() => isOrphaned() && end(), CHECK_EVERY_MS).unref()
}
