/** A script as a tree. The parsing is unbash's; what it cannot make sense of is not followed. */
import { forEachChild, type ParsedScript, parse, type SyntaxNode, type Word } from 'unbash'

/** Longer scripts are not followed. GitHub takes 21,000 characters if there is an expression in them. */
const LONGEST = 30_000

/** How many scripts are kept, for a script that is run in many cases. */
const KEPT = 1_000

const cache = new Map<string, ParsedScript | undefined>()

/** `undefined` if the script cannot be followed: too long, or no script. */
export function treeOf(source: string): ParsedScript | undefined {
  if (cache.has(source)) return cache.get(source)
  if (cache.size >= KEPT) cache.clear()
  const tree = parsed(source)
  cache.set(source, tree)
  return tree
}

function parsed(source: string): ParsedScript | undefined {
  if (source.length > LONGEST) return undefined
  const tree = parse(source)
  return tree.errors ? undefined : tree
}

/** Visits a node and all that is in it, substitutions included, until `visit` returns true for one. */
export function contains(node: SyntaxNode, visit: (node: SyntaxNode) => boolean): boolean {
  if (visit(node)) return true
  let found = false
  forEachChild(node, child => {
    found ||= contains(child, visit)
  })
  return found
}

/** What a word is without its quotes, if nothing in it is expanded. */
export const literalOf = (word: Word): string | undefined =>
  (word.parts ?? []).every(
    part =>
      part.type === 'Literal' ||
      part.type === 'SingleQuoted' ||
      part.type === 'AnsiCQuoted' ||
      ((part.type === 'DoubleQuoted' || part.type === 'LocaleString') &&
        part.parts.every(inner => inner.type === 'Literal')),
  )
    ? word.value
    : undefined
