/** What to ask about a repository, for these workflows. */
import { tokenSecretsOf } from '../token-secrets.ts'
import type { ReadFile, Workflow } from '../workflow.ts'
import type { Codeowners, Needs } from './facts.ts'

/** Where GitHub looks for CODEOWNERS, in this order. */
export const CODEOWNERS = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS']

/** @param readFile reads the repository's root; `undefined` if that was not given to lint */
export function needsOf(workflows: readonly Workflow[], readFile: ReadFile | undefined): Needs {
  const uses = workflows.flatMap(tokenSecretsOf)
  return {
    secrets: [...new Set(uses.flatMap(({ names }) => names))],
    environments: [...new Set(uses.flatMap(({ environment }) => environment ?? []))],
    dependabot: readFile && ['yml', 'yaml'].some(end => readFile(`.github/dependabot.${end}`) !== undefined),
    codeowners: readFile && codeownersOf(readFile),
  }
}

function codeownersOf(readFile: ReadFile): Codeowners | undefined {
  for (const path of CODEOWNERS) {
    const text = readFile(path)
    if (text !== undefined) return { path, text }
  }
  return undefined
}
