/** The parts of every message, and how they become text. */
import type { Problem, Settings } from '../gate/settings.ts'

export const HOME = 'https://github.com/nolapse/token-action'
export const CREATE = 'Create a new token in nolapse and store it as NOLAPSE_TOKEN.'

export interface Message {
  /** What is wrong: one sentence, then perhaps the platform's own words. */
  what: string
  /** Why that usually happens, the likeliest first; may be empty. */
  causes: string[]
  /** What to do. */
  remedy: string
}

/** What a message needs to know about the run. */
export interface Situation {
  /** The platform's host, if one is known. */
  host: string
  /** The deadline, in seconds. */
  seconds: number
  /** How the user writes a setting: `api-url` as an input, `--api-url` on the command line. */
  setting: (name: string) => string
}

/** @param setting how the user writes a setting */
export const situationOf = (settings: Settings | Problem[], setting: Situation['setting']): Situation =>
  Array.isArray(settings)
    ? { host: '', seconds: 0, setting }
    : { host: settings.api.host, seconds: settings.timeout / 1000, setting }

/** The entry of docs/troubleshooting.md for a reason. */
export const linkTo = (reason: string): string => `${HOME}/blob/v1/docs/troubleshooting.md#${reason}`

/**
 * The message as text: for an annotation, a terminal, a `message` field. A list of annotations shows the first lines
 * only, so the remedy comes before the causes.
 */
export function textOf({ what, causes, remedy }: Message, reason: string): string {
  const likely = causes.length > 0 ? ['Likely causes:', ...causes.map(cause => `- ${cause}`)] : []
  return [what, `What to do: ${remedy}`, ...likely, `More: ${linkTo(reason)}`].join('\n')
}

/** A sentence to continue another one with. */
export const clause = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)

/** The name of a variable, such as https_proxy, keeps its first letter. */
export const sentence = (text: string): string =>
  /^[a-z]+_/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1)
