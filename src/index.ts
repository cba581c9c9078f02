/** The action's entry. */
import './fail-closed.ts'
import { action, reportDefect } from './action.ts'
import { end } from './end.ts'

// Nobody reads a broken pipe.
process.stdout.on('error', () => process.exit(1))
const crash = new Promise<never>((_, reject) => process.on('uncaughtException', reject))
Promise.race([action(crash), crash])
  .catch(reportDefect)
  .then(end, () => end(1))
