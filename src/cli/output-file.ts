/** A file in the place of standard output: proven writable before anything is sent, and whole or not there. */
import { randomUUID } from 'node:crypto'
import { chmodSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'

/** Why a file can't be written, without its name: that could be a secret in the wrong place. */
export class UnwritableOutput extends Error {}

/**
 * Makes sure that `path` can be written, and takes away what an earlier run left there: should this run die half-way,
 * nobody reads yesterday's verdict for today's.
 *
 * @returns writes the document: all of it appears at once, by a rename, with the permissions that the file had
 * @throws UnwritableOutput here, and where writing it fails
 */
export function openOutput(path: string): (document: string) => void {
  return guarded(() => {
    const earlier = statSync(path, { throwIfNoEntry: false })
    // Devices, pipes and open files (/dev/stdout) are written to: a rename would put a file in their place.
    if (resolve(path).startsWith('/dev/') || (earlier && !earlier.isFile())) {
      const append = (document: string) => writeFileSync(path, document, { flag: 'a' })
      append('')
      return document => guarded(() => append(document))
    }
    // Through a link, as redirection by a shell goes.
    const target = earlier ? realpathSync(path) : path
    const temporary = join(dirname(target), `.${basename(target)}.${randomUUID()}.tmp`)
    const create = (content: string) => writeFileSync(temporary, content, { flag: 'wx' })
    // Tried by doing it, since a full disk shows no sooner.
    cleaned(temporary, () => create('\n'))
    rmSync(target, { force: true })
    return document =>
      guarded(() =>
        cleaned(temporary, () => {
          create(document)
          if (earlier) chmodSync(temporary, earlier.mode)
          renameSync(temporary, target)
        }),
      )
  })
}

function cleaned(temporary: string, action: () => void): void {
  try {
    action()
  } finally {
    rmSync(temporary, { force: true })
  }
}

function guarded<T>(action: () => T): T {
  try {
    return action()
  } catch (error) {
    throw new UnwritableOutput((error as NodeJS.ErrnoException).code)
  }
}
