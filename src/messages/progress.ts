/** The lines of a run that goes well, and of one that waits. */
import type { Retry } from '../api/retry.ts'
import { describe } from './describe.ts'
import { neutralise } from './neutralise.ts'

/** The one line of a gate that passes. */
export const passed = (orgId: string, scopes: string[], host: string, elapsed: number): string =>
  `nolapse token is valid: organisation ${neutralise(orgId)}, scopes ${listed(scopes)} (${host}, ${Math.round(elapsed)} ms)`

/** The line before each wait. */
export const retrying = ({ attempt, unavailable, wait }: Retry, host: string): string =>
  `Attempt ${attempt}: ${describe(unavailable.cause)} (${host}). Next attempt in ${(wait / 1000).toFixed(1)} s.`

export const listed = (scopes: string[]): string => neutralise(scopes.join(', ')) || 'none'
