/**
 * Describes an unexpected error by its kind and its place. Never by its text, which can contain anything, at any
 * length.
 */
export function defectOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  const frames = String(error.stack).replace(error.message, '').split('\n')
  const frame = frames.find(line => line.startsWith('    at '))?.slice(-200) ?? ''
  const place = /[^\s()/\\]+:\d+:\d+(?=\)?$)/.exec(frame)?.[0]
  return [error.name, place].filter(Boolean).join(' at ')
}
