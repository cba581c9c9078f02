import { CREATE, type Message, type Situation } from '../message.ts'
import { neutralise } from '../neutralise.ts'

export const invalid = (said: string, { host, setting }: Situation): Message => ({
  what: `The platform at ${host} refuses this token: it is well-formed, but not valid.${said && ` It says: "${neutralise(said)}"`}`,
  causes: [
    'The token was rotated, and the time in which the old one still works is over.',
    'The token was revoked.',
    'The token was created less than a minute ago: a new one can take that long to work.',
    `The token belongs to another deployment of nolapse than ${host}.`,
  ],
  remedy: `If the token is new, run again in a minute. Otherwise check its status in nolapse and that ${setting('api-url')} is right. ${CREATE}`,
})
