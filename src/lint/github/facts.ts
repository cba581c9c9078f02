/** What the rules need to know about a repository on GitHub. Each fact also says what was not visible. */
import type { Repository } from './repository.ts'

/** The GitHub permission that makes something visible. */
export type Permission =
  | 'secrets'
  | 'variables'
  | 'environments'
  | 'dependabot-secrets'
  | 'organisation-dependabot-secrets'
  | 'administration'
  | 'contents'
  | 'metadata'

export type Cause =
  /** 403 or 404. GitHub does not distinguish "does not exist" from "no access". */
  | { kind: 'refused'; status: number; says: string }
  | { kind: 'signed-out' }
  | { kind: 'limited'; until: Date | undefined }
  | { kind: 'silent' }
  | { kind: 'failed'; says: string }

/** Something that could not be seen. */
export interface Unseen {
  /** Part of a sentence: `the secrets of the repository`. */
  what: string
  needs: Permission
  cause: Cause
}

/** What was found, and where there may be more that was not visible. */
export interface Collected<Item> {
  found: Item[]
  unseen: Unseen[]
}

/** Where a rule comes from, as part of a sentence: `a ruleset of acme/api`, `the branch protection`. */
export type Source = string

export interface RequiredCheck {
  name: string
  /** The id of the app that must post it; undefined if anyone with write access to statuses can. */
  app: number | undefined
  source: Source
}

export interface RequiredWorkflow {
  path: string
  /** Whether the file is in this repository. */
  own: boolean
  source: Source
}

/** The name of a secret or variable, and where it is kept: `the repository`, `the organisation`, … */
export interface Kept {
  name: string
  where: string
}

export interface Codeowners {
  path: string
  text: string
}

export interface EnvironmentFacts {
  secrets: Collected<Kept>
  variables: Collected<Kept>
}

export interface RepositoryFacts {
  repository: Repository
  /** The default branch. */
  branch: string
  checks: Collected<RequiredCheck>
  workflows: Collected<RequiredWorkflow>
  /** The rules that require a merge queue. If nothing is found and nothing is unseen, there is none. */
  queue: Collected<Source>
  /** The rules that require a code owner's review. */
  ownerReviews: Collected<Source>
  /** At most one. None if no code owner's review is required, because it would have no effect. */
  codeowners: Collected<Codeowners>
  /** The repository's GitHub plan has neither rulesets nor protected branches. */
  unprotectable: boolean
  /** Of the repository and the organisation. */
  secrets: Collected<Kept>
  variables: Collected<Kept>
  /** The requested environments, by name in lower case: GitHub ignores the case. */
  environments: ReadonlyMap<string, EnvironmentFacts>
  /** Dependabot's own store. Undefined if Dependabot does not open pull requests here, or no secret is needed. */
  dependabot: Collected<Kept> | undefined
  /** What was visible, for the list at the end of a report. */
  checked: string[]
}

/** What the workflows need to know. */
export interface Needs {
  /** The secrets that gates take their tokens from. */
  secrets: string[]
  /** The environments of the jobs that take a secret. */
  environments: string[]
  /** Whether the folder has a dependabot.yml; undefined if its root was not read. */
  dependabot: boolean | undefined
  /** The folder's CODEOWNERS, if its root was read and has one. */
  codeowners: Codeowners | undefined
}

/** The app id of GitHub Actions on github.com. An Enterprise Server uses another id. */
const ACTIONS = 15368

/** Whether a job of GitHub Actions can report this check. */
export const mayBeActions = ({ host }: Repository, { app }: RequiredCheck): boolean =>
  app === undefined || app === ACTIONS || host !== 'github.com'

/** Everything that was not visible, without duplicates. */
export function unseenIn(facts: RepositoryFacts): Unseen[] {
  const all = [
    facts.checks,
    facts.workflows,
    facts.queue,
    facts.ownerReviews,
    facts.codeowners,
    facts.secrets,
    facts.variables,
    ...[...facts.environments.values()].flatMap(({ secrets, variables }) => [secrets, variables]),
    ...(facts.dependabot ? [facts.dependabot] : []),
  ].flatMap(({ unseen }) => unseen)
  return [...new Map(all.map(unseen => [unseen.what, unseen])).values()]
}
