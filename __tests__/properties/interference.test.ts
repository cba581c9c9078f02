import { afterAll, beforeAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { examine } from '../../src/gate/token.ts'
import { badValue, status, token } from './arbitraries.ts'
import { PATIENCE, runs } from './bounds.ts'
import { makeStage, type Stage, type Stepped } from './step.ts'

let stage: Stage
beforeAll(async () => {
  stage = await makeStage()
})
afterAll(() => stage.close())

/** All that a run leaves outside of its mask commands, but for how long it took. */
const left = ({ code, outputs, printed, summary, asked }: Stepped) => ({
  code,
  outputs,
  asked,
  printed: printed.replace(/, \d+ ms\)/g, ', … ms)'),
  summary: summary.replace(/\d+\.\d s</g, '… s<'),
})

const CLASSES = ['0123456789', 'abcdef', 'ghijklmnopqrstuvwxyz', 'ABCDEF', 'GHIJKLMNOPQRSTUVWXYZ']

/** Another text of the same look: each letter and digit may become another one of its kind. */
const disguised = (text: string, shifts: number[]): string =>
  [...text]
    .map((character, at) => {
      const kind = CLASSES.find(members => members.includes(character))
      if (!kind) return character
      return kind.charAt((kind.indexOf(character) + (shifts[at % shifts.length] as number)) % kind.length)
    })
    .join('')

const shifts = fc.array(fc.nat(25), { minLength: 1, maxLength: 50 })

test(
  'two values with the same diagnosis give the same output, for any characters',
  async () => {
    let differing = 0
    const where = fc.constantFrom('environment', 'input', 'debug')
    await fc.assert(
      fc.asyncProperty(badValue, shifts, where, async (one, by, place) => {
        const other = disguised(one, by)
        fc.pre(JSON.stringify(examine(one)) === JSON.stringify(examine(other)))
        fc.pre(examine(one).form !== 'well-formed')
        if (one !== other) differing++
        const step = async (value: string) =>
          left(await stage.run(place === 'input' ? { inputs: { token: value } } : { token: value }))
        if (place === 'debug') process.env.RUNNER_DEBUG = '1'
        try {
          expect(await step(other)).toEqual(await step(one))
        } finally {
          delete process.env.RUNNER_DEBUG
        }
      }),
      runs(150),
    )
    expect(differing).toBeGreaterThan(20)
  },
  PATIENCE,
)

test(
  'two tokens with the same answer of the platform give the same output',
  async () => {
    const answers = fc.record({
      status: status.filter(code => code >= 200 || code < 100),
      body: fc.constantFrom(
        '{"valid":true,"org_id":"org_abc123","scopes":["execute"]}',
        '{"valid":true,"org_id":"org_abc123","scopes":[]}',
        '{"valid":false}',
        '{"error":"invalid token"}',
        'no JSON',
      ),
      headers: fc.constantFrom<string[]>([], ['X-Request-ID: req_1'], ['Retry-After: 3600']),
    })
    await fc.assert(
      fc.asyncProperty(token, token, answers, async (one, other, answer) => {
        const step = async (value: string) =>
          left(await stage.run({ token: value, answer, inputs: { 'timeout-seconds': '1' } }))
        expect(await step(other)).toEqual(await step(one))
      }),
      runs(100),
    )
  },
  PATIENCE,
)
