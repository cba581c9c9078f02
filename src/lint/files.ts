/** Finds and reads the files to lint. Refuses files outside the folder, endless files, and YAML whose aliases explode. */
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
} from 'node:fs'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { type Document, isAlias, isCollection, isNode, isPair, type Node, parseAllDocuments } from 'yaml'

/** Whose rules apply to a file. */
export type Dialect = 'github' | 'forgejo' | 'gitea' | 'gitlab'

export interface SourceFile {
  /** For display, with `/`. Relative to the current folder if it is inside. */
  path: string
  dialect: Dialect
  content: string
  /** From the folder's root, with `/`. */
  name: string
  root: string
  /** The folder that `./` references are resolved in. */
  folder: Folder
}

/** A file or path that cannot be linted. This is wrong usage, so it comes with a fix. */
export interface Unreadable {
  path: string
  message: string
  remedy: string
  /** The place in the file, counted from 1, if it is known. */
  line?: number
  column?: number
}

export type Read = { kind: 'read'; path: string; content: string } | { kind: 'unreadable'; why: Unreadable }

/** The one folder that a `./` reference can reach into. */
export interface Folder {
  /** Reads a file by the reference that a workflow uses: `./.github/workflows/called.yml`. */
  readFile(reference: string): Read
}

/** The most that a file may have, in bytes. GitHub's own limit is lower. */
export const LARGEST = 1_048_576

/** The most nodes after a file's aliases are expanded. A workflow of 50 jobs with 20 steps each has about 10,000 nodes. */
const MOST_NODES = 100_000

export interface Found {
  files: SourceFile[]
  unreadable: Unreadable[]
  /** Every file that was read, in that order, including those that workflows refer to. */
  allRead: Map<string, string>
}

/** @param paths files and folders; the current folder if there are none */
export function findFiles(paths: readonly string[], here: string = process.cwd()): Found {
  const found: Found = { files: [], unreadable: [], allRead: new Map() }
  for (const path of paths.length > 0 ? paths : ['.']) {
    const absolute = resolve(here, path)
    const status = statusOf(absolute)
    if (status === undefined)
      found.unreadable.push({
        path,
        message: 'No file or folder has this name.',
        remedy: 'Check the path for a typing error.',
      })
    else if (status.isDirectory()) addFolder(found, absolute, here)
    else addFile(found, absolute, rootOf(absolute), here)
  }
  return found
}

const statusOf = (path: string) => {
  try {
    return statSync(path)
  } catch {
    return undefined
  }
}

const WORKFLOW_FOLDERS: readonly [Dialect, string][] = [
  ['github', '.github'],
  ['forgejo', '.forgejo'],
  ['gitea', '.gitea'],
]

function addFolder(found: Found, folder: string, here: string): void {
  for (const [, home] of WORKFLOW_FOLDERS) {
    const workflows = join(folder, home, 'workflows')
    for (const name of namesIn(workflows))
      if (/\.ya?ml$/.test(name)) addFile(found, join(workflows, name), folder, here)
  }
  const gitlab = join(folder, '.gitlab-ci.yml')
  if (statusOf(gitlab)) addFile(found, gitlab, folder, here)
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort()
  } catch {
    return []
  }
}

function addFile(found: Found, absolute: string, root: string, here: string): void {
  const folder = folderAt(root, here, found.allRead)
  const name = relative(root, absolute).split(sep).join('/')
  const read = folder.readFile(name)
  if (read.kind === 'unreadable') {
    found.unreadable.push(read.why)
    return
  }
  const { path, content } = read
  if (!found.files.some(file => file.path === path))
    found.files.push({ path, name, root, dialect: dialectOf(absolute, content), content, folder })
}

/** The folder that holds `.github/`; for a file elsewhere, its own. */
function rootOf(file: string): string {
  const folder = dirname(file)
  const parent = dirname(folder)
  const isHome = WORKFLOW_FOLDERS.some(([, home]) => home === basename(parent))
  return basename(folder) === 'workflows' && isHome ? dirname(parent) : folder
}

/** Decides by folder, then by name. An example or a template elsewhere is recognised by keys that only a workflow has. */
function dialectOf(path: string, content: string): Dialect {
  const home = WORKFLOW_FOLDERS.find(([, name]) => path.includes(`${sep}${name}${sep}`))
  if (home) return home[0]
  if (/gitlab/.test(basename(path))) return 'gitlab'
  return /^(on|'on'|"on"|jobs|true)\s*:/m.test(content) ||
    !/^(stages|include|spec|default)\s*:/m.test(content)
    ? 'github'
    : 'gitlab'
}

