/** The options that commands share, and the settings that they come to. */
import type { Command } from 'commander'
import { checkEnvironment } from '../gate/environment.ts'
import { DEFAULTS, type Problem, type RawSettings, readSettings, type Settings } from '../gate/settings.ts'

/** As commander hands them over. */
export interface PlatformOptions {
  apiUrl?: string
  timeoutSeconds?: string
  allowInsecureHttp?: boolean
}

/** What only `check` takes beside them. */
export interface PolicyOptions {
  requiredScopes?: string
  expectedOrgId?: string
  tolerate?: string
}

/** Adds what every command takes. */
export const withPlatformOptions = (command: Command): Command =>
  command
    .option(
      '--api-url <url>',
      `base URL of the platform (default: NOLAPSE_API_URL, else ${DEFAULTS['api-url']})`,
    )
    .option(
      '--timeout-seconds <seconds>',
      `the longest that validating, or another call, may take, with every attempt and every wait: 1 to 600 (default: ${DEFAULTS['timeout-seconds']})`,
    )
    .option(
      '--allow-insecure-http',
      'allow http:// to a platform that is not on this machine; what is sent then travels unencrypted',
    )

/** The options and the environment as settings, or all that is wrong with them. */
export function settingsOf(options: PlatformOptions & PolicyOptions): Settings | Problem[] {
  const raw: Required<RawSettings> = {
    'api-url': options.apiUrl || process.env.NOLAPSE_API_URL || '',
    'required-scopes': options.requiredScopes ?? '',
    'expected-org-id': options.expectedOrgId ?? '',
    tolerate: options.tolerate ?? '',
    'timeout-seconds': options.timeoutSeconds ?? '',
    'allow-insecure-http': String(options.allowInsecureHttp ?? ''),
  }
  return checkEnvironment(readSettings(raw))
}

/** A setting is called by what the user wrote: a bad URL by the variable that it came from. */
export function optionNames({ apiUrl }: PlatformOptions): (setting: string) => string {
  const forApiUrl = !apiUrl && process.env.NOLAPSE_API_URL ? 'NOLAPSE_API_URL' : '--api-url'
  return name => (name === 'api-url' ? forApiUrl : name in DEFAULTS ? `--${name}` : name)
}
