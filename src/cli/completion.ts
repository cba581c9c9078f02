/** How a command tells the program how it ended. */

/** A command calls this to report how it ended. */
export type Conclude = (code: number) => void

/** A command sets with this how to report an unexpected error, and the exit code for it. */
export type OnDefect = (report: (error: unknown) => number | Promise<number>) => void
