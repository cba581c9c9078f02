import { type Message, type Situation, sentence } from '../message.ts'
import { neutralise } from '../neutralise.ts'

export const wrongOrg = (orgId: string, { setting }: Situation): Message => ({
  what: `The token is valid, but it belongs to the organisation ${neutralise(orgId)}, not to the expected one.`,
  causes: [sentence(`${setting('expected-org-id')} is out of date.`)],
  remedy: `Store a token of the expected organisation as NOLAPSE_TOKEN, or correct ${setting('expected-org-id')}.`,
})
