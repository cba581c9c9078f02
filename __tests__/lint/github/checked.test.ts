import { expect, test } from '@jest/globals'
import { finding } from '../../../src/lint/findings.ts'
import { checkedOf } from '../../../src/lint/github/checked.ts'
import { check, found, hidden, RULESET, soundFacts } from '../../support/repository-facts.ts'

test('says where lint looked, what it found, and what it checked', () => {
  expect(checkedOf(soundFacts({ checked: ['the rulesets of main'] }), [])).toEqual({
    where: 'acme/api on github.com',
    seen: ['required checks of main: `verdict`', 'merge queue: no', 'the rulesets of main'],
    unseen: [],
  })
})

test('says what it could not see, and why', () => {
  const facts = soundFacts({
    checks: { found: [{ ...check('verdict'), app: undefined }], ...unseen('the protection of main') },
    queue: hidden('the protection of main', 'contents'),
    dependabot: undefined,
  })
  expect(checkedOf(facts, [])).toMatchObject({
    seen: ['required checks of main: `verdict` (any source)', 'merge queue: not visible'],
    unseen: [
      expect.stringMatching(
        /^Could not see the protection of main\. GitHub does not show this .* This needs/,
      ),
    ],
  })
})

test('does not repeat what a finding says', () => {
  const facts = soundFacts({ secrets: hidden('the secrets of the organisation') })
  const at = { line: 1, column: 1 }
  const said = finding('unproven', 'x.yml', at, 'Could not see the secrets of the organisation. No.', '')
  expect(checkedOf(facts, [said])).toMatchObject({
    seen: [expect.anything(), expect.anything(), 'not visible: the secrets of the organisation'],
    unseen: [],
  })
  const other = finding('bypass', 'x.yml', at, 'The secrets of the organisation', '')
  expect(checkedOf(facts, [other]).unseen).toHaveLength(1)
})

test('says that nothing is required, and that there is a queue', () => {
  expect(checkedOf(soundFacts({ checks: found(), queue: found(RULESET) }), []).seen).toEqual([
    'required checks of main: none',
    'merge queue: yes',
  ])
})

function unseen(what: string) {
  return { unseen: hidden(what, 'contents').unseen }
}
