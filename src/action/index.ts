/** The action's entry. */
import '../process/fail-closed.ts'
import { end } from '../process/exit.ts'
import { action, reportDefect } from './action.ts'

// Nothing reads standard output any more, so the verdict is lost.
process.stdout.on('error', () => process.exit(1))
const crash = new Promise<never>((_, reject) => process.on('uncaughtException', reject))
Promise.race([action(crash), crash])
  .catch(reportDefect)
  .then(end, () => end(1))
