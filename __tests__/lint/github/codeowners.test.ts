import { describe, expect, test } from '@jest/globals'
import { ownersOf, withoutErrors } from '../../../src/lint/github/codeowners.ts'

const PATH = '.github/workflows/coverage.yml'
const owned = (text: string, path = PATH) => ownersOf(text, path).length > 0

describe('CODEOWNERS', () => {
  test.each([
    '* @acme/security',
    '.github/ @ada',
    '/.github/ @ada @grace',
    '.github @ada',
    '/.github/** @ada',
    '.github/workflows/ @ada',
    'workflows/ @ada',
    '**/workflows/ @ada',
    '/.github/workflows/* @ada',
    '/.github/*/coverage.yml @ada',
    '.github/**/coverage.yml @ada',
    '/.github/workflows/coverage.yml ada@example.com',
    '*.yml @ada',
    'c?verage.yml @ada',
    '/**/coverage.yml @ada',
    '** @ada',
    '*\t@ada # everything',
    '*.md @grace\r\n.github/ @ada\r\n',
    '/.github/work\\flows/ @ada',
  ])('%j covers a workflow', text => {
    expect(owned(text)).toBe(true)
  })

  test.each([
    '',
    '# * @ada',
    '*',
    '* # @ada',
    '*.md @ada',
    '/* @ada',
    '/.github/* @ada',
    '/workflows/ @ada',
    'github/ @ada',
    'src/.github/ @ada',
    '.github/workflows @ada\n.github/workflows/coverage.yml',
    '* @ada\n/.github/',
    '.github/Workflows/ @ada',
    '/.github/workflows/coverage.yml/ @ada',
    '.github/workflows/coverage @ada',
    '.github\\ /workflows/ @ada',
    '* ada',
    '* @ada two words',
    '!.github/ @ada',
    '[.]github/ @ada',
    'coverage?yml?x @ada',
    '.github//workflows @ada',
  ])('%j does not', text => {
    expect(owned(text)).toBe(false)
  })

  test('uses the last line that matches', () => {
    expect(ownersOf('.github/ @ada\n* @grace', PATH)).toEqual(['@grace'])
    expect(ownersOf('* @grace\n.github/ @ada @acme/team', PATH)).toEqual(['@ada', '@acme/team'])
  })

  test('reads an escaped blank, and a star that matches several characters', () => {
    expect(owned('my\\ docs/ @ada', 'my docs/a.md')).toBe(true)
    expect(owned('a*b*c @ada', 'axbxbxc')).toBe(true)
    expect(owned('a*b*c @ada', 'axbxbxd')).toBe(false)
  })

  test('is fast for a pattern of many stars', () => {
    const path = `${'a/'.repeat(60)}${'a'.repeat(250)}`
    expect(owned(`${'**/a*'.repeat(60)}*b @ada\n${'*a'.repeat(120)}b @ada`, path)).toBe(false)
  })
})

describe('what GitHub does not accept in CODEOWNERS', () => {
  const without = (text: string, ...errors: [kind: string, source: string, column: number][]) =>
    ownersOf(
      withoutErrors(
        text,
        errors.map(([kind, source, column]) => ({ kind, source, column })),
      ),
      PATH,
    )

  test('does not own anything', () => {
    const line = '.github/ @ghost @ada @ghost'
    expect(without(line, ['Unknown owner', line, 10], ['Unknown owner', line, 22])).toEqual(['@ada'])
    expect(without('* @ada\r\n.github/ @ghost', ['Unknown owner', '.github/ @ghost', 10])).toEqual([])
  })

  test('is ignored like a missing line', () => {
    const line = '.github/*** @grace'
    expect(without(`* @ada\n${line}`, ['Invalid pattern', line, 1])).toEqual(['@ada'])
  })

  test('can be reported for another version of the file', () => {
    expect(without('.github/ @ada', ['Unknown owner', '.github/ @ghost', 10])).toEqual(['@ada'])
  })
})
