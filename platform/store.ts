import { randomBytes } from 'node:crypto'
import bcrypt from 'bcryptjs'
import { idOf, issueToken } from './token.ts'

/** Why the store refuses a request. */
export class Refused extends Error {
  readonly reason: 'not-found' | 'not-active' | 'limit-reached'

  constructor(reason: Refused['reason'], message: string) {
    super(message)
    this.reason = reason
  }
}

/** A token's metadata, as the API shows it. */
export interface TokenInfo {
  id: string
  name: string
  status: 'active' | 'rotating' | 'revoked'
  scopes: string[]
  agent_type: string
  /** ISO 8601, UTC. */
  created_at: string
}

/** A token's value, which is shown once and not kept. */
export interface Issued {
  id: string
  secret: string
}

interface Token {
  id: string
  orgId: string
  name: string
  scopes: string[]
  agentType: string
  /** Milliseconds since the epoch. */
  createdAt: number
  /** Milliseconds since the epoch: ahead while the token is rotating, Infinity while it is active. */
  revokedAt: number
  /**
   * A promise, so that a token is in the store before its slow hash is: each change of the store is then one
   * synchronous step, and neither two creations at once get past the limit, nor two rotations at once past
   * the status.
   */
  hash: Promise<string>
}

interface Settings {
  bcryptCost: number
  graceSeconds: number
  /** How many tokens that are not revoked an organisation may have; Infinity for any number. */
  tokenLimit: number
  propagationSeconds: number
  now: () => number
}

/**
 * The tokens of all organisations, in memory, each as a bcrypt hash. Everything but `validate` sees one
 * organisation's only.
 */
export class TokenStore {
  readonly #tokens = new Map<string, Token>()
  readonly #settings: Settings
  /** Compared with if the ID is unknown, so that rejecting it takes as long as for a known one. */
  readonly #decoy: Promise<string>

  constructor(settings: Settings) {
    this.#settings = settings
    this.#decoy = bcrypt.hash(randomBytes(20).toString('hex'), settings.bcryptCost)
  }

  /** @throws Refused `limit-reached` if the organisation's plan allows no further token */
  async create(orgId: string, name: string, scopes: string[]): Promise<Issued> {
    const { tokenLimit } = this.#settings
    if (this.list(orgId).filter(({ status }) => status !== 'revoked').length >= tokenLimit) {
      throw new Refused('limit-reached', `token limit of the plan reached (${tokenLimit})`)
    }
    return this.#issue({ orgId, name, scopes, agentType: '' })
  }

  /** In order of creation, including revoked tokens. */
  list(orgId: string): TokenInfo[] {
    return [...this.#tokens.values()].filter(token => token.orgId === orgId).map(token => this.#info(token))
  }

  /** @throws Refused `not-found` */
  show(orgId: string, id: string): TokenInfo {
    return this.#info(this.#find(orgId, id))
  }

  /** @throws Refused `not-found` */
  setAgentType(orgId: string, id: string, agentType: string): TokenInfo {
    const token = this.#find(orgId, id)
    token.agentType = agentType
    return this.#info(token)
  }

  /**
   * Replaces an active token by a new one of the same name, scopes and agent type, and lets it live on for
   * the grace period. A plan's limit does not stand in the way: rotation is how a plan of one token gets a
   * new one.
   * @throws Refused `not-found`, or `not-active` if it is rotating or revoked
   */
  async rotate(orgId: string, id: string): Promise<Issued> {
    const token = this.#find(orgId, id)
    if (this.#statusOf(token) !== 'active') throw new Refused('not-active', 'token is not active')
    token.revokedAt = this.#settings.now() + this.#settings.graceSeconds * 1000
    return this.#issue(token)
  }

  /** @throws Refused `not-found`, also if it is already revoked */
  revoke(orgId: string, id: string): void {
    const token = this.#find(orgId, id)
    if (this.#statusOf(token) === 'revoked') throw new Refused('not-found', 'token not found')
    token.revokedAt = this.#settings.now()
  }

  /** The organisation and scopes of a token's value; undefined if it is not valid for any reason. */
  async validate(secret: string): Promise<{ orgId: string; scopes: string[] } | undefined> {
    const id = idOf(secret)
    if (id === undefined) return undefined
    const token = this.#tokens.get(id)
    const genuine = await bcrypt.compare(secret, await (token?.hash ?? this.#decoy))
    return token && genuine && this.#validates(token)
      ? { orgId: token.orgId, scopes: token.scopes }
      : undefined
  }

  async #issue(like: Pick<Token, 'orgId' | 'name' | 'scopes' | 'agentType'>): Promise<Issued> {
    const { orgId, name, scopes, agentType } = like
    const { bcryptCost, now } = this.#settings
    const { id, secret } = issueToken()
    const hash = bcrypt.hash(secret, bcryptCost)
    this.#tokens.set(id, {
      id,
      orgId,
      name,
      scopes,
      agentType,
      createdAt: now(),
      revokedAt: Number.POSITIVE_INFINITY,
      hash,
    })
    await hash
    return { id, secret }
  }

  #find(orgId: string, id: string): Token {
    const token = this.#tokens.get(id)
    if (token?.orgId !== orgId) throw new Refused('not-found', 'token not found')
    return token
  }

  #statusOf(token: Token): TokenInfo['status'] {
    if (token.revokedAt <= this.#settings.now()) return 'revoked'
    return token.revokedAt < Number.POSITIVE_INFINITY ? 'rotating' : 'active'
  }

  /**
   * Validation sees a new token, and its end, only after the propagation time. A token that ended before
   * that never validates.
   */
  #validates({ createdAt, revokedAt }: Token): boolean {
    const now = this.#settings.now()
    const delay = this.#settings.propagationSeconds * 1000
    const known = createdAt + delay
    return known <= revokedAt && known <= now && now < revokedAt + delay
  }

  #info(token: Token): TokenInfo {
    return {
      id: token.id,
      name: token.name,
      status: this.#statusOf(token),
      scopes: token.scopes,
      agent_type: token.agentType,
      created_at: new Date(token.createdAt).toISOString(),
    }
  }
}
