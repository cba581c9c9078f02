/** The template and the example as GitLab would run them, with the package as it would be published. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { parseAllDocuments } from 'yaml'
import { startPlatform, type TestPlatform } from '../../harness/platform.ts'
import { type Pipeline, runPipeline } from '../support/gitlab.ts'
import { type Registry, startRegistry } from '../support/registry.ts'

const TEMPLATE = readFileSync('templates/token-check.yml', 'utf8')
const INCLUDING = readFileSync('examples/gitlab-template.yml', 'utf8')
const EXAMPLE = readFileSync('examples/gitlab-ci.yml', 'utf8')

const CLOUD = 'https://api.nolapse.dev'
const REMOTE = /remote: (https:\S+)\n +integrity: sha256-(\S+)/

let platform: TestPlatform
let registry: Registry
let valid: string
let revoked: string

beforeAll(async () => {
  platform = await startPlatform()
  registry = await startRegistry({ '/token-check.yml': TEMPLATE })
  valid = (await platform.createToken()).secret
  const { id, secret } = await platform.createToken()
  await platform.revoke(id)
  revoked = secret
})
afterAll(() => Promise.all([platform.close(), registry.close()]))

const here = (pipeline: string) => pipeline.replace(CLOUD, platform.url)

/** The example that includes the template, with the template from elsewhere. */
const including = (inclusion: string) => here(INCLUDING.replace(REMOTE, inclusion))

const run = (
  pipeline: string,
  variables: Record<string, string>,
  files: Record<string, string> = {},
): Promise<Pipeline> =>
  runPipeline({
    pipeline,
    variables,
    files,
    commands: { go: 'echo go "$@"', nolapse: 'echo nolapse "$@"' },
    env: registry.env,
  })

describe.each([
  ['The template', () => including(`remote: ${registry.url}/token-check.yml`)],
  ['The example', () => here(EXAMPLE)],
])('%s', (_, pipeline) => {
  test('lets nolapse run after a valid token, with its organisation and scopes', async () => {
    const { code, jobs, reports, log } = await run(pipeline(), { NOLAPSE_TOKEN: valid })
    expect(code).toBe(0)
    expect(reports['nolapse-token']).toEqual({
      NOLAPSE_TOKEN_VALID: 'true',
      NOLAPSE_TOKEN_REASON: 'ok',
      NOLAPSE_ORG_ID: platform.orgId,
      NOLAPSE_SCOPES: 'execute',
    })
    expect(jobs.coverage).toContain(`organisation ${platform.orgId}, scopes execute`)
    expect(jobs.coverage).toContain('nolapse run --repo .')
    expect(jobs['nolapse-token']).toContain('nolapse token is valid: organisation')
    expect(log + Object.values(jobs)).not.toContain(valid)
  })

  test.each([
    ['revoked', 'invalid', () => ({ NOLAPSE_TOKEN: revoked }), 'variable overrides its group'],
    ['missing', 'missing', () => ({}), 'is protected, and this branch or tag is not'],
    // The doubled sign is GitLab's way to write one that is not expanded.
    [
      'a literal $NOLAPSE_TOKEN',
      'missing',
      () => ({ NOLAPSE_TOKEN: '$$NOLAPSE_TOKEN' }),
      'under `variables:`',
    ],
  ])('stops before nolapse if the token is %s, and says why', async (_, reason, variables, cause) => {
    const { code, jobs, reports, log } = await run(pipeline(), variables())
    expect(code).toBe(1)
    expect(Object.keys(jobs)).toEqual(['nolapse-token'])
    expect(reports['nolapse-token']).toMatchObject({
      NOLAPSE_TOKEN_VALID: 'false',
      NOLAPSE_TOKEN_REASON: reason,
    })
    expect(jobs['nolapse-token']).toContain(`nolapse token: ${reason}`)
    expect(jobs['nolapse-token']).toContain(cause)
    expect(log + Object.values(jobs)).not.toContain(revoked)
  })

  test('ignores everything that a merge request adds to the repository', async () => {
    const planted = {
      'node_modules/@nolapse/token-action/package.json': JSON.stringify({
        name: '@nolapse/token-action',
        version: '1.0.0',
        bin: { 'nolapse-token': 'planted.js' },
      }),
      'node_modules/@nolapse/token-action/planted.js': '#!/usr/bin/env node\n',
      'node_modules/.bin/nolapse-token': '#!/bin/sh\nexit 0\n',
      'package.json': '{"dependencies": {"@nolapse/token-action": "1.0.0"}}',
      'nolapse-token.env/in-the-way': '',
    }
    const { code, jobs, reports } = await run(pipeline(), { NOLAPSE_TOKEN: revoked }, planted)
    expect(code).toBe(1)
    expect(Object.keys(jobs)).toEqual(['nolapse-token'])
    expect(reports['nolapse-token']).toMatchObject({ NOLAPSE_TOKEN_REASON: 'invalid' })
  })

  test('runs for a merge request and on the default branch only', async () => {
    const source = (variables: Record<string, string>) =>
      run(pipeline(), { NOLAPSE_TOKEN: valid, ...variables })
    const request = await source({ CI_PIPELINE_SOURCE: 'merge_request_event', CI_COMMIT_BRANCH: '' })
    expect(Object.keys(request.jobs).toSorted()).toEqual(['coverage', 'nolapse-token'])
    const other = await source({ CI_COMMIT_BRANCH: 'other' })
    expect(Object.keys(other.jobs)).toEqual([])
  })

  test('says that npm failed, and its report says that the token is not valid', async () => {
    const { code, jobs, reports } = await run(pipeline(), {
      NOLAPSE_TOKEN: valid,
      npm_config_registry: 'http://127.0.0.1:1',
      npm_config_fetch_retries: '0',
    })
    expect(code).not.toBe(0)
    expect(Object.keys(jobs)).toEqual(['nolapse-token'])
    expect(jobs['nolapse-token']).toContain('npm failed, so the token was not checked')
    expect(jobs['nolapse-token']).not.toContain('nolapse token:')
    expect(reports['nolapse-token']).toMatchObject({
      NOLAPSE_TOKEN_VALID: 'false',
      NOLAPSE_TOKEN_REASON: 'not-checked',
    })
  })

  test.each([
    ['a home that cannot be written to', '/proc/1'],
    ['no home', ''],
  ])('works with %s', async (_, home) => {
    const { code, log } = await run(
      pipeline().replace('  script:', `  before_script: [export HOME=${home}]\n  script:`),
      { NOLAPSE_TOKEN: valid, npm_config_cache: '' },
    )
    expect(`${code} ${code === 0 ? '' : log}`).toBe('0 ')
  })

  test('asks the configured platform, even if a pipeline variable names another', async () => {
    const variables = { NOLAPSE_TOKEN: valid, NOLAPSE_API_URL: 'http://127.0.0.1:1' }
    expect((await run(pipeline(), variables)).code).toBe(0)
  })
})

