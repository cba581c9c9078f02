/** The files that a runner names in the environment. */
import { statSync } from 'node:fs'

/** Whether there is a file to read or append to: on a pipe or a device, that could take longer than every deadline. */
export function isFile(path = ''): boolean {
  try {
    return statSync(path).isFile()
  } catch {
    return false
  }
}
