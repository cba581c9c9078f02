/** Takes the comments out of a script. */
import { parse } from '@babel/parser'

/** Two characters that mean something else if nothing is between them. */
const JOINED = /^([\w$\u0080-\uffff]{2}|\+\+|--|\/[/*])$/

/**
 * To the engine, a comment is a blank, or a line break if it contains one: between two words, or after `return`, that
 * decides what the code means. So one of them stays, unless a line ends there anyway.
 */
export function withoutComments(source: string): string {
  const comments = parse(source, { sourceType: 'script' }).comments ?? []
  return comments.reduceRight((text, { start, end, value }) => {
    const before = text.slice(0, start as number)
    const after = text.slice(end as number)
    const [rest] = /^[ \t]*(?=\n|$)/.exec(after) ?? []
    if (rest === undefined) {
      const blank = JOINED.test(before.slice(-1) + after.slice(0, 1)) ? ' ' : ''
      return before + (/[\n\r\u2028\u2029]/.test(value) ? '\n' : blank) + after
    }
    const line = before.slice(before.lastIndexOf('\n') + 1)
    // With the whole line, if there is nothing else in it.
    return line.trim() === ''
      ? before.slice(0, before.length - line.length) + after.slice(rest.length + 1)
      : before.trimEnd() + after.slice(rest.length)
  }, source)
}
