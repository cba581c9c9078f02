/** Time and chance, passed in so that a test can set them. */

export interface Clock {
  /** A monotonic time in milliseconds. */
  now(): number
  /** The time of day in milliseconds since 1970. */
  date(): number
  /** From 0 to less than 1. */
  random(): number
  sleep(milliseconds: number): Promise<void>
}

export const realClock: Clock = {
  // Not performance.now(): the first use of that global loads perf_hooks, ten modules that nothing else here needs.
  now: () => process.uptime() * 1000,
  date: () => Date.now(),
  random: () => Math.random(),
  sleep: milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds)),
}
