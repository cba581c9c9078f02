/** What the build makes of a script with comments. */
import { runInNewContext } from 'node:vm'
import { parse } from '@babel/parser'
import { expect, test } from '@jest/globals'
import { withoutComments } from '../../scripts/without-comments.ts'

test('lines of nothing but comments go, and so do blanks before a comment at the end of a line', () => {
  expect(withoutComments('// first\none() // same line\n\n  /* several\n lines */\ntwo()\n// last')).toBe(
    'one()\n\ntwo()\n',
  )
})

test('what looks like a comment in a string, a template or a regular expression stays', () => {
  const source = 'const all = ["// one", `/* two */`, /[/*]three[*/]/, "\\`// four"]\n'
  expect(withoutComments(source)).toBe(source)
})

test.each([
  ['words', 'var a = 1; typeof/* x */a'],
  ['a return and a value after a line break', '(function () { return /* x\n */ 1 })()'],
  ['a return and a value on the same line', '(function () { return /* x */ 1 })()'],
  ['signs', 'var a = 1; 2 +/* x */+a'],
  ['slashes', 'var g = 2; 8 /* x *// g'],
  ['the lines of a statement', 'var a = 1 // x\n/* y */ + 1\na'],
  ['comments', '1 /* x */ /* y */ // z\n+ 1'],
])('%s mean the same without the comment between them', (_, source) => {
  const bare = withoutComments(source)
  expect(parse(bare).comments).toEqual([])
  expect(runInNewContext(bare)).toEqual(runInNewContext(source))
})
