/** Asks GitHub through the user's own gh. gh holds the token; lint sees only names and settings. */
import { spawn } from 'node:child_process'
import { neutralise } from '../../messages/neutralise.ts'

export type Answer =
  /** The output of the filter for each page. */
  | { kind: 'pages'; pages: unknown[] }
  /** GitHub's own message. The status is 404 for much that the user may not see. */
  | { kind: 'refused'; status: number; says: string }
  /** gh has no token for this host, or GitHub no longer accepts it. */
  | { kind: 'signed-out' }
  | { kind: 'limited'; until: Date | undefined }
  /** No complete answer within the time limit. */
  | { kind: 'silent' }
  /** gh could not reach GitHub, or something else answered. */
  | { kind: 'failed'; says: string }

export interface Question {
  endpoint: string
  /** A jq filter that selects one array or object per page. It must never select the value of a variable. */
  filter: string
  /** For a list: the page size. All pages are read. */
  perPage?: number
  /** The parts of a GraphQL query, passed to gh unchanged. */
  fields?: Record<string, string>
}

export type Ask = (question: Question) => Promise<Answer>

/** The time limit for all pages of an answer, in milliseconds. GitHub itself gives up on a request after 10 s. */
const LIMIT = 10_000

/** In characters. Larger than any expected answer: a CODEOWNERS file has at most 3 MB. */
const LARGEST = 8 * 1024 * 1024

/** GitHub asks clients to limit concurrent requests. */
const AT_ONCE = 8

/** The exit code of gh if it has no token for any host. */
const NEEDS_SIGN_IN = 4

export interface GhOptions {
  /** The path of gh. */
  gh: string
  host: string
  environment: NodeJS.ProcessEnv
  /** The time limit for one question, in milliseconds. */
  limit?: number
}

export function startAsking({ gh, host, environment, limit = LIMIT }: GhOptions): Ask {
  const env = environmentFor(host, environment)
  const waiting: (() => void)[] = []
  let running = 0
  return async question => {
    if (running >= AT_ONCE) await new Promise<void>(resolve => waiting.push(resolve))
    else running++
    try {
      return judge(await run(gh, argumentsFor(question), env, limit))
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }
}

function argumentsFor({ endpoint, filter, perPage, fields = {} }: Question): string[] {
  const parts = Object.entries(fields).flatMap(([name, value]) => ['--raw-field', `${name}=${value}`])
  const [query, paginate] = perPage ? [`?per_page=${perPage}`, ['--paginate']] : ['', []]
  return ['api', endpoint + query, '--include', ...paginate, ...parts, '--jq', filter]
}

/** The user's environment with this host, and without nolapse tokens and settings that change the output of gh. */
function environmentFor(host: string, environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const {
    NOLAPSE_TOKEN,
    NOLAPSE_SESSION_TOKEN,
    GH_DEBUG,
    DEBUG,
    GH_FORCE_TTY,
    CLICOLOR_FORCE,
    GH_REPO,
    ...rest
  } = environment
  return { ...rest, GH_HOST: host, GH_PROMPT_DISABLED: '1', GH_NO_UPDATE_NOTIFIER: '1', NO_COLOR: '1' }
}

interface Ended {
  /** `null` if gh was killed, `undefined` if it never ran. */
  code: number | null | undefined
  late: boolean
  stdout: string
  stderr: string
}

function run(gh: string, args: string[], env: NodeJS.ProcessEnv, limit: number): Promise<Ended> {
  return new Promise(settle => {
    const child = spawn(gh, args, { env, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true })
    const texts = { stdout: '', stderr: '' }
    let late = false
    // A process started by gh may hold its output open. Do not wait for that either.
    const stop = () => {
      child.kill('SIGKILL')
      child.stdout.destroy()
      child.stderr.destroy()
    }
    for (const name of ['stdout', 'stderr'] as const)
      child[name].setEncoding('utf8').on('data', (piece: string) => {
        texts[name] += piece
        if (texts[name].length > LARGEST) stop()
      })
    const timer = setTimeout(() => {
      late = true
      stop()
    }, limit)
    process.once('exit', stop)
    const end = (code: number | null | undefined, stderr = texts.stderr) => {
      clearTimeout(timer)
      process.off('exit', stop)
      settle({ code, late, stdout: texts.stdout, stderr })
    }
    child.on('error', error => end(undefined, error.message))
    child.on('close', code => end(code))
  })
}

/** With `--include`, a page is a status line, headers, an empty line, and the output of the filter on one line. */
const STATUS = /^HTTP\/[0-9.]+ ([0-9]{3})\b/

function judge({ code, late, stdout, stderr }: Ended): Answer {
  if (late) return { kind: 'silent' }
  if (code === NEEDS_SIGN_IN) return { kind: 'signed-out' }
  const lines = stdout.split(/\r?\n/)
  if (code === 0) {
    const pages = lines.filter(line => /^[[{]/.test(line)).map(parse)
    if (pages.length > 0 && !pages.includes(undefined)) return { kind: 'pages', pages }
    return { kind: 'failed', says: 'an empty answer' }
  }
  const last = lines.findLastIndex(line => STATUS.test(line))
  const status = Number(STATUS.exec(lines[last] ?? '')?.[1] ?? 0)
  if (status < 400) return { kind: 'failed', says: sentenceOf(stderr) }
  if (status === 401) return { kind: 'signed-out' }
  const empty = lines.indexOf('', last)
  const headers = headersIn(lines.slice(last + 1, empty))
  const body = parse(lines.slice(empty + 1).join('\n'))
  const says = typeof body === 'object' && body !== null && 'message' in body ? String(body.message) : ''
  if ((status === 403 || status === 429) && isLimit(headers, says))
    return { kind: 'limited', until: limitEnds(headers) }
  if (status >= 500) return { kind: 'failed', says: `status ${status}` }
  return { kind: 'refused', status, says: neutralise(says) }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const headersIn = (lines: string[]): Map<string, string> =>
  new Map(
    lines.map(line => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
    }),
  )

/** GitHub answers 403 or 429 for both of its rate limits (GitHub Docs, "Rate limits for the REST API"). */
const isLimit = (headers: Map<string, string>, says: string): boolean =>
  headers.get('x-ratelimit-remaining') === '0' || headers.has('retry-after') || /rate limit/i.test(says)

function limitEnds(headers: Map<string, string>): Date | undefined {
  const wait = headers.get('retry-after')
  const until = wait
    ? Date.now() + Number(wait) * 1000
    : Number(headers.get('x-ratelimit-reset') ?? Number.NaN) * 1000
  return Math.abs(until) < 8.64e15 ? new Date(until) : undefined
}

/** The first line from gh, without anything that could be a token. */
const sentenceOf = (stderr: string): string =>
  neutralise(
    stderr
      .trim()
      .replace(/\n.*/s, '')
      .replace(/\b(gh[a-z]_|github_pat_|nlp_)\w+/gi, '***'),
  ) || 'gh ended without a message'
