/** What a start costs, tested without a clock: how much is read, and what is loaded for a valid token. */
import { execFile, execFileSync } from 'node:child_process'
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { parse } from '@babel/parser'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { DIST, NODE, runAction, TOKEN } from '../../harness/runner.ts'
import { type ScriptedServer, startServer } from '../../harness/server.ts'

const read = (name: string) => readFileSync(join(DIST, name), 'utf8')
const scripts = readdirSync(DIST).filter(name => name.endsWith('.js'))

let server: ScriptedServer
let folder: string
beforeAll(async () => {
  server = await startServer()
  folder = mkdtempSync(join(tmpdir(), 'nolapse-loaded-'))
})
afterAll(async () => {
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

/** What a run of `entry` loads beyond what Node starts with, for the same answer of the same platform. */
async function loadedBy(entry: string): Promise<{ modules: string[]; files: string[] }> {
  const file = join(folder, 'loaded.json')
  const { code, outputs, stderr } = await runAction({
    entry,
    inputs: { 'api-url': server.url },
    env: {
      NOLAPSE_TOKEN: TOKEN,
      BENCH_URL: server.url,
      LOADED: file,
      NODE_OPTIONS: `--require "${resolve('__tests__/support/loaded.cjs')}"`,
    },
  })
  expect({ code, valid: outputs.valid, stderr }).toEqual({ code: 0, valid: 'true', stderr: '' })
  return JSON.parse(readFileSync(file, 'utf8'))
}

test('the file that every run of the action reads has at most 64 KiB', () => {
  expect(statSync(join(DIST, 'index.js')).size).toBeLessThanOrEqual(64 * 1024)
})

test('the action has no comments, which the engine would read at each start', () => {
  expect(parse(read('index.js'), { sourceType: 'script' }).comments).toEqual([])
})

test('what only some commands need is in comments at the end of the command line, so that its code has at most 192 KiB', () => {
  const [code, ...chunks] = read('cli.js').split(/^\/\/ chunk \d+$/m)
  expect(code?.length).toBeLessThanOrEqual(192 * 1024)
  expect(chunks.length).toBeGreaterThan(0)
  // They stand in a function, which ends with them.
  expect(chunks.join('').match(/^[^/\n].*/gm)).toEqual(['}'])
})

test('an error in code that is kept as comments names its line of the file', async () => {
  const lines = read('cli.js').split('\n')
  const preload = join(folder, 'lines.cjs')
  writeFileSync(
    preload,
    `const vm = require('node:vm')
     const compile = vm.compileFunction
     vm.compileFunction = (text, names, options) => {
       console.error(JSON.stringify([options.lineOffset, text.split('\\n')]))
       return compile(text, names, options)
     }`,
  )
  const { stderr } = await promisify(execFile)(NODE, ['--require', preload, join(DIST, 'cli.js'), 'help'])
  const compiled: [number, string[]][] = stderr
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
  expect(compiled.length).toBeGreaterThan(5)
  for (const [offset, [first, ...rest]] of compiled) {
    expect({ first, chunk: lines[offset] }).toMatchObject({
      first: '',
      chunk: expect.stringMatching(/^\/\/ chunk \d+$/),
    })
    const commented = rest.slice(0, -1).map(line => `// ${line}`)
    expect(lines.slice(offset + 1, offset + 1 + commented.length)).toEqual(commented)
  }
})

test('of the libraries, a bundle has what the code uses, and nothing that follows redirects or repeats requests', () => {
  for (const name of ['index.js', 'cli.js']) {
    expect(read(name)).toContain('requestRawWithCallback(info, data, onResult) {')
    expect(read(name)).not.toMatch(/_performExponentialBackoff|postJson|HttpRedirectCodes/)
    expect(read(name)).not.toMatch(/function (exportVariable|getIDToken|saveState)\b/)
  }
})

test('the code loaded only for a run that waits, fails or has a proxy has at most 64 KiB', () => {
  const chunks = scripts.filter(name => /^\d+\.index\.js$/.test(name))
  expect(chunks.length).toBeGreaterThan(0)
  expect(chunks.reduce((sum, name) => sum + statSync(join(DIST, name)).size, 0)).toBeLessThanOrEqual(
    64 * 1024,
  )
})

test('neither undici nor Octokit is in a bundle, and the licences do not claim that they are', () => {
  for (const name of scripts)
    expect(read(name)).not.toMatch(/node_modules\/undici\/|undici\/lib|class Dispatcher/)
  const packages = read('licenses.txt').match(/^(@[\w.-]+\/)?[\w.-]+ \d+\.\d+\.\d+$/gm)
  expect(packages).toEqual(expect.arrayContaining(['@actions/core 3.0.1', '@actions/http-client 4.0.1']))
  expect(packages?.filter(name => /^undici|^@octokit/.test(name))).toEqual([])
})

test('the bundles are ASCII, so that the engine stores one byte per character', () => {
  expect(scripts.filter(name => !/^[\x00-\x7f]*$/.test(read(name)))).toEqual([])
})

test('no regular expression makes V8 look up Unicode classes while it parses the action', () => {
  for (const name of ['index.js', 'cli.js']) {
    const { tokens } = parse(read(name), { sourceType: 'script', tokens: true })
    const expressions = (tokens ?? []).flatMap(({ type, value }) =>
      type.label === 'regexp' ? [value.pattern] : [],
    )
    expect(expressions.length).toBeGreaterThan(20)
    expect(expressions.filter(pattern => /\\p\{/i.test(pattern))).toEqual([])
  }
})

test('a run with a valid token loads no chunk besides the bundle', async () => {
  expect((await loadedBy(join(DIST, 'index.js'))).files).toEqual([join(DIST, 'index.js')])
})

test('without the chunks, a failing run still fails, with its outputs and one sentence', async () => {
  const entry = join(folder, 'index.js')
  copyFileSync(join(DIST, 'index.js'), entry)
  const run = await runAction({ entry })
  expect(run).toMatchObject({
    code: 1,
    outputs: { valid: 'false', reason: 'missing' },
    stderr: '',
    summary: '',
  })
  expect(run.stdout).toMatch(
    /^::error title=nolapse token%3A missing::The step failed\. The reason is missing, [^%]*#missing\.$/m,
  )
  const unreachable = await runAction({
    entry,
    inputs: { 'api-url': 'http://127.0.0.1:1', 'timeout-seconds': '1' },
    env: { NOLAPSE_TOKEN: TOKEN },
  })
  expect(unreachable).toMatchObject({ code: 1, outputs: { valid: 'false', reason: 'internal-error' } })
  const tolerated = await runAction({ entry, inputs: { tolerate: 'missing' } })
  expect(tolerated).toMatchObject({ code: 0, outputs: { valid: 'false', reason: 'missing' } })
  expect(tolerated.stdout).toMatch(/^::warning .*::The step passed\. The reason is missing, /)
})

// Other versions of Node split their own modules differently.
const onNode24 = execFileSync(NODE, ['--version']).toString().startsWith('v24.') ? test : test.skip

onNode24('on Node 24, nothing is loaded beyond what the least possible script needs', async () => {
  const least = new Set((await loadedBy(resolve('bench/least.cjs'))).modules)
  const { modules } = await loadedBy(join(DIST, 'index.js'))
  expect(modules.filter(name => !least.has(name))).toEqual([])
})

onNode24(
  'on Node 24, check loads neither child processes nor a terminal, which other commands need',
  async () => {
    const file = join(folder, 'loaded.json')
    await promisify(execFile)(NODE, [join(DIST, 'cli.js'), 'check', '--api-url', server.url], {
      env: {
        PATH: process.env.PATH,
        NOLAPSE_TOKEN: TOKEN,
        LOADED: file,
        NODE_OPTIONS: `--require "${resolve('__tests__/support/loaded.cjs')}"`,
      },
    })
    const { modules }: { modules: string[] } = JSON.parse(readFileSync(file, 'utf8'))
    expect(modules.filter(name => /child_process|readline/.test(name))).toEqual([])
  },
)
