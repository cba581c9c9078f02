import type { Problem } from '../../gate/settings.ts'
import { type Message, type Situation, sentence } from '../message.ts'

export const misconfigured = (problems: Problem[], { setting }: Situation): Message => ({
  what: problems
    .map(({ subject, says }) => sentence(`${setting(subject)} ${says}`))
    .map(text => text.replace(/\{([a-z-]+)\}/g, (_, name) => setting(name)))
    .join('\n'),
  causes: [],
  remedy: 'Fix what is named above. Nothing was sent to the platform.',
})
