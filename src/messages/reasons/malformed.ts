import { TOKEN_LENGTH } from '../../api/contract.ts'
import type { Flaw } from '../../gate/token.ts'
import { CREATE, type Message } from '../message.ts'

const SET_AGAIN =
  'Store the token again, exactly as nolapse showed it: 44 characters, nlp_ first, nothing around it.'

const FLAWS: Record<Exclude<Flaw, `vendor:${string}`>, [what: string, remedy: string]> = {
  'line-break': [
    'it has a line break at an end, as pasting or `echo` adds one',
    `${SET_AGAIN} With a shell, use printf, not echo.`,
  ],
  'several-lines': [
    'it has several lines',
    `${SET_AGAIN} A file or several values were stored in its place.`,
  ],
  'white-space': ['it has white space at an end or inside', SET_AGAIN],
  quotes: [
    'it has quotes around it, and quotes are stored as they are',
    `${SET_AGAIN} Leave the quotes out.`,
  ],
  bearer: [
    'it starts with the name of an authentication scheme, such as Bearer',
    `${SET_AGAIN} Leave that word out.`,
  ],
  assignment: [
    'it is an assignment, like NAME=value',
    `${SET_AGAIN} Only what stands after the = belongs there.`,
  ],
  expression: [
    'it is an expression of a workflow that was not evaluated: ${{ … }} as text',
    'Write the expression where workflows evaluate it (with: or env:), not in a script, a file or the secret itself.',
  ],
  masked: [
    'it is a row of asterisks: what a log shows in the place of a secret, not the secret',
    `A token is shown once, when it is created, and can not be copied from a log. ${CREATE}`,
  ],
  json: [
    'it is JSON',
    `${SET_AGAIN} Where the platform's answer was stored, only its field "secret" is the token.`,
  ],
  invisible: [
    'it has characters that are invisible or not of ASCII, as copying from a page or a chat brings them',
    SET_AGAIN,
  ],
  'prefix-case': ['its prefix is not in lower case', SET_AGAIN],
  prefix: ['it does not start with nlp_', SET_AGAIN],
  'before-v0.2.0': [
    'it has the form of tokens issued before v0.2.0 of nolapse, which this gate does not take',
    CREATE,
  ],
  'upper-case': ['it has upper-case letters, and a token has only 0-9 and a-f after nlp_', SET_AGAIN],
  length: ['its length is not that of a token', `${SET_AGAIN} Part of it may not have been copied.`],
  characters: ['it has characters that no token has: after nlp_ come 0-9 and a-f alone', SET_AGAIN],
}

export function malformed(flaw: Flaw, length: number): Message {
  const vendor = /^vendor:(.*)/.exec(flaw)?.[1]
  const [what, remedy] = vendor
    ? [`it looks like a token of ${vendor}`, `Store the token of nolapse instead, which starts with nlp_.`]
    : FLAWS[flaw as keyof typeof FLAWS]
  return {
    what: `The value given as NOLAPSE_TOKEN is not a nolapse token: ${what}. (It has ${length} characters; a token has ${TOKEN_LENGTH}.)`,
    causes: [],
    remedy: `${remedy} Nothing was sent to the platform.`,
  }
}
