/** One step of a workflow: the built action against a scripted platform of its own. */
import { partsIn, type Run, runAction, type Setup, TOKEN } from '../../harness/runner.ts'
import { granted, type Received, type Reply, startServer } from '../../harness/server.ts'

export interface Step extends Run {
  requests: Received[]
  /** The platform's address, as messages name it. */
  host: string
}

/**
 * Runs the step with a well-formed token in its environment, unless `setup` says otherwise. For every run,
 * what it left is searched for the token, for parts of it, and for the command that outputs must never be printed by.
 */
export async function step(reply: Reply | Reply[] = granted(), setup: Setup = {}): Promise<Step> {
  const platform = await startServer(reply)
  try {
    const run = await runAction({
      ...setup,
      inputs: { 'api-url': platform.url, ...setup.inputs },
      env: { NOLAPSE_TOKEN: TOKEN, ...setup.env },
    })
    const secrets = [setup.inputs?.token, setup.inputs?.['nolapse-token'], setup.env?.NOLAPSE_TOKEN, TOKEN]
    const tokens = secrets.flatMap(secret => secret?.match(/nlp_[0-9a-f]{40}/gi) ?? [])
    if (partsIn(run.traces, ...tokens).length > 0)
      throw new Error(`a part of a token is left in ${run.traces}`)
    if (/::set-output/.test(run.stdout + run.stderr)) throw new Error('an output was printed as a command')
    return { ...run, requests: platform.requests, host: `127.0.0.1:${platform.port}` }
  } finally {
    await platform.close()
  }
}
