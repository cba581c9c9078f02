/** Anyone who searches docs/troubleshooting.md for the words of a message finds an entry. */

import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from '@jest/globals'
import { COMPLAINTS, VERDICTS } from '../../harness/verdicts.ts'
import { REASONS, type Reason } from '../../src/gate/reasons.ts'
import { DEFAULTS } from '../../src/gate/settings.ts'
import type { NotOk } from '../../src/gate/verdict.ts'
import { explain } from '../../src/messages/explain.ts'
import { linkTo, type Situation } from '../../src/messages/message.ts'
import { sentencesIn } from '../support/sentences.ts'

const root = resolve('.')
const page = readFileSync(join(root, 'docs', 'troubleshooting.md'), 'utf8')

/** What differs from run to run is `…` on the page. */
const SITUATION: Situation = { host: '…', seconds: 90, setting: name => name }

interface Entry {
  heading: string
  body: string
}

const entries = new Map<string, Entry[]>(
  page
    .split(/^## /m)
    .slice(1)
    .map(section => {
      const [title = '', ...rest] = section.split('\n')
      const [, ...parts] = `\n${rest.join('\n')}`.split(/^### /m)
      return [
        title,
        parts.map(part => {
          const [heading = '', ...body] = part.split('\n')
          return { heading: heading.replaceAll('`', ''), body: body.join('\n').trim() }
        }),
      ]
    }),
)

/** The entry for a message: the message contains its heading word for word, where `…` stands for any text. */
function entryFor(section: string, message: string): Entry | undefined {
  const words = message.replaceAll('`', '')
  const pattern = (heading: string) =>
    new RegExp(
      heading
        .split('…')
        .map(part => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
        .join('.+?'),
    )
  const matching = (entries.get(section) ?? []).filter(({ heading }) => pattern(heading).test(words))
  // The closest match: "it answered 404 Not Found" before "it answered …".
  return matching.toSorted((one, other) => other.heading.length - one.heading.length)[0]
}

const told = (verdict: NotOk): [Reason, string] => [verdict.reason, explain(verdict, SITUATION).what]

const messages = VERDICTS.map(told)

test.each(REASONS.filter(reason => reason !== 'ok'))('the link for %s leads to its section', reason => {
  const [, anchor] = linkTo(reason).split('docs/troubleshooting.md#')
  expect([...entries.keys()]).toContain(anchor)
})

test.each(messages)('%s: %s', (reason, message) => {
  const entry = entryFor(reason, message)
  expect(entry?.body).toMatch(/\w{3}.*\./s)
})

test('no two messages of a reason share an entry by accident', () => {
  for (const section of ['missing', 'malformed', 'misconfigured']) {
    const found = messages.filter(([reason]) => reason === section)
    const headings = new Set(found.map(([reason, message]) => entryFor(reason, message)?.heading))
    expect(headings.size).toBe(found.length)
  }
})

test('every complaint about a setting in the source is among the messages', () => {
  const source = readFileSync(join(root, 'src', 'gate', 'settings.ts'), 'utf8')
  const inCode = source.match(/\bunusable\(\s*['"]/g) ?? []
  expect(new Set(COMPLAINTS.map(({ says }) => says)).size).toBe(inCode.length)
})

/** Words outside of `explain`, as the source has them: if they change, the page must change too. */
const ELSEWHERE: [file: string, words: string, section: string][] = [
  ['action/action.ts', "The step's outputs cannot be written: ", 'Before there is a reason'],
  ['action/action.ts', 'NOLAPSE_TOKEN in the environment differ', 'The gate passed, but …'],
  ['action/report.ts', 'The step passed without a validated token', 'The gate passed, but …'],
]

test.each(ELSEWHERE)('%s: %s', (file, words, section) => {
  expect(readFileSync(join(root, 'src', file), 'utf8')).toContain(words)
  expect(entries.get(section)?.some(({ heading }) => heading.includes(words.trim()))).toBe(true)
})

/** The command line's sentences, read from its source. */
const spoken = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter(path => /^cli[\\/].*\.ts$/.test(path))
  .flatMap(path =>
    sentencesIn(readFileSync(join(root, 'src', path), 'utf8')).map(sentence => ({ path, sentence })),
  )

for (const { path, sentence } of spoken)
  test(`${path}: ${sentence}`, () => {
    expect(entryFor('The command line', sentence)?.body).toMatch(/\w{3}.*\./s)
  })

test('the page names every setting', () => {
  for (const name of Object.keys(DEFAULTS)) expect(page).toContain(`\`${name}`)
})
