/** A platform, a relay in front of it that can fail, and the command line in a session with both, in this process. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPlatform, type TestPlatform } from '../../harness/platform.ts'
import { type Relay, startRelay } from './flaky.ts'
import { invoke, type Outcome } from './in-process.ts'
import { ask } from './platform-client.ts'

export interface Bench {
  platform: TestPlatform
  relay: Relay
  folder: string
  run(args: string[], env?: Record<string, string>): Promise<Outcome>
  /** What a COMMAND has stored by `cat > "$STORE"`; empty where it has not. */
  stored(): string
  /** Every token of the platform, by its id. */
  statuses(): Promise<Record<string, string>>
  close(): Promise<void>
}

/** A COMMAND that stores what it is given. */
export const STORE = ['--', 'sh', '-c', 'cat > "$STORE"']

export async function startBench(options: Parameters<typeof startPlatform>[0] = {}): Promise<Bench> {
  const platform = await startPlatform(options)
  const relay = await startRelay(platform.url)
  const folder = mkdtempSync(join(tmpdir(), 'nolapse-bench-'))
  const store = join(folder, 'store')
  writeFileSync(join(folder, 'unstartable'), '#!/nonexistent/interpreter\n')
  chmodSync(join(folder, 'unstartable'), 0o755)
  return {
    platform,
    relay,
    folder,
    run: (args, env = {}) =>
      invoke(args, {
        CI: '',
        NOLAPSE_API_URL: relay.url,
        NOLAPSE_SESSION_TOKEN: platform.session,
        STORE: store,
        ...env,
      }),
    stored: () => {
      try {
        return readFileSync(store, 'utf8')
      } catch {
        return ''
      }
    },
    statuses: async () => {
      const { body } = await ask(platform, 'GET', '/v1/tokens')
      return Object.fromEntries(body.map(({ id, status }: { id: string; status: string }) => [id, status]))
    },
    close: async () => {
      await relay.close()
      await platform.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
