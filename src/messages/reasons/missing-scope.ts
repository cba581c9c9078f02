import type { Message, Situation } from '../message.ts'
import { listed } from '../passed.ts'

export const missingScope = (lacking: string[], granted: string[], { setting }: Situation): Message => ({
  what: `The token is valid, but it lacks a required scope: ${listed(lacking)}. It has: ${listed(granted)}.`,
  causes: [],
  remedy: `Create a token with that scope and store it as NOLAPSE_TOKEN, or correct ${setting('required-scopes')}. A token's scopes never change.`,
})
