/** The words that outputs and messages name a verdict by. */

/** In the order in which they are decided. An open set: new ones may come in a minor version. */
export const REASONS = [
  'misconfigured',
  'missing',
  'malformed',
  'untrusted',
  'unavailable',
  'unexpected-response',
  'invalid',
  'wrong-org',
  'missing-scope',
  'ok',
  'internal-error',
] as const

export type Reason = (typeof REASONS)[number]
