/** Converts a value of a matrix to a value for expressions. */
import { data } from '@actions/expressions'
import { present } from '../present.ts'
import type { Tree } from '../workflow.ts'
import { flag, type Known, nothing, text } from './value.ts'

export function treeValue(tree: Tree): Known {
  if (Array.isArray(tree)) return new data.Array(...tree.map(treeValue))
  if (tree instanceof Map)
    return new data.Dictionary(...[...tree].map(([key, value]) => ({ key, value: treeValue(value) })))
  const { type } = tree
  const written = present(tree.text)
  if (type === 'boolean') return flag(written === 'true')
  if (type === 'number') return new data.NumberData(Number(written))
  return type === 'null' ? nothing() : text(written)
}
