import { HELP, readOptions, UsageError } from './options.ts'
import { onOrphaned } from './orphan.ts'
import { serve } from './serve.ts'

function fail(message: string, code: number): never {
  process.stderr.write(`platform: ${message}\n`)
  process.exit(code)
}

/** Returns the options of the command line; ends the process if there is nothing to start. */
function optionsOrExit() {
  try {
    const options = readOptions(process.argv.slice(2))
    if (options !== 'help') return options
    process.stdout.write(HELP)
    return process.exit(0)
  } catch (error) {
    if (error instanceof UsageError) fail(error.message, 2)
    throw error
  }
}

// All state is in memory, so there is nothing to finish first.
const end = () => process.exit(0)
process.once('SIGINT', end)
process.once('SIGTERM', end)
onOrphaned(end)
// Nothing reads stdout any more, so no one can learn where the platform is.
process.stdout.on('error', end)

const options = optionsOrExit()
try {
  const platform = await serve(options, {
    onFault: error => process.stderr.write(`platform: ${error.stack}\n`),
  })
  const ready = { url: platform.url, org_id: platform.orgId, session_token: platform.sessionToken }
  process.stdout.write(`${JSON.stringify(ready)}\n`)
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'EADDRINUSE')
    fail(`port ${options.port} is in use: name another with --port, or 0 for a free one`, 1)
  if (code === 'EACCES') fail(`port ${options.port} is not allowed here: name another with --port, or 0`, 1)
  fail(message, 1)
}
