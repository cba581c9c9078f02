/** The result in one line: the last of a text, and a line beside the annotations. */
import type { Reported } from './report.ts'

export function summary({ result: { holds, findings, workflows }, rejected }: Reported): string {
  const errors = findings.filter(({ level }) => level === 'error').length
  const warnings = findings.length - errors
  const nothing = 'nothing to prove: no workflow here runs nolapse on a pull request'
  const proof =
    workflows.length === 0
      ? nothing
      : holds === true
        ? 'the gate holds'
        : holds === false
          ? 'the gate does not hold'
          : 'it is not proven that the gate holds'
  const strict = rejected ? ', which --strict rejects' : ''
  return `${proof}${strict}; ${count(errors, 'error')}, ${count(warnings, 'warning')}.`
}

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`
