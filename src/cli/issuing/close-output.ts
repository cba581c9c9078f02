/** Closes standard output, so that the reader of the value knows at once that it is complete. */
import { closeSync, openSync } from 'node:fs'
import { devNull } from 'node:os'

/** The descriptor must not stay free, because the next connection would get it. Windows has no such descriptors. */
export function closeOutput(platform = process.platform): void {
  if (platform === 'win32') return
  closeSync(process.stdout.fd)
  openSync(devNull, 'w')
}
