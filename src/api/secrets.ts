/** Whether a text holds a token, or gives a part of one away. */

/** This many consecutive characters of a token's body count as a part of it. */
export const REVEALING = 8

/** Every well-formed token inside a text. */
export const tokensIn = (text: string): string[] => text.match(/nlp_[0-9a-f]{40}/g) ?? []

/** A token, or so much of one that it was meant to be one, in whatever case; a name such as nlp_production is not. */
export const isTokenLike = (text: string): boolean => /nlp_([0-9a-f]{8}|[0-9a-z]{20})/i.test(text)

/** Whether `text` has 8 characters in a row of the token's body (or of a session's), in whatever case. */
export function sharesWithToken(text: string, token: string): boolean {
  const body = token.slice('nlp_'.length).toLowerCase()
  const lower = text.toLowerCase()
  for (let start = 0; start + REVEALING <= body.length; start++)
    if (lower.includes(body.slice(start, start + REVEALING))) return true
  return false
}
