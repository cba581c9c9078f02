import { parseArgs } from 'node:util'

export interface PlatformOptions {
  /** 0 for a free one. */
  port: number
  bcryptCost: number
  /** How long a rotated token stays valid. */
  graceSeconds: number
  /** The status for an invalid token. */
  invalidStatus: 200 | 401
  /** Requests per token or session and minute; Infinity for no limit. */
  rateLimit: number
  /** Tokens of the organisation that are not revoked; Infinity for no limit. */
  tokenLimit: number
  sessionSeconds: number
  /** How long until a new token is valid, and a revoked one invalid. */
  propagationSeconds: number
}

/** The defaults of the flags. */
export const DEFAULTS: PlatformOptions = {
  port: 8080,
  bcryptCost: 12,
  graceSeconds: 60,
  invalidStatus: 200,
  rateLimit: Number.POSITIVE_INFINITY,
  tokenLimit: Number.POSITIVE_INFINITY,
  sessionSeconds: 86_400,
  propagationSeconds: 0,
}

/** An invalid command line; the message names the flag and what it accepts. */
export class UsageError extends Error {}

interface Flag {
  option: keyof PlatformOptions
  takes: string
  accepts: (value: number) => boolean
  help: string
}

const WEEK = 604_800

const between = (least: number, most: number) => ({
  takes: `a whole number from ${least} to ${most}`,
  accepts: (value: number) => least <= value && value <= most,
})

const FLAGS: Record<string, Flag> = {
  port: { option: 'port', ...between(0, 65_535), help: 'port on 127.0.0.1, 0 for a free one (8080)' },
  'bcrypt-cost': {
    option: 'bcryptCost',
    ...between(4, 15),
    help: 'cost of the hashes of tokens, 4 to 15 (12)',
  },
  'grace-seconds': {
    option: 'graceSeconds',
    ...between(0, WEEK),
    help: 'how long a rotated token stays valid (60)',
  },
  'invalid-status': {
    option: 'invalidStatus',
    takes: '200 or 401',
    accepts: value => value === 200 || value === 401,
    help: 'status for an invalid token: 200 or 401 (200)',
  },
  'rate-limit': {
    option: 'rateLimit',
    ...between(1, 1_000_000),
    help: 'requests per token or session and minute (no limit)',
  },
  'token-limit': {
    option: 'tokenLimit',
    ...between(1, 1_000_000),
    help: 'tokens that the plan allows, including rotating ones (no limit)',
  },
  'session-seconds': {
    option: 'sessionSeconds',
    ...between(0, WEEK),
    help: 'how long the session lives, at most 7 days (86400)',
  },
  'propagation-seconds': {
    option: 'propagationSeconds',
    ...between(0, 3600),
    help: 'how long until a new token is valid, and a revoked one invalid (0)',
  },
}

export const HELP = `Usage: npm run -s platform -- [flags]

The nolapse platform's /v1 API on this machine, for development: in memory, and on loopback only.

${Object.entries(FLAGS)
  .map(
    ([name, { option, help }]) => `  --${name} ${option === 'invalidStatus' ? 'S' : 'N'}`.padEnd(28) + help,
  )
  .join('\n')}
  ${'--help'.padEnd(26)}this text

When it is ready, the first line on standard output is a JSON object with url, org_id and session_token.
It ends with the process that started it.
`

/**
 * The options of a command line, or `help` if it is requested.
 * @throws UsageError
 */
export function readOptions(args: string[]): PlatformOptions | 'help' {
  const { tokens } = parseArgs({
    args,
    options: {
      help: { type: 'boolean' },
      ...Object.fromEntries(Object.keys(FLAGS).map(name => [name, { type: 'string' } as const])),
    },
    // Checked below instead: the messages of parseArgs do not say what a flag accepts.
    strict: false,
    tokens: true,
  })
  const given: Record<string, number> = {}
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue
    if (token.kind === 'positional') throw new UsageError(`unexpected argument '${token.value}'; see --help`)
    if (token.name === 'help') return 'help'
    const flag = Object.hasOwn(FLAGS, token.name) ? FLAGS[token.name] : undefined
    if (!flag) throw new UsageError(`unknown flag ${token.rawName}; see --help`)
    if (!/^[0-9]{1,9}$/.test(token.value ?? '') || !flag.accepts(Number(token.value))) {
      const got = token.value === undefined ? 'nothing' : `'${token.value}'`
      throw new UsageError(`${token.rawName} takes ${flag.takes}, but was given ${got}`)
    }
    given[flag.option] = Number(token.value)
  }
  return { ...DEFAULTS, ...given }
}
