/** Values for the properties. Values close to valid ones find the most faults. */
import fc from 'fast-check'

/** `n` characters, each of `alphabet`. */
const charactersOf = (alphabet: string, minLength: number, maxLength = minLength) =>
  fc.string({ unit: fc.constantFrom(...alphabet), minLength, maxLength })

const HEX = '0123456789abcdef'

export const token = charactersOf(HEX, 40).map(body => `nlp_${body}`)

const identifier = charactersOf('abcxyzABC0129._:-', 1, 20)

/** What a server may put where an identifier belongs: good ones, parts of the token, almost good ones, anything. */
const idLike = (ownToken: string) =>
  fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom('org_abc123', 'execute', 'report:read', 'a') },
    { weight: 3, arbitrary: identifier },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.nat(39), fc.integer({ min: 1, max: 12 }), fc.boolean())
        .map(([at, length, upper]) => {
          const part = ownToken.slice(4 + at, 4 + at + length)
          return `x${upper ? part.toUpperCase() : part}`
        }),
    },
    { weight: 1, arbitrary: charactersOf('aZ0._-:/ \n\0é', 1, 3) },
    { weight: 1, arbitrary: fc.integer({ min: 60, max: 130 }).map(length => 'a'.repeat(length)) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 5 }) },
  )

const anything = fc.jsonValue({ maxDepth: 2 })
const rarely = <T>(usual: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 8, arbitrary: usual as fc.Arbitrary<unknown> }, { weight: 1, arbitrary: anything })

/** JSON values that are the contract's answer, or nearly. */
const nearAnswer = (ownToken: string) =>
  fc.record(
    {
      valid: fc.oneof(
        { weight: 12, arbitrary: fc.constant<unknown>(true) },
        { weight: 1, arbitrary: fc.constantFrom<unknown>(false, 'true', 1, [true], null) },
      ),
      org_id: rarely(idLike(ownToken)),
      scopes: rarely(fc.array(rarely(idLike(ownToken)), { maxLength: 3 })),
      error: anything,
      ['__proto__']: anything,
    },
    { requiredKeys: [] },
  )

const GOOD = { valid: true, org_id: 'org_abc123', scopes: ['execute', 'report:read'] }

/** The contract's answer with at most one field changed, or with any of them changed or left out. */
const likelyWhole = (ownToken: string): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 2, arbitrary: fc.constant(GOOD) },
    {
      weight: 3,
      arbitrary: fc
        .tuple(nearAnswer(ownToken), fc.constantFrom('valid', 'org_id', 'scopes', 'error', '__proto__'))
        .map(([answer, name]) => ({
          ...GOOD,
          ...Object.fromEntries(Object.entries(answer).filter(([key]) => key === name)),
        })),
    },
    { weight: 2, arbitrary: nearAnswer(ownToken) },
  )

const bytesOf = (value: unknown) => Buffer.from(JSON.stringify(value))

/** The bytes of a body: an answer or nearly, the same damaged, any JSON, any bytes. */
export const body = (ownToken: string): fc.Arbitrary<Buffer> => {
  const whole = fc
    .tuple(likelyWhole(ownToken), fc.constantFrom('', ' ', '\n\t', '\ufeff'))
    .map(([answer, before]) => Buffer.concat([Buffer.from(before), bytesOf(answer)]))
  const damaged = fc
    .tuple(whole, fc.nat(), fc.uint8Array({ maxLength: 3 }), fc.nat(3))
    .map(([bytes, where, put, cut]) => {
      const at = where % (bytes.length + 1)
      return Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + cut)])
    })
  return fc.oneof(
    { weight: 6, arbitrary: whole },
    { weight: 3, arbitrary: damaged },
    { weight: 1, arbitrary: anything.map(bytesOf) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 80 }).map(bytes => Buffer.from(bytes)) },
  )
}

export const status = fc.oneof(
  { weight: 5, arbitrary: fc.constant(200) },
  { weight: 1, arbitrary: fc.constantFrom(201, 204, 302, 401, 403, 429, 500, 503) },
  { weight: 1, arbitrary: fc.nat(999) },
)

/** Text as a hostile server would choose it: what the runner's commands are made of, in pieces. */
export const hostileText = fc
  .array(
    fc.oneof(
      {
        weight: 3,
        arbitrary: fc.constantFrom(
          ':',
          '::',
          '#',
          '##[',
          ']',
          '\n',
          '\r',
          '%0A',
          '%25',
          '\u2028',
          '\u0085',
          '\u200b',
          '\0',
          '\u001b[31m',
          ' ',
          '\t',
          'error',
          'add-mask',
          'stop-commands',
          'set-output name=valid',
          'true',
          '"',
          "'",
          '`',
          '<',
          '&',
          '|',
          '*',
          '@',
          '\ud800',
        ),
      },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 4 }) },
    ),
    { maxLength: 30 },
  )
  .map(pieces => pieces.join(''))

/** Values that are no well-formed token, of every kind that has a message of its own. */
export const badValue = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  hostileText,
  fc
    .tuple(
      fc.constantFrom(
        '',
        ' ',
        '"',
        "'",
        'Bearer ',
        'NOLAPSE_TOKEN=',
        '${{ ',
        '{"secret":"',
        'ghp_',
        'ey',
        'NLP_',
        '***',
        '\n',
        'line of text\n',
      ),
      charactersOf(`${HEX}ABCxyz`, 0, 44),
      fc.constantFrom('', ' ', '"', '\n', '\r\n', '"}', ' }}', '\u200b', '\nanother line of text'),
      fc.boolean(),
    )
    .map(([before, inner, after, prefixed]) => before + (prefixed ? 'nlp_' : '') + inner + after),
  fc.tuple(token, fc.constantFrom('\n', ' ', 'a', '"')).map(([good, after]) => good + after),
)
