/** One question to GitHub through the user's own gh: it holds the token, and we see names and settings only. */
import { spawn } from 'node:child_process'
import { neutralise } from '../../messages/neutralise.ts'

export type Answer =
  /** What the filter made of each page. */
  | { kind: 'pages'; pages: unknown[] }
  /** GitHub's own message beside its status, which is 404 for much that one may not see. */
  | { kind: 'refused'; status: number; says: string }
  /** gh has no token for this host, or GitHub no longer accepts it. */
  | { kind: 'signed-out' }
  | { kind: 'limited'; until: Date | undefined }
  /** No whole answer within the time limit. */
  | { kind: 'silent' }
  /** gh could not reach GitHub, or what answered is not GitHub. */
  | { kind: 'failed'; says: string }

export interface Question {
  endpoint: string
  /** For jq: what of a page comes to us, as one array or object. A variable's value stays behind. */
  filter: string
  /** For a list: how many entries to ask for at a time. All pages are read. */
  perPage?: number
  /** A GraphQL query's parts, given to gh as they are. */
  fields?: Record<string, string>
}

export type Ask = (question: Question) => Promise<Answer>

/** GitHub itself gives up on a request after 10 s. All pages of an answer together have that long, in milliseconds. */
const LIMIT = 10_000

/** More than any answer that we ask for: a CODEOWNERS file has 3 MB at most. */
const LARGEST = 8 * 1024 * 1024

/** GitHub asks its clients not to ask too much at once. */
const AT_ONCE = 8

/** gh's exit code if there is no token for any host. */
const NEEDS_SIGN_IN = 4

export interface GhOptions {
  /** Its file. */
  gh: string
  host: string
  environment: NodeJS.ProcessEnv
  /** For one question, in milliseconds. */
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

/** The user's own environment, but with this host, no token of nolapse, and nothing that changes how gh prints. */
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
    // What gh has started may hold its output open: do not wait for that either.
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

/** With `--include`, each page is a status line, headers, an empty line, and what the filter made of it in one line. */
const STATUS = /^HTTP\/[0-9.]+ ([0-9]{3})\b/

function judge({ code, late, stdout, stderr }: Ended): Answer {
  if (late) return { kind: 'silent' }
  if (code === NEEDS_SIGN_IN) return { kind: 'signed-out' }
  const lines = stdout.split(/\r?\n/)
  if (code === 0) {
    const pages = lines.filter(line => /^[[{]/.test(line)).map(parse)
    if (pages.length > 0 && !pages.includes(undefined)) return { kind: 'pages', pages }
    return { kind: 'failed', says: 'an answer without content' }
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

/** GitHub answers 403 or 429 for both of its limits, as its documentation on rate limits says. */
const isLimit = (headers: Map<string, string>, says: string): boolean =>
  headers.get('x-ratelimit-remaining') === '0' || headers.has('retry-after') || /rate limit/i.test(says)

function limitEnds(headers: Map<string, string>): Date | undefined {
  const wait = headers.get('retry-after')
  const until = wait
    ? Date.now() + Number(wait) * 1000
    : Number(headers.get('x-ratelimit-reset') ?? Number.NaN) * 1000
  return Math.abs(until) < 8.64e15 ? new Date(until) : undefined
}

/** gh's first line, without what could be anyone's token. */
const sentenceOf = (stderr: string): string =>
  neutralise(
    stderr
      .trim()
      .replace(/\n.*/s, '')
      .replace(/\b(gh[a-z]_|github_pat_|nlp_)\w+/gi, '***'),
  ) || 'gh ended without a word'
