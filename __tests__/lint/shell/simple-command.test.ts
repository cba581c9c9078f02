/** Simple commands: what the shell does before it starts them, and with their status. */
import { describe, expect, test } from '@jest/globals'
import type { Text } from '../../../src/lint/script-outcome.ts'
import { type Known, outcomesOf, runsOf } from '../../support/script-world.ts'

const yes = ['success']
const no = ['failure']
const both = ['failure', 'success']
const outcomes = (script: string, known: Known = {}) => outcomesOf(script, 'default', known).toSorted()
const TITLE = { what: 'github.event.pull_request.title', harmless: false, byAuthor: true }

describe('The words of a command are expanded first', () => {
  test.each([
    ['set -u\nmake "$NONE"', no],
    ['set -u\ncat > "$NONE"', no],
    ['set -u\ntrue > "$NONE"', no],
    ['set -u\ncat <<EOF\na\nEOF', both],
    ['R=a\ntrue {R}> log\ntest "$R" = a', both],
    ['R=a\nexec {R}> log\ntest "$R" = a', both],
  ])('%j', (script, expected) => expect(outcomes(script)).toEqual(expected))
})

test.each(['mysource x', 'resource x', 'sources x', 'my. x', 'my-command exit 0', 'commander exit 0'])(
  '%j loads nothing into the shell',
  script => expect(outcomes(`${script}\nexit 3`)).toEqual(no),
)

describe('A shell in the script has its own options', () => {
  test.each([
    ["bash -c '[[ a = a ]]'", yes],
    ["sh -c '[[ a = a ]]'", both],
    ["bash -c 'false; true'", yes],
    ["sh -c 'false; true'", yes],
    ['bash -c \'test "$NONE" = ""\'', yes],
    ["bash -c 'false | true'", yes],
    ["bash -ec 'false; true'", no],
    ["bash --norc -e -c 'false; true'", no],
    ["bash -e -o pipefail -c 'false | true'", no],
    // A file named x, and its arguments.
    ["bash x -c 'exit 3'", both],
    ["bash x- -c 'exit 3'", both],
    ["bash x--norc -c 'exit 3'", both],
    ["bash --norcs -c 'exit 3'", both],
  ])('%j', (script, expected) => expect(outcomes(script)).toEqual(expected))
})

describe('nolapse fails, and the script', () => {
  const failed = (script: string, known: Known = {}) => outcomes(script, { ...known, nolapse: false })

  test('ends there after exec', () => {
    expect(failed('exec nolapse run || true')).toEqual(no)
    expect(failed('nolapse run || true')).toEqual(yes)
  })

  test('may pass if its arguments ask for help', () => {
    expect(failed('F=--help\nnolapse run ${F:-}')).toEqual(both)
    expect(failed('F=--help\nnolapse run $F --verbose')).toEqual(both)
    expect(failed('F=--help\nnolapse run --verbose $F')).toEqual(both)
    expect(failed('nolapse run --message $T', { variables: { T: TITLE } })).toEqual(both)
  })

  test('may pass if an inline expression asks for help', () => {
    const runs = (inline: Text) => runsOf(['nolapse run ', { inline: 0 }], 'default', { inline: [inline] })
    expect(runs('--help')).toEqual([
      { exit: 'success', asked: ['nolapse run 0'] },
      { exit: 'failure', asked: ['nolapse run 0'] },
    ])
    expect(runs('--verbose')).toEqual([
      { exit: 'success', asked: ['nolapse'] },
      { exit: 'failure', asked: ['nolapse'] },
    ])
    expect(runs(TITLE)[0]?.asked[0]).toBe(`${TITLE.what} asks nolapse for help`)
  })
})
