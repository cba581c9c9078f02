/** How words are expanded, and which of them are not. */
import { describe, expect, test } from '@jest/globals'
import type { Text } from '../../../src/lint/script-outcome.ts'
import { outcomesOf, runsOf } from '../../support/script-world.ts'

const yes = ['success']
const no = ['failure']
const both = ['failure', 'success']

describe('A word', () => {
  test.each([
    // A tilde names a folder only where a word begins.
    ['test a~b = a~b', yes],
    ['test a~ = a~', yes],
    ['test "a"b~ = ab~', yes],
    ['test "a"~b = "a~b"', both],
    ['test ~ = "~"', both],
    ["[ -n '' ]", no],
    ['[ -n "" ]', no],
    ["[ -n $'' ]", no],
    ['[ -n $EMPTY ]', yes],
    // Not followed.
    ['for x in "$@"; do exit 3; done', both],
    ['for x in "$*"; do exit 3; done', both],
    ['for x in "${@}"; do exit 3; done', both],
    ['for x in "${*}"; do exit 3; done', both],
    ['B=a\ntest "${!B}" = a', both],
    ['B=a\ntest "${B[1]}" = a', both],
    ['B=a\ntest "${B}" = a', yes],
    ['B=ab\ntest "${B#a}" = b', both],
    // Patterns.
    ['case a in $TEXT) ;; *) exit 1 ;; esac', yes],
    ['case xab in x$PATTERN) ;; *) exit 1 ;; esac', both],
    ['case xab in "x$PATTERN") ;; *) exit 1 ;; esac', no],
    ['case xab in x*) ;; *) exit 1 ;; esac', yes],
    ['case xab in x?b) ;; *) exit 1 ;; esac', both],
  ])('%j: %j', (script, expected) => {
    const variables = { EMPTY: '', TEXT: 'a', PATTERN: 'a*' }
    expect(outcomesOf(script, 'default', { variables }).toSorted()).toEqual(expected)
  })

  test.each([
    ['B=a\ntest "${B:?}" = a', yes],
    ['B=a\ntest "${B?no}" = a', yes],
    ['B=\ntest "${B?no}" = ""', yes],
    ['(: "${B:?}") || exit 0\nexit 3', yes],
    ['(: "${B?}") || exit 0\nexit 3', yes],
    ['B=\n(: "${B:?}") || exit 0\nexit 3', yes],
    [': "${B:?}" || true', no],
    ['B=$(make)\n(: "${B?}") || exit 0\nexit 3', both],
    ['nolapse run "${B:?}" "${HOME:-}"', no],
  ])('is required: %j', (script, expected) => expect(outcomesOf(script).toSorted()).toEqual(expected))

  test('ends dash if only bash knows the expansion', () => {
    for (const word of ['${A[0]}', '${PIPESTATUS[0]}', '${!A}', '${A/a/b}', '${A:1:2}', '${A^}', '${A@Q}'])
      expect(outcomesOf(`: "${word}"`, 'sh').toSorted()).toEqual(both)
    for (const word of ['${A#a}', '${#A}', '${A:+a}']) expect(outcomesOf(`: "${word}"`, 'sh')).toEqual(yes)
  })

  test.each([
    ['test "${B#a}" = b', ['${B#a} = b']],
    ['test "${#B}" = b', ['test "${#B}" = b']],
    ['B=$(make)\ntest "${B:?}" = b', ['make', '$(make) = ']],
    ['test "${B:-~}" = b', ['test "${B:-~}" = b']],
    ['test "${!B}" = b', ['test "${!B}" = b']],
  ])('%j asks %j', (script, asked) => expect(runsOf(script, 'default')[0]?.asked).toEqual(asked))
})

describe('An inline expression', () => {
  const inline = (before: string, text: Text, after: string) =>
    outcomesOf([before, { inline: 0 }, after], 'default', { inline: [text] }).toSorted()

  test('without quotes is no word if it is empty', () => {
    expect(inline('test ', '', ' -n')).toEqual(yes)
    expect(inline('test "', '', '" -n')).toEqual(no)
    expect(inline("test '", '', "' -n")).toEqual(no)
  })

  test('is a part of a word', () => {
    expect(inline('test "a"', 'b', ' = ab')).toEqual(yes)
    expect(inline('test x', 'b', '"a" = xba')).toEqual(yes)
    expect(inline('test "a"', 'b c', '')).toEqual(no)
  })
})

test('a script is followed up to a limit of its length', () => {
  const script = (length: number) => `#${'x'.repeat(length - 7)}\nfalse`
  expect(outcomesOf(script(30_000))).toEqual(no)
  expect(outcomesOf(script(30_001)).toSorted()).toEqual(both)
})
