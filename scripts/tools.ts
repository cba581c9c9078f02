/**
 * The tools that npm does not bring: act runs workflows, actionlint and zizmor lint them. `npm run tools` installs what is
 * not there in the pinned version, into .tools/. Go checks its modules against the public checksum database.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const root = resolve(import.meta.dirname, '..')
const folder = join(root, '.tools')

interface Tool {
  version: string
  /** Asks the tool for its version. */
  ask: string
  /** What is needed to install it. */
  needs: string
  install: (version: string) => boolean
}

const TOOLS = {
  act: {
    version: '0.2.89',
    ask: '--version',
    needs: 'Go 1.25 or later',
    install: goInstall('github.com/nektos/act'),
  },
  actionlint: {
    version: '1.7.12',
    ask: '-version',
    needs: 'Go 1.25 or later',
    install: goInstall('github.com/rhysd/actionlint/cmd/actionlint'),
  },
  zizmor: {
    version: '1.32.0',
    ask: '--version',
    needs: 'Python 3.10 or later with its venv',
    install: pipInstall('zizmor'),
  },
} satisfies Record<string, Tool>

export type ToolName = keyof typeof TOOLS

function run(command: string, args: string[], env: NodeJS.ProcessEnv = {}): boolean {
  return spawnSync(command, args, { stdio: 'inherit', env: { ...process.env, ...env } }).status === 0
}

function goInstall(module: string) {
  return (version: string) =>
    run('go', ['install', `${module}@v${version}`], { GOBIN: join(folder, 'bin'), GOFLAGS: '-mod=mod' })
}

/** In its own environment, so that the system's Python stays unchanged. */
function pipInstall(name: string) {
  return (version: string) => {
    const python = process.platform === 'win32' ? 'python' : 'python3'
    const scripts = join(folder, 'python', process.platform === 'win32' ? 'Scripts' : 'bin')
    return (
      run(python, ['-m', 'venv', join(folder, 'python')]) &&
      run(join(scripts, 'pip'), [
        'install',
        '--quiet',
        '--disable-pip-version-check',
        '--only-binary=:all:',
        `${name}==${version}`,
      ])
    )
  }
}

/** Where a tool may be: here, where Go puts what it installs, and on the PATH. */
function candidates(name: string): string[] {
  const go = spawnSync('go', ['env', 'GOPATH'], { encoding: 'utf8' }).stdout?.trim()
  const folders = [
    join(folder, 'bin'),
    join(folder, 'python', 'bin'),
    join(folder, 'python', 'Scripts'),
    ...(go ? [join(go, 'bin')] : []),
    ...(process.env.PATH ?? '').split(delimiter).filter(Boolean),
  ]
  const file = process.platform === 'win32' ? `${name}.exe` : name
  return folders.map(candidate => join(candidate, file)).filter(candidate => existsSync(candidate))
}

function find(name: ToolName): string | undefined {
  const { version, ask } = TOOLS[name]
  const isPinned = (path: string) => {
    const { stdout, stderr } = spawnSync(path, [ask], { encoding: 'utf8' })
    return `${stdout}${stderr}`.split(/\s+/).some(word => word.replace(/^v/, '') === version)
  }
  return candidates(name).find(isPinned)
}

/** The path of a tool in its pinned version; throws an error that says how to install a missing one. */
export function toolPath(name: ToolName): string {
  const { version, needs } = TOOLS[name]
  const path = find(name)
  if (path) return path
  throw new Error(
    `${name} ${version} is not on this machine. What to do: Run \`npm run tools\`, which needs ${needs}.`,
  )
}

function installAll(): boolean {
  return Object.entries(TOOLS)
    .map(([name, { version, needs, install }]) => {
      const present = find(name as ToolName)
      if (present) console.log(`${name} ${version}: ${present}`)
      else console.log(`${name} ${version}: installing`)
      const there = present || (install(version) && find(name as ToolName))
      if (!there) console.error(`${name} ${version} can't be installed. It needs ${needs}.`)
      return Boolean(there)
    })
    .every(Boolean)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) process.exitCode = installAll() ? 0 : 1
