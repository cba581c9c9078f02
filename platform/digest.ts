import { createHash } from 'node:crypto'

/** SHA-256 in hex: what a credential is looked up by in memory, so that the credential itself is not kept. */
export const digest = (credential: string) => createHash('sha256').update(credential).digest('hex')
