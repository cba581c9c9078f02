/** Why a run is likely to have failed here, as far as the event and the runner show it. */
import type { Verdict } from '../gate/verdict.ts'
import { hintsOnForgejo } from '../messages/causes/forgejo.ts'
import type { Run } from '../messages/causes/fork.ts'
import { hintsOnGitHub } from '../messages/causes/github.ts'
import type { Hints } from '../messages/causes/hints.ts'
import { isForgejoOrGitea } from '../messages/causes/server.ts'
import { isFile } from './runner-file.ts'

export async function likelyCauses(verdict: Verdict): Promise<Hints> {
  const hints = isForgejoOrGitea(process.env) ? hintsOnForgejo : hintsOnGitHub
  return hints(verdict, verdict.reason === 'missing' ? await runOf(process.env.GITHUB_EVENT_PATH) : undefined)
}

/** Read only if it can show why there is no token: it parses the whole event. */
async function runOf(event: string | undefined): Promise<Run | undefined> {
  // Without a file, @actions/github would print the variable's raw value, including any commands in it.
  if (!isFile(event)) return undefined
  try {
    // Destructured at once, so that the bundler leaves Octokit out, which would fail behind a proxy (bundle/undici.cjs).
    const { context } = await import('@actions/github')
    return context
  } catch {
    // Without an event, the usual causes remain.
    return undefined
  }
}
