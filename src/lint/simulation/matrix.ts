/** The legs of a matrix, and the names that GitHub gives them. */
import { present } from '../present.ts'
import type { Scalar, Tree } from '../workflow.ts'

/** One leg: its values by name. Empty if the values cannot be known. */
export interface Leg {
  values: Map<string, Tree>
  /** What GitHub may append to the job's name: ` (api, ubuntu-latest)`. */
  suffixes: string[]
  /** The matrix is computed: there can be any number of legs with any names. */
  computed: boolean
}

/** More than GitHub runs. */
const MAX_LEGS = 256

const COMPUTED: Leg = { values: new Map(), suffixes: [], computed: true }

const isScalar = (tree: Tree): tree is Scalar => !(tree instanceof Map) && !Array.isArray(tree)

const written = (tree: Tree): string =>
  isScalar(tree)
    ? JSON.stringify(tree.text)
    : JSON.stringify(
        Array.isArray(tree) ? tree.map(written) : [...tree].map(([key, one]) => [key, written(one)]),
      )

const same = (a: Tree, b: Tree): boolean => written(a) === written(b)

/** Every scalar value, in order. */
const texts = (tree: Tree): string[] =>
  isScalar(tree) ? [present(tree.text)] : [...(Array.isArray(tree) ? tree : tree.values())].flatMap(texts)

const suffix = (values: Iterable<Tree>): string => {
  const parts = [...values].flatMap(texts).filter(part => part !== '')
  return parts.length > 0 ? ` (${parts.join(', ')})` : ''
}

const hasExpression = (tree: Tree): boolean =>
  isScalar(tree)
    ? tree.expression !== undefined
    : [...(Array.isArray(tree) ? tree : tree.values())].some(hasExpression)

/** Undefined if the job has no matrix. */
export function legsOf(matrix: Tree | undefined): Leg[] | undefined {
  if (matrix === undefined) return undefined
  if (!(matrix instanceof Map) || hasExpression(matrix)) return [COMPUTED]
  const list = (name: string) => {
    const found = matrix.get(name)
    return Array.isArray(found) ? found.filter(one => one instanceof Map) : []
  }
  const vectors = [...matrix].filter(([name]) => name !== 'include' && name !== 'exclude')
  let product: Map<string, Tree>[] = vectors.length > 0 ? [new Map()] : []
  for (const [name, values] of vectors) {
    // GitHub's schema requires a list.
    const choices = values as Tree[]
    if (product.length * choices.length > MAX_LEGS) return [COMPUTED]
    product = product.flatMap(leg => choices.map(value => new Map([...leg, [name, value]])))
  }
  const excluded = list('exclude')
  const kept = product.filter(
    leg => !excluded.some(one => [...one].every(([name, value]) => same(leg.get(name) ?? [], value))),
  )
  return withIncluded(kept, list('include'), new Set(vectors.map(([name]) => name)))
}

/** An entry of `include` extends every leg whose own values it does not change. If there is no such leg, it becomes one. */
function withIncluded(kept: Map<string, Tree>[], included: Map<string, Tree>[], own: Set<string>): Leg[] {
  const legs = kept.map(values => ({ values, original: values }))
  const alone: Map<string, Tree>[] = []
  for (const entry of included) {
    const extended = legs.filter(({ original }) =>
      [...entry].every(([name, value]) => !own.has(name) || same(present(original.get(name)), value)),
    )
    if (extended.length === 0) alone.push(entry)
    for (const leg of extended) leg.values = new Map([...leg.values, ...entry])
  }
  return [
    ...legs.map(({ values, original }) => ({
      values,
      // GitHub does not document whether the name lists values added by `include`, so both names match this leg.
      suffixes: [...new Set([suffix(original.values()), suffix(values.values())])],
      computed: false,
    })),
    ...alone.map(values => ({ values, suffixes: [suffix(values.values())], computed: false })),
  ]
}
