/** The action's entry. */
import './fail-closed.ts'
import { action, reportDefect } from './action.ts'

/** Ends at once when all is written: a hung proxy's socket must not hold the step, and nobody reads a broken pipe. */
function end(code: number): void {
  process.stdout.write('', failed => process.exit(failed ? 1 : code))
}

process.stdout.on('error', () => process.exit(1))
const crash = new Promise<never>((_, reject) => process.on('uncaughtException', reject))
Promise.race([action(), crash])
  .catch(reportDefect)
  .then(end, () => end(1))
