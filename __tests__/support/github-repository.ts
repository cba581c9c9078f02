/** One repository on a local GitHub: it answers the real gh over TLS, as GitHub documents. */
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { Certificate } from '../../harness/authority.ts'

export interface Rule {
  type: string
  ruleset_source_type?: string
  ruleset_source?: string | undefined
  ruleset_id?: number
  parameters?: Record<string, unknown>
}

export interface ClassicProtection {
  checks: { context: string; app_id: number | null }[]
  enforcement_level?: string
  codeOwners?: boolean
  mergeQueue?: boolean
}

export interface OrganisationSecret {
  name: string
  visibility: 'all' | 'private' | 'selected'
  repositories?: string[]
}

export interface Repository {
  owner: string
  name: string
  kind: 'Organization' | 'User'
  private: boolean
  branch: string
  rules: Rule[]
  protection: ClassicProtection | undefined
  secrets: string[]
  organisationSecrets: string[]
  variables: string[]
  organisationVariables: string[]
  environments: Record<string, { secrets: string[]; variables: string[] }>
  dependabotSecrets: string[]
  organisationDependabotSecrets: OrganisationSecret[]
  files: Record<string, string>
  /** What GitHub does not accept in CODEOWNERS. */
  codeownersErrors: { line: number; column: number; source: string; kind: string }[]
  /** Neither rulesets nor protection: a private repository on the free plan. */
  freePlan: boolean
}

export interface RepositoryServer {
  /** For GH_HOST. */
  host: string
  repository: Repository
  /** What the token's user may see; `anonymous` has no valid token. */
  role: 'admin' | 'write' | 'read' | 'stranger' | 'anonymous'
  /** The scopes of the token. */
  scopes: string[]
  /** The maximum number of entries on a page, for any requested size. */
  page: number
  /** The first that returns true answers instead of the repository. */
  faults: ((path: string, response: ServerResponse, request: IncomingMessage) => boolean)[]
  /** Method, path and query of each request. */
  requests: string[]
  /** The Authorization headers that were received. */
  authorizations: Set<string>
  close(): Promise<void>
}

export const emptyRepository = (): Repository => ({
  owner: 'acme',
  name: 'api',
  kind: 'Organization',
  private: true,
  branch: 'main',
  rules: [],
  protection: undefined,
  secrets: [],
  organisationSecrets: [],
  variables: [],
  organisationVariables: [],
  environments: {},
  dependabotSecrets: [],
  organisationDependabotSecrets: [],
  files: {},
  codeownersErrors: [],
  freePlan: false,
})

export const TOKEN = 'not-a-real-token-of-github'

type Reply = { status: number; body: unknown; headers?: Record<string, string> }

const ok = (body: unknown): Reply => ({ status: 200, body })
const NOT_FOUND: Reply = { status: 404, body: { message: 'Not Found' } }
const FORBIDDEN: Reply = { status: 403, body: { message: 'Resource not accessible by integration' } }
const UPGRADE: Reply = {
  status: 403,
  body: { message: 'Upgrade to GitHub Pro or make this repository public to enable this feature.' },
}

