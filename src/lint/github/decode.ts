/** Reads GitHub's answers, and ignores everything of an unexpected shape. */
import type { CodeownersError } from './codeowners.ts'
import type { RequiredCheck, RequiredWorkflow, Source } from './facts.ts'

export interface BranchRules {
  checks: RequiredCheck[]
  workflows: RequiredWorkflow[]
  queues: Source[]
  ownerReviews: Source[]
}

export type Fields = Record<string, unknown>

export const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {}

export const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])

export const textsOf = (value: unknown): string[] => listOf(value).filter(one => typeof one === 'string')

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** GitHub expresses "any app" as a missing value, null or -1. */
const appOf = (value: unknown): number | undefined =>
  typeof value === 'number' && value > 0 ? value : undefined

/**
 * The active rules of a branch, from every ruleset above it.
 *
 * @param id the numeric id of the repository
 */
export function decodeRules(pages: unknown[], id: unknown): BranchRules {
  const rules: BranchRules = { checks: [], workflows: [], queues: [], ownerReviews: [] }
  for (const rule of pages.flatMap(listOf).map(fieldsOf)) {
    const parameters = fieldsOf(rule.parameters)
    const source = `a ruleset of ${textOf(rule.source) || 'the repository'}`
    if (rule.type === 'merge_queue') rules.queues.push(source)
    if (rule.type === 'pull_request' && parameters.require_code_owner_review === true)
      rules.ownerReviews.push(source)
    if (rule.type === 'required_status_checks')
      for (const check of listOf(parameters.required_status_checks).map(fieldsOf))
        if (typeof check.context === 'string')
          rules.checks.push({ name: check.context, app: appOf(check.integration_id), source })
    if (rule.type === 'workflows')
      for (const workflow of listOf(parameters.workflows).map(fieldsOf))
        if (typeof workflow.path === 'string')
          rules.workflows.push({ path: workflow.path, own: workflow.repository_id === id, source })
  }
  return rules
}

/** Classic branch protection, which is older than rulesets. */
export interface Protection {
  checks: RequiredCheck[]
}

export const PROTECTION: Source = 'the branch protection'

/** `undefined` if the branch has none; `unclear` if the answer does not tell. */
export function decodeProtection(branch: unknown): Protection | undefined | 'unclear' {
  const { protected: isProtected, protection } = fieldsOf(branch)
  const { enabled, required_status_checks } = fieldsOf(protection)
  if (enabled === false || (enabled === undefined && isProtected === false)) return undefined
  if (enabled !== true) return 'unclear'
  const { enforcement_level, contexts, checks } = fieldsOf(required_status_checks)
  if (enforcement_level === 'off') return { checks: [] }
  const named = listOf(checks)
    .map(fieldsOf)
    .flatMap(({ context, app_id }) =>
      typeof context === 'string' ? [{ name: context, app: appOf(app_id), source: PROTECTION }] : [],
    )
  // An older Enterprise Server sends names only.
  const more = textsOf(contexts)
    .filter(name => !named.some(check => check.name === name))
    .map(name => ({ name, app: undefined, source: PROTECTION }))
  return { checks: [...named, ...more] }
}

export const decodeErrors = (pages: unknown[]): CodeownersError[] =>
  pages
    .flatMap(listOf)
    .map(fieldsOf)
    .flatMap(({ kind, source, column }) =>
      typeof kind === 'string' && typeof source === 'string' && typeof column === 'number'
        ? [{ kind, source, column }]
        : [],
    )

/** The text of a file from the contents API; `undefined` if it is too large for that API. */
export function decodeContent(file: unknown): string | undefined {
  const { content, encoding } = fieldsOf(file)
  return typeof content === 'string' && encoding === 'base64'
    ? Buffer.from(content, 'base64').toString('utf8')
    : undefined
}
