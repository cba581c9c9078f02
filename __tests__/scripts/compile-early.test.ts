/** What the build does so that the engine reads the functions of a passing run once. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { calledBy, compileCalledEarly, compileEarly } from '../../scripts/compile-early.ts'

const BUNDLE = `(() => {
  var __webpack_modules__ = ({
    1: ((module) => {
      module.exports = { get: () => (twice(4)) };
      function twice(number) { return number * 2; }
      function unused() { return twice; }
    })
  });
  const module = {};
  __webpack_modules__[1](module);
  class Sum { add(one, other) { return one + other; } }
  async function main() {
    function inner() { return helper(new Sum().add(1, 2)); }
    return [inner(), module.exports.get()];
  }
  const helper = number => number + 1;
  const idle = () => undefined;
  result = main();
})()`

/** Where the functions that begin so are. */
const places = (...beginnings: [start: string, end: string][]) =>
  beginnings.map(([first, last]) => {
    const start = BUNDLE.indexOf(first)
    return { start, end: BUNDLE.indexOf(last, start) + last.length }
  })

const CALLED = places(
  ['() => (twice', '4))'],
  ['function twice', '* 2; }'],
  ['add(one', 'other; }'],
  ['async function main', '];\n  }'],
  ['function inner', '; }'],
  ['number => number', '+ 1'],
)

test('a called function stands in parentheses, and a called declaration of a module is a variable', () => {
  const early = compileEarly(BUNDLE, CALLED)
  expect(early).toContain('get: (() => (twice(4))) }')
  expect(early).toContain('var twice = (function twice(number) { return number * 2; });')
  expect(early).toContain('var main = (async function main() {')
  expect(early).toContain('const helper = (number => number + 1);')
})

test('what is not called, a method, and a function inside another stay unchanged', () => {
  const early = compileEarly(BUNDLE, CALLED)
  expect(early).toContain('\n      function unused() { return twice; }\n')
  expect(early).toContain('const idle = () => undefined;')
  expect(early).toContain('class Sum { add(one, other)')
  expect(early).toContain('\n    function inner() {')
})

test('a module that calls other functions on another machine stays unchanged', () => {
  const early = compileEarly(BUNDLE, CALLED, [1])
  expect(early).toContain('\n      function twice(number) {')
  expect(early).toContain('get: () => (twice(4)) }')
  expect(early).toContain('var main = (async function main() {')
})

test('the changed bundle does the same, and a second time changes nothing', async () => {
  const early = compileEarly(BUNDLE, CALLED)
  const context: { result?: Promise<number[]> } = {}
  runInNewContext(early, context)
  expect(await context.result).toEqual([4, 8])
  const again = CALLED.map(({ start, end }) => {
    const first = early.indexOf(BUNDLE.slice(start, end))
    return { start: first, end: first + end - start }
  })
  const [inner] = again.splice(4, 1)
  expect(inner?.start).toBeGreaterThan(0)
  expect(compileEarly(early, again)).toBe(early)
})

test('a bundle that is laid out in another way stops the build', () => {
  for (const other of ['', 'start()', '(() => { const modules = {} })()', '(() => {})()'])
    expect(() => compileEarly(other, [])).toThrow('lays modules out in another way')
})

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nolapse-early-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('a bundle that does not pass with a valid token stops the build, and stays unchanged', async () => {
  const bundle = join(folder, 'index.js')
  writeFileSync(bundle, '(() => { var __webpack_modules__ = {}; process.exitCode = 1 })()')
  await expect(compileCalledEarly(bundle, join(folder, 'run'), [], [])).rejects.toThrow('Command failed')
  expect(readFileSync(bundle, 'utf8')).toContain('= {}; process')
})

test('the functions of a bundle in a folder behind a link are found', async () => {
  const real = join(folder, 'real')
  mkdirSync(real)
  writeFileSync(join(real, 'index.js'), '(() => { const seen = () => 1; seen() })()')
  symlinkSync(real, join(folder, 'link'), 'junction')
  const called = await calledBy(join(folder, 'link', 'index.js'), join(folder, 'run'), [])
  expect(called).toContainEqual({ start: 22, end: 29 })
})

test('a function that is called before its line stops the build', async () => {
  const bundle = join(folder, 'index.js')
  writeFileSync(bundle, '(() => { var __webpack_modules__ = {};\nearly()\nfunction early() {} })()')
  await expect(compileCalledEarly(bundle, join(folder, 'run'), [], [])).rejects.toThrow(
    'early is not a function',
  )
})

/** The number of the module of a bundle that has the given text. */
const moduleWith = (bundle: string, text: string) =>
  Number(/.*^ (\d+):$/ms.exec(bundle.slice(0, bundle.indexOf(text)))?.[1])

test('all that a passing run of the action and of check calls is compiled with the file, if it can be', async () => {
  const early = async (name: string, args: string[], varying: string[]) => {
    const bundle = join(process.cwd(), 'dist', name)
    const source = readFileSync(bundle, 'utf8')
    const called = await calledBy(bundle, join(folder, 'run'), args)
    expect(called.length).toBeGreaterThan(100)
    const numbers = varying.map(text => moduleWith(source, text))
    expect(compileEarly(source, called, numbers)).toBe(source)
  }
  await early('index.js', [], [])
  await early('cli.js', ['check'], ['class Interrupted', 'function watchParent'])
})
