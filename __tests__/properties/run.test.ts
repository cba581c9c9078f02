import { afterAll, beforeAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { REASONS } from '../../src/gate/reasons.ts'
import { badValue, body, hostileText, status, token } from './arbitraries.ts'
import { PATIENCE, runs, same } from './bounds.ts'
import { makeStage, type Stage } from './step.ts'

let stage: Stage
beforeAll(async () => {
  stage = await makeStage()
})
afterAll(() => stage.close())

const settingOf = (...good: string[]) =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom('', ...good) },
    { weight: 1, arbitrary: hostileText },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        ' ',
        ',',
        'none',
        '0',
        '-1',
        '601',
        '1e2',
        'TRUE',
        'yes',
        'missing unavailable',
      ),
    },
  )

const given = token.chain(ownToken =>
  fc.record({
    token: fc.oneof({ weight: 3, arbitrary: fc.constant(ownToken) }, { weight: 2, arbitrary: badValue }),
    inputs: fc.record(
      {
        // Never one that leads away from this machine.
        'api-url': fc.constantFrom(
          'HERE',
          'HERE',
          'HERE',
          'HERE',
          'HERE/',
          'HERE/prefix',
          'HERE/v1',
          'HERE?a',
          'ftp://localhost',
          'x',
        ),
        'required-scopes': settingOf('execute', 'none', 'execute, report:read'),
        'expected-org-id': settingOf('org_abc123'),
        tolerate: settingOf('missing', 'unavailable', 'missing, unavailable'),
        'timeout-seconds': fc.oneof(
          { weight: 9, arbitrary: fc.constant('1') },
          { weight: 1, arbitrary: fc.constantFrom('0', '601', '1.5', 'x') },
        ),
        'allow-insecure-http': settingOf('true', 'false'),
        token: fc.oneof(
          { weight: 5, arbitrary: fc.constant('') },
          { weight: 1, arbitrary: fc.oneof(token, badValue) },
        ),
        'nolapse-token': fc.oneof(
          { weight: 12, arbitrary: fc.constant('') },
          { weight: 1, arbitrary: token },
        ),
      },
      { requiredKeys: ['api-url', 'timeout-seconds'] },
    ),
    answer: fc.oneof(
      {
        weight: 7,
        arbitrary: fc.record({
          status: status.filter(code => code >= 200 || code < 100),
          body: body(ownToken).map(String),
        }),
      },
      { weight: 1, arbitrary: fc.constant({ status: 401, body: '{"error":"invalid token"}' }) },
    ),
  }),
)

test(
  'for any input, a run ends with one reason and matching outputs, exit code and annotations',
  async () => {
    const seen = new Set<string>()
    await fc.assert(
      fc.asyncProperty(given, async ({ token: value, inputs, answer }) => {
        const filled = Object.fromEntries(
          Object.entries(inputs).map(([name, text]) => [name, text?.replace('HERE', stage.url) ?? '']),
        )
        const { code, outputs, printed, summary, asked } = await stage.run({
          token: value,
          inputs: filled,
          answer,
        })
        const reason = outputs.reason as (typeof REASONS)[number]
        seen.add(reason)

        same(Object.keys(outputs).sort().join(), 'org_id,reason,request_id,scopes,valid')
        same(REASONS.includes(reason), true)
        same(reason === 'internal-error', false)
        same(outputs.valid, String(reason === 'ok'))
        if (reason !== 'ok') same(`${outputs.org_id}${outputs.scopes}`, '[]')

        const lines = printed
          .split('\n')
          .filter(line => !line.startsWith('::warning title=nolapse token%3A two tokens::'))
        const errors = lines.filter(line => line.startsWith('::error title=nolapse token%3A'))
        const warnings = lines.filter(line => line.startsWith('::warning title=nolapse token%3A'))
        const passes = lines.filter(line => line.startsWith('nolapse token is valid: '))
        same(errors.length + warnings.length + passes.length, 1)
        same(passes.length, reason === 'ok' ? 1 : 0)
        same(code, errors.length)
        same(summary === '', reason === 'ok')
        if (warnings.length > 0) {
          same(reason === 'missing' || reason === 'unavailable', true)
          same((filled.tolerate ?? '').includes(reason), true)
        }
        same(asked, ['misconfigured', 'missing', 'malformed'].includes(reason) ? 0 : 1)
      }),
      runs(400),
    )
    // Otherwise the property could hold only because all cases are alike.
    expect([...seen]).toEqual(
      expect.arrayContaining([
        'misconfigured',
        'malformed',
        'unavailable',
        'unexpected-response',
        'invalid',
        'ok',
      ]),
    )
  },
  PATIENCE,
)
