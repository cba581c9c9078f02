/** What a runner starts for another action. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'

/** The script of a JavaScript action, as a path inside it; `undefined` for a composite one or a container, which have no process to compare. */
export function mainOf(folder: string): string | undefined {
  const file = ['action.yml', 'action.yaml'].map(name => join(folder, name)).find(path => existsSync(path))
  if (file === undefined) throw new Error(`${folder}: no action.yml`)
  const { using, main } = parse(readFileSync(file, 'utf8')).runs
  return String(using).startsWith('node') ? main : undefined
}
