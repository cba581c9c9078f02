import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify'
import type { RateLimit } from './rate-limit.ts'
import * as schemas from './schemas.ts'
import type { Sessions } from './sessions.ts'
import { Refused, type TokenStore } from './store.ts'

/** Far more than any request needs. */
const BODY_LIMIT = 64 * 1024

const STATUS = { 'not-found': 404, 'not-active': 409, 'limit-reached': 402 } as const

declare module 'fastify' {
  interface FastifyRequest {
    /** The organisation that the session speaks for; empty outside /v1/tokens. */
    orgId: string
  }
}

export interface AppParts {
  tokens: TokenStore
  sessions: Sessions
  rateLimit: RateLimit
  /**
   * The platform's pages disagree on how an invalid token is rejected: `valid: false` with 200, or an error
   * with 401.
   */
  invalidStatus: 200 | 401
  /** Called with each internal error, which the client sees as an opaque 500. */
  onFault: (error: Error) => void
}

/**
 * Builds the platform's API under `/v1`, and `/health`, on the parts that hold its state. It does not listen yet.
 */
export function buildApp({ tokens, sessions, rateLimit, invalidStatus, onFault }: AppParts): FastifyInstance {
  const app = fastify({
    bodyLimit: BODY_LIMIT,
    forceCloseConnections: true,
    // A number is not a string: the API refuses what a lenient validator would convert.
    ajv: { customOptions: { coerceTypes: false } },
    frameworkErrors: (_error, _request, reply: FastifyReply) =>
      reply.code(400).send({ error: 'malformed request' }),
    clientErrorHandler: refuseUnreadable,
  })

  // Before Fastify sees a request, so that every response has it, from any part of Fastify.
  app.server.prependListener('request', (_request, response) => {
    response.setHeader('X-Request-ID', randomUUID())
  })

  readBodies(app)

  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ error: 'not found' }))

  app.setErrorHandler((error: FastifyError | Refused, _request, reply) => {
    if (error instanceof Refused) return reply.code(STATUS[error.reason]).send({ error: error.message })
    const status = error.statusCode ?? 500
    if (status === 413) return reply.code(413).send({ error: 'request too large' })
    if (status < 500) return reply.code(400).send({ error: 'malformed request' })
    onFault(error)
    return reply.code(500).send({ error: 'internal error' })
  })

  /** Answers 429 if the credential has used up its requests. */
  function refuseOverLimit(credential: string, reply: FastifyReply) {
    const seconds = rateLimit.secondsToWait(credential)
    if (seconds === 0) return undefined
    return reply.code(429).header('Retry-After', String(seconds)).send({ error: 'rate limit exceeded' })
  }

  app.get('/health', { schema: schemas.health }, async () => ({ status: 'ok' }))

  app.post<{ Body: { token: string } }>(
    '/v1/auth/validate',
    {
      schema: schemas.validate,
      preHandler: async (request, reply) => refuseOverLimit(request.body.token, reply),
    },
    async (request, reply) => {
      const holder = await tokens.validate(request.body.token)
      if (holder) return { valid: true, org_id: holder.orgId, scopes: holder.scopes }
      return invalidStatus === 200 ? { valid: false } : reply.code(401).send({ error: 'invalid token' })
    },
  )

  app.register(
    async routes => {
      routes.decorateRequest('orgId', '')

      // Before the body is read, so that a client without a session learns nothing about the body.
      routes.addHook('onRequest', async (request, reply) => {
        const session = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
        if (session === undefined) return reply.code(401).send({ error: 'no session token' })
        const orgId = sessions.organisationOf(session)
        if (orgId === undefined) return reply.code(401).send({ error: 'session is unknown or has expired' })
        request.orgId = orgId
        return refuseOverLimit(session, reply)
      })

      routes.setErrorHandler((error: FastifyError, _request, reply) => {
        if (!error.validation) throw error
        return reply.code(400).send({ error: `malformed request: ${error.message}` })
      })

      routes.post<{ Body: { name: string; scopes: string[] } }>(
        '',
        { schema: schemas.create },
        async (request, reply) => {
          const { name, scopes } = request.body
          const issued = await tokens.create(request.orgId, name, scopes)
          return reply.code(201).send({ ...issued, name, scopes, agent_type: '' })
        },
      )

      routes.get('', { schema: schemas.list }, async request => tokens.list(request.orgId))

      routes.get<{ Params: { id: string } }>('/:id', { schema: schemas.show }, async request =>
        tokens.show(request.orgId, request.params.id),
      )

      routes.patch<{ Params: { id: string }; Body: { agent_type: string } }>(
        '/:id',
        { schema: schemas.update },
        async request => tokens.setAgentType(request.orgId, request.params.id, request.body.agent_type),
      )

      routes.post<{ Params: { id: string } }>('/:id/rotate', { schema: schemas.rotate }, async request =>
        tokens.rotate(request.orgId, request.params.id),
      )

      routes.delete<{ Params: { id: string } }>(
        '/:id',
        { schema: schemas.revoke },
        async (request, reply) => {
          tokens.revoke(request.orgId, request.params.id)
          return reply.code(204).send()
        },
      )
    },
    { prefix: '/v1/tokens' },
  )

  return app
}

/**
 * A body is JSON or it is no body: where one is needed its absence is a malformed request, and where none is
 * (rotate, delete) it does no harm that clients send a content type without one.
 */
function readBodies(app: FastifyInstance) {
  const parseJson = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined)
    else parseJson(request, body, done)
  })
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, _body, done) => done(null, undefined))
}

/** Answers what is not HTTP, for which no request exists yet, in the API's own form. */
function refuseUnreadable(error: Error & { code?: string }, socket: Socket) {
  if (error.code === 'ECONNRESET' || !socket.writable) return
  const body = JSON.stringify({ error: 'malformed request' })
  socket.end(
    [
      'HTTP/1.1 400 Bad Request',
      'Content-Type: application/json',
      `Content-Length: ${body.length}`,
      `X-Request-ID: ${randomUUID()}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  )
}
