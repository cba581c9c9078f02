/** GitLab's YAML as a tree without aliases. Each node has its position. */
import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseAllDocuments,
  type Range,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml'
import type { Position } from '../findings.ts'

export type Mapping = YAMLMap<Node, Node>
export type List = YAMLSeq<Node>
export type Place = (node: Node) => Position

export interface Tree {
  roots: Mapping[]
  place: Place
}

export type Parsed = { kind: 'tree'; tree: Tree } | { kind: 'error'; message: string; at: Position }

export function parseTree(text: string): Parsed {
  const lines = new LineCounter()
  const positionOf = (offset: number): Position => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const documents = parseAllDocuments(text, {
    lineCounter: lines,
    logLevel: 'silent',
    prettyErrors: false,
    uniqueKeys: false,
  }) as Document[]
  const error = documents.flatMap(({ errors }) => errors)[0]
  if (error) return { kind: 'error', message: 'This file is not YAML.', at: positionOf(error.pos[0]) }
  for (const { contents } of documents) withoutAliases(contents, new Map())
  const roots = documents.map(({ contents }) => contents).filter(isMapping)
  if (roots.length === 0)
    return { kind: 'error', message: 'This file is not a pipeline: it has no keys.', at: positionOf(0) }
  return { kind: 'tree', tree: { roots, place: node => positionOf((node.range as Range)[0]) } }
}

/** Replaces each alias by its target. No alias contains itself: `findFiles` refuses such files. */
function withoutAliases(node: unknown, anchored: Map<string, Node>): Node | null {
  // One without an anchor is an error of the document.
  if (isAlias(node)) return anchored.get(node.source) as Node
  if (!isNode(node)) return null
  if (node.anchor) anchored.set(node.anchor, node)
  if (isCollection(node))
    for (const [index, item] of node.items.entries()) {
      if (isPair(item)) item.value = withoutAliases(item.value, anchored)
      else node.items[index] = withoutAliases(item, anchored)
    }
  return node
}

export const isMapping = (node: unknown): node is Mapping => isMap(node)

export const isList = (node: unknown): node is List => isSeq(node)

export const textOf = (node: unknown): string | undefined =>
  isScalar(node) && node.value !== null ? String(node.value) : undefined

/** GitLab reads YAML 1.1, in which these are true as well. */
export const isTrue = (node: unknown): boolean => /^(true|yes|on)$/i.test(textOf(node) ?? '')

const keyOf = ({ key }: Pair<Node, Node>): string => textOf(key) ?? ''

/** The value of a key, including one merged with `<<`. */
export function get(map: unknown, key: string): Node | undefined {
  if (!isMapping(map)) return undefined
  const own = map.items.find(pair => keyOf(pair) === key)
  if (own) return own.value ?? undefined
  const merged = map.items.find(pair => keyOf(pair) === '<<')?.value
  const sources = isList(merged) ? merged.items : [merged]
  return sources.map(source => get(source, key)).find(value => value !== undefined)
}

/** The keys of a mapping itself, without merged ones. */
export const pairsOf = (map: unknown): { name: string; key: Node; value: Node | undefined }[] =>
  isMapping(map)
    ? map.items.map(pair => ({ name: keyOf(pair), key: pair.key, value: pair.value ?? undefined }))
    : []

/** Every mapping in a tree. */
export function* mappingsIn(node: unknown): Generator<Mapping> {
  if (isMapping(node)) {
    yield node
    for (const { value } of node.items) yield* mappingsIn(value)
  } else if (isList(node)) for (const item of node.items) yield* mappingsIn(item)
}
