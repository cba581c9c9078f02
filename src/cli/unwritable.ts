/** The report of every command that cannot write the file given with `--output`. */
import type { ExitCode } from './exit-codes.ts'
import { UnwritableOutput } from './output-file.ts'
import { complain } from './print.ts'

/**
 * @param consequence what that means for this run, as a sentence
 * @returns the exit code
 * @throws the error, if it is not about the output
 */
export function reportUnwritable(error: unknown, consequence: string, code: ExitCode): ExitCode {
  if (!(error instanceof UnwritableOutput)) throw error
  complain(
    'nolapse-token: the output is not writable',
    `The file given with --output cannot be written (${error.message}). ${consequence}\n` +
      'What to do: Choose a file in a folder that exists and is writable, on a disk that is not full. ' +
      'A named pipe (ENXIO) needs a reader.',
  )
  return code
}
