/** Checks formatting, lint, types, and that dist/ is what the source builds. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')
const bin = (...path: string[]) => join(root, 'node_modules', ...path)

function node(...args: string[]): boolean {
  return spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status === 0
}

/** Names the files of dist/ that differ from a fresh build, byte by byte. */
function drift(): string[] {
  const fresh = mkdtempSync(join(tmpdir(), 'dist-'))
  try {
    if (!node('scripts/build.ts', fresh)) return ['(the build fails)']
    const read = (folder: string, name: string) =>
      existsSync(join(folder, name)) ? readFileSync(join(folder, name)) : Buffer.alloc(0)
    const names = new Set([...readdirSync(fresh), ...readdirSync(join(root, 'dist'))])
    return [...names].filter(name => !read(fresh, name).equals(read(join(root, 'dist'), name))).sort()
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
}

const checks: [string, () => boolean][] = [
  [
    'format and lint',
    () => node(bin('@biomejs', 'biome', 'bin', 'biome'), 'check', '--error-on-warnings', '.'),
  ],
  ['types', () => node(bin('typescript', 'bin', 'tsc'), '-p', '.')],
  [
    'dist/',
    () => {
      const differing = drift()
      if (differing.length > 0)
        console.error(`dist/ is not what the source builds: ${differing.join(', ')}. Run npm run build.`)
      return differing.length === 0
    },
  ],
]

const failed = checks.filter(([, holds]) => !holds()).map(([name]) => name)
console.log(failed.length > 0 ? `check failed: ${failed.join(', ')}` : 'check passed')
process.exitCode = failed.length > 0 ? 1 : 0
