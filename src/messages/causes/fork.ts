/** Whether a run belongs to a fork, by its event, as GitHub, Forgejo and Gitea write it. */

/** The parts of a run's context that show why it has no secrets. */
export interface Run {
  eventName: string
  actor: string
  payload: {
    pull_request?: { [key: string]: unknown } | undefined
    repository?: { [key: string]: unknown } | undefined
  }
}

interface Repository {
  id?: number
  full_name?: string
  fork?: boolean
}

type Side = { repo?: Repository | null } | null | undefined

/**
 * A pull request from a fork, or a run in a fork itself. Only what both sides of a pull request have is compared: an
 * event of another server, or one written by hand, can have a field on one side alone.
 */
export function forkOf({ eventName, payload }: Run): 'pull-request' | 'repository' | undefined {
  // This event runs with the secrets of the repository, wherever the pull request comes from.
  if (eventName === 'pull_request_target') return undefined
  const pull = payload.pull_request
  if (!pull) return payload.repository?.fork === true ? 'repository' : undefined
  const { head, base } = pull as { head: Side; base: Side }
  if (head?.repo === null) return 'pull-request'
  const differs = (['id', 'full_name', 'fork'] as const).some(field => {
    const [one, other] = [head?.repo?.[field], base?.repo?.[field]]
    return one !== undefined && other !== undefined && one !== other
  })
  return differs ? 'pull-request' : undefined
}
