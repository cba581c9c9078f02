/** The command that receives a token. It is found before a token is created, and started without the session. */
import { accessSync, constants, statSync } from 'node:fs'
import { basename, delimiter, extname, isAbsolute, join } from 'node:path'
import { absolute } from '../absolute.ts'

export interface Command {
  /** The file to start. */
  path: string
  /** In the user's spelling. */
  name: string
  args: string[]
  /** A Windows batch file, such as `gcloud` and `az`. Only cmd.exe can run one. */
  batch: boolean
}

/** The extensions that Windows tries for a name without one, in this order. */
const WINDOWS_EXTENSIONS = ['.com', '.exe', '.bat', '.cmd']

const BATCH = /\.(bat|cmd)$/i

/**
 * Finds the file of a command on the PATH, unless its name contains a folder. Skips empty and relative parts of the
 * PATH, and finds nothing without a PATH: a file in the current folder must not get a token by accident.
 */
export function findCommand(
  [name, ...args]: readonly [string, ...string[]],
  environment: NodeJS.ProcessEnv = process.env,
  windows = process.platform === 'win32',
): Command | undefined {
  const folders =
    basename(name) === name
      ? (environment.PATH ?? environment.Path ?? '').split(delimiter).filter(isAbsolute)
      : ['']
  const complete = !windows || WINDOWS_EXTENSIONS.includes(extname(name).toLowerCase())
  for (const folder of folders)
    for (const extension of complete ? [''] : WINDOWS_EXTENSIONS) {
      const path = absolute(join(folder, name + extension))
      if (isExecutable(path)) return { path, name, args, batch: windows && BATCH.test(path) }
    }
  return undefined
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

/** Characters that cmd.exe interprets in an argument, even in quotes. */
const UNQUOTABLE = /["%!^&|<>\r\n]/

/** Whether the arguments arrive unchanged. Those of a batch file pass through cmd.exe. */
export const canBeStarted = ({ path, args, batch }: Command): boolean =>
  !batch || ![path, ...args].some(word => UNQUOTABLE.test(word))

/** The arguments for `spawn`. A batch file needs cmd.exe, with every word in quotes. */
export function spawnable(
  { path, name, args, batch }: Command,
  environment: NodeJS.ProcessEnv = process.env,
): { file: string; args: string[]; options: { argv0?: string; windowsVerbatimArguments?: boolean } } {
  if (!batch) return { file: path, args, options: { argv0: name } }
  const line = [path, ...args].map(word => `"${word}"`).join(' ')
  return {
    file: `${environment.SystemRoot ?? 'C:\\Windows'}\\System32\\cmd.exe`,
    // /d: no AutoRun command. /s: the outer quotes are removed, and nothing else.
    args: ['/d', '/s', '/c', `"${line}"`],
    options: { windowsVerbatimArguments: true },
  }
}

/** The environment for a command, without this process's tokens and without copies of the session. */
export const environmentWithout = (
  session: string,
  environment: NodeJS.ProcessEnv,
  windows = process.platform === 'win32',
): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(environment).filter(
      ([name, value]) =>
        !SECRETS.includes(windows ? name.toUpperCase() : name) && !String(value).includes(session),
    ),
  )

const SECRETS = ['NOLAPSE_TOKEN', 'NOLAPSE_SESSION_TOKEN']
