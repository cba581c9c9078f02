/** The action's entry. */
import './fail-closed.ts'
import { action, reportDefect } from './action.ts'
import { end } from './end.ts'

// Nobody reads a broken pipe.
process.stdout.on('error', () => process.exit(1))
process.on('uncaughtException', error => reportDefect(error).finally(() => end(1)))
action()
  .catch(reportDefect)
  .then(end, () => end(1))
