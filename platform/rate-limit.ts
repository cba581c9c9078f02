import { digest } from './digest.ts'

const WINDOW_MS = 60_000

interface Window {
  /** Milliseconds since the epoch. */
  endsAt: number
  requests: number
}

/**
 * A number of requests a minute for each credential. The minute starts with a credential's first request rather
 * than with the clock's, so that what a client meets does not depend on when it was started.
 */
export class RateLimit {
  /** Ordered by their end: every window has the same length, so a new one goes last. */
  readonly #windows = new Map<string, Window>()
  readonly #perMinute: number
  readonly #now: () => number

  constructor({ rateLimit, now }: { rateLimit: number; now: () => number }) {
    this.#perMinute = rateLimit
    this.#now = now
  }

  /**
   * Counts a request. Returns 0 if it may pass, else the seconds until the next request of the credential may pass.
   */
  secondsToWait(credential: string): number {
    const now = this.#now()
    this.#forgetEnded(now)
    const key = digest(credential)
    const window = this.#windows.get(key) ?? { endsAt: now + WINDOW_MS, requests: 0 }
    this.#windows.set(key, window)
    window.requests += 1
    return window.requests > this.#perMinute ? Math.ceil((window.endsAt - now) / 1000) : 0
  }

  #forgetEnded(now: number) {
    for (const [key, window] of this.#windows) {
      if (window.endsAt > now) break
      this.#windows.delete(key)
    }
  }
}
