/** Asks GitHub what the rules need to know. Independent questions run at the same time. */
import { withoutErrors } from './codeowners.ts'
import {
  type BranchRules,
  decodeContent,
  decodeErrors,
  decodeProtection,
  decodeRules,
  type Fields,
  fieldsOf,
  listOf,
  PROTECTION,
  textsOf,
} from './decode.ts'
import type {
  Cause,
  Codeowners,
  Collected,
  EnvironmentFacts,
  Kept,
  Needs,
  Permission,
  RepositoryFacts,
  Source,
  Unseen,
} from './facts.ts'
import type { Answer, Ask, Question } from './gh.ts'
import { CODEOWNERS } from './needs.ts'
import { nameOf, type Repository } from './repository.ts'

/** `nothing`: not even the repository itself was visible. */
export type Reading = { kind: 'facts'; facts: RepositoryFacts } | { kind: 'nothing'; cause: Cause }

export async function readFacts(repository: Repository, needs: Needs, ask: Ask): Promise<Reading> {
  const reader = new Reader(repository, ask)
  // The stores do not depend on the repository's own answer.
  const stores = reader.stores(needs)
  const answer = await reader.ask('', '{id, private, default_branch, owner: .owner.type}')
  const own = answer.kind === 'pages' ? fieldsOf(answer.pages[0]) : {}
  const branch = own.default_branch
  if (answer.kind !== 'pages' || typeof branch !== 'string') {
    await stores
    return { kind: 'nothing', cause: causeOf(answer) }
  }
  const [rules, kept, dependabot] = await Promise.all([
    reader.rules(branch, own.id, needs),
    stores,
    reader.dependabot(needs, own),
  ])
  // A person has no organisation whose secrets could be hidden.
  const { secrets, variables, organisation, environments } = kept
  const shared = own.owner === 'User' ? NOTHING : organisation
  const facts: RepositoryFacts = {
    repository,
    branch,
    ...rules,
    secrets: join(secrets, shared.secrets),
    variables: join(variables, shared.variables),
    environments,
    dependabot,
    checked: [],
  }
  return { kind: 'facts', facts: { ...facts, checked: inOrder(reader.seen) } }
}

/** Answers arrive in any order. Sort them, so that reports are stable. */
const ORDER = ['the rulesets', 'the protection', 'the merge', 'CODEOWNERS', 'the secrets', 'the variables']

function inOrder(seen: readonly string[]): string[] {
  const rank = (what: string) => ORDER.findIndex(start => what.startsWith(start)) + 1 || ORDER.length + 1
  return [...seen].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
}

const none = <Item>(): Collected<Item> => ({ found: [], unseen: [] })

const NOTHING: EnvironmentFacts = { secrets: none(), variables: none() }

const join = <Item>(...parts: Collected<Item>[]): Collected<Item> => ({
  found: parts.flatMap(({ found }) => found),
  unseen: parts.flatMap(({ unseen }) => unseen),
})

const causeOf = (answer: Answer): Cause =>
  answer.kind === 'pages' ? { kind: 'failed', says: 'an answer of another shape' } : answer

/** GitHub answers 403 with this message for a private repository on a free plan. */
const isPlan = (answer: Answer): boolean =>
  answer.kind === 'refused' && answer.status === 403 && /^Upgrade to /i.test(answer.says)

/** GitHub ignores the case of secret, variable and repository names. */
const isSame = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()

const isAbsent = (answer: Answer): boolean => answer.kind === 'refused' && answer.status === 404

class Reader {
  readonly seen: string[] = []
  readonly #root: string
  readonly #repository: Repository
  readonly #ask: Ask

  constructor(repository: Repository, ask: Ask) {
    this.#repository = repository
    this.#root = `repos/${nameOf(repository)}`
    this.#ask = ask
  }

  ask(path: string, filter: string, query = ''): Promise<Answer> {
    return this.#ask({ endpoint: this.#root + path + query, filter })
  }

