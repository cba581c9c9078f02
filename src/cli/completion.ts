/** How a command tells the program how it ended. */

/** A command says by this how it ended. */
export type Conclude = (code: number) => void

/** A command says by this what is to be done about an error that nobody expected, and which exit code that has. */
export type OnDefect = (report: (error: unknown) => number) => void
