/**
 * As much of rsync as gitlab-ci-local calls, so that its pipelines run on a machine without rsync: the tests ask for
 * Node.js and npm (CONTRIBUTING.md), git and a shell. Copies what `-a` copies; `-R` keeps the path as it was given.
 */
import { cpSync, lstatSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const excluded: string[] = []
const paths: string[] = []
let listed: string[] | undefined
let keepsPaths = false

const args = process.argv.slice(2)
for (let arg = args.shift(); arg !== undefined; arg = args.shift()) {
  const [option = '', value = ''] = arg.split(/=(.*)/s)
  if (option === '--exclude') excluded.push(value || String(args.shift()))
  else if (option === '--exclude-from') excluded.push(...linesOf(value))
  else if (option === '--files-from') listed = linesOf(value)
  else if (/^-[arR]+$/.test(arg)) keepsPaths ||= arg.includes('R')
  else if (/^--delete(-excluded)?$/.test(arg)) continue
  else if (arg.startsWith('-')) throw new Error(`not an option of this stand-in: ${arg}`)
  else paths.push(arg)
}

const [source = '', target = ''] = paths
// Of a pattern only its name at the top matters: `/name`, `name/`, `name/**`.
const names = new Set(excluded.map(pattern => pattern.replace(/^\/|\/?\**$/g, '')).filter(Boolean))
if (keepsPaths) for (const path of listed ?? [source]) copy(path, join(target, path))
else copy(source, target)

function linesOf(file: string): string[] {
  return readFileSync(file, 'utf8').split('\n').filter(Boolean)
}

function copy(from: string, to: string): void {
  const options = { recursive: true, verbatimSymlinks: true }
  if (!lstatSync(from).isDirectory()) {
    mkdirSync(dirname(to), { recursive: true })
    cpSync(from, to, options)
    return
  }
  mkdirSync(to, { recursive: true })
  // Entry by entry: a folder is copied into its own .gitlab-ci-local, which is not.
  for (const name of readdirSync(from))
    if (!names.has(name)) cpSync(join(from, name), join(to, name), options)
}
