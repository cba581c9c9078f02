/** Parses a `run:` script, in which expressions stand that GitHub replaces before a shell sees it. */
import { parse, type ParsedScript } from 'unbash'
import { type Value, unknownValue, textValue } from './value.ts'

/** A piece of a script: text as it is, or what stands for one `${{ }}`. */
export type Segment = string | { key: string; text: string | undefined }

/** Longer scripts are not followed. */
const LONGEST = 100_000

/** A character that no script has, around the number of an expression of unknown value. */
const MARK = '\u{F0000}'

export interface Script {
  tree: ParsedScript
  /** The words' texts with the expressions of unknown value in them as such. */
  valueOf(text: string): Value
}

const cache = new Map<string, ParsedScript | undefined>()

/** `undefined` if the script cannot be followed: too long, or not a script that a shell would run. */
export function scriptOf(segments: readonly Segment[]): Script | undefined {
  const keys: string[] = []
  let source = ''
  for (const segment of segments) {
    if (typeof segment === 'string') source += segment
    else if (segment.text !== undefined) source += segment.text
    else source += `${MARK}${keys.push(segment.key) - 1}${MARK}`
  }
  const tree = treeOf(source)
  if (!tree) return undefined
  return { tree, valueOf: text => split(text, keys) }
}

/** The tree of a text that is a script as a whole. */
export function treeOf(source: string): ParsedScript | undefined {
  if (cache.has(source)) return cache.get(source)
  if (cache.size >= 1_000) cache.clear()
  const tree = parsed(source)
  cache.set(source, tree)
  return tree
}

function parsed(source: string): ParsedScript | undefined {
  if (source.length > LONGEST) return undefined
  try {
    const tree = parse(source)
    return tree.errors && tree.errors.length > 0 ? undefined : tree
  } catch (error) {
    // The parser descends once for each level.
    if (error instanceof RangeError) return undefined
    throw error
  }
}

function split(text: string, keys: readonly string[]): Value {
  return text
    .split(MARK)
    .flatMap((part, index) => (index % 2 === 0 ? textValue(part) : unknownValue(keys[Number(part)] as string)))
}