export async function startRepository(certificate: Certificate): Promise<RepositoryServer> {
  const github: RepositoryServer = {
    host: '',
    repository: emptyRepository(),
    role: 'admin',
    scopes: ['repo', 'admin:org'],
    page: 100,
    faults: [],
    requests: [],
    authorizations: new Set(),
    close: async () => undefined,
  }
  const server = createServer(certificate, async (request, response) => {
    const url = new URL(request.url ?? '', 'https://github.test')
    github.requests.push(`${request.method} ${request.url}`)
    if (request.headers.authorization) github.authorizations.add(request.headers.authorization)
    response.setHeader('content-type', 'application/json; charset=utf-8')
    if (github.faults.some(fault => fault(request.url ?? '', response, request))) return
    const { status, body } = await replyTo(github, request, url)
    const link = page(github, url, body)
    if (link) response.setHeader('link', link.link)
    response.writeHead(status).end(JSON.stringify(link ? link.body : body))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  github.host = `localhost:${(server.address() as AddressInfo).port}`
  github.close = () =>
    new Promise(resolve => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return github
}

/** Cuts an answer into pages, as GitHub does: `per_page`, `page`, and a Link to the next one. */
function page(
  github: RepositoryServer,
  url: URL,
  body: unknown,
): { body: unknown; link: string } | undefined {
  const [key, all] = Array.isArray(body)
    ? ['', body]
    : (Object.entries(body as object).find(([, value]) => Array.isArray(value)) ?? ['', undefined])
  if (!Array.isArray(all) || key === 'errors') return undefined
  const size = Math.min(github.page, Number(url.searchParams.get('per_page') ?? 30))
  const number = Number(url.searchParams.get('page') ?? 1)
  const part = all.slice((number - 1) * size, number * size)
  url.searchParams.set('page', String(number + 1))
  const link = `<https://${github.host}${url.pathname}${url.search}>; rel="next"`
  if (number * size >= all.length)
    return { body: key ? { ...(body as object), [key]: part } : part, link: '' }
  return { body: key ? { ...(body as object), [key]: part } : part, link }
}

const names = (key: 'secrets' | 'variables', list: string[]): Reply =>
  ok({
    total_count: list.length,
    [key]: list.map(name => ({
      name,
      ...(key === 'variables' ? { value: `the value of ${name}` } : {}),
      created_at: '2026-01-02T03:04:05Z',
    })),
  })

async function replyTo(github: RepositoryServer, request: IncomingMessage, url: URL): Promise<Reply> {
  const { repository, role, scopes } = github
  const { owner, name } = repository
  if (role === 'anonymous') return { status: 401, body: { message: 'Requires authentication' } }
  const parts = url.pathname.replace(/^\/api\/(v3\/)?/, '').split('/')
  const path = parts.map(decodeURIComponent)
  const writes = role === 'admin' || role === 'write'
  if (path[0] === 'graphql') return graphql(github, JSON.parse(await text(request)))
  if (path[0] === 'orgs' && path[2] === 'dependabot') {
    if (!scopes.includes('admin:org') || role !== 'admin')
      return { status: 403, body: { message: 'Must have admin rights to Organization.' } }
    const secrets = repository.organisationDependabotSecrets
    if (path.length === 4) return ok({ total_count: secrets.length, secrets })
    const shared = secrets.find(secret => secret.name === path[4])?.repositories ?? []
    return ok({ total_count: shared.length, repositories: shared.map(full_name => ({ full_name })) })
  }
  if (path[0] !== 'repos' || path[1] !== owner || path[2] !== name || role === 'stranger') return NOT_FOUND
  const rest = path.slice(3)
  const route = rest.slice(0, 2).join('/')
  if (rest.length === 0)
    return ok({
      id: 4711,
      full_name: `${owner}/${name}`,
      private: repository.private,
      default_branch: repository.branch,
      owner: { login: owner, type: repository.kind },
    })
  if (route === 'rules/branches') return repository.freePlan ? UPGRADE : ok(rulesOf(repository, rest[2]))
  if (rest[0] === 'branches') return branch(github, rest)
  if (route === 'codeowners/errors') return ok({ errors: repository.codeownersErrors })
  if (rest[0] === 'contents') {
    const file = repository.files[rest.slice(1).join('/')]
    if (file === undefined) return NOT_FOUND
    // In lines of 60 characters, as GitHub writes it.
    const content = Buffer.from(file).toString('base64').replace(/.{60}/g, '$&\n')
    return ok({ type: 'file', encoding: 'base64', size: file.length, content })
  }
  if (rest[0] === 'environments') {
    // GitHub compares their names without regard to case.
    const environment = Object.entries(repository.environments).find(
      ([key]) => key.toLowerCase() === rest[1]?.toLowerCase(),
    )
    if (!environment) return NOT_FOUND
    if (rest.length === 2) return ok({ name: environment[0] })
    if (!writes) return FORBIDDEN
    return rest[2] === 'secrets'
      ? names('secrets', environment[1].secrets)
      : names('variables', environment[1].variables)
  }
  if (!writes) return FORBIDDEN
  switch (route) {
    case 'actions/secrets':
      return names('secrets', repository.secrets)
    case 'actions/organization-secrets':
      return names('secrets', repository.organisationSecrets)
    case 'actions/variables':
      return names('variables', repository.variables)
    case 'actions/organization-variables':
      return names('variables', repository.organisationVariables)
    case 'dependabot/secrets':
      return names('secrets', repository.dependabotSecrets)
    default:
      return NOT_FOUND
  }
}

const rulesOf = (repository: Repository, at: string | undefined): Rule[] =>
  at === repository.branch
    ? repository.rules.map((rule, index) => ({
        ruleset_source_type: 'Repository',
        ruleset_source: `${repository.owner}/${repository.name}`,
        ruleset_id: index + 1,
        ...rule,
      }))
    : []

function branch({ repository, role }: RepositoryServer, [, at, part]: string[]): Reply {
  if (at !== repository.branch) return { status: 404, body: { message: 'Branch not found' } }
  const { protection } = repository
  const { enforcement_level = 'non_admins', checks = [] } = protection ?? {}
  if (part === undefined)
    return ok({
      name: at,
      commit: { sha: '0'.repeat(40) },
      protected: protection !== undefined || repository.rules.length > 0,
      protection: {
        enabled: protection !== undefined,
        required_status_checks: {
          enforcement_level: protection ? enforcement_level : 'off',
          contexts: checks.map(({ context }) => context),
          checks,
        },
      },
    })
  if (role !== 'admin') return NOT_FOUND
  if (!protection) return { status: 404, body: { message: 'Branch not protected' } }
  return ok({
    required_status_checks: { strict: false, contexts: checks.map(({ context }) => context), checks },
    required_pull_request_reviews: { require_code_owner_reviews: protection.codeOwners === true },
  })
}

function graphql(
  { repository }: RepositoryServer,
  { query, variables }: { query: string; variables: Record<string, string> },
): Reply {
  const { protection } = repository
  const there = variables.owner === repository.owner && variables.name === repository.name
  if (!there || !query.includes('refUpdateRule'))
    return ok({ data: { repository: null }, errors: [{ type: 'NOT_FOUND', message: 'Could not resolve' }] })
  const here = variables.branch === repository.branch && variables.ref === `refs/heads/${repository.branch}`
  return ok({
    data: {
      repository: {
        mergeQueue: here && protection?.mergeQueue ? { id: 'MQ_1' } : null,
        ref: here
          ? {
              refUpdateRule: protection ? { requiresCodeOwnerReviews: protection.codeOwners === true } : null,
            }
          : null,
      },
    },
  })
}
