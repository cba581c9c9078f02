/** What only a run that did not pass loads: one chunk, after the outputs are written. */
export { likelyCauses } from './likely-causes.ts'
export { writeSummary } from './summary.ts'
