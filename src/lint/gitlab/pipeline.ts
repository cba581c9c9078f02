/** The parts of a GitLab pipeline that matter to the gate. */
import type { Node } from 'yaml'
import type { Folder, Unreadable } from '../files.ts'
import type { Position } from '../findings.ts'
import { get, isList, isMapping, type Mapping, type Place, pairsOf, parseTree, textOf } from './tree.ts'

export interface PipelineFile {
  path: string
  roots: Mapping[]
  place: Place
}

/** A job, or a part of one: a file can add to the jobs of the files it includes. */
export interface JobPart {
  file: PipelineFile
  at: Position
  map: Mapping
}

/** A file that the pipeline includes, but that was not read. */
export interface Unread extends Position {
  file: string
  message: string
}

export interface Pipeline {
  files: PipelineFile[]
  /** By name, the last part on top. */
  jobs: Map<string, JobPart[]>
  unread: Unread[]
  /** Names of the jobs in our own template. */
  gates: Set<string>
}

/** Top-level keys that are not jobs. */
const GLOBAL = new Set(
  'default include stages variables workflow spec image services cache before_script after_script'.split(' '),
)

/** GitLab itself reads 150. */
const MOST_FILES = 50

export function readPipeline(path: string, text: string, folder: Folder): Pipeline | Unreadable {
  const pipeline: Pipeline = { files: [], jobs: new Map(), unread: [], gates: new Set() }
  return addFile(pipeline, path, text, folder) ?? pipeline
}

function addFile(pipeline: Pipeline, path: string, text: string, folder: Folder): Unreadable | undefined {
  const parsed = parseTree(text)
  if (parsed.kind === 'error')
    return { path, message: parsed.message, remedy: 'Fix the file, or leave it out.', ...parsed.at }
  const file: PipelineFile = { path, ...parsed.tree }
  pipeline.files.push(file)
  // Included files come first: the file's own jobs are merged on top.
  for (const root of file.roots) {
    const value = get(root, 'include')
    for (const one of isList(value) ? value.items : value ? [value] : []) include(pipeline, file, one, folder)
  }
  for (const root of file.roots)
    for (const { name, key, value } of pairsOf(root))
      if (isMapping(value) && !GLOBAL.has(name)) {
        const part = { file, at: file.place(key), map: value }
        pipeline.jobs.set(name, [...(pipeline.jobs.get(name) ?? []), part])
      }
  return undefined
}

const TEMPLATE = /nolapse\/token-action\/.*\/templates\/token-check\.yml|nolapse\/token-action\/token-check@/

function include(pipeline: Pipeline, file: PipelineFile, one: Node, folder: Folder): void {
  const written = textOf(one)
  const local = textOf(get(one, 'local')) ?? (written?.includes('://') ? undefined : written)
  const elsewhere = ['remote', 'component', 'template', 'project'].map(key => textOf(get(one, key)))
  const address = elsewhere.find(text => text !== undefined) ?? written
  if (local === undefined && address !== undefined && TEMPLATE.test(address)) {
    pipeline.gates.add(textOf(get(get(one, 'inputs'), 'job-name')) ?? 'nolapse-token')
    return
  }
  const unread = (message: string) => pipeline.unread.push({ file: file.path, ...file.place(one), message })
  if (local === undefined) {
    unread('This `include` is not in the folder, so it is not read: what its jobs do is not known.')
    return
  }
  const path = local.replace(/^\.?\//, '')
  if (/[*$]/.test(path)) {
    unread('This `include` names no single file, so it is not read: what its jobs do is not known.')
    return
  }
  const read = folder.readFile(path)
  if (read.kind === 'unreadable') unread(`This \`include\` cannot be read. ${read.why.message}`)
  // A file included twice counts once, and no file includes itself.
  else if (pipeline.files.length < MOST_FILES && !pipeline.files.some(({ path }) => path === read.path)) {
    const why = addFile(pipeline, read.path, read.content, folder)
    if (why) unread(`This \`include\` cannot be read. ${why.message}`)
  }
}

/** GitLab's depth limit for `extends`. */
const DEEPEST = 11

/** A key in a job and in what it extends: all its places, nearest first. */
export function* valuesOf(
  pipeline: Pipeline,
  name: string,
  key: string,
  depth = 0,
): Generator<{ value: Node; file: PipelineFile }> {
  if (depth > DEEPEST) return
  const parts = pipeline.jobs.get(name) ?? []
  for (const { map, file } of parts.toReversed()) {
    const value = get(map, key)
    if (value) yield { value, file }
  }
  for (const { map } of parts.toReversed()) {
    const bases = get(map, 'extends')
    const names = isList(bases) ? bases.items.map(textOf) : [textOf(bases)]
    for (const base of names.toReversed())
      if (base !== undefined) yield* valuesOf(pipeline, base, key, depth + 1)
  }
}

/** The effective value: the nearest one. */
export const jobValue = (pipeline: Pipeline, name: string, key: string) =>
  valuesOf(pipeline, name, key).next().value as { value: Node; file: PipelineFile } | undefined

/** What jobs get that say nothing else: under `default:` or at the top; a file counts before those it includes. */
const defaultValue = ({ files }: Pipeline, key: string): Node | undefined =>
  files
    .flatMap(({ roots }) => roots)
    .map(root => get(get(root, 'default'), key) ?? get(root, key))
    .find(value => value !== undefined)

/** The lines that a job runs, and those that come before them because it says nothing else, with `!reference` resolved. */
export function scriptOf(
  pipeline: Pipeline,
  name: string,
): { inherited: string[]; lines: string[]; at: Position; file: string } | undefined {
  const script = jobValue(pipeline, name, 'script')
  const before = jobValue(pipeline, name, 'before_script')
  const inherited = before ? undefined : defaultValue(pipeline, 'before_script')
  const lines = [before, script].flatMap(one => (one ? linesOf(pipeline, one.value, 0) : []))
  return (
    script && {
      inherited: inherited ? linesOf(pipeline, inherited, 0) : [],
      lines,
      at: script.file.place(script.value),
      file: script.file.path,
    }
  )
}

function linesOf(pipeline: Pipeline, node: Node, depth: number): string[] {
  if (!isList(node)) return [textOf(node) ?? '']
  if (node.tag === '!reference')
    return depth > DEEPEST ? [] : referenced(pipeline, node.items.map(textOf), depth)
  return node.items.flatMap(item => linesOf(pipeline, item, depth + 1))
}

function referenced(pipeline: Pipeline, path: (string | undefined)[], depth: number): string[] {
  const [job = '', key = '', ...more] = path
  let value = jobValue(pipeline, job, key)?.value
  for (const name of more) value = get(value, name ?? '')
  return value ? linesOf(pipeline, value, depth + 1) : []
}
