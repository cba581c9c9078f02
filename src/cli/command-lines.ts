/** Command lines to copy, for the same platform as this run's. */
import { DEFAULTS, type Settings } from '../gate/settings.ts'
import { VERSION } from '../process/version.ts'
import type { PlatformOptions } from './options.ts'

export interface Lines {
  list: string
  revoke: (id: string) => string
  rotateInPlace: (id: string) => string
}

export function linesFor(options: PlatformOptions, { api }: Settings): Lines {
  // Whoever came by npx has no command of that name.
  const program =
    process.env.npm_command === 'exec' ? `npx --yes @nolapse/token-action@${VERSION}` : 'nolapse-token'
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

/** For any shell: a URL has no quotes of its own but the single one, which can be written otherwise in a URL. */
const quoted = (url: string): string =>
  /^[\w.:/~%@[\]-]*$/.test(url) && !/[[\]]/.test(url) ? url : `'${url.replaceAll("'", '%27')}'`
