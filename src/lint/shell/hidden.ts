/** Whether a script can succeed even if the call that matters fails. */
import type { Script, ScriptWorld } from '../script-outcome.ts'
import type { Call } from './calls.ts'
import { callsCheck, followShell } from './script.ts'

/** The most paths through a script to try. */
const MOST_RUNS = 2_000

/** The call whose failure is hidden, if there is one. */
export function hiddenCall(script: Script): Call | undefined {
  if (script.callsNolapse && hides(script, 'nolapse')) return 'nolapse'
  return callsCheck(script) && hides(script, 'check') ? 'check' : undefined
}

function hides(script: Script, call: Call): boolean {
  const open: boolean[][] = [[]]
  for (let runs = 0; runs < MOST_RUNS; runs++) {
    const answers = open.pop()
    if (!answers) return false
    if (hidesIn(script, call, answers, open)) return true
  }
  return false
}

/** One run. Unknown questions get the given answers, then yes. */
function hidesIn(script: Script, call: Call, answers: boolean[], open: boolean[][]): boolean {
  const known = new Map<string, boolean>()
  let next = 0
  const failed = new Set<string>()
  const passed = new Set<string>()
  const ask = (): boolean => {
    if (next === answers.length) {
      open.push([...answers, false])
      answers.push(true)
    }
    return answers[next++] as boolean
  }
  const once = (question: string): boolean => {
    const answer = known.get(question) ?? ask()
    known.set(question, answer)
    return answer
  }
  const world: ScriptWorld = {
    variable: name => ({ what: `$${name}`, harmless: true }),
    inline: index => ({ what: `expression ${index}`, harmless: true }),
    authored: () => undefined,
    equals: ({ what }, text) => {
      const is = [...known.keys()].find(question => question.startsWith(`${what}=`) && known.get(question))
      return is ? is === `${what}=${text}` : once(`${what}=${text}`)
    },
    either: once,
    succeeds: ask,
    // It fails first: a script with one call has no other case that can hide a failure.
    nolapse: measured => {
      const fails = ask()
      ;(fails ? failed : passed).add(measured)
      return !fails
    },
  }
  const { success, followed } = followShell(script, world, call)
  // A call that passed on another try hides nothing. One that measures something else does.
  return success && followed && [...failed].some(measured => !passed.has(measured))
}
