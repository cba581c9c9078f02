/** `github.*`: what is known for each event, and who decides the rest. */
import { flag, type Known, nothing, type Open, text, Unsettled, type Value } from './value.ts'
import type { RunEvent, World } from './world.ts'

const DEPENDABOT = 'dependabot[bot]'

/** A login that equals Dependabot's exactly if Dependabot started the run. */
class Actor extends Unsettled {
  readonly label: string
  readonly source = 'author' as const
  readonly #world: World

  constructor(label: string, world: World) {
    super()
    this.label = label
    this.#world = world
  }

  get #other(): Open {
    return this.#world.open(this.label, {
      source: this.source,
      not: [text(DEPENDABOT)],
      truthy: true,
      harmless: true,
    })
  }

  truthy(): boolean {
    return true
  }

  equals(other: Known): boolean {
    if (other.coerceString().toLowerCase() === DEPENDABOT) return this.#world.isDependabot()
    return this.#other.equals(other)
  }

  settle(): Known | undefined {
    return this.#world.isDependabot() ? text(DEPENDABOT) : this.#other.settle()
  }

  get harmless(): boolean {
    return true
  }
}

/** Values that head and base share if the pull request comes from the repository itself. */
const OF_THE_REPOSITORY = new Map([
  ['full_name', 'github.repository'],
  ['owner.login', 'github.repository_owner'],
  ['id', 'github.repository_id'],
  ['name', 'github.event.repository.name'],
])

/** Other names for the same value. */
const SAME: Record<string, string> = {
  'github.event.repository.full_name': 'github.repository',
  'github.event.pull_request.base.repo.full_name': 'github.repository',
  'github.event.repository.owner.login': 'github.repository_owner',
  'github.event.pull_request.base.repo.owner.login': 'github.repository_owner',
  'github.event.pull_request.base.user.login': 'github.repository_owner',
  'github.event.pull_request.base.repo.id': 'github.repository_id',
  'github.event.repository.id': 'github.repository_id',
  'github.event.pull_request.base.repo.name': 'github.event.repository.name',
  'github.event.pull_request.base.repo.fork': 'github.event.repository.fork',
  'github.event.pull_request.head.user.login': 'github.event.pull_request.head.repo.owner.login',
  'github.event.pull_request.head.ref': 'github.head_ref',
  'github.event.pull_request.base.ref': 'github.base_ref',
  'github.event.number': 'github.event.pull_request.number',
}

const HARMLESS =
  /^github\.(sha|run_id|run_number|run_attempt|repository_id|workflow_sha|workspace|server_url|api_url|event\.pull_request\.(number|id|head\.sha|base\.sha|merge_commit_sha)|event\.merge_group\.(head_sha|base_sha))$/

/** Of a fixed form, and safe in a script, but perhaps not there: the repository of the head may have been deleted. */
const OF_FIXED_FORM =
  /^github\.event\.(before|after|sender\.(id|login)|pull_request\.(user\.(id|login)|(html_|diff_|patch_)?url|node_id|(created|updated)_at|additions|deletions|changed_files|commits|comments|head\.repo\.(id|name|full_name|owner\.login|(html_|clone_|ssh_|git_)?url)))$/

/** Set by the owners of the repository, not by the author of a pull request. */
const OWNERS =
  /^github\.(repository|repository_owner|repository_id|repository_visibility|workspace|workflow|server_url|api_url|event\.(repository|organization|enterprise)\..*)$/

/** Also present in runs that no pull request started. */
const WITHOUT_PULL_REQUEST = /^github\.(event\.pull_request|head_ref$|base_ref$|event\.pull_request$)/

const ALWAYS = ['repository', 'organization', 'enterprise', 'sender', 'installation']

const OF_PULL_REQUEST = new Set([
  ...ALWAYS,
  ...['action', 'number', 'pull_request', 'label', 'changes', 'assignee', 'before', 'after', 'milestone'],
  ...['requested_reviewer', 'requested_team', 'reason'],
])

/** The properties in the payload of an event. All others are null. */
const PAYLOAD: Record<RunEvent, ReadonlySet<string>> = {
  pull_request: OF_PULL_REQUEST,
  pull_request_target: OF_PULL_REQUEST,
  pull_request_review: new Set([...ALWAYS, 'action', 'pull_request', 'review', 'changes']),
  pull_request_review_comment: new Set([...ALWAYS, 'action', 'pull_request', 'comment', 'changes']),
  workflow_dispatch: new Set([...ALWAYS, 'inputs', 'ref', 'workflow']),
  merge_group: new Set([...ALWAYS, 'action', 'merge_group']),
  push: new Set([
    ...ALWAYS,
    ...[
      'ref',
      'base_ref',
      'before',
      'after',
      'created',
      'deleted',
      'forced',
      'compare',
      'commits',
      'head_commit',
      'pusher',
    ],
  ]),
}

/** In the usual form for the event. The number and the branch are placeholders. */
const REFS: Record<RunEvent, string | undefined> = {
  pull_request: 'refs/pull/1/merge',
  pull_request_review: 'refs/pull/1/merge',
  pull_request_review_comment: 'refs/pull/1/merge',
  merge_group: 'refs/heads/gh-readonly-queue/main/pr-1-0123456789abcdef0123456789abcdef01234567',
  push: undefined,
  pull_request_target: undefined,
  workflow_dispatch: undefined,
}

const isOfPullRequest = (event: RunEvent): boolean => /^pull_request/.test(event)

export function githubContext(world: World): Value {
  return new GithubPath('github', world).value()
}

