/**
 * Imported first. Until a command has ended well, this process has failed, and never with 1: Node exits with 1 for an
 * error that is not caught, whatever `process.exitCode` says.
 */
import { defectOf } from '../process/defect.ts'
import { EXIT } from './exit-codes.ts'

process.exitCode = EXIT.failed

const failToStart = (error: unknown): never => {
  process.stderr.write(
    `The command line could not start (${defectOf(error)}). Nothing was sent to the platform.\n` +
      'What to do: install it again, and check what NODE_OPTIONS loads into it.\n',
  )
  process.exit(EXIT.failed)
}

process.on('uncaughtException', failToStart)

/**
 * Everything is loaded: from here on, an error that is not caught belongs to the run.
 *
 * @returns rejects with that error
 */
export function crashOf(): Promise<never> {
  return new Promise((_, reject) => {
    process.on('uncaughtException', reject)
    process.off('uncaughtException', failToStart)
  })
}
