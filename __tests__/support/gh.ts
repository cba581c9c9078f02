/** The real gh, if it is installed, with a local GitHub that it trusts. */

import type { Authority } from '../../harness/authority.ts'
import { findCommand } from '../../src/cli/issuing/command.ts'
import { type RepositoryServer, startRepository, TOKEN } from './github-repository.ts'

// Go reads SSL_CERT_FILE on Linux alone.
export const gh = process.platform === 'linux' ? findCommand(['gh'])?.path : undefined

export interface Sight {
  github: RepositoryServer
  /** The environment for gh: signed in to that GitHub, without any other configuration of the machine. */
  environment: Record<string, string>
  close(): Promise<void>
}

export async function startSight(authority: Authority): Promise<Sight> {
  const github = await startRepository(authority.issue())
  const environment = {
    PATH: process.env.PATH ?? '',
    HOME: '/nonexistent',
    GH_CONFIG_DIR: '/nonexistent',
    GH_HOST: github.host,
    GH_ENTERPRISE_TOKEN: TOKEN,
    SSL_CERT_FILE: authority.file,
  }
  return {
    github,
    environment,
    close: () => github.close(),
  }
}
