import { HOME, type Message } from '../message.ts'

export const internalError = (defect: string): Message => ({
  what: `The gate itself failed (${defect}). This is a defect of nolapse/token-action, not of your token.`,
  causes: [],
  remedy: `Please report it, with this message, at ${HOME}/issues. A run that is repeated may pass.`,
})
