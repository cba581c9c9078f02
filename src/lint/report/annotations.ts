/** Annotations of a workflow run: GitHub shows them beside the line in the pull request. */
import type { Reported } from './report.ts'
import { safe } from './safe.ts'
import { summary } from './summary.ts'

const escapeData = (text: string): string =>
  safe(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')

const escapeProperty = (text: string): string =>
  escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')

export function annotations(reported: Reported): string {
  const { result, unread, checked } = reported
  const lines = result.findings.map(
    ({ rule, level, file, line, column, message, remedy }) =>
      `::${level} file=${escapeProperty(file)},line=${line},col=${column},title=${escapeProperty(`nolapse lint: ${rule}`)}::` +
      `${escapeData(message)}%0A${escapeData(`What to do: ${remedy}`)}`,
  )
  const notes = unread.map(
    ({ file, line, column, message }) =>
      `::notice file=${escapeProperty(file)},line=${line},col=${column}::${escapeData(message)}`,
  )
  return [
    ...lines,
    ...notes,
    ...checked.flatMap(({ unseen }) => unseen).map(text => `::notice::${escapeData(text)}`),
    `nolapse lint: ${summary(reported)}`,
  ].join('\n')
}
