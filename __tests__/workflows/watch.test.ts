/** The scheduled workflows, with the real gh before a GitHub on loopback. */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type Authority, makeAuthority } from '../../harness/authority.ts'
import { startPlatform, type TestPlatform } from '../../harness/platform.ts'
import { removeReleased, runWorkflow } from '../support/act.ts'
import { type Cloud, startCloud } from '../support/cloud.ts'
import { type GitHubIssues, startGitHubIssues } from '../support/github-issues.ts'

const example = (name: string) => readFileSync(join(resolve('examples'), `${name}.yml`), 'utf8')

let authority: Authority
let github: GitHubIssues
let platform: TestPlatform
let cloud: Cloud
let outage: Cloud
beforeAll(async () => {
  authority = makeAuthority()
  github = await startGitHubIssues(authority.issue())
  platform = await startPlatform()
  cloud = await startCloud(platform.url)
  outage = await startCloud()
})
afterAll(async () => {
  removeReleased()
  await Promise.all([github, cloud, outage, platform].map(part => part.close()))
  authority.remove()
})

const run = (workflow: string, secret: string | undefined, way: Cloud = cloud) =>
  runWorkflow({
    workflow,
    event: 'schedule',
    secrets: secret === undefined ? {} : { NOLAPSE_TOKEN: secret },
    env: {
      ...way.env,
      NO_PROXY: 'localhost',
      GH_HOST: github.host,
      GH_ENTERPRISE_TOKEN: 'not-a-real-one',
      SSL_CERT_FILE: authority.file,
    },
  })

test('a watch opens one issue when the token is rejected, keeps it during an outage, and closes it when the token works', async () => {
  const watch = example('watch')
  const valid = await platform.createToken('valid')
  const revoked = await platform.createToken('revoked')
  await platform.revoke(revoked.id)

  expect((await run(watch, valid.secret)).jobs).toEqual({ watch: 'success' })
  expect(github.issues).toEqual([])

  await run(watch, revoked.secret)
  await run(watch, revoked.secret)
  expect(github.issues).toMatchObject([
    {
      title: 'The nolapse token is rejected',
      body: expect.stringMatching(/^The gate's reason is `invalid`\. .*\/acme\/api\/actions\/runs\//),
      labels: ['nolapse-token'],
      state: 'open',
    },
  ])

  await run(watch, valid.secret, outage)
  expect(github.issues).toMatchObject([{ state: 'open', comments: [] }])

  expect((await run(watch, valid.secret)).jobs).toEqual({ watch: 'success' })
  expect(github.issues).toMatchObject([{ state: 'closed', comments: ['The token works again.'] }])

  await run(watch, valid.secret, outage)
  expect(github.issues).toHaveLength(1)
})

test('a reminder opens an issue that leads to the page on rotation', async () => {
  const before = github.issues.length
  expect((await run(example('rotation-reminder'), undefined)).jobs).toEqual({ remind: 'success' })
  expect(github.issues.slice(before)).toMatchObject([
    { title: 'Rotate the nolapse token', body: expect.stringContaining('docs/rotation.md') },
  ])
})
