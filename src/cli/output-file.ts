/** A file instead of standard output: proven writable before anything is sent, and written as a whole or not at all. */
import { randomUUID } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { Clock } from '../process/clock.ts'
import { descriptorOf } from './output-place.ts'

/** Why a file cannot be written, without its name: that could be a secret in the wrong place. */
export class UnwritableOutput extends Error {}

/** How long to wait for the other end of a pipe. */
export interface Patience {
  clock: Clock
  /** By the clock, in milliseconds. */
  deadline: number
}

/** Writes the document. */
export type Write = (document: string, patience: Patience) => Promise<void>

/** How often to look for a reader, in milliseconds. */
const LOOK = 20

/**
 * Makes sure that `path` can be written.
 *
 * @param mode the permissions of the file that was there, if there was one
 * @returns writes the document: a file appears as a whole, by a rename
 * @throws UnwritableOutput here, and if the document cannot be written
 */
export async function openOutput(path: string, mode: number | undefined, patience: Patience): Promise<Write> {
  return guarded(async () => {
    const file = descriptorOf(path)
    if (file !== undefined && fstatSync(file).isFile()) return toOpenFile(file)
    const there = statSync(path, { throwIfNoEntry: false })
    if (!there || there.isFile()) return toFile(path, mode ?? there?.mode)
    if (there.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' })
    return toOpenFile(await openOnce(path, there.isFIFO() && file === undefined, patience))
  })
}

function toFile(path: string, mode: number | undefined): Write {
  const target = targetOf(path)
  const temporary = join(dirname(target), `.nolapse-${randomUUID()}.tmp`)
  const create = (content: string) => writeFileSync(temporary, content, { flag: 'wx' })
  // Writes something now, because only that reveals a full disk.
  cleaned(temporary, () => create('\n'))
  rmSync(target, { force: true })
  return document =>
    guarded(async () =>
      cleaned(temporary, () => {
        create(document)
        if (mode !== undefined) chmodSync(temporary, mode)
        renameSync(temporary, target)
      }),
    )
}

/** Follows links, as a shell's redirection does, even to a file that does not exist yet. A cycle of links was found before. */
function targetOf(path: string): string {
  if (!lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) return path
  return targetOf(resolve(dirname(path), readlinkSync(path)))
}

/** Opens a device or a pipe without blocking the process. A named pipe may still have to wait for its reader. */
async function openOnce(path: string, waits: boolean, { clock, deadline }: Patience): Promise<number> {
  // Windows has no O_NONBLOCK and no O_NOCTTY, which leaves their bits out.
  const { O_WRONLY, O_APPEND, O_NONBLOCK, O_NOCTTY } = constants
  for (;;) {
    try {
      return openSync(path, O_WRONLY | O_APPEND | O_NONBLOCK | O_NOCTTY)
    } catch (error) {
      if (!waits || codeOf(error) !== 'ENXIO' || clock.now() >= deadline) throw error
    }
    await clock.sleep(LOOK)
  }
}

const toOpenFile =
  (file: number): Write =>
  (document, { clock, deadline }) =>
    guarded(async () => {
      const bytes = Buffer.from(document)
      for (let sent = 0; sent < bytes.length; ) {
        try {
          sent += writeSync(file, bytes, sent)
          continue
        } catch (error) {
          // The pipe is full.
          if (codeOf(error) !== 'EAGAIN' || clock.now() >= deadline) throw error
        }
        await clock.sleep(LOOK)
      }
      closeSync(file)
    })

function cleaned(temporary: string, action: () => void): void {
  try {
    action()
  } finally {
    rmSync(temporary, { force: true })
  }
}

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code

async function guarded<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (error) {
    if (!codeOf(error)) throw error
    throw new UnwritableOutput(codeOf(error))
  }
}
