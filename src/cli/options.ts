/** The options that commands share, and the settings that result. */
import type { Command } from 'commander'
import { checkEnvironment } from '../gate/environment.ts'
import { oldNode } from '../gate/runtime.ts'
import { DEFAULTS, type Problem, type RawSettings, readSettings, type Settings } from '../gate/settings.ts'

/** As commander returns them. */
export interface PlatformOptions {
  apiUrl?: string
  timeoutSeconds?: string
  allowInsecureHttp?: boolean
}

/** The options that only `check` takes. */
export interface PolicyOptions {
  requiredScopes?: string
  expectedOrgId?: string
  tolerate?: string
}

/** Adds the options that every command takes. */
export const withPlatformOptions = (command: Command): Command =>
  command
    .option(
      '--api-url <url>',
      `base URL of the platform (default: NOLAPSE_API_URL, else ${DEFAULTS['api-url']})`,
    )
    .option(
      '--timeout-seconds <seconds>',
      `time limit for checking a token, or for one call to the platform, with every attempt and wait: 1 to 600 (default: ${DEFAULTS['timeout-seconds']})`,
    )
    .option(
      '--allow-insecure-http',
      'allow http:// to a platform that is not on this machine; secrets then travel unencrypted',
    )

/** The end of the help of a command that only needs a session. */
export const FROM_SESSION = '\nThe session comes from the environment variable NOLAPSE_SESSION_TOKEN.'

/** The options and the environment as settings, or everything that is wrong with them. */
export function settingsOf(
  options: PlatformOptions & PolicyOptions,
  old: Problem[] = oldNode(),
): Settings | Problem[] {
  const raw: Required<RawSettings> = {
    'api-url': options.apiUrl || process.env.NOLAPSE_API_URL || '',
    'required-scopes': options.requiredScopes ?? '',
    'expected-org-id': options.expectedOrgId ?? '',
    tolerate: options.tolerate ?? '',
    'timeout-seconds': options.timeoutSeconds ?? '',
    'allow-insecure-http': String(options.allowInsecureHttp ?? ''),
  }
  return old.length > 0 ? old : checkEnvironment(readSettings(raw))
}

/** Names a setting the way the user writes it. A bad URL is named by the variable that it came from. */
export function optionNames({ apiUrl }: PlatformOptions): (setting: string) => string {
  const forApiUrl = !apiUrl && process.env.NOLAPSE_API_URL ? 'NOLAPSE_API_URL' : '--api-url'
  return name => (name === 'api-url' ? forApiUrl : name in DEFAULTS ? `--${name}` : name)
}
