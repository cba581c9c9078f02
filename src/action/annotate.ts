/** One annotation, as the server at hand shows it. */
import { error, warning } from '@actions/core'
import { isForgejoOrGitea } from '../messages/causes/server.ts'

const COMMANDS = { error, warning }

/** Forgejo's and Gitea's logs show the raw command: there, it is one line without a title. */
export function annotate(level: keyof typeof COMMANDS, title: string, text: string): void {
  if (isForgejoOrGitea(process.env)) COMMANDS[level](`${title}. ${text.replace(/\n/g, ' ')}`)
  else COMMANDS[level](text, { title })
}
