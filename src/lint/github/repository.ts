/** Which repository is asked about, and on which GitHub. */

export interface Repository {
  /** In the form of GH_HOST. Has a port only if GitHub does not answer on 443. */
  host: string
  owner: string
  name: string
}

export const GITHUB = 'github.com'

const HOST = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::[0-9]{1,5})?$/i
// No dot or hyphen at the start: `./x`, `.github/workflows` and `-x` are never an owner.
const OWNER = /^[a-z0-9][a-z0-9_-]{0,99}$/i
const NAME = /^(?!\.{1,2}$)[a-z0-9._-]{1,100}$/i

export const isHost = (text: string): boolean => HOST.test(text)

/** The GitHub that the user's own settings name. */
export const usualHost = (environment: NodeJS.ProcessEnv): string => environment.GH_HOST?.trim() || GITHUB

/** Parses `[HOST/]OWNER/REPO`; `undefined` for any other form. */
export function parseRepository(word: string, environment: NodeJS.ProcessEnv): Repository | undefined {
  const usual = usualHost(environment)
  const [name, owner, host = usual, ...more] = word.split('/').reverse()
  // `packages/api/web` is a path: a host has a dot or a port, or the user has named it before.
  const isNamed = host === usual || (/[.:]/.test(host) && isHost(host))
  return isNamed && more.length === 0 ? makeRepository(host, owner, name) : undefined
}

/** `undefined` unless GitHub allows the owner and the name. */
export function makeRepository(host: string, owner?: string, name?: string): Repository | undefined {
  return owner && name && OWNER.test(owner) && NAME.test(name) ? { host, owner, name } : undefined
}

export const nameOf = ({ owner, name }: Repository): string => `${owner}/${name}`
