/** Paths in a process whose working folder may have been removed, where Node's own `resolve` throws. */
import { resolve } from 'node:path'

/** The absolute path. Without a working folder, a relative path leads nowhere, and stays unchanged. */
export function absolute(path: string): string {
  try {
    return resolve(path)
  } catch {
    return path
  }
}
