/** A stand-in: follows no command, and knows nolapse by its name. */
import type { Script, ScriptOutcome, ScriptPart, ScriptWorld, Shell } from '../script-outcome.ts'

export function readShell(parts: ScriptPart[], _shell: Shell): Script {
  const text = parts.map(part => (typeof part === 'string' ? part : `{${part.inline}}`)).join('')
  const callsNolapse = /\bnolapse run\b/.test(text)
  const fails = /^\s*exit [1-9]\s*$/.test(text)
  return { callsNolapse, opaque: !callsNolapse && !fails, parsed: { text, fails } }
}

export function runShell(script: Script, world: ScriptWorld): ScriptOutcome {
  const { text, fails } = script.parsed as { text: string; fails: boolean }
  if (fails) return { exit: 'failure' }
  const exit = script.callsNolapse ? world.nolapse() : world.succeeds(text)
  return { exit: exit ? 'success' : 'failure' }
}