function folderAt(root: string, here: string, allRead: Map<string, string>): Folder {
  const shownPath = (absolute: string): string => {
    const short = relative(here, absolute)
    return (short.startsWith('..') ? absolute : short || '.').split(sep).join('/')
  }
  return {
    readFile: reference => {
      const absolute = resolve(root, reference)
      const path = shownPath(absolute)
      const outcome = isInside(root, absolute) ? contentOf(root, absolute) : OUTSIDE
      if (typeof outcome !== 'string') return { kind: 'unreadable', why: { path, ...outcome } }
      allRead.set(path, outcome)
      return { kind: 'read', path, content: outcome }
    },
  }
}

const isInside = (root: string, path: string): boolean => path.startsWith(join(root, sep))

type Refusal = Omit<Unreadable, 'path'>

const OUTSIDE: Refusal = {
  message: 'This file is outside the folder that is linted, so it is not read.',
  remedy: 'Keep the file in the repository, without `..` and without a symbolic link that leaves it.',
}

function contentOf(root: string, path: string): string | Refusal {
  let handle: number | undefined
  try {
    // The target of a link must be inside, not the link. The resolved path is opened without following links, so it
    // cannot be swapped after the check. A pipe without a writer does not block.
    const target = realpathSync(path)
    if (!isInside(realpathSync(root), target)) return OUTSIDE
    handle = openSync(target, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW)
    const status = fstatSync(handle)
    if (!status.isFile())
      return {
        message: 'This is not a regular file.',
        remedy: 'Name a YAML file, or the folder of a repository.',
      }
    if (status.size > LARGEST)
      return {
        message: `This file has more than ${LARGEST / 1024} KiB. lint reads no file of that size.`,
        remedy: 'Split the workflow, or name the files to read.',
      }
    const content = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(handle))
    return refusalOf(content) ?? content
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA')
      return { message: 'This file is not text in UTF-8.', remedy: 'Save it as UTF-8.' }
    return code === 'ENOENT'
      ? { message: 'No file has this name.', remedy: 'Check the reference for a typing error.' }
      : { message: `This file cannot be read (${code}).`, remedy: 'Make the file readable.' }
  } finally {
    if (handle !== undefined) closeSync(handle)
  }
}

/** Why a text must not reach GitHub's parser. It expands every alias, so nine lines can keep it busy for minutes. */
function refusalOf(content: string): Refusal | undefined {
  const options = { prettyErrors: false, uniqueKeys: false, logLevel: 'silent' } as const
  for (const document of parseAllDocuments(content, options) as Document[]) {
    // The parser recurses once per level, and its stack can overflow.
    if (document.errors.some(({ message }) => message.startsWith('Maximum call stack'))) return TOO_DEEP
    if (unfolded(document) > MOST_NODES) return TOO_LARGE
  }
  return undefined
}

const TOO_DEEP: Refusal = { message: 'The YAML is nested too deeply.', remedy: 'Reduce the nesting.' }

const TOO_LARGE: Refusal = {
  message: `With its aliases, this YAML has more than ${MOST_NODES.toLocaleString('en')} nodes.`,
  remedy: 'Write out what the aliases repeat, or split the file.',
}

/** The number of nodes after all aliases are expanded. Infinite if an alias contains itself. */
function unfolded({ contents }: Document): number {
  const anchored = new Map<string, Node>()
  const sizes = new Map<unknown, number>()
  const sizeOf = (node: unknown): number => {
    // An anchor can be redefined, so the latest one so far counts. `Alias.resolve` would walk the whole document each time.
    if (isAlias(node)) return sizes.get(anchored.get(node.source)) ?? 1
    if (isNode(node) && !isAlias(node) && node.anchor) anchored.set(node.anchor, node)
    if (!isCollection(node)) return 1
    sizes.set(node, Number.POSITIVE_INFINITY)
    let size = 1
    for (const item of node.items as Node[])
      size += isPair(item) ? sizeOf(item.key) + sizeOf(item.value) : sizeOf(item)
    sizes.set(node, size)
    return size
  }
  return sizeOf(contents)
}
