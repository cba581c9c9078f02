import { digest } from './digest.ts'

const WINDOW_MS = 60_000

interface Window {
  /** Milliseconds since the epoch. */
  endsAt: number
  requests: number
}

/**
 * So many requests a minute for each credential. The minute starts with a credential's first request rather
 * than with the clock's, so that what a client meets does not depend on when it was started.
 */
export class RateLimit {
  /** In the order in which they end: every window has the same length, and a new one goes to the end. */
  readonly #windows = new Map<string, Window>()
  readonly #perMinute: number
  readonly #now: () => number

  constructor({ rateLimit, now }: { rateLimit: number; now: () => number }) {
    this.#perMinute = rateLimit
    this.#now = now
  }

  /**
   * Counts a request. 0 where it may pass, else the whole seconds after which the credential may ask again.
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
