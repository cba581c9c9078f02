/**
 * Writes dist/ (or the folder named as the argument): type check, TypeScript to JavaScript by tsc, one bundle per entry by ncc.
 *
 * The bundler works in build/, where it sees three things differently from a plain install; each is worth start-up time
 * on every run of the action (docs/performance.md):
 *  - `@actions/*` as copies that declare `sideEffects: false`, so that what is not used is left out;
 *  - `undici` and `tunnel` as the stand-ins in bundle/, by `paths` of the tsconfig that ncc reads in its working folder.
 * Copies and stand-ins are made anew from node_modules at each build, so an upgrade needs no patch to be carried along,
 * and licenses.txt lists what is really inside.
 */
import { execFileSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')
const work = join(root, 'build')
const out = resolve(process.argv[2] ?? join(root, 'dist'))
const modules = createRequire(join(root, 'package.json'))

const run = (script: string, ...args: string[]) =>
  execFileSync(process.execPath, [script, ...args], { cwd: work, stdio: ['ignore', 'ignore', 'inherit'] })

const writeJson = (path: string, value: unknown) => writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`)

function stage() {
  rmSync(work, { recursive: true, force: true })
  mkdirSync(join(work, 'node_modules', '@actions'), { recursive: true })
  for (const name of ['core', 'github', 'http-client']) {
    const copy = join(work, 'node_modules', '@actions', name)
    cpSync(join(root, 'node_modules', '@actions', name), copy, { recursive: true })
    const manifest = join(copy, 'package.json')
    writeJson(manifest, { ...JSON.parse(readFileSync(manifest, 'utf8')), sideEffects: false })
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

/** One entry of src/ as one file, with the chunks of its dynamic imports beside it. */
function bundle(entry: string, name: string) {
  const folder = join(work, 'out', name)
  run(
    modules.resolve('@vercel/ncc/dist/ncc/cli.js'),
    'build',
    join('src', entry),
    '--out',
    folder,
    '--no-cache',
    '--license',
    'licenses.txt',
  )
  return folder
}

stage()
run(join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', join(root, 'tsconfig.build.json'))
const action = bundle('index.js', 'action')
rmSync(out, { recursive: true, force: true })
cpSync(action, out, { recursive: true })
