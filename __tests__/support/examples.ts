/** What the comments of the examples say. */
import { parse } from 'yaml'

/** The check to require: the job under the comment that calls it the one required check, or the only job. */
export function onlyJobOrVerdict(text: string): string {
  const named = /# The one required check.*\n((?: *#.*\n)*) {2}(?<id>[\w-]+):/.exec(text)?.groups?.id
  const ids = Object.keys(parse(text).jobs)
  const id = named ?? (ids.length === 1 ? ids[0] : undefined)
  if (id === undefined) throw new Error('the example does not say which check to require')
  return id
}
