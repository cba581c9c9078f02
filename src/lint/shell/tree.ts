/** Parses a script with unbash. A script that it cannot parse is not followed. */
import {
  forEachChild,
  type ParsedScript,
  parse,
  type Function as ShellFunction,
  type SyntaxNode,
  type Word,
  type WordPart,
} from 'unbash'

/** Longer scripts are not followed. GitHub allows 21,000 characters if the script contains an expression. */
const LONGEST = 30_000

/** The number of parsed scripts to keep, because a script runs in many cases. */
const KEPT = 1_000

const cache = new Map<string, ParsedScript | undefined>()

/** `undefined` if the script cannot be followed: too long, or a syntax error. */
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

/** Visits a node and its descendants, including substitutions, until `visit` returns true. */
export function contains(node: SyntaxNode, visit: (node: SyntaxNode) => boolean): boolean {
  if (visit(node)) return true
  let found = false
  forEachChild(node, child => {
    found ||= contains(child, visit)
  })
  return found
}

export type Functions = ReadonlyMap<string, { body: SyntaxNode }>

/** The functions of a script by name, the last one of each name. */
export function functionsIn(node: SyntaxNode): Map<string, ShellFunction> {
  const functions = new Map<string, ShellFunction>()
  contains(node, one => {
    if (one.type === 'Function') functions.set(one.name.value, one)
    return false
  })
  return functions
}

/** A word without its quotes, if nothing in it is expanded. */
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

/** The parts of a word, also those in double quotes. */
export const partsIn = (parts: readonly WordPart[]): WordPart[] =>
  parts.flatMap((part): readonly WordPart[] => (part.type === 'DoubleQuoted' ? part.parts : [part]))
