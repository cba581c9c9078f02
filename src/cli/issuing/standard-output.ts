/** Standard output, where a value goes if there is no command to take it. */
import { closeSync, fstatSync, openSync, statSync } from 'node:fs'
import { devNull } from 'node:os'

/** Whether no one can get what is written to it. If it was closed, Node has opened the null device instead. */
export function isDiscarded(platform = process.platform): boolean {
  // There, a console looks like its null device.
  if (platform === 'win32') return false
  const output = fstatSync(process.stdout.fd)
  return output.isCharacterDevice() && output.rdev === statSync(devNull).rdev
}

/**
 * Closes it, so that the reader of the value knows at once that it is complete. The descriptor must not stay free, because
 * the next connection would get it. Windows has no such descriptors.
 */
export function closeOutput(platform = process.platform): void {
  if (platform === 'win32') return
  closeSync(process.stdout.fd)
  openSync(devNull, 'w')
}
