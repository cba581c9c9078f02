import { type Message, type Situation, sentence } from '../message.ts'
import { listed } from '../progress.ts'

export const missingScope = (lacking: string[], granted: string[], { setting }: Situation): Message => ({
  what: `The token is valid, but it lacks a required scope: ${listed(lacking)}. It has: ${listed(granted)}.`,
  causes: [
    'The token was created without that scope.',
    sentence(`${setting('required-scopes')} asks for more than is needed.`),
  ],
  remedy: `Create a token with that scope and store it, or correct ${setting('required-scopes')}.`,
})
