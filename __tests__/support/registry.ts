/** A local package registry with one package: this one, as it would be published. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Registry {
  url: string
  /** The environment in which npm and npx know no other registry, and no cache of an earlier run. */
  env: Record<string, string>
  /** The requested paths, in order. */
  requests: string[]
  close(): Promise<void>
}

/** Packs the package into a folder, and says where. */
export function pack(folder: string): { tarball: string; files: string[] } {
  const [packed] = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--pack-destination', folder], { encoding: 'utf8' }),
  )
  return {
    tarball: join(folder, packed.filename),
    files: packed.files.map(({ path }: { path: string }) => path),
  }
}

/** Starts it; `files` are served beside the package, by their paths. */
export async function startRegistry(files: Record<string, string> = {}): Promise<Registry> {
  const folder = mkdtempSync(join(tmpdir(), 'registry-'))
  const tarball = readFileSync(pack(folder).tarball)
  const manifest = JSON.parse(readFileSync('package.json', 'utf8'))
  const { name, version } = manifest
  const requests: string[] = []
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '')
    requests.push(path)
    const file = files[path]
    if (file !== undefined) response.end(file)
    else if (path === '/package.tgz') response.end(tarball)
    else if (path === `/${name}`)
      response.setHeader('content-type', 'application/json').end(
        JSON.stringify({
          name,
          'dist-tags': { latest: version },
          versions: {
            [version]: {
              ...manifest,
              dist: {
                tarball: `${url}/package.tgz`,
                integrity: `sha512-${createHash('sha512').update(tarball).digest('base64')}`,
              },
            },
          },
        }),
      )
    else response.writeHead(404).end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    env: {
      npm_config_registry: url,
      npm_config_cache: join(folder, 'cache'),
      npm_config_update_notifier: 'false',
    },
    requests,
    close: () =>
      new Promise(resolve => {
        server.closeAllConnections()
        server.close(() => {
          rmSync(folder, { recursive: true, force: true })
          resolve()
        })
      }),
  }
}