test('The template is a CI/CD component as well', async () => {
  const pipeline = including('component: $CI_SERVER_FQDN/$CI_PROJECT_PATH/token-check@$CI_COMMIT_SHA')
  const { code, jobs } = await run(
    pipeline,
    { NOLAPSE_TOKEN: valid },
    { 'templates/token-check.yml': TEMPLATE },
  )
  expect(code).toBe(0)
  expect(jobs.coverage).toContain(`organisation ${platform.orgId}, scopes execute`)
})

test('A tolerated reason lets the later job run, and the job can see it', async () => {
  const pipeline = including(`remote: ${registry.url}/token-check.yml`)
    .replace(/( +)api-url: .*/, '$&\n$1tolerate: missing')
    .replace('scopes $NOLAPSE_SCOPES', '$&, valid $NOLAPSE_TOKEN_VALID')
  const { code, jobs } = await run(pipeline, {})
  expect(code).toBe(0)
  expect(jobs['nolapse-token']).toContain('missing (tolerated)')
  expect(jobs.coverage).toContain('organisation , scopes , valid false')
})

describe('docs/gitlab.md', () => {
  const page = readFileSync('docs/gitlab.md', 'utf8')
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'))

  test("lists the template's inputs with their defaults", () => {
    const [spec] = parseAllDocuments(TEMPLATE)
    const inputs: Record<string, { default: unknown }> = spec?.toJS().spec.inputs
    const rows = [...page.matchAll(/^\| `([a-z-]+)` \| (?:`([^`]*)`)? ?\|/gm)]
    expect(rows.map(([, name, value = '']) => [name, value])).toEqual(
      Object.entries(inputs).map(([name, input]) => [
        name,
        Array.isArray(input.default) ? '' : String(input.default),
      ]),
    )
  })

  test('has the example that includes the template, with the hash of the template', () => {
    const [, url, hash] = REMOTE.exec(INCLUDING) ?? []
    expect(page).toContain(`\`\`\`yaml\n${INCLUDING}\`\`\``)
    expect(hash).toBe(createHash('sha256').update(TEMPLATE).digest('base64'))
    expect(url).toBe(
      `https://raw.githubusercontent.com/nolapse/token-action/v${version}/templates/token-check.yml`,
    )
  })

  test('names exactly this version, as do the template and the example', () => {
    expect(page).toContain(`token-check@${version}`)
    for (const text of [TEMPLATE, EXAMPLE])
      expect(text).toContain(`npx --yes @nolapse/token-action@${version} check`)
  })
})
