/** Which values a run must not show, and whether a text gives one of them away. */

import { replaceClasses } from './unicode.ts'

/** This many consecutive characters of a token's body count as a part of it. A shorter session is not accepted. */
export const REVEALING = 8

/** Every well-formed token inside a text. */
export const tokensIn = (text: string): string[] => text.match(/nlp_[0-9a-f]{40}/g) ?? []

/** Whether a text holds a token, or so much of one that it was meant to be one, in any case. Not in nlp_production. */
export const holdsToken = (text: string): boolean => {
  // Lowercase first: to ignore the case of a class, V8 collects all letters of Unicode that have one.
  const lower = text.toLowerCase()
  return lower.includes('nlp_') && /nlp_([0-9a-f]{8}|[0-9a-z]{20})/.test(lower)
}

/** What could be a token, or a part of one. */
const TOKEN_SHAPED = /nlp_[0-9a-z]{8,}|[0-9a-f]{40,}/gi
const REDACTED = '(token-shaped text)'

/** A text without anything that has the shape of a token. */
export const redact = (text: string): string => text.replace(TOKEN_SHAPED, REDACTED)

/** Whether a text that should be an ID or a scope holds a token or only its body. A longer hash does not count. */
export const holdsTokenOrBody = (text: string): boolean =>
  /nlp_[0-9a-z]{8}|(?<![0-9a-f])[0-9a-f]{40}(?![0-9a-f])/i.test(text)

/** Characters that no one sees could split a secret in two. */
const comparable = (text: string): string => replaceClasses(text.toLowerCase(), '\\p{C}\\p{M}', '')

/** Whether a text has 8 consecutive characters of a token's body. */
function sharesWith(text: string, body: string): boolean {
  if (text.length < REVEALING) return false
  for (let start = 0; start + REVEALING <= body.length; start++)
    if (text.includes(body.slice(start, start + REVEALING))) return true
  return false
}

/** The secrets of one run: the tokens and the session that it knows. */
export class Secrets {
  /** Bodies of tokens: 8 consecutive characters give one away. */
  readonly #bodies: string[] = []
  /** Values that count as a whole. */
  readonly #values: string[] = []

  /** Adds a token, or what was meant to be one. */
  addToken(value: string): this {
    this.#addWhole(value)
    const lower = value.toLowerCase()
    for (const [, body] of lower.matchAll(/nlp_([0-9a-z]{8,})/g)) this.#bodies.push(body as string)
    // A body whose prefix was left out.
    const bare = lower.trim()
    if (bare.length === 40 && /^[0-9a-f]+$/.test(bare)) this.#bodies.push(bare)
    return this
  }

  /** Adds a value whose parts give nothing away. */
  addSession(value: string): this {
    this.#addWhole(value)
    return this
  }

  /** These secrets and one more token. */
  and(token: string): Secrets {
    const more = new Secrets()
    more.#bodies.push(...this.#bodies)
    more.#values.push(...this.#values)
    return more.addToken(token)
  }

  /** Whether a text holds one of the secrets, or a part of a token. */
  areIn(text: string): boolean {
    const plain = comparable(text)
    return this.#holdsValue(plain) || this.#bodies.some(body => sharesWith(plain, body))
  }

  /**
   * Whether an ID, or an argument that may be one, holds a whole secret. A part is no sign: the platform's documentation
   * says that a token's body contains the token's ID.
   */
  areInId(text: string): boolean {
    const plain = comparable(text)
    const bare = plain.replace(/[._-]/g, '')
    return this.#holdsValue(plain) || this.#bodies.some(body => bare.includes(body))
  }

  #addWhole(value: string): void {
    const whole = comparable(value).trim()
    if (whole.length >= REVEALING) this.#values.push(whole)
  }

  #holdsValue(plain: string): boolean {
    return this.#values.some(value => plain.includes(value))
  }
}
