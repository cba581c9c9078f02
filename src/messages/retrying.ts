/** The line before each wait. Only a run that has to wait loads it. */
import type { Retry } from '../api/retry.ts'
import { describe } from './describe.ts'

export const retrying = ({ attempt, unavailable, wait }: Retry, host: string): string =>
  `Attempt ${attempt}: ${describe(unavailable.cause)} (${host}). Next attempt in ${(wait / 1000).toFixed(1)} s.`
