/** SARIF 2.1.0, for GitHub's code scanning. */
import { createHash } from 'node:crypto'
import type { Log } from 'sarif'
import { LEVELS, type RuleId } from '../findings.ts'
import type { Reported } from './report.ts'
import { safe } from './safe.ts'

const DOCS = 'https://github.com/nolapse/token-action/blob/v1/docs/lint.md'

/** What each rule finds, in one sentence. */
const TITLES: Record<RuleId, string> = {
  bypass: 'A pull request can be merged without a nolapse run that passed.',
  unproven: 'It is not proven that a pull request needs a nolapse run that passed.',
  'string-as-condition': 'An output is used as a condition.',
  'undefined-output': 'An output does not exist.',
  'no-token': 'A gate gets no token.',
  'token-not-secret': 'The token does not come from a secret.',
  'token-in-file': 'A token is written into a file.',
  'unknown-input': 'The gate has no input of this name.',
  'nolapse-before-gate': 'nolapse runs with the token before a gate has passed.',
  'token-exposed': 'Steps that do not need the token have it.',
  'api-url-from-outside': "The platform's address comes from outside.",
  'self-reference': 'NOLAPSE_TOKEN is set to itself.',
  'hidden-failure': 'The failure of nolapse or of the gate is hidden.',
  'optional-gate': "The gate's job is optional.",
  'ambiguous-check': 'Two jobs report a check of the same name.',
  'secret-missing': 'The secret does not exist.',
  'dependabot-secret-missing': "Dependabot's store has no such secret.",
  'secret-is-variable': 'A variable has the name of the secret.',
  'not-required': 'No check of the workflow is required.',
  'gate-editable': 'A pull request can remove the gate.',
  'check-from-any-source': 'The required check names no app.',
  'required-check-absent': 'A required check belongs to no job.',
}

const IDS = Object.keys(TITLES) as RuleId[]

/** A file outside the current folder has an absolute path, which SARIF wants as a `file:` address. */
const uriOf = (file: string): string =>
  (file.startsWith('/') ? 'file://' : '') + safe(file).split('/').map(encodeURIComponent).join('/')

const locationOf = ({ file, line, column }: { file: string; line: number; column: number }) => ({
  physicalLocation: {
    artifactLocation: { uri: uriOf(file) },
    region: { startLine: line, startColumn: column },
  },
})

export const sarifOf = ({ result, unread, checked, complaints, version }: Reported): Log => ({
  $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
  version: '2.1.0',
  runs: [
    {
      tool: {
        driver: {
          name: 'nolapse-token lint',
          version,
          semanticVersion: version,
          informationUri: DOCS,
          rules: IDS.map(id => ({
            id,
            shortDescription: { text: TITLES[id] },
            helpUri: `${DOCS}#findings`,
            defaultConfiguration: { level: LEVELS[id] },
          })),
        },
      },
      columnKind: 'utf16CodeUnits',
      invocations: [
        {
          executionSuccessful: complaints.length === 0,
          toolExecutionNotifications: [
            ...unread.map(one => ({
              level: 'note' as const,
              message: { text: safe(one.message) },
              locations: [locationOf(one)],
            })),
            ...checked
              .flatMap(({ unseen }) => unseen)
              .map(text => ({ level: 'note' as const, message: { text: safe(text) } })),
            ...complaints.map(text => ({ level: 'error' as const, message: { text: safe(text) } })),
          ],
        },
      ],
      results: result.findings.map(one => ({
        ruleId: one.rule,
        ruleIndex: IDS.indexOf(one.rule),
        level: one.level,
        message: { text: `${safe(one.message)}\nWhat to do: ${safe(one.remedy)}` },
        locations: [locationOf(one)],
        // Without the line number, so that the finding stays the same if lines above it change.
        partialFingerprints: { 'nolapse/v1': fingerprint(`${one.rule}\n${one.file}\n${safe(one.message)}`) },
      })),
    },
  ],
})

const fingerprint = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32)
