/** The command that a token is handed to: found before a token is made, and started without the session. */
import { accessSync, constants, statSync } from 'node:fs'
import { basename, delimiter, extname, join, resolve } from 'node:path'
import { sharesWithToken } from '../../api/secrets.ts'

export interface Command {
  /** The file to start. */
  path: string
  /** As the user wrote it. */
  name: string
  args: string[]
}

/** What Windows starts without a shell. */
const WINDOWS_EXTENSIONS = ['', '.exe', '.com']

/** Finds the file of a command as a shell would, on the PATH unless it names a folder; `undefined` where there is none. */
export function findCommand(
  [name, ...args]: readonly [string, ...string[]],
  environment: NodeJS.ProcessEnv = process.env,
  windows = process.platform === 'win32',
): Command | undefined {
  const folders =
    basename(name) === name ? (environment.PATH ?? environment.Path ?? '').split(delimiter) : ['']
  const extensions = windows && extname(name) === '' ? WINDOWS_EXTENSIONS : ['']
  for (const folder of folders)
    for (const extension of extensions) {
      const path = resolve(join(folder, name + extension))
      if (isExecutable(path)) return { path, name, args }
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

/** The environment for a command: without the tokens that this process holds, under whatever name. */
export const environmentWithout = (session: string, environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(environment).filter(
      ([name, value]) =>
        name !== 'NOLAPSE_SESSION_TOKEN' &&
        name !== 'NOLAPSE_TOKEN' &&
        !sharesWithToken(String(value), session),
    ),
  )
