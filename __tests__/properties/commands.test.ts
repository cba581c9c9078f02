import { afterAll, beforeAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { explain } from '../../src/messages/explain.ts'
import { textOf } from '../../src/messages/message.ts'
import { neutralise } from '../../src/messages/neutralise.ts'
import { passed } from '../../src/messages/passed.ts'
import { runnerCommands } from '../support/faults.ts'
import { hostileText, token } from './arbitraries.ts'
import { PATIENCE, runs, same } from './bounds.ts'
import { makeStage, type Stage } from './step.ts'

let stage: Stage
beforeAll(async () => {
  stage = await makeStage()
})
afterAll(() => stage.close())

test('the oracle finds the commands that the runner would find', () => {
  const text = 'a\n ::error file=a::b\r##[debug]x\rx ##[add-mask]y\n::x\n##[y\nx ::no::'
  expect(runnerCommands(text)).toEqual(['error', 'debug', 'add-mask'])
})

test(
  'no text of a server becomes a command or more than one line of 200 characters',
  () => {
    fc.assert(
      fc.property(hostileText, fc.constantFrom('', ' ', 'It says: "', 'organisation '), (text, before) => {
        const safe = neutralise(text)
        same(runnerCommands(before + safe).length, 0)
        same(/[\p{Cc}\p{Zl}\p{Zp}]/u.test(safe), false)
        same([...safe].length <= 200, true)
      }),
      runs(5_000),
    )
  },
  PATIENCE,
)

test(
  'no message that quotes a server contains a command, even before the annotation escapes it',
  () => {
    const situation = { host: 'nolapse.test', seconds: 90, setting: (name: string) => name }
    fc.assert(
      fc.property(hostileText, words => {
        const refused = explain({ reason: 'invalid', said: words, requestId: '' }, situation)
        const surprise = { kind: 'status', status: 403, html: false, said: words } as const
        const strange = explain({ reason: 'unexpected-response', surprise, requestId: '' }, situation)
        for (const text of [
          textOf(refused, 'invalid'),
          textOf(strange, 'unexpected-response'),
          passed(words, [words], 'nolapse.test', 1),
        ])
          same(runnerCommands(text).length, 0)
      }),
      runs(2_000),
    )
  },
  PATIENCE,
)

test(
  'for any answer, a run prints only its own commands, and the summary has no markup of the server',
  async () => {
    const answers = fc.record({
      status: fc.constantFrom(200, 400, 401, 403, 503),
      body: fc.oneof(
        hostileText.map(error => JSON.stringify({ error })),
        hostileText.map(text => JSON.stringify({ valid: true, org_id: text, scopes: [text] })),
        hostileText,
      ),
      headers: hostileText
        .map(text => text.replace(/[^\x20-\x7e]/g, ''))
        .map(text => [`X-Request-ID: ${text}`, `Retry-After: ${text}`, `Content-Type: ${text}`]),
    })
    await fc.assert(
      fc.asyncProperty(token, answers, async (value, answer) => {
        const { printed, summary } = await stage.run({
          token: value,
          answer,
          inputs: { 'timeout-seconds': '1', 'required-scopes': 'none' },
        })
        const commands = runnerCommands(printed)
        same(commands.join(), commands.length === 0 ? '' : 'error')
        same(commands.length, printed.startsWith('nolapse token is valid') ? 0 : 1)
        const tags = new Set(summary.match(/<[^>]*>/g)?.map(tag => tag.replace(/^<\/?(\w+).*/s, '$1')))
        for (const tag of tags)
          same(/^(h3|table|tr|th|td|code|p|br|ul|li|strong|a|details|summary)$/.test(tag), true)
      }),
      runs(150),
    )
  },
  PATIENCE,
)
