/** What may be told of an error that nobody expected: its kind and its place, never its text, which could hold anything. */
export function defectOf(error: unknown): string {
  const place = /\(?([^\s()/\\]+:\d+:\d+)\)?$/m.exec(String(error instanceof Error ? error.stack : ''))?.[1]
  return [error instanceof Error ? error.name : typeof error, place].filter(Boolean).join(' at ')
}
