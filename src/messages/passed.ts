/** The one line of a gate that passes. */
import { neutralise } from './neutralise.ts'

export const passed = (orgId: string, scopes: string[], host: string, elapsed: number): string =>
  `nolapse token is valid: organisation ${neutralise(orgId)}, scopes ${listed(scopes)} (${host}, ${Math.round(elapsed)} ms)`

export const listed = (scopes: string[]): string => neutralise(scopes.join(', ')) || 'none'
