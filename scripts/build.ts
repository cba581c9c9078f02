/**
 * Writes dist/ (or the folder named as the argument): type check, TypeScript to JavaScript by tsc, one bundle per entry by ncc.
 *
 * The bundler works in build/, where it sees four things differently from a plain install; each is worth start-up time
 * on every run of the action (docs/performance.md):
 *  - `@actions/*` as copies that declare `sideEffects: false`, so that what is not used is left out, and no `type`, so
 *    that they get Node's own modules directly, not as namespaces copied name by name at each start;
 *  - @actions/http-client and @actions/core without what our own code does not reach (leave-out.ts);
 *  - `undici` and `tunnel` as the stand-ins in bundle/, by `paths` of the tsconfig that ncc reads in its working folder.
 * Copies and stand-ins are made from node_modules at each build, so an upgrade needs no patch,
 * and licenses.txt lists what the bundler says is really inside.
 */
import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { compileCalledEarly } from './compile-early.ts'
import { leaveOut } from './leave-out.ts'
import { withoutComments } from './without-comments.ts'

const root = resolve(import.meta.dirname, '..')
const work = join(root, 'build')
const out = resolve(process.argv[2] ?? join(root, 'dist'))
const modules = createRequire(join(root, 'package.json'))

function run(script: string, ...args: string[]) {
  try {
    execFileSync(process.execPath, [script, ...args], { cwd: work, stdio: 'pipe', maxBuffer: 2 ** 28 })
  } catch (error) {
    const { stdout, stderr } = error as { stdout: Buffer; stderr: Buffer }
    process.stderr.write(`${stdout}${stderr}`)
    process.exit(1)
  }
}

const readJson = (path: string) => JSON.parse(readFileSync(path, 'utf8'))
const writeJson = (path: string, value: unknown) => writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`)

/** What our own code takes from a module of `@actions/*`; of a class, the methods. */
const USED: Record<string, Record<string, string[]>> = {
  'http-client/lib/index.js': { HttpClient: ['requestRaw'] },
  'core/lib/core.js': Object.fromEntries(
    ['error', 'getInput', 'info', 'setOutput', 'setSecret', 'summary', 'warning'].map(name => [name, []]),
  ),
}

function stage() {
  rmSync(work, { recursive: true, force: true })
  mkdirSync(join(work, 'node_modules', '@actions'), { recursive: true })
  for (const name of ['core', 'github', 'http-client']) {
    const copy = join(work, 'node_modules', '@actions', name)
    cpSync(join(root, 'node_modules', '@actions', name), copy, { recursive: true })
    const manifest = join(copy, 'package.json')
    const { type: _, ...rest } = readJson(manifest)
    writeJson(manifest, { ...rest, sideEffects: false })
  }
  for (const [path, used] of Object.entries(USED)) {
    const file = join(work, 'node_modules', '@actions', path)
    writeFileSync(file, leaveOut(readFileSync(file, 'utf8'), used))
  }
  cpSync(join(root, 'bundle'), join(work, 'bundle'), { recursive: true })
  writeJson(join(work, 'package.json'), { private: true })
  writeJson(join(work, 'tsconfig.json'), {
    compilerOptions: {
      baseUrl: '.',
      paths: { undici: ['bundle/undici.cjs'], tunnel: ['bundle/tunnel.cjs'] },
    },
  })
}

interface Module {
  /** Its number in the bundle; none if it is merged into another one. */
  id?: number
  name: string
  orphan?: boolean
  /** The modules merged into this one. */
  modules?: Module[]
}

/** The modules that a chunk really contains; the statistics also list those that were left out. */
const included = (modules: Module[]): Module[] =>
  modules.filter(({ orphan }) => !orphan).flatMap(one => [one, ...included(one.modules ?? [])])

const packages = new Set<string>()

/** Bundles one entry of src/ into one file, with the chunks of its dynamic imports next to it. */
function bundle(entry: string, name: string): string {
  const folder = join(work, 'out', name)
  const stats = join(work, `${name}.stats.json`)
  const ncc = modules.resolve('@vercel/ncc/dist/ncc/cli.js')
  run(ncc, 'build', join('src', entry), '--out', folder, '--no-cache', '--stats-out', stats)
  for (const { name: path } of included(readJson(stats).modules)) {
    const packageName = /node_modules\/((?:@[\w.-]+\/)?[\w.-]+)\//.exec(path)?.[1]
    if (packageName) packages.add(packageName)
  }
  return folder
}

/** The engine reads comments, too. They stay in src/, and dist/ is checked by building it again. */
function dropComments(folder: string) {
  for (const name of readdirSync(folder).filter(file => file.endsWith('.js'))) {
    const path = join(folder, name)
    writeFileSync(path, withoutComments(readFileSync(path, 'utf8')))
  }
}

/**
 * A file that has a character beyond Latin-1 is held in two bytes for each of its characters: twice the memory, and a
 * slower start. Such characters stand in strings, templates, regular expressions and comments, where an escape means
 * the same.
 */
function toAscii(folder: string) {
  for (const name of readdirSync(folder).filter(file => file.endsWith('.js'))) {
    const path = join(folder, name)
    const source = readFileSync(path, 'utf8')
    if (/\\[^\n -~\t\r]/.test(source))
      throw new Error(`${name}: a backslash would change what an escape means`)
    const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
    writeFileSync(path, source.replace(/[^\n -~\t\r]/g, escaped))
  }
}

