import { watchParent } from '../src/process/parent.ts'

const CHECK_EVERY_MS = 250

/**
 * Calls `end` once the process that started this one has ended: a SIGKILL can't be passed on, and the shell that npm
 * starts in between passes on no signal. Standard input does not show it: in CI it is empty from the start.
 */
export function onOrphaned(end: () => void) {
  const isOrphaned = watchParent()
  setInterval(() => isOrphaned() && end(), CHECK_EVERY_MS).unref()
}
