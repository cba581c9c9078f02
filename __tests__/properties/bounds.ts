/** How often each property is tried: PROPERTY_RUNS for long runs, else what `npm test` affords. */
export const runs = (usual: number) => ({ numRuns: Number(process.env.PROPERTY_RUNS ?? usual) })

/** For the tests of properties, in milliseconds: a long run takes its time. */
export const PATIENCE = process.env.PROPERTY_RUNS ? 12 * 60 * 60 * 1000 : 60_000

// `expect`, a hundred times a run, would be most of what a property costs.

export function same(actual: unknown, wanted: unknown): void {
  if (actual !== wanted) throw new Error(`${String(actual)} is not ${String(wanted)}`)
}

export function atMost(lower: number, upper: number): void {
  if (!(lower <= upper)) throw new Error(`${lower} is more than ${upper}`)
}
