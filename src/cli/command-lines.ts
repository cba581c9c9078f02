/** Command lines to copy: they use the same platform as this run, and start the program in the same way. */
import { isAbsolute, relative } from 'node:path'
import { DEFAULTS, type Settings } from '../gate/settings.ts'
import { VERSION } from '../process/version.ts'
import type { PlatformOptions } from './options.ts'

export interface CommandLines {
  list: string
  revoke: (id: string) => string
  rotateInPlace: (id: string) => string
}

export function commandLinesFor(options: PlatformOptions, { api }: Settings): CommandLines {
  const program = programOf(process.argv[1] ?? '')
  const rest = [
    ...(api.href === new URL(DEFAULTS['api-url']).href
      ? []
      : ['--api-url', quoted(api.href.replace(/\/$/, ''))]),
    ...(options.allowInsecureHttp ? ['--allow-insecure-http'] : []),
  ]
  const line = (...words: string[]) => [program, ...words, ...rest].join(' ')
  return {
    list: line('list'),
    revoke: id => line('revoke', id, '--yes'),
    rotateInPlace: id => `${line('rotate', id, '--in-place')} -- COMMAND`,
  }
}

/** @param script the file that Node runs: a link called nolapse-token if the program is installed */
function programOf(script: string): string {
  const installed = /[\\/]node_modules[\\/]/.test(script)
  // npx and `npm run` put the program's folder on the PATH only for their own run.
  if (installed && process.env.npm_command) return `npx --yes @nolapse/token-action@${VERSION}`
  const path = quotedPath(shorter(script))
  if (/\.[cm]?js$/.test(script)) return `${quotedPath(process.argv0)} ${path}`
  return installed ? path : 'nolapse-token'
}

/** From the working folder, if the script is in it, and if there is still a working folder. */
function shorter(script: string): string {
  try {
    const near = relative(process.cwd(), script)
    return near.startsWith('..') || isAbsolute(near) ? script : near
  } catch {
    return script
  }
}

/** For any shell: a URL can hold no quotes except the single one, and that can be percent-encoded. */
const quoted = (url: string): string => (/^[\w.:/~%@-]*$/.test(url) ? url : `'${url.replaceAll("'", '%27')}'`)

/** For the shells of this system. */
const quotedPath = (path: string, windows = process.platform === 'win32'): string => {
  if (/^[\w.:/@+-]+$/.test(path)) return path
  /* istanbul ignore next -- the tests run on one system */
  return windows ? `"${path}"` : `'${path.replaceAll("'", "'\\''")}'`
}
