/** Takes a token out of a stream of bytes, in whatever pieces it comes. */

const MASK = '***'

/** Masks one token in what one stream carries. Holds back what may be the beginning of it, never more than 43 bytes. */
export class Masker {
  readonly #needles: string[]
  readonly #pattern: RegExp
  #held = ''

  constructor(token: string) {
    const body = token.slice('nlp_'.length)
    this.#needles = [token, body]
    this.#pattern = new RegExp(`(nlp_)?${body}`, 'g')
  }

  /** What of this piece, and of those before it, can be passed on. */
  push(piece: Buffer): Buffer {
    // Latin-1 has a character for every byte, so that nothing but the token changes.
    const text = (this.#held + piece.toString('latin1')).replace(this.#pattern, MASK)
    const held = Math.max(...this.#needles.map(needle => overlap(text, needle)))
    this.#held = text.slice(text.length - held)
    return Buffer.from(text.slice(0, text.length - held), 'latin1')
  }

  /** What was held back, once the stream has ended. */
  flush(): Buffer {
    const rest = Buffer.from(this.#held, 'latin1')
    this.#held = ''
    return rest
  }
}

/** How many characters at the end of `text` are the beginning of `needle`, and not all of it. */
function overlap(text: string, needle: string): number {
  for (let length = Math.min(needle.length - 1, text.length); length > 0; length--)
    if (text.endsWith(needle.slice(0, length))) return length
  return 0
}
