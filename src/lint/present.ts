/** A value that is there, as the code around it has made sure; if it is not, that is a defect of lint and says so. */
export function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('lint expected a value here')
  return value
}
