/** What the step was given: settings, tokens, and inputs with a wrong name. */
import { getInput } from '@actions/core'
import { tokensIn } from '../api/secrets.ts'
import { checkEnvironment } from '../gate/environment.ts'
import { masksOf } from '../gate/masks.ts'
import { oldNode } from '../gate/runtime.ts'
import {
  DEFAULTS,
  isSamePlatform,
  type Problem,
  type RawSettings,
  readSettings,
  type Settings,
} from '../gate/settings.ts'
import { neutralise } from '../messages/neutralise.ts'

export interface Inputs {
  raw: RawSettings
  /** The token's two places, untrimmed. */
  token: { input: string; environment: string }
  /** Inputs that this action does not have, but that were meant to be one of its own. */
  wrong: Problem[]
  /** What the log must not show. */
  secrets: string[]
}

const OURS = ['token', ...Object.keys(DEFAULTS)]
/** What nolapse/nolapse-action calls its token input. */
const SIBLING = 'nolapse-token'

export function readInputs(): Inputs {
  const raw: RawSettings = Object.fromEntries(Object.keys(DEFAULTS).map(name => [name, getInput(name)]))
  const token = {
    input: getInput('token', { trimWhitespace: false }),
    environment: process.env.NOLAPSE_TOKEN ?? '',
  }
  const misnamed = misnamedInputs(process.env)
  const secrets = [
    ...Object.values(token).flatMap(masksOf),
    ...misnamed.flatMap(({ meant, value }) => (/token/.test(meant) ? masksOf(value) : tokensIn(value))),
    ...Object.values(raw).flatMap(tokensIn),
  ]
  return { raw, token, wrong: misnamed.map(problemOf), secrets: [...new Set(secrets)] }
}

/**
 * The settings, or everything that is wrong with them.
 *
 * @param wrong the misnamed inputs, unless they only warn
 */
export function settingsFrom(raw: RawSettings, wrong: Problem[]): Settings | Problem[] {
  const old = oldNode()
  if (old.length > 0) return old
  const settings = checkEnvironment(readSettings(raw))
  const more = [...wrong, ...contradiction(raw)]
  return more.length > 0 ? [...(Array.isArray(settings) ? settings : []), ...more] : settings
}

/**
 * The command line and other tools follow this variable. The action must not: an earlier step can set it. But to ignore
 * it would send the token for a self-hosted platform to the cloud.
 */
function contradiction(raw: RawSettings): Problem[] {
  const variable = process.env.NOLAPSE_API_URL
  if (!variable || isSamePlatform(raw['api-url'] || DEFAULTS['api-url'], variable) !== false) return []
  return [
    {
      subject: 'NOLAPSE_API_URL',
      says:
        'points to a different platform than the input `api-url`. This action follows the input only. ' +
        'Set both to the same URL, or remove the variable.',
    },
  ]
}

interface Misnamed {
  name: string
  value: string
  /** The input that was meant. */
  meant: string
}

/** The runner passes on inputs that an action does not have, and only warns: the policy in them would not apply. */
function misnamedInputs(env: NodeJS.ProcessEnv): Misnamed[] {
  return Object.entries(env).flatMap(([variable, value]) => {
    // No expression such as /^INPUT_(.+)/is: V8 folds the case of all that a dot can be, 1.5 % of a whole start.
    const lower = variable.toLowerCase()
    if (!value || !lower.startsWith('input_')) return []
    const name = lower.slice('input_'.length)
    const meant = OURS.includes(name) ? undefined : meantBy(name)
    return meant ? [{ name, value, meant }] : []
  })
}

function meantBy(name: string): string | undefined {
  const given = bare(name)
  if (given === bare(SIBLING)) return SIBLING
  return OURS.find(input => isClose(given, bare(input), input === 'token' ? 1 : 2))
}

const bare = (name: string): string => name.replace(/[-_ ]/g, '')

/** Whether at most `most` letters are missing, added or different (Levenshtein). */
function isClose(one: string, other: string, most: number): boolean {
  if (Math.abs(one.length - other.length) > most) return false
  let row = Array.from({ length: other.length + 1 }, (_, column) => column)
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1]
    for (let column = 1; column <= other.length; column++)
      next.push(
        Math.min(
          (row[column] as number) + 1,
          (next[column - 1] as number) + 1,
          (row[column - 1] as number) + (letter === other[column - 1] ? 0 : 1),
        ),
      )
    row = next
  }
  return (row[other.length] as number) <= most
}

const problemOf = ({ name, meant }: Misnamed): Problem => ({
  subject: `the input \`${neutralise(name)}\``,
  says:
    meant === SIBLING
      ? "is nolapse-action's name for it. In this action, the input is called `token`."
      : `is not an input of this action. Write \`${meant}\`.`,
})
