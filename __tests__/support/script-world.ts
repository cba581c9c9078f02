/** Runs a script with every combination of answers: each question is answered both ways. */
import type { ScriptPart, ScriptWorld, Shell, Text } from '../../src/lint/script-outcome.ts'
import type { Call } from '../../src/lint/shell/calls.ts'
import { readShell, runShell } from '../../src/lint/shell/script.ts'

export interface Known {
  variables?: Record<string, Text>
  inline?: Text[]
  /** Inline expressions that the author of the pull request writes. */
  authored?: string[]
  /** Both by default. */
  nolapse?: boolean
  /** Commands whose outcome is given. */
  succeeds?: Record<string, boolean>
  subject?: Call
}

/** What was asked, on the way to an outcome. */
export interface Run {
  exit: 'success' | 'failure'
  asked: string[]
}

export const runsOf = (parts: string | ScriptPart[], shell: Shell, known: Known = {}): Run[] => [
  ...eachRun(parts, shell, known),
]

/** One after the other, for a search that ends before the last. */
export function* eachRun(
  parts: string | ScriptPart[],
  shell: Shell,
  known: Known = {},
): Generator<Run, void> {
  const script = readShell(typeof parts === 'string' ? [parts] : parts, shell)
  const open: boolean[][] = [[]]
  for (let answers = open.pop(); answers; answers = open.pop()) {
    const given = answers
    const asked: string[] = []
    const memory = new Map<string, boolean>()
    let next = 0
    const ask = (question: string): boolean => {
      asked.push(question)
      if (next === given.length) {
        open.push([...given, false])
        given.push(true)
      }
      return given[next++] as boolean
    }
    const once = (question: string): boolean => {
      const answer = memory.get(question) ?? ask(question)
      memory.set(question, answer)
      return answer
    }
    const world: ScriptWorld = {
      variable: name => known.variables?.[name],
      inline: index => known.inline?.[index] ?? '',
      authored: index => known.authored?.[index],
      equals: ({ what }, text) => {
        const is = [...memory].find(([question, answer]) => answer && question.startsWith(`${what} = `))
        return is ? is[0] === `${what} = ${text}` : once(`${what} = ${text}`)
      },
      either: once,
      succeeds: command => known.succeeds?.[command] ?? ask(command),
      nolapse: () => known.nolapse ?? ask('nolapse'),
    }
    yield { exit: runShell(script, world, known.subject).exit, asked }
  }
}

export const outcomesOf = (
  parts: string | ScriptPart[],
  shell: Shell = 'default',
  known: Known = {},
): string[] => [...new Set(runsOf(parts, shell, known).map(({ exit }) => exit))]
