/**
 * What a runner downloads for `uses:`: the archive that GitHub makes of a commit. It honours `export-ignore`
 * (.gitattributes), and so does `git archive`.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

/**
 * The archive, a gzipped tar, of a folder as it would be committed now, without files that git ignores.
 * Nothing is written to the folder or its repository.
 */
export function archiveOf(folder: string): Buffer {
  const work = resolve(folder)
  const scratch = mkdtempSync(join(tmpdir(), 'nolapse-archive-'))
  try {
    const repository = join(scratch, 'repository')
    const settings = { PATH: process.env.PATH, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' }
    const run = (env: Record<string, string>, ...args: string[]) =>
      execFileSync('git', args, {
        cwd: work,
        env: { ...settings, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
        maxBuffer: 2 ** 30,
      })
    run({}, 'init', '--quiet', '--bare', repository)
    const own = { GIT_DIR: repository, GIT_WORK_TREE: work }
    if (existsSync(join(work, '.git'))) {
      // Some repositories track their dist/ although they ignore it. So begin with the tracked files.
      const tracked = run({}, '-c', `safe.directory=${work}`, 'ls-files', '-z').toString().split('\0')
      const present = tracked.filter(path => path !== '' && existsSync(join(work, path)))
      execFileSync('git', ['add', '--force', '--pathspec-from-file=-', '--pathspec-file-nul'], {
        cwd: work,
        env: { ...settings, ...own, GIT_LITERAL_PATHSPECS: '1' },
        input: present.join('\0'),
        stdio: ['pipe', 'pipe', 'pipe'],
      })
    }
    run(own, 'add', '--all')
    const tree = run(own, 'write-tree').toString().trim()
    return run(own, 'archive', '--format=tar.gz', '--prefix=action/', tree)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** Unpacks an archive with `tar`, as a runner does, and returns the folder of the action in it. */
export function unpack(archive: Buffer, into: string): string {
  mkdirSync(into, { recursive: true })
  execFileSync('tar', ['-xzf', '-', '-C', into], { input: archive })
  return join(into, 'action')
}
