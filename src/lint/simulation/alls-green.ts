/** re-actors/alls-green, an action that sums up the results of the needed jobs. */
import type { JobResult } from '../findings.ts'
import { entry, type StepsJob, type UsesStep } from '../workflow.ts'
import { evaluateScalar, type Scope } from './evaluate.ts'
import { failed, type StepResult } from './frame.ts'
import { isWholeNeeds } from './plan.ts'
import { asText, nothing, text, type Value } from './value.ts'

/**
 * Every needed job must succeed, unless its failure or skip is allowed.
 *
 * @returns `undefined` if the files do not tell what is allowed
 */
export function runAllsGreen(
  step: UsesStep,
  job: StepsJob,
  scope: Scope,
  needed: (id: string) => { is(result: JobResult): boolean },
): StepResult | undefined {
  const list = (name: string): readonly string[] | undefined => {
    const found = entry(step.with, name)
    if (isWholeNeeds(found)) return job.needs.map(({ id }) => id)
    const value = found ? asText(evaluateScalar(found.value, scope)) : ''
    return typeof value === 'string' ? namesIn(value) : undefined
  }
  const [failures, skips] = [list('allowed-failures'), list('allowed-skips')]
  if (!failures || !skips) return undefined
  const green = job.needs.every(({ id }) => {
    if (failures.includes(id)) return true
    const result = needed(id)
    return result.is('success') || (skips.includes(id) && result.is('skipped'))
  })
  const output = (name: string): Value => {
    if (name === 'result') return text(green ? 'success' : 'failure')
    return name === 'success' || name === 'failure' ? text(String(green === (name === 'success'))) : nothing()
  }
  return green ? { outcome: 'success', conclusion: 'success', output } : failed(output)
}

/** A list for alls-green: JSON, of which an object counts as its keys, or comma-separated names. */
function namesIn(value: string): string[] {
  try {
    const parsed: unknown = JSON.parse(value)
    if (Array.isArray(parsed)) return parsed.map(String)
    if (typeof parsed === 'object' && parsed !== null) return Object.keys(parsed)
  } catch {
    // Not JSON, so split at commas.
  }
  return value.split(',').map(name => name.trim())
}
