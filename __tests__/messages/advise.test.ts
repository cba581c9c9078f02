import { expect, test } from '@jest/globals'
import { advise } from '../../src/messages/advise.ts'
import type { Situation } from '../../src/messages/message.ts'

const situation: Situation = { host: 'nolapse.test', seconds: 90, setting: name => name }
const MISSING = { reason: 'missing', absence: 'unset' } as const
const UNAVAILABLE = { reason: 'unavailable', cause: { kind: 'status', status: 503 }, requestId: '' } as const
const NO_HINTS = { causes: [] }

test('a message shows at most three causes', () => {
  const { causes } = advise({ reason: 'invalid', said: '', requestId: '' }, situation, {
    causes: ['one', 'two', 'three'],
  })
  expect(causes).toHaveLength(3)
  expect(causes[2]).toBe('one')
})

test('the remedy for the CI system replaces the remedy for the reason', () => {
  expect(advise(MISSING, situation, { causes: [], remedy: 'Do this.' }).remedy).toBe('Do this.')
  expect(advise(MISSING, situation, NO_HINTS).remedy).toContain('NOLAPSE_TOKEN')
})

test('a hint about the place follows the remedy for the reason', () => {
  const verdict = { reason: 'malformed', flaw: 'quotes', length: 46 } as const
  const { remedy } = advise(verdict, situation, { causes: [], addition: 'The page is here.' })
  expect(remedy).toMatch(/Leave the quotes out.*The page is here\.$/)
})

test('a tolerated reason says first that the step passed', () => {
  const { what } = advise(MISSING, situation, NO_HINTS, 'The step passed.')
  expect(what).toMatch(/^The step passed\.\nThere is no nolapse token/)
})

test('a tolerated run in a fork needs no action', () => {
  const hints = { causes: ['fork'], remedy: 'Set tolerate.', noTokenHere: true }
  expect(advise(MISSING, situation, hints, 'Passed.').remedy).toBe(
    'Nothing. nolapse runs locally, without a token.',
  )
  expect(advise(MISSING, situation, hints).remedy).toBe('Set tolerate.')
})

test('any other tolerated run needs no action if that is intended', () => {
  expect(advise(MISSING, situation, { causes: [], remedy: 'Add it.' }, 'Passed.').remedy).toBe(
    'Nothing, if this run needs no token. Otherwise, add it.',
  )
  expect(advise(UNAVAILABLE, situation, NO_HINTS, 'Passed.').remedy).toMatch(
    /^Nothing, .*re-run the job later\.$/,
  )
})
