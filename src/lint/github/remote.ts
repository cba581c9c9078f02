/**
 * The repository that a folder's remotes name. gh sends its token to any host it is given, so a checkout must not choose
 * the host: only github.com and the user's own GH_HOST count.
 */
import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { GITHUB, makeRepository, nameOf, type Repository, usualHost } from './repository.ts'

export type Remote =
  | { kind: 'found'; repository: Repository; remote: string }
  /** git is not installed, or the folder is not a repository that it reads. */
  | { kind: 'no-repository' }
  /** No remote is on an allowed GitHub host. */
  | { kind: 'elsewhere' }
  /** Several repositories, and neither `upstream` nor `origin` among their remotes. */
  | { kind: 'ambiguous'; repositories: string[] }

/** In milliseconds. A checkout on a network disk can be slow. */
const PATIENCE = 10_000

/** A fork's checkout has both. The rules of its parent repository count. */
const PREFERRED = ['upstream', 'origin']

/** @param git the path of git; `undefined` if it is not installed */
export async function findRemote(
  git: string | undefined,
  folder: string,
  environment: NodeJS.ProcessEnv,
): Promise<Remote> {
  const listed = git && (await listRemotes(git, folder, environment))
  if (listed === undefined || listed === '') return { kind: 'no-repository' }
  const found = new Map<string, Repository>()
  for (const [, remote, url] of listed.matchAll(/^([^\t\n]+)\t(\S+) \(fetch\)/gm) as Iterable<string[]>) {
    const repository = repositoryOf(String(url), environment)
    if (repository && !found.has(String(remote))) found.set(String(remote), repository)
  }
  const names = new Set([...found.values()].map(repository => nameOf(repository).toLowerCase()))
  const remote = PREFERRED.find(name => found.has(name)) ?? (names.size === 1 ? [...found.keys()][0] : '')
  const repository = found.get(String(remote))
  if (repository) return { kind: 'found', repository, remote: String(remote) }
  return names.size === 0 ? { kind: 'elsewhere' } : { kind: 'ambiguous', repositories: [...names].sort() }
}

/** The URLs that git would use, with `insteadOf` applied. No argument comes from the checkout. */
function listRemotes(
  git: string,
  folder: string,
  environment: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  return new Promise(settle =>
    execFile(
      git,
      ['-C', resolve(folder), 'remote', '-v'],
      { env: environment, timeout: PATIENCE, killSignal: 'SIGKILL', windowsHide: true },
      (error, stdout) => settle(error ? undefined : stdout),
    ),
  )
}

/** The repository of a remote's URL; `undefined` unless its host is allowed. */
export function repositoryOf(url: string, environment: NodeJS.ProcessEnv): Repository | undefined {
  const place = placeOf(url)
  if (!place) return undefined
  const usual = usualHost(environment)
  // The API does not answer on the port of an SSH URL.
  const hostname = (host: string) => host.toLowerCase().replace(/:\d+$/, '')
  const host = [usual, GITHUB].find(allowed =>
    place.web ? place.host === allowed.toLowerCase() : place.host === hostname(allowed),
  )
  const parts = place.path.replace(/^\/|\/$/g, '').split('/')
  if (host === undefined || parts.length !== 2) return undefined
  return makeRepository(host, parts[0], parts[1]?.replace(/\.git$/i, ''))
}

/** GitHub's other host names: SSH on port 443, and the web site. */
const ALSO_GITHUB = ['ssh.github.com', 'www.github.com']

function placeOf(url: string): { host: string; path: string; web: boolean } | undefined {
  const scp = /^(?:[^@/:]+@)?([^@/:]+):(?!\/)([^?#]+)$/.exec(url)
  if (scp) return { host: githubIfSo(String(scp[1])), path: String(scp[2]), web: false }
  if (!URL.canParse(url)) return undefined
  const { protocol, host, hostname, pathname, search, hash } = new URL(url)
  if (search || hash) return undefined
  if (protocol === 'https:' || protocol === 'http:')
    return { host: githubIfSo(host), path: pathname, web: true }
  if (protocol === 'ssh:' || protocol === 'git:' || protocol === 'git+ssh:')
    return { host: githubIfSo(hostname), path: pathname, web: false }
  return undefined
}

const githubIfSo = (host: string): string =>
  ALSO_GITHUB.includes(host.toLowerCase()) ? GITHUB : host.toLowerCase()
