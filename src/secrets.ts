/** What is to be masked, and whether a text gives a part of a token away. */
import { REASONS } from './reasons.ts'

/** Runs of the token's body that are this long count as a part of it. */
const REVEALING = 8

/**
 * The runner replaces a mask wherever it occurs, and drops a job output that one occurs in. So what is shorter is
 * no secret worth that, and the words that our own `reason` output is made of are none at all.
 */
const SHORTEST_MASK = 8

/** Every well-formed token inside a text. */
export const tokensIn = (text: string): string[] => text.match(/nlp_[0-9a-f]{40}/g) ?? []

/** A token, or so much of one that it was meant to be one, in whatever case; a name such as nlp_production is not. */
export const isTokenLike = (text: string): boolean => /nlp_([0-9a-f]{8}|[0-9a-z]{20})/i.test(text)

/**
 * The strings to mask for a value that may be a token, well-formed or not: line by line, since a mask of several
 * lines masks the short ones too.
 */
export function masksOf(value: string): string[] {
  const lines = value.split(/[\r\n]/).map(line => line.trim())
  const worthMasking = lines.filter(
    line => line.length >= SHORTEST_MASK && !REASONS.some(reason => reason.includes(line)),
  )
  return [...new Set([...worthMasking, ...tokensIn(value)])]
}

/** Whether `text` has 8 characters in a row of the token's body (or of a session's), in whatever case. */
export function sharesWithToken(text: string, token: string): boolean {
  const body = token.slice('nlp_'.length).toLowerCase()
  const lower = text.toLowerCase()
  for (let start = 0; start + REVEALING <= body.length; start++)
    if (lower.includes(body.slice(start, start + REVEALING))) return true
  return false
}
