/** The examples that the table of shapes leaves out, as users copy them. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { startPlatform, type TestPlatform } from '../../harness/platform.ts'
import { removeReleased, runWorkflow } from '../support/act.ts'
import { type Cloud, startCloud } from '../support/cloud.ts'

const example = (name: string) => readFileSync(join(resolve('examples'), `${name}.yml`), 'utf8')

let platform: TestPlatform
let cloud: Cloud
let own: Cloud
let valid: string
let revoked: string
beforeAll(async () => {
  platform = await startPlatform()
  cloud = await startCloud(platform.url)
  own = await startCloud(platform.url, 'nolapse.example.com')
  valid = (await platform.createToken('valid')).secret
  const token = await platform.createToken('revoked')
  await platform.revoke(token.id)
  revoked = token.secret
})
afterAll(async () => {
  removeReleased()
  await Promise.all([cloud, own, platform].map(part => part.close()))
})

const run = (workflow: string, secret: string, env: Record<string, string>) =>
  runWorkflow({
    workflow,
    event: 'branch',
    secrets: { NOLAPSE_TOKEN: secret },
    env: { ...env, STAND_IN_PLATFORM: platform.url },
  })

test('nolapse-action runs after the gate, with the token and the pull request', async () => {
  const finished = await run(example('with-nolapse-action'), valid, { ...cloud.env })
  expect(finished.jobs).toEqual({ gate: 'success', coverage: 'success', verdict: 'success' })
  expect(finished.log).toContain(`submitted for ${platform.orgId}`)
  expect(finished.log).toMatch(/comments on pull request <\d+>/)
})

test('nolapse-action does not run after a rejected token, and the verdict fails', async () => {
  const finished = await run(example('with-nolapse-action'), revoked, { ...cloud.env })
  expect(finished.jobs).toEqual({ gate: 'failure', verdict: 'failure' })
  expect(finished.log).not.toContain('comments on pull request')
})

/** The example's own values, replaced by those of this machine. */
const here = () =>
  example('self-hosted-platform')
    .replace('/etc/ssl/certs/example-corp-ca.pem', own.env.NODE_EXTRA_CA_CERTS)
    .replace('http://proxy.example.com:3128', own.env.HTTPS_PROXY)
    .replace('org_abc123', platform.orgId)

test('a platform of your own is reached through the proxy, with its private authority', async () => {
  const finished = await run(here(), valid, {})
  expect(finished.jobs).toEqual({ coverage: 'success' })
  expect(finished.log).toContain('(nolapse.example.com, ')
  expect(finished.log).toContain(`was told ${platform.orgId}`)
})

test('without the proxy, the platform of your own is out of reach', async () => {
  const workflow = here()
    .replace(/^ +HTTPS_PROXY: .*\n/m, '')
    .replace('expected-org-id:', 'timeout-seconds: 1\n          expected-org-id:')
  const finished = await run(workflow, valid, {})
  expect(finished.outputs.gate).toMatchObject({ valid: 'false', reason: 'unavailable' })
})

test('every example is run', () => {
  const tests = readdirSync(import.meta.dirname)
    .filter(name => name.endsWith('.test.ts'))
    .map(name => readFileSync(join(import.meta.dirname, name), 'utf8'))
    .concat(readFileSync(resolve('__tests__/docs/gitlab.test.ts'), 'utf8'))
    .join('\n')
  const names = readdirSync('examples').map(name => name.replace('.yml', ''))
  expect(names.filter(name => !new RegExp(`['/]${name}(\\.yml)?'`).test(tests))).toEqual([])
})