  /** The names that GitHub lists, or why it lists none. */
  async #names(what: string, needs: Permission, question: Question, where: string): Promise<Collected<Kept>> {
    const answer = await this.#ask(question)
    if (answer.kind !== 'pages') return this.#unseen(what, needs, causeOf(answer))
    return this.#see(what, {
      found: answer.pages.flatMap(textsOf).map(name => ({ name, where })),
      unseen: [],
    })
  }

  #see<Item>(what: string, found: Collected<Item>): Collected<Item> {
    this.seen.push(what)
    return found
  }

  #unseen(what: string, needs: Permission, cause: Cause): Collected<never> {
    return { found: [], unseen: [{ what, needs, cause }] }
  }

  async stores({ secrets: wanted, environments: names }: Needs) {
    if (wanted.length === 0)
      return { ...NOTHING, organisation: NOTHING, environments: new Map<string, EnvironmentFacts>() }
    const secrets = (path: string, where: string) =>
      this.#names(`the secrets of ${where}`, 'secrets', this.#list(path, 'secrets', 100), where)
    const variables = (path: string, where: string) =>
      this.#names(`the variables of ${where}`, 'variables', this.#list(path, 'variables', 30), where)
    const [ownSecrets, ownVariables, sharedSecrets, sharedVariables, environments] = await Promise.all([
      secrets('/actions/secrets', 'the repository'),
      variables('/actions/variables', 'the repository'),
      secrets('/actions/organization-secrets', 'the organisation'),
      variables('/actions/organization-variables', 'the organisation'),
      Promise.all([...new Set(names.map(name => name.toLowerCase()))].map(name => this.#environment(name))),
    ])
    return {
      secrets: ownSecrets,
      variables: ownVariables,
      organisation: { secrets: sharedSecrets, variables: sharedVariables },
      environments: new Map(environments),
    }
  }

  #list(path: string, kind: 'secrets' | 'variables', perPage: number): Question {
    return { endpoint: this.#root + path, filter: `[.${kind}[].name]`, perPage }
  }

  async #environment(name: string): Promise<[string, EnvironmentFacts]> {
    const where = `the environment ${name}`
    // Even encoded, these lead out of the folder of a URL.
    if (name === '.' || name === '..') {
      const cause: Cause = { kind: 'failed', says: 'GitHub has no environment of that name' }
      return [name, { secrets: this.#unseen(where, 'environments', cause), variables: none() }]
    }
    const path = `/environments/${encodeURIComponent(name)}`
    const [secrets, variables] = await Promise.all([
      this.#names(
        `the secrets of ${where}`,
        'environments',
        this.#list(`${path}/secrets`, 'secrets', 100),
        where,
      ),
      this.#names(
        `the variables of ${where}`,
        'environments',
        this.#list(`${path}/variables`, 'variables', 30),
        where,
      ),
    ])
    const hidden = [...secrets.unseen, ...variables.unseen]
    const gone = hidden.some(({ cause }) => cause.kind === 'refused' && cause.status === 404)
    // Anyone who can read the repository can see its environments, so this one does not exist and has no secrets.
    if (gone && isAbsent(await this.ask(path, '{name}')))
      return [name, { secrets: this.#see(where, none()), variables: none() }]
    return [name, { secrets, variables }]
  }

  /** Dependabot's store, if Dependabot opens pull requests here. Only owners can see the organisation's store. */
  async dependabot(needs: Needs, repository: Fields): Promise<Collected<Kept> | undefined> {
    if (needs.secrets.length === 0 || needs.dependabot === false) return undefined
    if (needs.dependabot === undefined && !(await this.#hasDependabot())) return undefined
    const what = "Dependabot's secrets of the repository"
    const list = this.#list('/dependabot/secrets', 'secrets', 100)
    const own = await this.#names(what, 'dependabot-secrets', list, what)
    const missing = needs.secrets.filter(wanted => !own.found.some(({ name }) => isSame(name, wanted)))
    if (missing.length === 0 || repository.owner === 'User') return own
    return join(own, await this.#organisationDependabot(missing, repository.private === true))
  }

  async #hasDependabot(): Promise<boolean> {
    const answers = await Promise.all(
      ['yml', 'yaml'].map(end => this.ask(`/contents/.github/dependabot.${end}`, '{size}')),
    )
    return answers.some(({ kind }) => kind === 'pages')
  }

  async #organisationDependabot(missing: string[], isPrivate: boolean): Promise<Collected<Kept>> {
    const root = `orgs/${this.#repository.owner}/dependabot/secrets`
    const what = "Dependabot's secrets of the organisation"
    const permission = 'organisation-dependabot-secrets'
    const answer = await this.#ask({
      endpoint: root,
      perPage: 100,
      filter: '[.secrets[]|{name, visibility}]',
    })
    if (answer.kind !== 'pages') return this.#unseen(what, permission, causeOf(answer))
    const stored = answer.pages.flatMap(listOf).map(fieldsOf)
    const parts = missing.flatMap(name =>
      stored
        .filter(secret => isSame(String(secret.name), name))
        .map(async ({ visibility }): Promise<Collected<Kept>> => {
          const kept = { found: [{ name, where: what }], unseen: [] }
          if (visibility === 'all' || (visibility === 'private' && isPrivate)) return kept
          if (visibility !== 'selected') return none()
          const shared = await this.#ask({
            endpoint: `${root}/${encodeURIComponent(name)}/repositories`,
            perPage: 100,
            filter: '[.repositories[].full_name]',
          })
          if (shared.kind !== 'pages') return this.#unseen(what, permission, causeOf(shared))
          const own = nameOf(this.#repository)
          return shared.pages.flatMap(textsOf).some(one => isSame(one, own)) ? kept : none()
        }),
    )
    return this.#see(what, join(...(await Promise.all(parts))))
  }

  async rules(branch: string, id: unknown, needs: Needs) {
    const at = encodeURIComponent(branch)
    const [ruling, protecting] = await Promise.all([
      this.#ask({
        endpoint: `${this.#root}/rules/branches/${at}`,
        filter: 'map({type, source: .ruleset_source, parameters})',
        perPage: 100,
      }),
      this.ask(`/branches/${at}`, '{protected, protection}'),
    ])
    const rulesets = this.#rulesets(branch, ruling, id)
    const classic = await this.#protection(branch, protecting)
    const ownerReviews = join(rulesets.ownerReviews, classic.ownerReviews)
    return {
      checks: join(rulesets.checks, classic.checks),
      workflows: rulesets.workflows,
      queue: join(rulesets.queue, classic.queue),
      ownerReviews,
      codeowners: ownerReviews.found.length > 0 ? await this.#codeowners(needs) : none<Codeowners>(),
      unprotectable: isPlan(ruling),
    }
  }

  #rulesets(branch: string, answer: Answer, id: unknown) {
    const what = `the rulesets of ${branch}`
    const empty: BranchRules = { checks: [], workflows: [], queues: [], ownerReviews: [] }
    const known = answer.kind === 'pages' || isPlan(answer)
    const rules = answer.kind === 'pages' ? decodeRules(answer.pages, id) : empty
    const unseen: Unseen[] = known ? [] : [{ what, needs: 'metadata', cause: causeOf(answer) }]
    if (known) this.seen.push(what)
    return {
      checks: { found: rules.checks, unseen },
      workflows: { found: rules.workflows, unseen },
      queue: { found: rules.queues, unseen },
      ownerReviews: { found: rules.ownerReviews, unseen },
    }
  }

  async #protection(branch: string, answer: Answer) {
    const what = `the protection of ${branch}`
    const protection = answer.kind === 'pages' ? decodeProtection(answer.pages[0]) : 'unclear'
    if (protection === 'unclear') {
      if (isPlan(answer))
        return { checks: none<never>(), queue: none<Source>(), ownerReviews: none<Source>() }
      const unseen = this.#unseen(what, 'contents', causeOf(answer))
      return { checks: unseen, queue: unseen, ownerReviews: unseen }
    }
    this.seen.push(what)
    if (protection === undefined)
      return { checks: none<never>(), queue: none<Source>(), ownerReviews: none<Source>() }
    return { checks: { found: protection.checks, unseen: [] }, ...(await this.#protectionDetails(branch)) }
  }

  /** GraphQL shows every reader what the REST API shows only administrators. */
  async #protectionDetails(branch: string) {
    const { owner, name } = this.#repository
    const answer = await this.#ask({
      endpoint: 'graphql',
      filter: '.data.repository',
      fields: { query: PROTECTION_DETAILS, owner, name, branch, ref: `refs/heads/${branch}` },
    })
    const { mergeQueue, ref } = answer.kind === 'pages' ? fieldsOf(answer.pages[0]) : {}
    const reviewed = fieldsOf(fieldsOf(ref).refUpdateRule).requiresCodeOwnerReviews
    const queueing = `whether the protection of ${branch} requires a merge queue`
    return {
      queue:
        mergeQueue === undefined
          ? this.#unseen(queueing, 'metadata', causeOf(answer))
          : this.#see('the merge queue', { found: mergeQueue === null ? [] : [PROTECTION], unseen: [] }),
      ownerReviews:
        typeof reviewed === 'boolean'
          ? { found: reviewed ? [PROTECTION] : [], unseen: [] }
          : await this.#protectionForAdministrators(branch),
    }
  }

  async #protectionForAdministrators(branch: string): Promise<Collected<Source>> {
    const path = `/branches/${encodeURIComponent(branch)}/protection`
    const answer = await this.ask(path, '{reviews: .required_pull_request_reviews}')
    if (answer.kind !== 'pages')
      return this.#unseen(
        `whether the protection of ${branch} requires a code owner's review`,
        'administration',
        causeOf(answer),
      )
    const required = fieldsOf(fieldsOf(answer.pages[0]).reviews).require_code_owner_reviews === true
    return { found: required ? [PROTECTION] : [], unseen: [] }
  }

  /** The folder's own file, or that of the default branch. GitHub uses the first one it finds, in this order. */
  async #codeowners(needs: Needs): Promise<Collected<Codeowners>> {
    const [codeowners, answer] = await Promise.all([
      this.#codeownersFile(needs),
      this.ask('/codeowners/errors', '[.errors[]|{kind, source, column}]'),
    ])
    // An older Enterprise Server does not report errors. Then the file counts unchanged.
    const errors = answer.kind === 'pages' ? decodeErrors(answer.pages) : []
    const found = codeowners.found.map(({ path, text }) => ({ path, text: withoutErrors(text, errors) }))
    return { ...codeowners, found }
  }

  async #codeownersFile(needs: Needs): Promise<Collected<Codeowners>> {
    if (needs.codeowners) return this.#see('CODEOWNERS', { found: [needs.codeowners], unseen: [] })
    const answers = await Promise.all(
      CODEOWNERS.map(path => this.ask(`/contents/${path}`, '{content, encoding}')),
    )
    const first = answers.findIndex(answer => !isAbsent(answer))
    const answer = answers[first]
    const path = CODEOWNERS[first]
    if (!answer || !path) return this.#see('CODEOWNERS', none())
    const text = answer.kind === 'pages' ? decodeContent(answer.pages[0]) : undefined
    if (text === undefined) return this.#unseen('CODEOWNERS', 'contents', causeOf(answer))
    return this.#see('CODEOWNERS', { found: [{ path, text }], unseen: [] })
  }
}

const PROTECTION_DETAILS =
  'query($owner:String!,$name:String!,$branch:String!,$ref:String!){repository(owner:$owner,name:$name){' +
  'mergeQueue(branch:$branch){id} ref(qualifiedName:$ref){refUpdateRule{requiresCodeOwnerReviews}}}}'
