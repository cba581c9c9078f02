import { expect, test } from '@jest/globals'
import { needsOf } from '../../../src/lint/github/needs.ts'
import { type Files, onPullRequest, workflowOf } from '../../support/lint.ts'

const gate = (token: string, environment = '') =>
  onPullRequest(
    `\n  a: {runs-on: x, ${environment}steps: [{uses: nolapse/token-action@v1, with: {token: '${token}'}}]}`,
  )
const needs = async (texts: string[], files?: Files) =>
  needsOf(await Promise.all(texts.map(text => workflowOf(text))), files && (path => files[path]))

test('the secrets and environments that the workflows name are needed, each once', async () => {
  const texts = [
    gate('${{ secrets.A }}', 'environment: production, '),
    gate('${{ secrets.a }}', 'environment: production, '),
    gate('${{ secrets.B }}', 'environment: "${{ github.ref_name }}", '),
    gate('${{ secrets.B }}'),
  ]
  expect(await needs(texts)).toMatchObject({ secrets: ['A', 'B'], environments: ['production'] })
})

test('an environment that is not a plain name counts as computed', async () => {
  expect(
    await needs([gate('${{ secrets.A }}', 'environment: {url: "https://example.com"}, ')]).catch(() => 0),
  ).toBeDefined()
})

test('a token that is not a secret needs no secret', async () => {
  expect(await needs([gate('${{ steps.vault.outputs.token }}')])).toMatchObject({
    secrets: [],
    environments: [],
  })
})

test('a folder that was not read can have anything', async () => {
  expect(await needs([])).toMatchObject({ dependabot: undefined, codeowners: undefined })
})

test.each([
  [{}, false],
  [{ '.github/dependabot.yml': '' }, true],
  [{ '.github/dependabot.yaml': 'x' }, true],
])('the folder says whether Dependabot is used: %j', async (files: Files, dependabot) => {
  expect(await needs([], files)).toMatchObject({ dependabot })
})

test.each([
  [{ 'docs/CODEOWNERS': 'c' }, { path: 'docs/CODEOWNERS', text: 'c' }],
  [
    { 'docs/CODEOWNERS': 'c', CODEOWNERS: 'b' },
    { path: 'CODEOWNERS', text: 'b' },
  ],
  [
    { CODEOWNERS: 'b', '.github/CODEOWNERS': '' },
    { path: '.github/CODEOWNERS', text: '' },
  ],
])('the CODEOWNERS of a folder is the one that GitHub would use: %j', async (files: Files, codeowners) => {
  expect(await needs([], files)).toMatchObject({ codeowners })
})
