/**
 * What a SARIF file must be for GitHub's code scanning, written down from its documentation ("SARIF support for code
 * scanning") and from section 3 of the SARIF 2.1.0 standard. Closed: a property that is not listed is a problem, too.
 */

/** Says what is wrong with a value at a place. */
type Form = (value: unknown, at: string) => string[]

const text: Form = (value, at) =>
  typeof value === 'string' && value.trim() !== '' ? [] : [`${at}: not a text`]

const matching =
  (pattern: RegExp): Form =>
  (value, at) =>
    typeof value === 'string' && pattern.test(value) ? [] : [`${at}: not of the form ${pattern}`]

const oneOf =
  (...values: unknown[]): Form =>
  (value, at) =>
    values.includes(value) ? [] : [`${at}: not one of ${values.join(', ')}`]

const integer =
  (least: number): Form =>
  (value, at) =>
    Number.isInteger(value) && (value as number) >= least ? [] : [`${at}: no integer from ${least}`]

const list =
  (of: Form, { least = 0, most = 25_000 } = {}): Form =>
  (value, at) => {
    if (!Array.isArray(value)) return [`${at}: not a list`]
    const wrong = value.length < least || value.length > most ? [`${at}: ${value.length} entries`] : []
    return [...wrong, ...value.flatMap((one, index) => of(one, `${at}[${index}]`))]
  }

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const object =
  (required: Record<string, Form>, optional: Record<string, Form> = {}): Form =>
  (value, at) => {
    if (!isObject(value)) return [`${at}: not an object`]
    const forms: Record<string, Form> = { ...optional, ...required }
    return [
      ...Object.keys(required)
        .filter(name => !(name in value))
        .map(name => `${at}.${name}: missing`),
      ...Object.entries(value).flatMap(([name, one]) => {
        const form = forms[name]
        return form ? form(one, `${at}.${name}`) : [`${at}.${name}: not in the format`]
      }),
    ]
  }

const map =
  (of: Form): Form =>
  (value, at) =>
    isObject(value)
      ? Object.entries(value).flatMap(([name, one]) => of(one, `${at}.${name}`))
      : [`${at}: not an object`]

const message = object({ text })

/** The address of a file: relative to the root of the repository and not above it, or absolute. */
const path: Form = (value, at) => {
  if (typeof value === 'string' && value.startsWith('file:///')) return path(value.slice(8), at)
  const wrong = matching(/^(?![a-z][a-z0-9+.-]*:|\/)(?:[\w.~!$&'()*+,;=@:/-]|%[0-9A-F]{2})+$/i)(value, at)
  return wrong.length > 0 || !String(value).split('/').includes('..') ? wrong : [`${at}: above the root`]
}

const address = matching(/^https:\/\/[\w.-]+\/\S*$/)

const location = object({
  physicalLocation: object({
    artifactLocation: object({ uri: path }),
    region: object({ startLine: integer(1), startColumn: integer(1) }),
  }),
})

const level = oneOf('none', 'note', 'warning', 'error')

const FILE = object({
  $schema: oneOf('https://json.schemastore.org/sarif-2.1.0.json'),
  version: oneOf('2.1.0'),
  runs: list(
    object({
      tool: object({
        driver: object({
          name: text,
          version: text,
          semanticVersion: matching(/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/),
          informationUri: address,
          rules: list(
            object({
              id: matching(/^[a-z][a-z-]*$/),
              shortDescription: message,
              helpUri: address,
              defaultConfiguration: object({ level }),
            }),
          ),
        }),
      }),
      columnKind: oneOf('utf16CodeUnits', 'unicodeCodePoints'),
      invocations: list(
        object({
          executionSuccessful: oneOf(true, false),
          toolExecutionNotifications: list(object({ level, message }, { locations: list(location) })),
        }),
        { least: 1 },
      ),
      results: list(
        object({
          ruleId: text,
          ruleIndex: integer(0),
          level,
          message,
          // GitHub shows the first one only.
          locations: list(location, { least: 1, most: 1 }),
          partialFingerprints: map(matching(/^[0-9a-f]{32}$/)),
        }),
      ),
    }),
    { least: 1, most: 20 },
  ),
})

interface Run {
  tool: { driver: { rules: { id: string }[] } }
  results: { ruleId: string; ruleIndex: number }[]
}

/** What is wrong with a SARIF file; nothing if GitHub accepts it. */
export function sarifProblems(source: string): string[] {
  const file: unknown = JSON.parse(source)
  const problems = FILE(file, 'file')
  if (problems.length > 0) return problems
  return (file as { runs: Run[] }).runs.flatMap(({ tool, results }) => {
    const ids = tool.driver.rules.map(({ id }) => id)
    return [
      ...ids.filter((id, index) => ids.indexOf(id) !== index).map(id => `two rules: ${id}`),
      ...results
        .filter(({ ruleId, ruleIndex }) => ids[ruleIndex] !== ruleId)
        .map(({ ruleId }) => `another rule is at the index of ${ruleId}`),
    ]
  })
}
