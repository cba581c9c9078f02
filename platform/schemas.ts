/** The JSON schemas of the API: what a request must be, and the only fields that an answer may have. */

const string = { type: 'string' } as const
const agentType = { type: 'string', maxLength: 100 } as const
const scopes = { type: 'array', items: string } as const

const error = { type: 'object', properties: { error: string } } as const
const errors = { '4xx': error, '5xx': error }

/** Accepts only a JSON object with these fields; further fields are ignored. */
const body = (properties: object, required: string[]) => ({ type: 'object', properties, required }) as const

const metadata = { id: string, name: string, status: string, scopes, agent_type: string } as const

export const health = {
  response: { 200: { type: 'object', properties: { status: string } }, ...errors },
}

export const validate = {
  body: body({ token: string }, ['token']),
  response: {
    200: { type: 'object', properties: { valid: { type: 'boolean' }, org_id: string, scopes } },
    ...errors,
  },
}

export const create = {
  body: body(
    {
      name: { type: 'string', minLength: 1, maxLength: 100, pattern: '\\S' },
      scopes: {
        type: 'array',
        minItems: 1,
        maxItems: 50,
        items: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9:._-]{0,63}$' },
        default: ['execute'],
      },
    },
    ['name'],
  ),
  response: {
    201: {
      type: 'object',
      properties: { id: string, secret: string, name: string, scopes, agent_type: string },
    },
    ...errors,
  },
}

export const list = {
  response: { 200: { type: 'array', items: { type: 'object', properties: metadata } }, ...errors },
}

export const show = {
  response: { 200: { type: 'object', properties: { ...metadata, created_at: string } }, ...errors },
}

export const update = {
  ...show,
  body: body({ agent_type: agentType }, ['agent_type']),
}

export const rotate = {
  response: { 200: { type: 'object', properties: { id: string, secret: string } }, ...errors },
}

export const revoke = { response: errors }
