/** Loads what `lint` needs: a file beside the command line's own, which no other command reads. */
import { existsSync, realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, isAbsolute, join } from 'node:path'

export type Lint = typeof import('../lint/lint.ts')

/**
 * @param own the command line's own file, or npm's link to it
 * @returns undefined if `lint.js` is not beside that file
 */
export function loadLint(own: string = process.argv[1] as string): Lint | undefined {
  // Read from standard input, the program is called `-`: what has that name in the working folder is not it.
  if (!isAbsolute(own)) return undefined
  const file = join(dirname(existsSync(own) ? realpathSync(own) : own), 'lint.js')
  return existsSync(file) ? createRequire(file)(file) : undefined
}
