/** What a log must not show of a value that may be a token. */
import { tokensIn } from '../api/secrets.ts'
import { REASONS } from './reasons.ts'

/** In characters. The runner replaces a mask wherever it occurs, and drops a job output that contains one. */
const SHORTEST_MASK = 8

/**
 * The strings to mask for a value that may be a token, well-formed or not: line by line, since a mask of several
 * lines masks the short ones too.
 */
export function masksOf(value: string): string[] {
  const lines = value.split(/[\r\n]/).map(line => line.trim())
  // A mask such as `unavailable` would make the runner drop the output `reason`.
  const worthMasking = lines.filter(
    line => line.length >= SHORTEST_MASK && !REASONS.some(reason => reason.includes(line)),
  )
  return [...new Set([...worthMasking, ...tokensIn(value)])]
}
