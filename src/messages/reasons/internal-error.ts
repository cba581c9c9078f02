import { HOME, type Message } from '../message.ts'

export const internalError = (defect: string): Message => ({
  what: `nolapse/token-action itself failed (${defect}). Your token is not the cause.`,
  causes: [],
  remedy: `Re-run the job. If it keeps failing, report it, with this message, at ${HOME}/issues.`,
})