/** What these modules of the command line call depends on the machine, and on how long a run takes. */
const VARYING = ['process/interruption.js', 'process/parent.js']

function numberOf(name: string): number {
  const { modules } = readJson(join(work, 'cli.stats.json')) as { modules: Module[] }
  const id = modules.find(module => module.name === `./src/${name}`)?.id
  if (id === undefined) throw new Error(`${name} is no module of its own in the command line`)
  return id
}

/** Has a bundle get one of Node's own modules in another way. */
function replaceModule(path: string, module: string, code: string) {
  const source = readFileSync(path, 'utf8')
  const parts = source.split(`\nmodule.exports = require("${module}");\n`)
  if (parts.length !== 2) throw new Error(`${path}: ${module} is bundled in another way`)
  writeFileSync(path, parts.join(`\nmodule.exports = ${code};\n`))
}

/**
 * The command line starts processes only to hand a value over, and on macOS to look at its parent. Node's module for that
 * brings ten more with it, so it is loaded when something of it is used: Commander and our own code take all by its name.
 */
const PROCESSES_ON_USE =
  'new Proxy({}, { get: (_, name) => name === "__esModule" ? undefined : require("node:child_process")[name] })'

/** All that the action takes from `os`, through @actions/core: the rest is not worth loading a module at each start. */
const ONLY_EOL = '{ EOL: process.platform === "win32" ? "\\r\\n" : "\\n" }'

function needOnlyEol(folder: string) {
  for (const name of readdirSync(folder).filter(file => file.endsWith('.js')))
    for (const [use] of readFileSync(join(folder, name), 'utf8').matchAll(/\bexternal_os_\w*\b.*/g))
      if (!/^external_os_(\.EOL\b| = )/.test(use))
        throw new Error(`${name}: more than EOL is used of os: ${use}`)
}

/**
 * Puts the chunks of the command line into its own file, which has to be the only one: as comments, compiled when they
 * are asked for. The engine skips comments several times faster than it reads code. They stand in a function, because the
 * text of a function is in memory: by the time of need, the file can be gone or replaced, or never have been one.
 */
function keepChunksAsComments(folder: string) {
  const path = join(folder, 'index.js')
  const source = readFileSync(path, 'utf8')
  const load = 'require("./" + __nccwpck_require__.u(chunkId))'
  if (source.split(load).length !== 2) throw new Error(`${path}: chunks are loaded in another way`)
  const chunks = readdirSync(folder).filter(name => /^\d+\.index\.js$/.test(name))
  const comments = chunks.map(name => {
    const lines = readFileSync(join(folder, name), 'utf8').trimEnd().split('\n')
    return [`// chunk ${Number.parseInt(name, 10)}`, ...lines.map(line => `// ${line}`), ''].join('\n')
  })
  const code = `${source.replace(load, 'chunkInComments(chunkId)').trimEnd()}\n${LOAD_CHUNK}`
  // Numbers of lines do not change any more: errors name them.
  const before = String(code.split('\n').length - 1)
  writeFileSync(path, `${code.replace('LINES_BEFORE', before)}function chunks() {\n${comments.join('')}}\n`)
}

/** Part of the bundle, right before `chunks`. */
const LOAD_CHUNK = `
/** The code in the comments of the function below, which only some runs need. Each part is compiled when it is asked for. */
function chunkInComments(id) {
  // Without the brace at the end.
  const parts = chunks.toString().slice(0, -1).split(/^\\/\\/ chunk (\\d+)$/m);
  const place = parts.indexOf(String(id));
  const lineOffset = LINES_BEFORE + parts.slice(0, place).join("").split("\\n").length - 1;
  const text = parts[place + 1].replace(/^\\/\\/ /gm, "");
  const module = { exports: {} };
  require("node:vm").compileFunction(text, ["module", "exports", "require"], { filename: __filename, lineOffset })(module, module.exports, require);
  return module.exports;
}

`

/** The licence of every package that is inside a bundle, as the package itself states it. */
function licenses(): string {
  const texts = [...packages].sort().map(name => {
    const folder = join(root, 'node_modules', name)
    const { version, license } = readJson(join(folder, 'package.json'))
    const file = readdirSync(folder).find(candidate => /^licen[cs]e/i.test(candidate))
    const text = file ? readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim() : ''
    return `${name} ${version}\n${license}\n\n${text}\n`
  })
  return texts.join(`\n${'-'.repeat(80)}\n\n`)
}

stage()
run(join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', join(root, 'tsconfig.build.json'))
const action = bundle('action/index.js', 'action')
const cli = bundle('cli/main.js', 'cli')
const lint = bundle('lint/lint.js', 'lint')
for (const folder of [action, cli]) dropComments(folder)
needOnlyEol(action)
await compileCalledEarly(join(action, 'index.js'), join(work, 'run'), [], [])
await compileCalledEarly(join(cli, 'index.js'), join(work, 'run'), VARYING.map(numberOf), ['check'])
keepChunksAsComments(cli)
rmSync(out, { recursive: true, force: true })
cpSync(action, out, { recursive: true })
cpSync(join(cli, 'index.js'), join(out, 'cli.js'))
cpSync(join(lint, 'index.js'), join(out, 'lint.js'))
toAscii(out)
replaceModule(join(out, 'cli.js'), 'node:child_process', PROCESSES_ON_USE)
replaceModule(join(out, 'index.js'), 'os', ONLY_EOL)
chmodSync(join(out, 'cli.js'), 0o755)
writeFileSync(join(out, 'licenses.txt'), licenses())
