/** Lints the GitHub side: actionlint and zizmor over workflows and examples, action.yml by GitHub's own schema. */
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { validate } from '@actions/languageservice'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { toolPath } from './tools.ts'

const root = resolve(import.meta.dirname, '..')

const yamlFiles = (folder: string) =>
  readdirSync(join(root, folder))
    .filter(name => name.endsWith('.yml'))
    .map(name => join(folder, name))

const workflows = yamlFiles(join('.github', 'workflows'))
/** The examples for GitHub. */
const examples = yamlFiles('examples').filter(path => !basename(path).startsWith('gitlab-'))

function run(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { cwd: root, stdio: 'inherit' }).status === 0
}

/** Offline: online, it would only ask GitHub whether a pinned commit belongs to its tag, which needs a token. */
const zizmor = (persona: string, ...paths: string[]) =>
  run(
    toolPath('zizmor'),
    ...['--offline', '--no-progress', '--quiet', '--config', '.github/zizmor.yml', '--persona', persona],
    ...paths,
  )

/** The findings of GitHub's own language service, which has the schema of manifests and workflows. */
async function judge(path: string): Promise<string[]> {
  const text = readFileSync(join(root, path), 'utf8')
  const document = TextDocument.create(pathToFileURL(join(root, path)).href, 'yaml', 1, text)
  // The only called workflow is our own: use the local file, for any version that the caller names.
  const getFileContent = async ({ path: called = '' }) => ({
    name: called,
    content: readFileSync(join(root, called), 'utf8'),
  })
  const found = await validate(document, { fileProvider: { getFileContent } })
  return found.map(({ message, range }) => `${path}:${range.start.line + 1}: ${message}`)
}

const checks: [string, () => boolean | Promise<boolean>][] = [
  ['actionlint', () => run(toolPath('actionlint'), ...workflows, ...examples)],
  [
    'zizmor',
    () =>
      zizmor('pedantic', '.github', 'action.yml', join('run', 'action.yml')) &&
      zizmor('regular', ...examples),
  ],
  [
    "GitHub's schema",
    async () => {
      const found = (
        await Promise.all(['action.yml', join('run', 'action.yml'), ...workflows, ...examples].map(judge))
      ).flat()
      for (const problem of found) console.error(problem)
      return found.length === 0
    },
  ],
]

const failed: string[] = []
for (const [name, holds] of checks) if (!(await holds())) failed.push(name)
console.log(failed.length > 0 ? `lint of workflows failed: ${failed.join(', ')}` : 'lint of workflows passed')
process.exitCode = failed.length > 0 ? 1 : 0
