import { type Message, type Situation, sentence } from '../message.ts'
import { neutralise } from '../neutralise.ts'

export const wrongOrg = (orgId: string, { setting }: Situation): Message => ({
  what: `The token is valid, but it belongs to the organisation ${neutralise(orgId)}, which is not the expected one.`,
  causes: [
    'A token of another organisation is stored, or a nearer secret or variable of the same name hides the right one.',
    sentence(`${setting('expected-org-id')} is out of date.`),
  ],
  remedy: `Store a token of the expected organisation, or correct ${setting('expected-org-id')}.`,
})
