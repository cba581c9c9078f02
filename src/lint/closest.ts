import { present } from './present.ts'

/** Names similar to another one, closest first: what the user probably meant. */
export function closest(name: string, known: readonly string[], within = Number.POSITIVE_INFINITY): string[] {
  return known
    .map(other => ({ other, letters: distance(name.toLowerCase(), other.toLowerCase()) }))
    .filter(({ letters }) => letters <= within)
    .sort((a, b) => a.letters - b.letters)
    .map(({ other }) => other)
}

/** The edit distance. Compares only the start of long names, because the time is quadratic. */
function distance(a: string, b: string): number {
  const [from, to] = [a.slice(0, 200), b.slice(0, 200)]
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (const [i, letter] of [...from].entries()) {
    const next = [i + 1]
    row.slice(1).forEach((above, j) => {
      const diagonal = present(row[j]) + (letter === to[j] ? 0 : 1)
      next.push(Math.min(above + 1, present(next[j]) + 1, diagonal))
    })
    row = next
  }
  return present(row.at(-1))
}
