/** Asserts that a value is present. Callers guarantee it, so an absent value is a defect of lint. */
export function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('lint expected a value here')
  return value
}
