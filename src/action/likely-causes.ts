/** Why a run is likely to have failed here, as far as the event and the runner show it. */
import type { Verdict } from '../gate/verdict.ts'
import { causesOnGitHub } from '../messages/causes/github.ts'
import { isNoFile } from './runner-file.ts'

export async function likelyCauses(verdict: Verdict): Promise<string[]> {
  if (verdict.reason !== 'missing' || isNoFile(process.env.GITHUB_EVENT_PATH))
    return causesOnGitHub(verdict.reason)
  try {
    // Read only where it can tell why there is no token: it parses the whole event. Taken apart in the same breath, so
    // that the bundler leaves Octokit out, which would fail behind a proxy (bundle/undici.cjs).
    const { context } = await import('@actions/github')
    return causesOnGitHub(verdict.reason, context)
  } catch {
    // Without an event the usual causes are left.
    return causesOnGitHub(verdict.reason)
  }
}
