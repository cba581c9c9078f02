import { CREATE, clause, type Message, type Situation } from '../message.ts'
import { neutralise } from '../neutralise.ts'

export const invalid = (said: string, { host, setting }: Situation): Message => ({
  what: `The platform at ${host} rejected the token.${said && ` It says: "${neutralise(said)}".`}`,
  causes: [
    'The token was revoked, or it was rotated and its grace period has ended.',
    `The token belongs to a different platform than the one in ${setting('api-url')}.`,
  ],
  remedy: `If the token is less than a minute old, re-run the job: a new token can take a minute to work. Otherwise, ${clause(CREATE)}`,
})
