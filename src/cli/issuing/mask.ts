/** Removes a token, and every part that would give it away, from a stream of bytes. */
import { TOKEN_LENGTH } from '../../api/contract.ts'
import { REVEALING } from '../../api/secrets.ts'

const MASK = '***'

const PREFIX = 'nlp_'

/**
 * Masks one token in one stream: the whole of it, its body, and each run of 8 characters or more of its body, in any
 * case and in any pieces. Holds back what may be the beginning of such a run, never more than 43 bytes.
 */
export class Masker {
  readonly #token: string
  #held = ''

  constructor(token: string) {
    this.#token = token.toLowerCase()
  }

  /** What can be passed on of this piece and of the bytes held back before. */
  push(piece: Buffer): Buffer {
    return this.#mask(piece.toString('latin1'), false)
  }

  /** The bytes held back at the end of the stream. A killed command may have printed most of a token. */
  flush(): Buffer {
    return this.#mask('', true)
  }

  // Latin-1 has a character for every byte, so only the token changes.
  #mask(more: string, last: boolean): Buffer {
    const text = this.#held + more
    const lower = text.toLowerCase()
    let passed = ''
    let at = 0
    while (at < text.length) {
      const length = this.#lengthAt(lower, at)
      if (!last && at + length === text.length && length < TOKEN_LENGTH) break
      const reveals = length - this.#prefixIn(lower.slice(at, at + length)) >= REVEALING
      passed += reveals ? MASK : text.charAt(at)
      at += reveals ? length : 1
    }
    this.#held = text.slice(at)
    return Buffer.from(passed, 'latin1')
  }

  /** The length of the longest part of the token that starts here. */
  #lengthAt(text: string, at: number): number {
    let length = 0
    while (at + length < text.length && this.#token.includes(text.slice(at, at + length + 1))) length++
    return length
  }

  /** The number of characters in a part of the token that belong to the prefix. */
  #prefixIn(part: string): number {
    return Math.max(0, PREFIX.length - this.#token.indexOf(part))
  }
}