class GithubPath {
  readonly #path: string
  readonly #world: World

  constructor(path: string, world: World) {
    this.#path = SAME[path] ?? path
    this.#world = world
  }

  /** The properties of the value, if it is an object. */
  value(): Value {
    return this.#settled() ?? this.#open()
  }

  #child(name: string): Value {
    return new GithubPath(`${this.#path}.${name.toLowerCase()}`, this.#world).value()
  }

  #settled(): Value | undefined {
    const { event, repository, types } = this.#world.circumstances
    const path = this.#path
    if (!isOfPullRequest(event) && WITHOUT_PULL_REQUEST.test(path))
      return path === 'github.event.pull_request' ? nothing() : text('')
    const part = /^github\.event\.([^.]+)$/.exec(path)?.[1]
    if (part !== undefined && !PAYLOAD[event].has(part)) return nothing()
    switch (path) {
      case 'github.event_name':
        return text(event)
      case 'github.ref_type':
        return event === 'push' || event === 'workflow_dispatch' ? undefined : text('branch')
      case 'github.ref':
      case 'github.ref_name': {
        const ref = REFS[event]
        return ref === undefined
          ? undefined
          : text(path === 'github.ref' ? ref : ref.replace(/^refs\/(heads|pull)\//, ''))
      }
      case 'github.repository':
        return repository === undefined ? undefined : text(repository)
      case 'github.repository_owner':
        return repository === undefined ? undefined : text(repository.replace(/\/.*/, ''))
      case 'github.actor':
      case 'github.triggering_actor':
      case 'github.event.sender.login':
        return new Actor('github.actor', this.#world)
      case 'github.event.pull_request.user.login':
        return this.#world.isDependabot() ? text(DEPENDABOT) : undefined
      case 'github.event.pull_request.state':
        return text('open')
      case 'github.event.pull_request.merged':
        return flag(false)
      case 'github.event.pull_request.draft':
        // A draft cannot be merged, and a new run starts when it becomes ready.
        return types.includes('ready_for_review') ? flag(false) : undefined
      case 'github.event.pull_request.head.repo.fork':
        return this.#isFork()
      case 'github.token':
        return this.#world.open(path, { source: 'case', truthy: true, harmless: true })
      default:
        return path.startsWith('github.event.pull_request.head.repo.') ? this.#ofHead() : undefined
    }
  }

  /** Null if the fork was deleted. In a repository that is itself a fork, its own branches count as a fork too. */
  #isFork(): Value {
    if (!this.#world.isFork()) return new GithubPath('github.event.repository.fork', this.#world).value()
    const there = this.#world.open('the fork of the pull request', { source: 'author' })
    return there.truthy() ? flag(true) : nothing()
  }

  #ofHead(): Value | undefined {
    const property = this.#path.slice('github.event.pull_request.head.repo.'.length)
    const shared = OF_THE_REPOSITORY.get(property)
    if (shared === undefined) return undefined
    const ours = new GithubPath(shared, this.#world).value()
    if (!this.#world.isFork()) return ours
    // A fork's full name differs from that of its parent.
    return this.#world.open(this.#path, {
      source: 'author',
      truthy: true,
      harmless: true,
      ...(ours instanceof Unsettled ? { differsFrom: ours.label } : { not: [ours as Known] }),
    })
  }

  #open(): Value {
    const path = this.#path
    const { types } = this.#world.circumstances
    const source = OWNERS.test(path) ? 'unknown' : 'author'
    const among = /\.(draft|fork|private|locked)$/.test(path)
      ? [flag(false), flag(true)]
      : path === 'github.event.action'
        ? types.map(text)
        : undefined
    return this.#world.open(path, {
      source,
      harmless: HARMLESS.test(path) || OF_FIXED_FORM.test(path),
      ...(among && among.length > 0 ? { among } : {}),
      ...(isObject(path, this.#world) ||
      HARMLESS.test(path) ||
      (OWNERS.test(path) && !/\.(fork|private)$/.test(path))
        ? { truthy: true }
        : {}),
      ...(path === 'github.event.pull_request.user.login' ? { not: [text(DEPENDABOT)], truthy: true } : {}),
      child: name => this.#child(name),
    })
  }
}

/** Present whenever the event is. */
const isObject = (path: string, { circumstances: { event } }: World): boolean =>
  ['github', 'github.event', 'github.event.repository'].includes(path) ||
  (isOfPullRequest(event) &&
    /^github\.event\.pull_request(\.(head|base|user|head\.repo|base\.repo|base\.repo\.owner))?$/.test(
      path,
    )) ||
  (event === 'merge_group' && path === 'github.event.merge_group')

/** Environment variables that every script gets, independent of the workflow. */
export const RUNNER_VARIABLES = new Map([
  ['GITHUB_EVENT_NAME', 'event_name'],
  ['GITHUB_ACTOR', 'actor'],
  ['GITHUB_TRIGGERING_ACTOR', 'triggering_actor'],
  ['GITHUB_REPOSITORY', 'repository'],
  ['GITHUB_REPOSITORY_OWNER', 'repository_owner'],
  ['GITHUB_HEAD_REF', 'head_ref'],
  ['GITHUB_BASE_REF', 'base_ref'],
  ['GITHUB_REF', 'ref'],
  ['GITHUB_REF_NAME', 'ref_name'],
  ['GITHUB_SHA', 'sha'],
  ['GITHUB_RUN_ID', 'run_id'],
  ['GITHUB_RUN_NUMBER', 'run_number'],
  ['GITHUB_RUN_ATTEMPT', 'run_attempt'],
])
