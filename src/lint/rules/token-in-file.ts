import { type Finding, finding } from '../findings.ts'

const WELL_FORMED = /nlp_[0-9a-f]{40}(?![0-9a-f])/g

/** A well-formed token in a file. Reports its place, never its value. */
export function tokensInFile(file: string, text: string): Finding[] {
  return [...text.matchAll(WELL_FORMED)].map(({ index }) => {
    const before = text.slice(0, index).split('\n')
    const at = { line: before.length, column: (before.at(-1) as string).length + 1 }
    return finding(
      'token-in-file',
      file,
      at,
      'A nolapse token is written into this file.',
      'Revoke it: anyone who can read the repository, or its history, has it. Create a new one and store it as a secret.',
    )
  })
}
