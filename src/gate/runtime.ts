/** Whether the Node.js that runs this process is new enough. */
import type { Problem } from './settings.ts'

/** What package.json's `engines` says. */
const OLDEST = 20

/**
 * Forgejo's and Gitea's runners start an action with the first `node` on the PATH, of any version. This check must
 * run before any code that needs more than Node 16.
 */
export function oldNode(version = process.versions.node): Problem[] {
  if (Number.parseInt(version, 10) >= OLDEST) return []
  return [
    {
      subject: 'Node.js',
      says:
        `${version} is too old: Node.js ${OLDEST} or later is needed. ` +
        'Put a newer `node` first on the PATH, or use a container image that has one.',
    },
  ]
}
