/** Asking again: deadline, backoff, Retry-After. Pure but for the clock, which is given. */
import type { Clock } from '../process/clock.ts'
import type { Unavailable } from './answer.ts'

/** The most that one attempt may take, in milliseconds. */
export const ATTEMPT = 15_000
/** Less than this of the deadline is no use to an attempt, in milliseconds. */
const SHORTEST_ATTEMPT = 1_000
/** A host name that does not exist may be a name server's slip, but not for long: given up this long after the start. */
const UNKNOWN_HOST = 10_000
const BACKOFF = { base: 1_000, most: 10_000, least: 100 }
/** The most jitter after a Retry-After, in milliseconds. */
const MOST_JITTER = 10_000

/** An attempt that brought no usable answer, and the wait before the next one. */
export interface Retry {
  attempt: number
  unavailable: Unavailable
  /** In milliseconds. */
  wait: number
}

/**
 * Asks until there is an answer or no time is left for one, and returns the last finding that was not merely the
 * deadline cutting an attempt short.
 *
 * @param ask one attempt, which must end within the limit it is given (milliseconds)
 * @param timeout one deadline over everything, in milliseconds
 * @param onRetry told before each wait, which begins when it is done
 */
export async function askUntilAnswered<Answered extends { kind: string }>(
  ask: (limit: number) => Promise<Answered | Unavailable>,
  timeout: number,
  clock: Clock,
  onRetry: (retry: Retry) => void | Promise<void>,
): Promise<{ finding: Answered | Unavailable; attempts: number }> {
  const start = clock.now()
  let cause: Unavailable | undefined
  for (let attempt = 1; ; attempt++) {
    const limit = Math.min(ATTEMPT, timeout - (clock.now() - start))
    const finding = await ask(limit)
    if (!isUnavailable(finding)) return { finding, attempts: attempt }
    if (!cause || !finding.timedOut || limit === ATTEMPT) cause = finding
    if (!finding.retry) return { finding: cause, attempts: attempt }
    const patience = finding.unknownHost ? Math.min(timeout, UNKNOWN_HOST) : timeout
    const left = patience - (clock.now() - start)
    const asked = retryAfterOf(finding.retryAfter, httpDate(finding.date) ?? clock.date())
    const wait = nextWait(attempt, left, asked, clock)
    if (wait === undefined) {
      const tooLong = asked > Math.max(0, left - SHORTEST_ATTEMPT)
      return { finding: tooLong ? { ...cause, askedToWait: asked } : cause, attempts: attempt }
    }
    await onRetry({ attempt, unavailable: finding, wait })
    await clock.sleep(wait)
  }
}

const isUnavailable = (finding: { kind: string }): finding is Unavailable => finding.kind === 'unavailable'

/**
 * How long to wait after the given attempt, in milliseconds; `undefined` if what is left has no room for another.
 *
 * The jitter after a Retry-After grows with the attempt as the backoff does: a platform that says `1` to a thousand
 * clients would otherwise hear from each of them every second.
 */
function nextWait(attempt: number, left: number, asked: number, clock: Clock): number | undefined {
  const longest = left - SHORTEST_ATTEMPT
  if (longest < Math.max(asked, BACKOFF.least)) return undefined
  const backoff = Math.min(BACKOFF.base * 2 ** (attempt - 1), BACKOFF.most)
  if (asked === 0) return Math.min(longest, Math.max(BACKOFF.least, clock.random() * backoff))
  const wait = asked + clock.random() * Math.min(Math.max(asked, backoff), MOST_JITTER)
  // Cut short, so that the deadline is used. But a platform that still says `1` after so many attempts has too many
  // clients: they would all come back right before their deadlines.
  const crowded = backoff === BACKOFF.most && asked < backoff
  return wait > longest && crowded ? undefined : Math.min(longest, wait)
}

/** The time that a legal HTTP date names, in milliseconds since 1970. */
function httpDate(value: string | undefined): number | undefined {
  const text = value?.trim() ?? ''
  // IMF-fixdate, RFC 850, asctime (RFC 9110, 5.6.7). Here, so that a run that passes at once does not create them.
  const forms = [
    /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/,
    /^(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/,
    /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/,
  ]
  if (!forms.some(form => form.test(text))) return undefined
  const date = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`)
  return Number.isNaN(date) ? undefined : date
}

/**
 * A Retry-After (RFC 9110, 10.2.3) in milliseconds; 0 if it is absent, not legal, or already over.
 *
 * @param now what a date counts from: the answer's own `Date`, because this machine's clock can be wrong by minutes
 */
export function retryAfterOf(value: string | undefined, now: number): number {
  const text = value?.trim() ?? ''
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1000, Number.MAX_SAFE_INTEGER)
  return Math.max(0, (httpDate(text) ?? now) - now)
}
