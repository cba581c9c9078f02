/** A time to wait, for a person: rounded up, in the unit that keeps the number short. */

const UNITS = [
  [1_000, 's', 120],
  [60_000, 'min', 120],
  [3_600_000, 'h', 48],
  [86_400_000, 'days', 365],
] as const

/** @param milliseconds how long */
export function duration(milliseconds: number): string {
  for (const [size, unit, most] of UNITS) {
    const count = Math.ceil(milliseconds / size)
    if (count <= most) return `${count} ${unit}`
  }
  return 'more than a year'
}
