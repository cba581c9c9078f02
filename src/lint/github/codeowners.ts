/** Who owns a path, by GitHub's rules for CODEOWNERS: patterns as in .gitignore, and the last match wins. */

/** An error that GitHub reports in the file. */
export interface CodeownersError {
  kind: string
  /** The whole line. */
  source: string
  /** The position in the line, counted from 1. */
  column: number
}

/** The file without the parts that GitHub ignores: unknown owners, and lines that it cannot read. */
export function withoutErrors(text: string, errors: readonly CodeownersError[]): string {
  return text
    .split(/\r?\n/)
    .map(line =>
      errors
        .filter(({ source }) => source.trim() === line.trim())
        // From the end, so that a cut does not move earlier positions.
        .sort((a, b) => b.column - a.column)
        .reduce((rest, { kind, column }) => {
          if (!/unknown owner/i.test(kind)) return ''
          return rest.slice(0, column - 1) + rest.slice(column - 1).replace(/^\S+/, '')
        }, line),
    )
    .join('\n')
}

/** The owners of a path. Empty if no line matches, or if the last match names none. */
export function ownersOf(text: string, path: string): string[] {
  const parts = path.split('/')
  const lines = text.split(/\r?\n/).flatMap(line => readLine(line) ?? [])
  return lines.findLast(({ pattern }) => matches(pattern, parts))?.owners ?? []
}

const OWNER = /^(?:@[\w.-]+(?:\/[\w.-]+)?|[^\s@]+@[^\s@]+)$/

/** `undefined` for a comment, and for lines that GitHub skips: those with `!`, `[ ]` or an invalid owner. */
function readLine(line: string): { pattern: string[]; owners: string[] } | undefined {
  // An escaped blank is part of the pattern.
  const [pattern, ...owners] = line.replace(/(^|\s)#.*/, '$1').match(/(?:\\.|[^\s\\])+/g) ?? []
  if (!pattern || /^!|[[\]]/.test(pattern) || !owners.every(word => OWNER.test(word))) return undefined
  return { pattern: partsOf(pattern), owners }
}

function partsOf(pattern: string): string[] {
  // A slash before the end anchors the pattern at the root.
  const anywhere = /^[^/]+\/?$/.test(pattern) ? [ANY] : []
  const parts = pattern.replace(/^\//, '').replace(/\/$/, '').split('/')
  // `docs/*` matches files directly in it, `docs/` everything below it, and `docs` a file or everything below it.
  const direct = parts.length > 1 && parts.at(-1) === '*'
  const below = pattern.endsWith('/') ? ['*', ANY] : direct ? [] : [ANY]
  const all = [...anywhere, ...parts, ...(pattern === '/*' ? [] : below)]
  return all.filter((part, index) => part !== ANY || all[index - 1] !== ANY)
}

/** Any number of folders; at the end of a pattern, files too. */
const ANY = '**'

/** Whether the parts of a pattern match those of a path. Each row marks the parts of the path that the pattern can reach. */
function matches(pattern: readonly string[], path: readonly string[]): boolean {
  let row = path.map(() => false)
  row.unshift(true)
  for (const part of pattern) {
    const next = row.map(() => false)
    row.forEach((here, index) => {
      if (part === ANY) next[index] = here || (index > 0 && next[index - 1] === true)
      else if (here && index < path.length) next[index + 1] = matchesName(part, String(path[index]))
    })
    row = next
  }
  return row[path.length] === true
}

/** `*` and `?` within one name. Backtracks no further than the last `*`, so no pattern is slow. */
function matchesName(glob: string, name: string): boolean {
  const wanted = glob.match(/\\.|[^\\]/gsu) ?? []
  const given = [...name]
  let at = 0
  let star = -1
  let restart = 0
  for (let index = 0; index < given.length; ) {
    const piece = wanted[at]
    if (piece === '*') {
      star = at++
      restart = index
    } else if (piece !== undefined && (piece === '?' || piece.replace(/^\\/, '') === given[index])) {
      at++
      index++
    } else if (star >= 0) {
      at = star + 1
      index = ++restart
    } else return false
  }
  return wanted.slice(at).every(piece => piece === '*')
}
