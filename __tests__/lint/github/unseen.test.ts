import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import type { Cause, Unseen } from '../../../src/lint/github/facts.ts'
import { explain, groupUnseen, permissionOf } from '../../../src/lint/github/unseen.ts'

const repository = { host: 'github.com', owner: 'acme', name: 'api' }
const refused: Cause = { kind: 'refused', status: 403, says: 'No' }

test('names each permission once, with all that it would show', () => {
  const unseen: Unseen[] = [
    { what: 'the secrets of the repository', needs: 'secrets', cause: refused },
    {
      what: "Dependabot's secrets of the organisation",
      needs: 'organisation-dependabot-secrets',
      cause: refused,
    },
    { what: 'the secrets of the organisation', needs: 'secrets', cause: refused },
  ]
  expect(groupUnseen(unseen, repository)).toEqual([
    {
      what: ['the secrets of the repository', 'the secrets of the organisation'],
      why: 'GitHub does not show this to the user of gh (403, "No").',
      remedy: 'This needs write access, and a token with the scope `repo` or the permission "Secrets: read".',
    },
    {
      what: ["Dependabot's secrets of the organisation"],
      why: 'GitHub does not show this to the user of gh (403, "No").',
      remedy:
        'This needs an owner of the organisation, and a token with the scope `admin:org` or the permission ' +
        '"Organization dependabot secrets: read". Run `gh auth refresh --hostname github.com --scopes admin:org`.',
    },
  ])
})

test.each([
  'secrets',
  'variables',
  'environments',
  'dependabot-secrets',
  'organisation-dependabot-secrets',
  'contents',
  'metadata',
] as const)('names for %s what docs/lint.md names', permission => {
  const [, scope, name] = /scope `(.*?)` or the permission "(.*?)"/.exec(permissionOf(permission)) ?? []
  const page = readFileSync('docs/lint.md', 'utf8')
  expect(page).toContain(`"${name}"`)
  expect(page).toContain(`scope \`${scope}\``)
})

test('says when to run again', () => {
  const until = new Date('2026-09-21T13:46:40Z')
  expect(explain({ kind: 'limited', until }, 'github.com').remedy).toBe('Run again after 2026-09-21T13:46Z.')
})

test('says how to sign in', () => {
  expect(explain({ kind: 'signed-out' }, 'github.com')).toEqual({
    why: 'gh is not signed in to github.com.',
    remedy: 'Run `gh auth login --hostname github.com`, or set GH_TOKEN.',
  })
})

test('needs no message of GitHub', () => {
  expect(explain({ ...refused, says: '' }, 'github.com').why).toBe(
    'GitHub does not show this to the user of gh (403).',
  )
})
