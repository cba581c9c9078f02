/** How a command tells the program how it ended. */

/** A command says by this how it ended. */
export type Conclude = (code: number) => void

/** With this, a command says how to report an unexpected error, and which exit code that has. */
export type OnDefect = (report: (error: unknown) => number | Promise<number>) => void
