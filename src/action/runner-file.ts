/** The files that a runner names in the environment. */
import { statSync } from 'node:fs'

/** Whether something else is in the file's place: a pipe would be waited for, and a device read, past every deadline. */
export function isNoFile(path = ''): boolean {
  try {
    return !statSync(path).isFile()
  } catch {
    return false
  }
}
