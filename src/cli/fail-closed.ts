/**
 * Imported first. Until a command succeeds, this process counts as failed, but never with exit code 1. For an uncaught
 * error, Node ignores `process.exitCode` and exits with 1.
 */
import { defectOf } from '../process/defect.ts'
import { EXIT } from './exit-codes.ts'

process.exitCode = EXIT.failed

const failToStart = (error: unknown): never => {
  process.stderr.write(
    `The command line could not start (${defectOf(error)}). Nothing was sent to the platform.\n` +
      'What to do: Install it again, and check what NODE_OPTIONS loads into it.\n',
  )
  process.exit(EXIT.failed)
}

process.on('uncaughtException', failToStart)

/**
 * Everything is loaded, so from here on an uncaught error belongs to the run.
 *
 * @returns rejects with that error
 */
export function crashOf(): Promise<never> {
  return new Promise((_, reject) => {
    process.on('uncaughtException', reject)
    process.off('uncaughtException', failToStart)
  })
}
