import { TOKEN_LENGTH } from '../../api/contract.ts'
import type { Flaw } from '../../gate/token.ts'
import { CREATE, type Message } from '../message.ts'

const AGAIN = 'Store the token again, exactly as nolapse showed it.'

const FLAWS: Record<Exclude<Flaw, `vendor:${string}`>, [what: string, remedy: string]> = {
  'byte-order-mark': [
    'it starts with a byte order mark, which some editors and shells write at the start of a file',
    `${AGAIN} Paste it, or pipe it with \`printf %s\`.`,
  ],
  'line-break': [
    'it has a line break at its start or end',
    `${AGAIN} In a shell, use \`printf %s\`: \`echo\` adds a line break.`,
  ],
  'several-lines': ['it has several lines', `${AGAIN} The stored value is a whole file, or several values.`],
  'white-space': ['it has white space in it', AGAIN],
  quotes: ['it has quotes around it', `${AGAIN} Leave the quotes out: they are stored too.`],
  bearer: [
    'it starts with the name of an authentication scheme, such as Bearer',
    `${AGAIN} Leave that word out.`,
  ],
  assignment: ['it is an assignment, such as NAME=value', `${AGAIN} Store only what follows the =.`],
  separator: ['it ends with a comma or a semicolon', `${AGAIN} Leave that character out.`],
  escape: [
    'it has an escape sequence in it, such as \\n written as two characters',
    `${AGAIN} Leave it out: a token has no line break.`,
  ],
  base64: ['it is a token in base64', 'Store the token itself, as nolapse showed it, not in base64.'],
  expression: [
    'it is a workflow expression that was not evaluated: ${{ … }} as text',
    'Write the expression under `with:` or `env:` of a workflow. It is not evaluated in a script, a file or a secret.',
  ],
  variable: [
    'it is the name of a variable, or a command, that was not replaced by its value',
    'Pass the value itself. In a workflow, write `${{ secrets.NOLAPSE_TOKEN }}`.',
  ],
  masked: [
    'it is a row of asterisks, which logs show instead of a secret',
    `A token cannot be copied from a log. ${CREATE}`,
  ],
  json: ['it is JSON', `${AGAIN} In the platform's answer, only the field "secret" is the token.`],
  invisible: [
    'it has characters in it that are invisible or not ASCII',
    `${AGAIN} Copy it from nolapse, not from a document or a chat.`,
  ],
  'prefix-case': ['its prefix nlp_ is not in lower case', AGAIN],
  prefix: ['it does not start with nlp_', AGAIN],
  'before-v0.2.0': ['it was issued before v0.2.0 of nolapse, and such tokens no longer work', CREATE],
  'upper-case': ['it has upper-case letters', `${AGAIN} After nlp_, a token has only 0-9 and a-f.`],
  'too-short': ['it is too short', `${AGAIN} Part of it was not copied.`],
  'too-long': ['it is too long', `${AGAIN} Something was added to it, or it was pasted twice.`],
  characters: ['it has characters that no token has', `${AGAIN} After nlp_, a token has only 0-9 and a-f.`],
}

/** What the length helps to understand. Elsewhere it would distract, or even confuse: an old token has 44 characters too. */
const LENGTH_TELLS: ReadonlySet<Flaw> = new Set<Flaw>(['prefix', 'too-short', 'too-long'])

export function malformed(flaw: Flaw, length: number): Message {
  const vendor = /^vendor:(.*)/.exec(flaw)?.[1]
  const [what, remedy] = vendor
    ? [`it looks like a token of ${vendor}`, 'Store the nolapse token instead. It starts with nlp_.']
    : FLAWS[flaw as keyof typeof FLAWS]
  const size = LENGTH_TELLS.has(flaw)
    ? ` (It has ${length === 1 ? '1 character' : `${length} characters`}; a token has ${TOKEN_LENGTH}.)`
    : ''
  return {
    what: `The value given as NOLAPSE_TOKEN is not a nolapse token: ${what}.${size}`,
    causes: [],
    remedy,
  }
}
