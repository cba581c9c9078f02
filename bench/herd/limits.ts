/** Models of a rate limit: a number of requests a minute for one token. The documentation names the number, not the kind. */

const MINUTE = 60_000

export interface Limit {
  /** Counts one request at a time in milliseconds: returns 0 if it passes, else the Retry-After in whole seconds. */
  take(now: number): number
}

export type Kind = 'window' | 'bucket'

/** Whole minutes, each with the full number; a refused request costs nothing. `start` is when one of them began. */
export function fixedWindow(perMinute: number, start = 0): Limit {
  let current = Number.NEGATIVE_INFINITY
  let taken = 0
  return {
    take(now) {
      const window = Math.floor((now - start) / MINUTE)
      if (window !== current) {
        current = window
        taken = 0
      }
      if (taken < perMinute) {
        taken++
        return 0
      }
      return Math.ceil((start + (window + 1) * MINUTE - now) / 1000)
    },
  }
}

/** A minute's worth in store at first, filled up evenly. */
export function tokenBucket(perMinute: number): Limit {
  let stored = perMinute
  let last = 0
  return {
    take(now) {
      stored = Math.min(perMinute, stored + ((now - last) * perMinute) / MINUTE)
      last = now
      if (stored >= 1) {
        stored -= 1
        return 0
      }
      return Math.ceil(((1 - stored) * MINUTE) / perMinute / 1000)
    },
  }
}

export const unlimited: Limit = { take: () => 0 }
